//! Second-order sections of one channel side by side.
//!
//! Sections in a row work one after the other on a sample, but section 2 may work on sample n while section 1 works on
//! n + 1. With a section in each lane, all of them take one step at once, and what a lane gives goes to the next:
//!
//! ```text
//! step   lane 0   lane 1   lane 2
//!   0      x0
//!   1      x1       x0
//!   2      x2       x1       x0  ──► y0
//!   3      x3       x2       x1  ──► y1
//! ```
//!
//! A section that has not begun, or is done, works on what happens to be there: its memory is taken at its first step and
//! kept at its last. Each section does the operations of the plain loop in their order, so it gives the same bits.

/// Rows of coefficients and memories, a section in each place.
#[derive(Debug)]
pub struct Sections<'a> {
    /// Of the input, newest first.
    pub b: [&'a [f32]; 3],
    /// Of the output before, and before that.
    pub a: [&'a [f32]; 2],
    /// Of each section in turn what enters the next output, and the one after that.
    pub s: &'a mut [f32],
}

/// Most sections side by side.
pub const WAVEFRONT_LANES: usize = 8;

/// Whether so many sections and samples are quicker side by side: they begin and end one after the other, and only vectors
/// make up for that.
pub const fn wavefront_pays(sections: usize, samples: usize) -> bool {
    let has_vectors = cfg!(all(target_arch = "x86_64", target_feature = "sse2"));
    has_vectors && sections >= 4 && sections <= WAVEFRONT_LANES && samples >= 16
}

/// Filters a block in place by `M` sections: of each in turn `y = s1 + b0·x`, `s1 = (s2 + b1·x) − a1·y`, `s2 = b2·x − a2·y`.
///
/// Any number of sections and samples is right; side by side it is done where that [pays](wavefront_pays).
///
/// # Panics
/// If a row is shorter than `M`, or `s` than twice that.
#[inline]
pub fn wavefront<const M: usize>(sections: Sections<'_>, block: &mut [f32]) {
    #[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
    if wavefront_pays(M, block.len()) {
        return by_vectors::run::<M>(sections, block);
    }
    one_by_one::<M>(sections, block);
}

fn one_by_one<const M: usize>(sections: Sections<'_>, block: &mut [f32]) {
    let Sections { b: [b0, b1, b2], a: [a1, a2], s } = sections;
    for sample in block {
        let mut x = *sample;
        for m in 0..M {
            let y = s[2 * m] + b0[m] * x;
            s[2 * m] = s[2 * m + 1] + b1[m] * x - a1[m] * y;
            s[2 * m + 1] = b2[m] * x - a2[m] * y;
            x = y;
        }
        *sample = x;
    }
}

#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
mod by_vectors {
    use super::Sections;
    use core::arch::x86_64::{
        __m128, _mm_add_ps, _mm_and_ps, _mm_andnot_ps, _mm_cvtss_f32, _mm_loadu_ps, _mm_move_ss, _mm_mul_ps, _mm_or_ps,
        _mm_set_ps, _mm_set_ss, _mm_shuffle_ps, _mm_storeu_ps, _mm_sub_ps,
    };

    /// Eight lanes.
    type Lanes = [__m128; 2];

    /// All bits of one lane.
    const ONLY: [[f32; 8]; 8] = {
        let mut only = [[0.0; 8]; 8];
        let mut lane = 0;
        while lane < 8 {
            only[lane][lane] = f32::from_bits(u32::MAX);
            lane += 1;
        }
        only
    };

    /// What all lanes need from step to step.
    struct Wave<const M: usize> {
        b: [Lanes; 3],
        a: [Lanes; 2],
        s: [Lanes; 2],
        /// What each lane takes next.
        x: Lanes,
    }

    // Apart: what it keeps in registers should not push others out.
    #[inline(never)]
    #[expect(clippy::needless_pass_by_value, reason = "the memories are borrowed for this block alone")]
    pub(super) fn run<const M: usize>(sections: Sections<'_>, block: &mut [f32]) {
        let memory = |which: usize| load::<M>(&core::array::from_fn::<f32, M, _>(|m| sections.s[2 * m + which]));
        let before = [memory(0), memory(1)];
        let mut wave =
            Wave::<M> { b: sections.b.map(load::<M>), a: sections.a.map(load::<M>), s: before, x: load::<0>(&[]) };
        for lane in 0..M {
            wave.s = with_lane(lane, wave.s, before);
            if lane + 1 < M {
                wave.step(block[lane]);
            }
        }
        // The last lane is M − 1 samples behind the first.
        for n in M - 1..block.len() {
            block[n + 1 - M] = wave.step(block[n]);
        }
        let mut after = before;
        for lane in 0..M {
            after = with_lane(lane, after, wave.s);
            if lane + 1 < M {
                let y = wave.step(0.0);
                block[block.len() + lane + 1 - M] = y;
            }
        }
        let after = after.map(store);
        for m in 0..M {
            (sections.s[2 * m], sections.s[2 * m + 1]) = (after[0][m], after[1][m]);
        }
    }

    impl<const M: usize> Wave<M> {
        /// One step of all lanes; gives what leaves the last.
        #[inline(always)]
        fn step(&mut self, sample: f32) -> f32 {
            let Self { b: [b0, b1, b2], a: [a1, a2], s: [s1, s2], x } = self;
            let mut y = *x;
            // SAFETY: the target has SSE2, and no memory is touched.
            #[expect(unsafe_code, reason = "lanes cannot be moved in safe code")]
            unsafe {
                x[0] = _mm_move_ss(x[0], _mm_set_ss(sample));
                for h in 0..M.div_ceil(4) {
                    y[h] = _mm_add_ps(s1[h], _mm_mul_ps(b0[h], x[h]));
                    s1[h] = _mm_sub_ps(_mm_add_ps(s2[h], _mm_mul_ps(b1[h], x[h])), _mm_mul_ps(a1[h], y[h]));
                    s2[h] = _mm_sub_ps(_mm_mul_ps(b2[h], x[h]), _mm_mul_ps(a2[h], y[h]));
                }
                // One lane up: [_, y0, y1, y2] and [y3, y4, y5, y6].
                x[0] = _mm_shuffle_ps::<0b10_01_00_00>(y[0], y[0]);
                let edge = _mm_shuffle_ps::<0b00_00_11_11>(y[0], y[1]);
                x[1] = _mm_shuffle_ps::<0b10_01_10_00>(edge, y[1]);
                let last = y[(M - 1) / 4];
                _mm_cvtss_f32(match (M - 1) % 4 {
                    0 => last,
                    1 => _mm_shuffle_ps::<1>(last, last),
                    2 => _mm_shuffle_ps::<2>(last, last),
                    _ => _mm_shuffle_ps::<3>(last, last),
                })
            }
        }
    }

    /// Memories with one lane of others.
    #[inline(always)]
    fn with_lane(lane: usize, memories: [Lanes; 2], others: [Lanes; 2]) -> [Lanes; 2] {
        let only = load::<8>(&ONLY[lane]);
        core::array::from_fn(|s| {
            core::array::from_fn(|h| {
                // SAFETY: the target has SSE2, and no memory is touched.
                #[expect(unsafe_code, reason = "lanes cannot be chosen in safe code")]
                unsafe {
                    _mm_or_ps(_mm_and_ps(only[h], others[s][h]), _mm_andnot_ps(only[h], memories[s][h]))
                }
            })
        })
    }

    /// The first `M` values of a row; zero in the other lanes.
    #[inline(always)]
    fn load<const M: usize>(row: &[f32]) -> Lanes {
        let at = |lane: usize| if lane < M { row[lane] } else { 0.0 };
        core::array::from_fn(|h| {
            let first = 4 * h;
            // SAFETY: the target has SSE2; where four values are loaded, the row has them, and they need not be aligned.
            #[expect(unsafe_code, reason = "vectors cannot be loaded in safe code")]
            unsafe {
                if first + 4 <= M {
                    _mm_loadu_ps(row[first..first + 4].as_ptr())
                } else {
                    _mm_set_ps(at(first + 3), at(first + 2), at(first + 1), at(first))
                }
            }
        })
    }

    #[inline(always)]
    fn store(lanes: Lanes) -> [f32; 8] {
        let mut row = [0.0; 8];
        for (four, lanes) in row.chunks_exact_mut(4).zip(lanes) {
            // SAFETY: the target has SSE2, and the place holds four values; they need not be aligned.
            #[expect(unsafe_code, reason = "vectors cannot be stored in safe code")]
            unsafe {
                _mm_storeu_ps(four.as_mut_ptr(), lanes);
            }
        }
        row
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers that are reproducible and spread around zero.
    struct Numbers(u32);

    impl Numbers {
        fn next(&mut self) -> f32 {
            self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (self.0 >> 8) as f32 / 8_388_608.0 - 1.0
        }
    }

    const ODD: [f32; 8] = [0.0, -0.0, 1.0e-40, -3.0e-39, f32::MAX, f32::INFINITY, f32::NEG_INFINITY, f32::NAN];

    /// NaN is NaN: which one comes of two is the compiler's choice in the plain loop too.
    fn bits(values: &[f32]) -> [u32; 80] {
        let mut all = [0; 80];
        all.iter_mut().zip(values).for_each(|(bits, v)| *bits = if v.is_nan() { f32::NAN } else { *v }.to_bits());
        all
    }

    fn is_that_of_one_by_one<const M: usize>() {
        let mut numbers = Numbers(M as u32);
        let mut differences = 0;
        for length in 0..80 {
            for oddness in [0, 3, 20] {
                let rows: [[f32; M]; 5] = core::array::from_fn(|_| core::array::from_fn(|_| numbers.next()));
                let mut s: [[f32; 2]; M] = core::array::from_fn(|_| [numbers.next(), numbers.next()]);
                let mut block = [0.0; 80];
                for (n, v) in block[..length].iter_mut().enumerate() {
                    *v = if oddness > 0 && n % oddness == 1 { ODD[(n + length) % 8] } else { 100.0 * numbers.next() };
                }
                let (mut other_s, mut other) = (s, block);
                let [b0, b1, b2, a1, a2] = rows.each_ref().map(<[f32; M]>::as_slice);
                let sections = |s| Sections { b: [b0, b1, b2], a: [a1, a2], s };
                let before = bits(&block);
                wavefront::<M>(sections(s.as_flattened_mut()), &mut block[..length]);
                one_by_one::<M>(sections(other_s.as_flattened_mut()), &mut other[..length]);
                assert!(bits(&block) == bits(&other), "{M} sections, {length} samples");
                assert!(bits(s.as_flattened()) == bits(other_s.as_flattened()), "{M} sections, state after {length}");
                differences += usize::from(bits(&block) != before);
            }
        }
        assert!(differences > 200);
    }

    #[test]
    fn side_by_side_gives_the_bits_of_one_by_one() {
        // Where it does not pay this only shows that any number is taken.
        is_that_of_one_by_one::<1>();
        is_that_of_one_by_one::<3>();
        is_that_of_one_by_one::<4>();
        is_that_of_one_by_one::<5>();
        is_that_of_one_by_one::<6>();
        is_that_of_one_by_one::<7>();
        is_that_of_one_by_one::<8>();
        is_that_of_one_by_one::<9>();
    }
}
