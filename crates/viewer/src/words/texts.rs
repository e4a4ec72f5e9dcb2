//! The words of the window by where they stand. What each is for stands beside it; the words themselves are in the file of a language.

use tonus_report::vocabulary::Language;

/// Every word of a language.
#[derive(Debug)]
pub struct Words {
    /// Which one: the words that the report says too come from [`tonus_report::vocabulary`].
    pub language: Language,
    /// Title and navigation.
    pub app: AppWords,
    /// Steps on the way through a session.
    pub step: StepWords,
    /// The first screen.
    pub connect: ConnectWords,
    /// The signal check.
    pub check: CheckWords,
    /// Training.
    pub train: TrainWords,
    /// Why there is nothing to see.
    pub trouble: TroubleWords,
    /// Why a calibration was not accepted.
    pub refusal: RefusalWords,
    /// How it went.
    pub summary: SummaryWords,
    /// How it goes over time.
    pub progress: ProgressWords,
    /// Settings.
    pub settings: SettingsWords,
    /// What can go wrong.
    pub problem: ProblemWords,
}

/// Title and navigation.
#[derive(Debug)]
pub struct AppWords {
    /// Title of the window.
    pub title: &'static str,
    /// The same where nobody should know what it is.
    pub discreet_title: &'static str,
    /// Opens the progress.
    pub progress: &'static str,
    /// Opens the settings.
    pub settings: &'static str,
    /// Goes back.
    pub back: &'static str,
    /// Puts a message away.
    pub dismiss: &'static str,
    /// What this is not.
    pub not_medical: &'static str,
}

/// Steps on the way through a session.
#[derive(Debug)]
pub struct StepWords {
    /// For those who hear it.
    pub name: &'static str,
    /// See `Step`.
    pub connect: &'static str,
    /// See `Step`.
    pub check: &'static str,
    /// See `Step`.
    pub calibrate: &'static str,
    /// See `Step`.
    pub train: &'static str,
    /// See `Step`.
    pub summary: &'static str,
}

/// The first screen.
#[derive(Debug)]
pub struct ConnectWords {
    /// Headline.
    pub title: &'static str,
    /// Below it.
    pub intro: &'static str,
    /// Card: no sensor.
    pub try_title: &'static str,
    /// Its text.
    pub try_text: &'static str,
    /// Its button.
    pub try_button: &'static str,
    /// Who is simulated.
    pub person: &'static str,
    /// See `Person`.
    pub person_calm: &'static str,
    /// See `Person`.
    pub person_guarded: &'static str,
    /// See `Person`.
    pub person_slow: &'static str,
    /// Card: a real sensor.
    pub sensor_title: &'static str,
    /// The ports.
    pub ports: &'static str,
    /// None is there.
    pub no_ports: &'static str,
    /// Looks for ports.
    pub look_again: &'static str,
    /// While looking.
    pub looking: &'static str,
    /// A port that is typed.
    pub port_typed: &'static str,
    /// Listens to the port that is chosen.
    pub listen: &'static str,
    /// While listening.
    pub listening: &'static str,
    /// Before what was heard.
    pub we_hear: &'static str,
    /// Lines of text.
    pub lines: &'static str,
    /// Frames of a binary format.
    pub frames: &'static str,
    /// Behind how many of them come.
    pub a_second: &'static str,
    /// Behind the number of channels: one, and any other.
    pub channels: [&'static str; 2],
    /// In front of the profile that fits.
    pub fits: &'static str,
    /// Text that cannot be read.
    pub unread: &'static str,
    /// Bytes of no known sensor.
    pub noise: &'static str,
    /// Nothing.
    pub silence: &'static str,
    /// The profile.
    pub device: &'static str,
    /// Searches profiles.
    pub search: &'static str,
    /// No profile fits.
    pub nothing_found: &'static str,
    /// The rate, if the sensor does not say it.
    pub rate: &'static str,
    /// Opens the sensor.
    pub open: &'static str,
    /// While it is opened.
    pub opening: &'static str,
    /// Card: a recording.
    pub file_title: &'static str,
    /// Its text.
    pub file_text: &'static str,
    /// The file.
    pub file_typed: &'static str,
    /// Plays it.
    pub play: &'static str,
}

/// The signal check.
#[derive(Debug)]
pub struct CheckWords {
    /// Headline.
    pub title: &'static str,
    /// Below it.
    pub intro: &'static str,
    /// See `Subject`.
    pub contact: &'static str,
    /// See `Subject`.
    pub mains: &'static str,
    /// See `Subject`.
    pub noise: &'static str,
    /// See `Subject`.
    pub saturation: &'static str,
    /// Verdict.
    pub contact_fine: &'static str,
    /// Verdict.
    pub contact_amiss: &'static str,
    /// Verdict.
    pub mains_fine: &'static str,
    /// Verdict.
    pub mains_amiss: &'static str,
    /// Verdict.
    pub noise_fine: &'static str,
    /// Verdict.
    pub noise_amiss: &'static str,
    /// Verdict.
    pub saturation_fine: &'static str,
    /// Verdict.
    pub saturation_amiss: &'static str,
    /// Not known yet.
    pub not_yet: &'static str,
    /// All is good.
    pub all_fine: &'static str,
    /// Something should be done.
    pub some_amiss: &'static str,
    /// The choice of a programme.
    pub choose: &'static str,
    /// Before the step of the plan that is due.
    pub plan_step: &'static str,
    /// The one that is advised.
    pub advised: &'static str,
    /// How the person is placed.
    pub posture: &'static str,
    /// See `posture`.
    pub lying: &'static str,
    /// See `posture`.
    pub sitting: &'static str,
    /// See `posture`.
    pub standing: &'static str,
    /// Begins.
    pub begin: &'static str,
    /// Another sensor.
    pub another: &'static str,
    /// Measures rest.
    pub rest: &'static str,
    /// While it is measured.
    pub resting: &'static str,
    /// For those who hear it: the picture.
    pub strip: &'static str,
}

/// Training.
#[derive(Debug)]
pub struct TrainWords {
    /// Stops.
    pub stop: &'static str,
    /// Pauses.
    pub pause: &'static str,
    /// Goes on.
    pub resume: &'static str,
    /// Skips a step.
    pub skip: &'static str,
    /// Marks a moment.
    pub mark: &'static str,
    /// The mark.
    pub marker: &'static str,
    /// Shows samples.
    pub raw: &'static str,
    /// Breathe slower.
    pub slower: &'static str,
    /// Breathe faster.
    pub faster: &'static str,
    /// For those who hear it: the meter.
    pub muscle: &'static str,
    /// The second channel.
    pub companion: &'static str,
    /// For those who hear it: the picture.
    pub strip: &'static str,
    /// No baseline yet.
    pub waiting: &'static str,
    /// For those who hear it: the state.
    pub state: &'static str,
    /// For those who hear it: what is asked for.
    pub cue: &'static str,
    /// For those who hear it: the pacer.
    pub breath: &'static str,
    /// The pacer.
    pub breathe_in: &'static str,
    /// The pacer.
    pub breathe_out: &'static str,
    /// For those who hear it.
    pub repetitions: &'static str,
    /// A release before its cue.
    pub let_go_early: &'static str,
    /// Not let go.
    pub held: &'static str,
    /// Does not count.
    pub uncounted: &'static str,
    /// The target of a release.
    pub relaxed: &'static str,
    /// The target of a hold.
    pub gentle: &'static str,
    /// What the meter shows.
    pub of_reference: &'static str,
    /// What the meter shows without a reference.
    pub over_rest: &'static str,
    /// While paused.
    pub paused: &'static str,
    /// Before the first phase.
    pub preparing: &'static str,
    /// A recording is at its end.
    pub replay_end: &'static str,
    /// A recording is played.
    pub replay: &'static str,
    /// How late the picture is.
    pub latency: &'static str,
}

/// Why there is nothing to see.
#[derive(Debug)]
pub struct TroubleWords {
    /// See `Trouble`.
    pub lost: &'static str,
    /// See `Trouble`.
    pub silent: &'static str,
    /// See `Trouble`.
    pub starting: &'static str,
    /// See `Trouble`.
    pub signal: &'static str,
}

/// Why a calibration was not accepted.
#[derive(Debug)]
pub struct RefusalWords {
    /// See `Refusal`.
    pub too_short: &'static str,
    /// See `Refusal`.
    pub no_signal: &'static str,
    /// See `Refusal`.
    pub not_separable: &'static str,
    /// See `Refusal`.
    pub no_baseline: &'static str,
}

/// How it went.
#[derive(Debug)]
pub struct SummaryWords {
    /// While it is being kept.
    pub finishing: &'static str,
    /// Headline after the first session.
    pub first: &'static str,
    /// Headline.
    pub finished: &'static str,
    /// Headline after a stop.
    pub stopped: &'static str,
    /// Below it after a stop.
    pub hard_day: &'static str,
    /// Headline after a sensor that was lost.
    pub lost: &'static str,
    /// Below it, with a simulated sensor.
    pub simulated: &'static str,
    /// A number.
    pub time: &'static str,
    /// A number.
    pub releases: &'static str,
    /// A number.
    pub release_time: &'static str,
    /// A number.
    pub relaxation: &'static str,
    /// A number.
    pub holds: &'static str,
    /// A number.
    pub rest: &'static str,
    /// n of m.
    pub of: &'static str,
    /// A number that is not there.
    pub not_known: &'static str,
    /// A remark.
    pub little_signal: &'static str,
    /// Opens the report.
    pub report: &'static str,
    /// Copies the report.
    pub copy: &'static str,
    /// Where to.
    pub copy_to: &'static str,
    /// It is there.
    pub copied: &'static str,
    /// Nothing is typed.
    pub no_place: &'static str,
    /// A file is there.
    pub place_taken: &'static str,
    /// Card.
    pub diary: &'static str,
    /// Its text.
    pub diary_text: &'static str,
    /// A scale.
    pub pain: &'static str,
    /// A scale.
    pub mood: &'static str,
    /// A number.
    pub sleep: &'static str,
    /// A note.
    pub note: &'static str,
    /// Keeps the diary.
    pub keep: &'static str,
    /// It is kept.
    pub kept: &'static str,
    /// Once more.
    pub again: &'static str,
    /// What proves that it is the same.
    pub digest: &'static str,
}

/// How it goes over time.
#[derive(Debug)]
pub struct ProgressWords {
    /// Headline.
    pub title: &'static str,
    /// Nothing yet.
    pub none: &'static str,
    /// Sessions.
    pub sessions: &'static str,
    /// Entries of the diary.
    pub entries: &'static str,
    /// Milestones.
    pub milestones: &'static str,
    /// The latest sessions.
    pub latest: &'static str,
    /// The entries of the diary.
    pub diary: &'static str,
    /// What a line is for.
    pub hint: &'static str,
    /// All of a list.
    pub all: &'static str,
    /// Play a session.
    pub review: &'static str,
    /// Delete one.
    pub delete: &'static str,
    /// Asked once more.
    pub really: &'static str,
    /// It is not deleted.
    pub not_deleted: &'static str,
    /// Keep an entry as it was changed.
    pub save: &'static str,
    /// Mood.
    pub mood: &'static str,
    /// Hours of sleep.
    pub slept: &'static str,
    /// Not with a muscle of one's own.
    pub simulated: &'static str,
    /// Where a copy goes.
    pub copy_to: &'static str,
    /// The plan.
    pub plan: &'static str,
    /// A suggestion.
    pub talk: &'static str,
    /// Axis.
    pub days: &'static str,
    /// Minutes.
    pub minutes: &'static str,
    /// See `Axis`.
    pub resting_tension: &'static str,
    /// See `Axis`.
    pub resting_instability: &'static str,
    /// See `Axis`.
    pub contraction: &'static str,
    /// See `Axis`.
    pub release: &'static str,
    /// See `Axis`.
    pub residual: &'static str,
    /// See `Axis`.
    pub relaxation: &'static str,
    /// See `Axis`.
    pub pain: &'static str,
    /// See `Change`.
    pub too_few: &'static str,
    /// See `Change`.
    pub same: &'static str,
    /// See `Change`.
    pub lower: &'static str,
    /// See `Change`.
    pub higher: &'static str,
}

/// Settings.
#[derive(Debug)]
pub struct SettingsWords {
    /// Headline.
    pub title: &'static str,
    /// Language.
    pub language: &'static str,
    /// Colours.
    pub look: &'static str,
    /// See `Look`.
    pub system: &'static str,
    /// See `Look`.
    pub light: &'static str,
    /// See `Look`.
    pub dark: &'static str,
    /// See `Look`.
    pub contrast: &'static str,
    /// Size of texts.
    pub text_scale: &'static str,
    /// Reduced motion.
    pub motion: &'static str,
    /// What it does.
    pub motion_hint: &'static str,
    /// Discreet mode.
    pub discreet: &'static str,
    /// What it does.
    pub discreet_hint: &'static str,
    /// What is heard.
    pub tone: &'static str,
    /// See `Tone`.
    pub tone_off: &'static str,
    /// See `Tone`.
    pub tone_pitch: &'static str,
    /// See `Tone`.
    pub tone_volume: &'static str,
    /// No sound device.
    pub tone_missing: &'static str,
    /// Volume.
    pub volume: &'static str,
    /// Where on the body.
    pub body: &'static str,
    /// See `Body`.
    pub limb: &'static str,
    /// See `Body`.
    pub jaw: &'static str,
    /// See `Body`.
    pub shoulder: &'static str,
    /// See `Body`.
    pub pelvic: &'static str,
    /// See `Body`.
    pub trunk: &'static str,
    /// The second channel.
    pub companion: &'static str,
    /// Seconds of the picture.
    pub span: &'static str,
    /// The raw trace.
    pub raw: &'static str,
    /// When they take effect.
    pub next_sensor: &'static str,
}

/// What can go wrong.
#[derive(Debug)]
pub struct ProblemWords {
    /// The sensor is gone.
    pub gone: &'static str,
    /// What to do.
    pub gone_help: &'static str,
    /// No port is chosen.
    pub no_port: &'static str,
    /// What to do.
    pub no_port_help: &'static str,
    /// Kept settings could not be used.
    pub unused_settings: &'static str,
    /// What came of it.
    pub unused_settings_help: &'static str,
    /// Settings cannot be kept.
    pub settings_help: &'static str,
}
