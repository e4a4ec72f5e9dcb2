//! What vectors of the processor can do and safe code cannot ask for, without a change of results.
//!
//! - [`widest`]: a program built for every x86-64 processor uses vectors of four `f32`; most processors have eight (AVX2).
//!   Safe code is compiled a second time for them and chosen when the program runs. AVX2 adds and multiplies lane by lane with
//!   the same rounding, and the compiler never joins a multiplication and an addition into one (fused) by itself.
//! - [`square_roots`]: four at once. IEEE 754 rounds a square root correctly, so there is only one result.
//! - [`wavefront`]: second-order sections of one channel side by side, where safe code gets them one after the other.
//!
//! All `unsafe` of the engine is here. On other processors they are plain loops.

mod wavefront;

pub use wavefront::{Sections, WAVEFRONT_LANES, wavefront, wavefront_pays};

#[cfg(target_arch = "x86_64")]
cpufeatures::new!(avx2, "avx2");

/// A piece of work that can be compiled for wider vectors.
///
/// Mark [`Work::run`] and what it calls `#[inline(always)]`: only what is inlined is compiled anew.
pub trait Work {
    /// What comes of it.
    type Output;

    /// Does it.
    fn run(self) -> Self::Output;
}

/// Does `work`, compiled for AVX2 where the processor has it, and as everything else elsewhere.
#[inline]
pub fn widest<W: Work>(work: W) -> W::Output {
    #[cfg(target_arch = "x86_64")]
    if avx2::get() {
        // SAFETY: the processor and the system have just been asked for AVX2.
        #[expect(unsafe_code, reason = "the one call of code that not every processor can run")]
        return unsafe { with_avx2(work) };
    }
    work.run()
}

/// # Safety
/// The processor and the system must have AVX2.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
#[expect(unsafe_code, reason = "not every processor can run it")]
unsafe fn with_avx2<W: Work>(work: W) -> W::Output {
    work.run()
}

/// The square root of each value, correctly rounded: the bits that come one by one. NaN for what is negative.
#[inline(always)]
#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
pub fn square_roots<const N: usize>(values: [f32; N]) -> [f32; N] {
    let mut roots = values;
    for four in roots.chunks_mut(4) {
        let mut full = [0.0; 4];
        full[..four.len()].copy_from_slice(four);
        four.copy_from_slice(&four_roots(full)[..four.len()]);
    }
    roots
}

#[inline(always)]
#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
fn four_roots(values: [f32; 4]) -> [f32; 4] {
    use core::arch::x86_64::{_mm_loadu_ps, _mm_sqrt_ps, _mm_storeu_ps};
    let mut roots = values;
    // SAFETY: the target has SSE2, and both places hold four values; they need not be aligned.
    #[expect(unsafe_code, reason = "there is no vector square root in safe code")]
    unsafe {
        _mm_storeu_ps(roots.as_mut_ptr(), _mm_sqrt_ps(_mm_loadu_ps(values.as_ptr())));
    }
    roots
}

/// The square root of each value, correctly rounded: the bits that come one by one. NaN for what is negative.
#[cfg(not(all(target_arch = "x86_64", target_feature = "sse2")))]
pub fn square_roots<const N: usize>(values: [f32; N]) -> [f32; N] {
    values.map(libm::sqrtf)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roots_are_those_of_one_by_one() {
        // Every exponent and a walk through mantissas, and what is no magnitude.
        let special = [0.0, -0.0, -1.0, f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MIN_POSITIVE, 1.0e-45];
        let mut bits = 1_u32;
        let walk = core::iter::from_fn(|| {
            bits = bits.wrapping_add(0x0001_2345);
            Some(f32::from_bits(bits))
        });
        for value in special.into_iter().chain(walk.take(200_000)) {
            let wanted = libm::sqrtf(value);
            let same = |root: f32| root.to_bits() == wanted.to_bits() || (root.is_nan() && wanted.is_nan());
            assert!(square_roots([value]).into_iter().all(same), "{value:e}");
            assert!(square_roots([value; 5]).into_iter().all(same), "{value:e}");
            assert!(square_roots([value; 8]).into_iter().all(same), "{value:e}");
        }
        assert_eq!(square_roots([4.0, 9.0, 16.0, 25.0, 36.0]), [2.0, 3.0, 4.0, 5.0, 6.0]);
    }

    struct Chain<'a>(&'a mut [f32; 8], &'a [[f32; 8]]);

    impl Work for Chain<'_> {
        type Output = [f32; 8];

        #[inline(always)]
        fn run(self) -> [f32; 8] {
            let Self(state, frames) = self;
            for frame in frames {
                for lane in 0..8 {
                    state[lane] = 0.7 * state[lane] + 1.3 * frame[lane] - state[lane] * frame[lane] / 3.0;
                }
            }
            *state
        }
    }

    #[test]
    fn the_widest_gives_the_bits_of_the_plain_one() {
        let mut bits = 7_u32;
        let frames: [[f32; 8]; 500] = core::array::from_fn(|_| {
            core::array::from_fn(|_| {
                bits = bits.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (bits >> 8) as f32 / 16_777_216.0 - 0.5
            })
        });
        let (mut one, mut other) = ([0.0; 8], [0.0; 8]);
        let wide = widest(Chain(&mut one, &frames));
        let plain = Chain(&mut other, &frames).run();
        assert_eq!((wide.map(f32::to_bits), one.map(f32::to_bits)), (plain.map(f32::to_bits), other.map(f32::to_bits)));
        assert!(wide.iter().all(|value| value.is_normal()));
    }
}
