//! The smallest use of the engine: raw samples in, amplitude out.
//!
//! Makes 3 s of noise that is five times louder in the middle second, takes the offset away, and prints the RMS over 100 ms
//! ten times a second: about 5 µV, 25 µV, 5 µV. Exits with an error if it is anything else.

use tonus::dsp::{envelope::MovingRms, ring::WindowSum, stage::Stage, units::SampleRate};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let rms = MovingRms::<128>::new(0.1, SampleRate::new(1000.0)?)?;
    let mut state = WindowSum::default();
    let mut noise = 1_u32;
    for n in 0..3000 {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let amplitude_uv = if (1000..2000).contains(&n) { 25.0 } else { 5.0 };
        let sample_uv = amplitude_uv * (noise as f32 / 2_147_483_648.0 - 1.0) * 3.0_f32.sqrt();
        let envelope_uv = rms.step(&mut state, sample_uv);
        if n % 100 == 99 {
            println!("{:.1} s  {envelope_uv:5.1} µV", f64::from(n + 1) / 1000.0);
            assert!((envelope_uv / amplitude_uv - 1.0).abs() < 0.25, "the envelope does not follow the amplitude");
        }
    }
    Ok(())
}
