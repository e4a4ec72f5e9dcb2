//! Deep rest that a programme takes for the baseline.
//!
//! Somebody who is tense from the first second calibrates on tension. Where she lets go in a step of rest, that rest is measured
//! by a quiet cue within the step, and takes the place of the baseline; the reference stays (docs/STATES.md, docs/PROGRAMS.md).

use tonus_core::calibration::Calibration;
use tonus_core::config::Kind;
use tonus_core::decision::{Decision, Reasons};
use tonus_core::input::Cue;
use tonus_core::training::{Phase, Purpose, Session, Stage};
use tonus_dsp::units::SampleRate;

/// Deep rest is looked for this often, counted from the begin of a step: the deepest rest is gathered in halves of a second too.
const LOOK_S: f64 = 0.5;
/// How long it is measured …
const MEASURE_S: f64 = 6.0;
/// … and how much of the step must be left at least: the second fit of the whitening filter needs 2.6 s.
const LEAST_S: f64 = 4.0;
/// Most baselines that one session adopts.
const MOST: u32 = 3;
/// A baseline that is adopted lies below this multiple of the one in force …
const BELOW: f32 = 0.9;
/// … and not below this multiple of the first of the session. The tensest pause of three minutes is 1.3 to 5.7 times the calmest in
/// healthy shoulders; a tenth is more than any muscle lets go, and an electrode that comes off reads less.
const NOT_BELOW: f32 = 0.1;

/// What is due before a sample.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Due {
    /// Something is asked for.
    Cue(Cue),
    /// A calibration is to be used from here on.
    Calibration {
        /// Of this channel, from 0.
        channel: u8,
        /// What holds.
        calibration: Calibration,
        /// Whether it is another one than before.
        is_new: bool,
    },
}

/// What is known of a channel's rest.
#[derive(Debug, Clone, Copy, Default)]
struct Rest {
    first_uv: Option<f32>,
    in_force: Option<Calibration>,
    measured: Option<Calibration>,
}

impl Rest {
    /// The measured rest with the reference that there was, if it is calmer than the one in force, within the limits.
    fn calmer(&self) -> Option<Calibration> {
        let (measured, in_force) = (self.measured?, self.in_force?);
        let is_raw = measured.kind == Kind::Raw && in_force.kind == Kind::Raw;
        let lowest_uv = NOT_BELOW * self.first_uv.unwrap_or(in_force.baseline_uv);
        let is_within = measured.baseline_uv < BELOW * in_force.baseline_uv && measured.baseline_uv >= lowest_uv;
        measured.keeping_reference(&in_force).ok().filter(|_| is_raw && is_within)
    }
}

/// How far a measurement is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Progress {
    /// None is under way.
    #[default]
    None,
    /// Rest is measured up to this sample.
    Measuring { until: u64 },
    /// The cue that ends it is due.
    Closing,
    /// It has ended; what holds from here on is to be settled.
    Closed,
}

/// Watches for deep rest, has it measured, and settles what holds afterwards.
#[derive(Debug)]
pub(super) struct Adoption {
    is_wanted: bool,
    rate: SampleRate,
    channels: Vec<Rest>,
    /// Whether the first channel was in deep rest when it was last heard of.
    is_deep: bool,
    progress: Progress,
    made: u32,
    /// Number of the phase in which a measurement gave no calmer rest: one is enough there.
    vain: Option<u32>,
    /// Number of the phase that rest is measured in.
    phase: u32,
    /// It was looked before this sample; the next look comes later.
    looked: u64,
}

impl Adoption {
    pub(super) fn new(is_wanted: bool, rate: SampleRate, channels: usize) -> Self {
        Self {
            is_wanted,
            rate,
            channels: vec![Rest::default(); channels],
            is_deep: false,
            progress: Progress::None,
            made: 0,
            vain: None,
            phase: 0,
            looked: 0,
        }
    }

    /// Calibrations are given, and stay.
    pub(super) fn forbid(&mut self) {
        self.is_wanted = false;
    }

    /// Whether rest is being measured.
    pub(super) fn is_measuring(&self) -> bool {
        matches!(self.progress, Progress::Measuring { .. })
    }

    pub(super) fn decision(&mut self, d: &Decision) {
        if d.channel == 0 {
            self.is_deep = d.reasons.intersects(Reasons::DEEP_REST);
        }
    }

    /// A calibration was accepted, or given.
    pub(super) fn calibrated(&mut self, channel: u8, calibration: &Calibration) {
        let Some(rest) = self.channels.get_mut(usize::from(channel)) else { return };
        if self.progress == Progress::None {
            rest.first_uv.get_or_insert(calibration.baseline_uv);
            rest.in_force = Some(*calibration);
        } else {
            rest.measured = Some(*calibration);
        }
    }

    /// Whether what is accepted or refused now is this measurement's.
    pub(super) fn is_under_way(&self) -> bool {
        self.progress != Progress::None
    }

    /// The phase in which deep rest is looked for now.
    fn place<'a>(&self, session: &'a Session<64>) -> Option<&'a Phase> {
        let is_open = self.is_wanted && self.made < MOST && self.progress == Progress::None;
        let phase = session.phase().filter(|_| is_open && session.stage() == Stage::Running)?;
        let is_rest = phase.purpose != Purpose::Break && phase.step.kind.is_relaxation();
        (is_rest && self.vain != Some(phase.number)).then_some(phase)
    }

    fn samples(&self, seconds: f64) -> u64 {
        (seconds * self.rate.hz()).round() as u64
    }

    /// The sample before which there is something to do next, unless the phase is over before.
    pub(super) fn next(&self, session: &Session<64>) -> Option<u64> {
        if let Progress::Measuring { until } = self.progress {
            return Some(until);
        }
        let phase = self.place(session)?;
        let from = self.looked.max(phase.start) - phase.start;
        let looks = (from as f64 / (LOOK_S * self.rate.hz())).floor();
        // Rounding may put the look before `from`: then it is the one after.
        let next = [1.0, 2.0].map(|more| phase.start + self.samples((looks + more) * LOOK_S));
        let next = next.into_iter().find(|next| *next > self.looked)?;
        (next + self.samples(LEAST_S) <= phase.end).then_some(next)
    }

    /// Looks, or ends a measurement, if that is due before sample `at`; the cue to give then.
    pub(super) fn due(&mut self, at: u64, session: &Session<64>) -> Option<Cue> {
        self.next(session).filter(|next| *next <= at)?;
        if self.is_measuring() {
            return self.close(session.cue());
        }
        self.looked = at;
        let phase = self.place(session).filter(|phase| self.is_deep && at + self.samples(LEAST_S) <= phase.end)?;
        self.phase = phase.number;
        self.progress = Progress::Measuring { until: (at + self.samples(MEASURE_S)).min(phase.end) };
        self.channels.iter_mut().for_each(|rest| rest.measured = None);
        Some(Cue::Quiet)
    }

    /// Something else is asked for: a measurement under way ends with this cue.
    pub(super) fn close(&mut self, cue: Cue) -> Option<Cue> {
        let is_measuring = self.is_measuring();
        if is_measuring {
            self.progress = Progress::Closing;
        }
        is_measuring.then_some(cue)
    }

    /// The cue that ends a measurement, if it was due, has been given.
    pub(super) fn given(&mut self) {
        if self.progress == Progress::Closing {
            self.progress = Progress::Closed;
        }
    }

    /// What holds after a measurement that has ended, channel by channel.
    pub(super) fn settle(&mut self) -> Option<Vec<Due>> {
        if self.progress != Progress::Closed {
            return None;
        }
        self.progress = Progress::None;
        let is_calmer = self.channels.first().is_some_and(|rest| rest.calmer().is_some());
        if is_calmer {
            self.made += 1;
        } else {
            self.vain = Some(self.phase);
        }
        let settle = |(channel, rest): (u8, &mut Rest)| {
            let new = match rest.in_force {
                Some(_) => rest.calmer().filter(|_| is_calmer),
                None => rest.measured,
            };
            if let Some(new) = new {
                rest.first_uv.get_or_insert(new.baseline_uv);
                rest.in_force = Some(new);
            }
            Some(Due::Calibration { channel, calibration: rest.in_force?, is_new: new.is_some() })
        };
        // An engine has at most 256 channels.
        Some((0..=u8::MAX).zip(&mut self.channels).filter_map(settle).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Driver, Engine, Observer, Step, Training};
    use tonus_core::calibration::Refusal;
    use tonus_core::config::{ChannelConfig, PipelineConfig};
    use tonus_core::input::{Command, Input};
    use tonus_core::training::SessionInput;
    use tonus_program::ProgramFile;
    use tonus_report::training::{AdoptionReport, TrainingReport};
    use tonus_testkit::random::Pcg;

    /// Rest, a hold, and three long rests with a short contraction between; 125 s.
    const PROGRAM: &str = r#"
name = "letting-go"
version = 1
[text.en]
title = "Letting go"
about = "A test."
say = "Do."
[[step]]
kind = "quiet"
duration_s = 12
prompt = "say"
retries = 1
[[step]]
kind = "reference"
duration_s = 5
prompt = "say"
[[step]]
repeat = 3
[[step.step]]
kind = "rest"
duration_s = 30
prompt = "say"
ceiling_ratio = 1.3
[[step.step]]
kind = "hold"
duration_s = 6
prompt = "say"
band = [0.2, 1.2]
"#;

    /// Tense at 6 µV while rest is measured; holds of 60 µV; `rest` at other times.
    fn level(t: f64, rest: impl Fn(f64) -> f64) -> f64 {
        let is_hold = t >= 17.0 && (t - 17.0) % 36.0 >= 30.0;
        if t < 12.0 {
            6.0
        } else if t < 17.0 || is_hold {
            60.0
        } else {
            rest(t)
        }
    }

    fn signal(rest: impl Fn(f64) -> f64) -> Vec<f32> {
        let mut noise = Pcg::new(5, 9);
        (0..125_000).map(|n| (level(f64::from(n) / 1000.0, &rest) * noise.normal()) as f32).collect()
    }

    #[derive(Default)]
    struct Log {
        cues: Vec<(u64, Cue)>,
        accepted: Vec<Calibration>,
        refused: usize,
    }

    impl Observer for Log {
        fn step(&mut self, step: &Step<'_>) {
            if let Input::Command(Command::Cue(cue)) = step.input {
                self.cues.push((step.index, cue));
            }
        }

        fn calibrated(&mut self, _channel: u8, calibration: &Calibration) {
            self.accepted.push(*calibration);
        }

        fn refused(&mut self, _channel: u8, _refusal: Refusal) {
            self.refused += 1;
        }
    }

    struct Ran {
        log: Log,
        report: TrainingReport,
        digest: [u8; 32],
        calibration: Calibration,
    }

    impl Ran {
        fn adoptions(&self) -> &[AdoptionReport] {
            &self.report.channels[0].adoptions
        }
    }

    fn driver(program: &str) -> Driver {
        let config = PipelineConfig::new(SampleRate::new(1000.0).unwrap());
        let engine = Engine::new(&config, &[ChannelConfig::default()]).unwrap();
        let file = ProgramFile::from_toml(program, "letting-go.toml").unwrap();
        Driver::new(engine).with_training(Training::new(file, &config, &["emg"], false))
    }

    /// Plays a signal in blocks; `act` may do something before each.
    fn run_with(program: &str, signal: &[f32], block: usize, mut act: impl FnMut(&mut Driver)) -> Ran {
        let (mut driver, mut log) = (driver(program), Log::default());
        for part in signal.chunks(block) {
            act(&mut driver);
            driver.push(Input::Frames(part), &mut log).unwrap();
        }
        let calibration = *driver.engine().calibration(0).unwrap();
        let (at, digest) = (driver.index(), driver.engine().digest());
        let report = driver.take_training().unwrap().finish(at, (20.0, 450.0), |_| None);
        Ran { log, report, digest, calibration }
    }

    fn run(program: &str, signal: &[f32]) -> Ran {
        run_with(program, signal, 500, |_| ())
    }

    #[test]
    fn deep_rest_becomes_the_baseline_and_the_reference_stays() {
        let ran = run(PROGRAM, &signal(|t| if t < 25.0 { 6.0 } else { 1.5 }));
        let [one] = ran.adoptions() else { panic!("{:?}", ran.adoptions()) };
        assert!((one.from_uv / 6.0 - 1.0).abs() < 0.1 && (one.to_uv / 1.5 - 1.0).abs() < 0.1, "{one:?}");
        assert!((31.0..36.0).contains(&one.t_s), "{one:?}");
        let quiet: Vec<u64> = ran.log.cues.iter().filter(|cue| cue.1 == Cue::Quiet).map(|cue| cue.0).collect();
        assert_eq!((quiet.len(), quiet[1] + 6000), (2, (one.t_s * 1000.0) as u64));
        // The first rest, the hold, and what was adopted: nobody hears of the measurement before it is settled.
        let [first, held, adopted] = &ran.log.accepted[..] else { panic!("{:?}", ran.log.accepted) };
        assert_eq!((first.reference_uv, adopted.reference_uv, ran.calibration), (None, held.reference_uv, *adopted));
        let (before, after) = (held.detection.reference.unwrap(), adopted.detection.reference.unwrap());
        assert!((after / before - 1.0).abs() < 0.1, "white rest gives the same filter: {before} {after}");
        // What is measured meanwhile is rest: the phase is valid from end to end.
        let rest = &ran.report.channels[0].phases[2];
        assert!(rest.valid_s > 29.5 && rest.on_target_share > Some(0.8), "{rest:?}");
        assert!(ran.report.channels[0].repetitions.iter().all(|one| one.counts), "{:?}", ran.report.channels[0]);
    }

    #[test]
    fn any_split_of_the_input_gives_the_same_cues_and_decisions() {
        let signal = signal(|t| if t < 25.0 { 6.0 } else { 1.5 });
        let whole = run_with(PROGRAM, &signal, signal.len(), |_| ());
        assert_eq!(whole.adoptions().len(), 1);
        for block in [1, 37, 500, 4096] {
            let ran = run_with(PROGRAM, &signal, block, |_| ());
            assert_eq!(
                (ran.digest, &ran.log.cues, &ran.report),
                (whole.digest, &whole.log.cues, &whole.report),
                "{block}"
            );
        }
    }

    #[test]
    fn nothing_is_adopted_where_a_programme_says_so_or_calibrations_are_kept() {
        let signal = signal(|t| if t < 25.0 { 6.0 } else { 1.5 });
        let off = PROGRAM.replace("version = 1", "version = 1\nadopt_deep_rest = false");
        let ran = run(&off, &signal);
        assert_eq!((ran.adoptions(), ran.log.accepted.len()), (&[][..], 2));
        let mut kept = driver(PROGRAM).keeping_calibrations();
        kept.calibrate(0, ran.calibration).unwrap();
        let mut log = Log::default();
        kept.push(Input::Frames(&signal), &mut log).unwrap();
        assert!(log.accepted.is_empty() && log.cues.iter().all(|cue| cue.1 != Cue::Quiet), "{:?}", log.cues);
    }

    #[test]
    fn rest_that_is_not_deep_changes_nothing() {
        let signal = signal(|t| if t % 7.0 < 2.0 { 4.8 } else { 5.5 });
        let off = PROGRAM.replace("version = 1", "version = 1\nadopt_deep_rest = false");
        let (on, off) = (run(PROGRAM, &signal), run(&off, &signal));
        assert_eq!((on.digest, &on.log.cues, on.adoptions().len()), (off.digest, &off.log.cues, 0));
    }

    #[test]
    fn three_are_adopted_at_most_and_none_below_a_tenth_of_the_first() {
        let ran = run(PROGRAM, &signal(|t| 6.0 * 0.6_f64.powf(((t - 17.0) / 11.0).floor())));
        assert_eq!(ran.adoptions().len(), 3, "{:?}", ran.adoptions());
        // What an electrode reads that comes off bit by bit is no rest, and one measurement is enough in each step.
        let ran = run(
            PROGRAM,
            &signal(|t| {
                if t < 25.0 {
                    6.0
                } else if t < 50.0 {
                    1.5
                } else {
                    0.4
                }
            }),
        );
        let [one] = ran.adoptions() else { panic!("{:?}", ran.adoptions()) };
        let quiet: Vec<u64> = ran.log.cues.iter().filter(|cue| cue.1 == Cue::Quiet).map(|cue| cue.0).collect();
        assert_eq!(quiet.len(), 4, "the programme's, what was adopted, and one in each of the other steps: {quiet:?}");
        assert_eq!((ran.log.accepted.len(), ran.calibration.baseline_uv), (3, one.to_uv));
    }

    #[test]
    fn a_measurement_that_is_left_is_closed_and_the_calibration_holds() {
        let signal = signal(|t| if t < 25.0 { 6.0 } else { 1.5 });
        for (input, cue) in
            [(SessionInput::Skip, Cue::Work), (SessionInput::Pause, Cue::Free), (SessionInput::Stop, Cue::Free)]
        {
            // Half a second into the measurement there is too little for a baseline.
            let mut left = None;
            let ran = run_with(PROGRAM, &signal, 100, |driver| {
                let is_measuring = driver.training().is_some_and(Training::is_measuring);
                if is_measuring && left.is_none_or(|at| at + 500 >= driver.index()) {
                    let since = *left.get_or_insert(driver.index());
                    if driver.index() == since + 500 {
                        driver.command(input);
                    }
                }
            });
            let place = ran.log.cues.iter().rposition(|cue| cue.1 == Cue::Quiet).unwrap();
            let after: Vec<Cue> = ran.log.cues[place + 1..].iter().take(2).map(|cue| cue.1).collect();
            assert_eq!((after, ran.log.refused), (vec![Cue::Rest, cue], 0), "{input:?}");
            assert!(ran.report.phases.iter().all(|phase| phase.purpose == Purpose::Step), "{input:?}");
            assert!(ran.calibration.reference_uv.is_some(), "{input:?}");
        }
    }

    #[test]
    fn another_pace_of_breath_leaves_a_measurement_alone() {
        let program = PROGRAM.replace("kind = \"rest\"", "kind = \"breathe\"\nbreaths_per_min = 6");
        let signal = signal(|t| if t < 25.0 { 6.0 } else { 1.5 });
        let mut is_told = false;
        let ran = run_with(&program, &signal, 100, |driver| {
            if driver.training().is_some_and(Training::is_measuring) && !std::mem::replace(&mut is_told, true) {
                driver.command(SessionInput::Pace(5.0));
            }
        });
        assert_eq!((is_told, ran.adoptions().len()), (true, 1));
    }
}
