//! Every stage keeps the promises of `Stage`.

use tonus_dsp::design::{Mains, Sections, butterworth_highpass, butterworth_lowpass, mains_notches, notch};
use tonus_dsp::envelope::{LinearEnvelope, MovingArv, MovingRms, Rectify};
use tonus_dsp::feature::tkeo::Tkeo;
use tonus_dsp::filter::{Cascade, SectionFilter};
use tonus_dsp::units::SampleRate;
use tonus_testkit::conformance::Probe;
use tonus_testkit::stage_conformance;

fn rate(hz: f64) -> SampleRate {
    SampleRate::new(hz).unwrap()
}

/// High-pass 20 Hz, notches, low-pass 450 Hz: seven sections at 2 kHz.
fn chain() -> Cascade<10> {
    let mut sections = Sections::<10>::EMPTY;
    sections.extend(&butterworth_highpass(20.0, rate(2000.0), 4).unwrap()).unwrap();
    sections.extend(&mains_notches(Mains::Hz50, rate(2000.0)).unwrap()).unwrap();
    sections.extend(&butterworth_lowpass(450.0, rate(2000.0), 4).unwrap()).unwrap();
    Cascade::new(&sections)
}

/// Twelve sections: two passes of the fused kernel.
fn long_chain() -> Cascade<12> {
    let section = butterworth_lowpass(200.0, rate(2000.0), 2).unwrap()[0];
    Cascade::from_slice(&[section; 12]).unwrap()
}

fn highpass() -> SectionFilter {
    SectionFilter::new(&butterworth_highpass(20.0, rate(1000.0), 2).unwrap()[0])
}

fn notch_50() -> SectionFilter {
    SectionFilter::new(&notch(50.0, 5.0, rate(1000.0)).unwrap())
}

stage_conformance!(highpass_section, highpass(), Probe::Phase(5e-4), 0.05);
stage_conformance!(notch_section, notch_50(), Probe::Phase(5e-4), 0.05);
// At 4 Hz: lower, the high-pass leaves less than the rounding of f32; the delay itself has grown by 1 sample there.
stage_conformance!(seven_sections, chain(), Probe::Phase(2e-3), 2.0);
stage_conformance!(twelve_sections, long_chain(), Probe::Phase(5e-4), 0.05);
stage_conformance!(no_section, Cascade::<4>::new(&Sections::EMPTY), Probe::Phase(5e-4), 1e-9);
stage_conformance!(rectify, Rectify, Probe::Centroid { pedestal: 0.0 }, 0.0);
stage_conformance!(moving_rms, MovingRms::<512>::new(0.1, rate(2048.0)).unwrap(), Probe::Power, 1e-3);
stage_conformance!(moving_rms_of_one, MovingRms::<512>::new(0.001, rate(250.0)).unwrap(), Probe::Power, 1e-9);
stage_conformance!(
    moving_arv,
    MovingArv::<512>::new(0.25, rate(2000.0)).unwrap(),
    Probe::Centroid { pedestal: 0.0 },
    1e-3
);
// The rounding of the pedestal, summed over the tail, moves the centre by most of a sample.
stage_conformance!(
    linear_envelope,
    LinearEnvelope::new(6.0, rate(1000.0)).unwrap(),
    Probe::Centroid { pedestal: 10.0 },
    1.0
);
stage_conformance!(tkeo, Tkeo, Probe::Centroid { pedestal: 0.0 }, 1e-9);
