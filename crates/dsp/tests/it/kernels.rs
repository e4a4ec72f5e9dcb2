//! Fast kernels give the bits of the plain loop, and the plain loop gives `biquad`'s.

use biquad::{Biquad, Coefficients, DirectForm2Transposed};
use tonus_dsp::design::{Mains, Section, butterworth_highpass, butterworth_lowpass, mains_notches, notch};
use tonus_dsp::envelope::{BlockArv, BlockMean, BlockRms};
use tonus_dsp::filter::{Bank, BankState, Cascade, CascadeState, SectionFilter, SectionState, TINY};
use tonus_dsp::stage::Stage;
use tonus_dsp::units::SampleRate;
use tonus_testkit::{Pcg, conformance::signal};

fn sections() -> Vec<Section> {
    let rate = SampleRate::new(2000.0).unwrap();
    let mut all = butterworth_highpass(20.0, rate, 8).unwrap().to_vec();
    all.extend_from_slice(&mains_notches(Mains::Hz60, rate).unwrap());
    all.extend_from_slice(&butterworth_lowpass(450.0, rate, 8).unwrap());
    all.push(notch(400.0, 5.0, rate).unwrap());
    all
}

fn by_biquad(sections: &[Section], x: &[f32]) -> Vec<f32> {
    let mut row: Vec<_> = sections.iter().map(|s| DirectForm2Transposed::new(Coefficients::<f32>::from(s))).collect();
    x.iter().map(|x| row.iter_mut().fold(*x, |v, section| section.run(v))).collect()
}

fn bits(x: &[f32]) -> Vec<u32> {
    x.iter().map(|v| v.to_bits()).collect()
}

fn lanes_equal_biquad<const LANES: usize>() {
    let all = sections();
    let channels: Vec<Vec<f32>> = (0..LANES).map(|lane| signal(1500, 40 + lane as u64)).collect();
    for count in 0..=all.len() {
        let bank = Bank::<12, LANES>::from_slice(&all[..count]).unwrap();
        let mut state = BankState::default();
        let mut frames: Vec<[f32; LANES]> = (0..1500).map(|i| core::array::from_fn(|lane| channels[lane][i])).collect();
        let mut rest = frames.as_mut_slice();
        let mut pcg = Pcg::new(count as u64, 3);
        while !rest.is_empty() {
            let (piece, after) = rest.split_at_mut(pcg.below(70).min(rest.len()));
            bank.process(&mut state, piece);
            rest = after;
        }
        for (lane, x) in channels.iter().enumerate() {
            let y: Vec<f32> = frames.iter().map(|frame| frame[lane]).collect();
            assert!(bits(&y) == bits(&by_biquad(&all[..count], x)), "{count} sections, lane {lane} of {LANES}");
        }
    }
}

#[test]
fn a_bank_gives_every_channel_the_bits_of_biquad() {
    assert_eq!(sections().len(), 12);
    lanes_equal_biquad::<1>();
    lanes_equal_biquad::<2>();
    lanes_equal_biquad::<3>();
    lanes_equal_biquad::<4>();
    lanes_equal_biquad::<8>();
}

#[test]
fn a_cascade_gives_the_bits_of_biquad_per_block_and_per_sample() {
    let (all, x) = (sections(), signal(1500, 50));
    for count in 0..=all.len() {
        let cascade = Cascade::<12>::from_slice(&all[..count]).unwrap();
        let expected = bits(&by_biquad(&all[..count], &x));
        let mut y = x.clone();
        cascade.process(&mut CascadeState::default(), &mut y);
        assert!(bits(&y) == expected, "{count} sections, block");
        let mut state = CascadeState::default();
        let y: Vec<f32> = x.iter().map(|v| cascade.step(&mut state, *v)).collect();
        assert!(bits(&y) == expected, "{count} sections, samples");
    }
    assert!(Cascade::<11>::from_slice(&all).is_err());
}

#[test]
fn a_section_gives_the_bits_of_biquad() {
    let x = signal(1500, 51);
    for section in sections() {
        let (filter, mut state) = (SectionFilter::new(&section), SectionState::default());
        let y: Vec<f32> = x.iter().map(|v| filter.step(&mut state, *v)).collect();
        assert!(bits(&y) == bits(&by_biquad(&[section], &x)));
    }
}

#[test]
fn a_lane_resets_alone() {
    let bank = Bank::<12, 2>::from_slice(&sections()).unwrap();
    let (mut both, mut fresh) = (BankState::default(), BankState::default());
    bank.process(&mut both, &mut [[5.0, -3.0]; 100]);
    let mut kept = both;
    both.reset_lane(0);
    both.reset_lane(2);
    let (a, b, c) =
        (bank.step(&mut both, &[1.0, 1.0]), bank.step(&mut fresh, &[1.0; 2]), bank.step(&mut kept, &[1.0; 2]));
    assert_eq!((a[0].to_bits(), a[1].to_bits()), (b[0].to_bits(), c[1].to_bits()));
}

#[test]
fn silence_settles_to_exact_zero_without_subnormals() {
    let cascade = Cascade::<12>::from_slice(&sections()).unwrap();
    let mut state = CascadeState::default();
    let mut first = vec![1000.0; 20];
    cascade.process(&mut state, &mut first);
    let mut last = f32::NAN;
    // 60 s at 2 kHz, settled every 10 ms.
    for _ in 0..6000 {
        let mut tick = [0.0; 20];
        cascade.process(&mut state, &mut tick);
        assert!(tick.iter().all(|v| !v.is_subnormal()));
        cascade.settle(&mut state);
        last = tick[19];
    }
    assert!(last == 0.0 && state == CascadeState::default(), "{last:e}");
    const { assert!(TINY > 1e7 * f32::MIN_POSITIVE) };
}

#[test]
fn settling_changes_no_sample_of_a_signal() {
    let cascade = Cascade::<12>::from_slice(&sections()).unwrap();
    let (mut settled, mut plain) = (CascadeState::default(), CascadeState::default());
    for (i, x) in signal(2000, 52).iter().enumerate() {
        if i % 20 == 0 {
            cascade.settle(&mut settled);
        }
        let (a, b) = (cascade.step(&mut settled, *x), cascade.step(&mut plain, *x));
        assert_eq!(a.to_bits(), b.to_bits(), "{i}");
    }
}

/// Block amplitudes for lanes equal those of each channel alone, whatever the split.
#[test]
fn block_amplitudes_do_not_depend_on_lanes_or_split() {
    let channels: Vec<Vec<f32>> = (0..3).map(|lane| signal(1000, 60 + lane)).collect();
    let mut pcg = Pcg::new(1, 4);
    let (mut rms, mut arv, mut mean) = (BlockRms::<25, 3>::new(), BlockArv::<25, 3>::new(), BlockMean::<25, 3>::new());
    let mut alone: [BlockRms<25>; 3] = core::array::from_fn(|_| BlockRms::new());
    for tick in 0..50 {
        let mut at = tick * 20;
        while at < tick * 20 + 20 {
            let end = (at + 1 + pcg.below(20)).min(tick * 20 + 20);
            let frames: Vec<[f32; 3]> = (at..end).map(|i| core::array::from_fn(|lane| channels[lane][i])).collect();
            rms.add(&frames);
            arv.add(&frames);
            mean.add(&frames);
            at = end;
        }
        rms.end_tick();
        arv.end_tick();
        mean.end_tick();
        for lane in 0..3 {
            let x: Vec<[f32; 1]> = channels[lane][tick * 20..tick * 20 + 20].iter().map(|v| [*v]).collect();
            alone[lane].add(&x);
            alone[lane].end_tick();
            for window in [1, 10, 25, 99] {
                let (a, b) = (rms.rms(lane, window).unwrap(), alone[lane].rms(0, window).unwrap());
                assert_eq!(a.to_bits(), b.to_bits());
                assert!(arv.arv(lane, window).unwrap() <= a * 1.000_001);
                assert!(mean.mean(lane, window).unwrap().abs() <= f64::from(a) * 1.000_001);
            }
        }
    }
}
