//! Designing a filter chain and looking at it: high-pass 20 Hz, notches at 50, 150 and 250 Hz, low-pass 450 Hz.
//!
//! Prints gain in dB and group delay in milliseconds over frequency, at 2 kHz. Exits with an error if an edge is not at
//! −3 dB, a notch not deep, or the muscle's band not flat.

use tonus::dsp::design::{
    Mains, Sections, butterworth_highpass, butterworth_lowpass, group_delay, mains_notches, response,
};
use tonus::dsp::error::ConfigError;
use tonus::dsp::units::SampleRate;

fn main() -> Result<(), ConfigError> {
    let rate = SampleRate::new(2000.0)?;
    let mut chain = Sections::<8>::EMPTY;
    chain.extend(&butterworth_highpass(20.0, rate, 2)?)?;
    chain.extend(&mains_notches(Mains::Hz50, rate)?)?;
    chain.extend(&butterworth_lowpass(450.0, rate, 2)?)?;

    println!("{:>7} {:>9} {:>9}", "Hz", "dB", "ms");
    for hz in
        [1.0, 5.0, 10.0, 20.0, 30.0, 47.5, 50.0, 52.5, 80.0, 100.0, 150.0, 200.0, 250.0, 300.0, 450.0, 600.0, 900.0]
    {
        let gain_db = response(&chain, hz, rate).db().max(-200.0);
        let delay_ms = 1000.0 * group_delay(&chain, hz, rate) / rate.hz();
        println!("{hz:7.1} {gain_db:9.2} {delay_ms:9.2}");
    }

    let db = |hz| response(&chain, hz, rate).db();
    assert!((db(20.0) + 3.01).abs() < 0.2 && (db(450.0) + 3.01).abs() < 0.2, "the edges are not at -3 dB");
    assert!([50.0, 150.0, 250.0].iter().all(|hz| db(*hz) < -100.0), "the notches are not deep");
    assert!([80.0, 100.0, 120.0, 200.0].iter().all(|hz| db(*hz).abs() < 0.5), "the muscle's band is not flat");
    Ok(())
}
