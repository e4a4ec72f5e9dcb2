//! What a programme looks like: one line for each step or repeat.

use core::fmt;

use serde::Serialize;
use tonus_core::training::{Entry, Step, Target};

use crate::file::ProgramFile;
use crate::text;

/// A line of an outline.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OutlineLine {
    /// How many repeats it is in.
    pub depth: usize,
    /// What stands on it.
    #[serde(flatten)]
    pub item: OutlineItem,
}

/// A step or a repeat.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum OutlineItem {
    /// The deeper lines that follow, so many times.
    Repeat {
        /// How often.
        repeat: u16,
    },
    /// A step.
    Step {
        /// The kind, in the word that files use.
        kind: &'static str,
        /// How long.
        duration_s: f64,
        /// The text to show.
        prompt: String,
        /// The segment that its measurements are gathered in.
        #[serde(skip_serializing_if = "Option::is_none")]
        segment: Option<String>,
        /// What to aim for.
        #[serde(skip_serializing_if = "Option::is_none")]
        target: Option<OutlineTarget>,
        /// Share of the time on target that makes it count.
        #[serde(skip_serializing_if = "Option::is_none")]
        pass_share: Option<f64>,
        /// How often a refused measurement is tried again.
        #[serde(skip_serializing_if = "Option::is_none")]
        retries: Option<u8>,
        /// Breathing in, in seconds.
        #[serde(skip_serializing_if = "Option::is_none")]
        inhale_s: Option<f64>,
        /// Breathing out, in seconds.
        #[serde(skip_serializing_if = "Option::is_none")]
        exhale_s: Option<f64>,
    },
}

/// What to aim for, in the words that files use.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum OutlineTarget {
    /// Below this multiple of the own baseline.
    Ceiling {
        /// Multiple of the baseline.
        ratio: f64,
    },
    /// Below a ceiling that follows.
    Adaptive {
        /// Where it begins.
        start_ratio: f64,
        /// Its lowest.
        lowest_ratio: f64,
        /// Its highest.
        highest_ratio: f64,
        /// The share of the time that should be below it.
        success_share: f64,
        /// How far it may move in a minute.
        ratio_per_min: f64,
    },
    /// Within these shares of the own reference.
    Band {
        /// Lower edge.
        low: f64,
        /// Upper edge.
        high: f64,
    },
}

/// The number that was written, not the binary fraction nearest to it.
fn as_written(value: f32) -> f64 {
    value.to_string().parse().unwrap_or(f64::from(value))
}

impl OutlineTarget {
    fn of(target: &Target) -> Option<Self> {
        match *target {
            Target::None => None,
            Target::Ceiling { ratio } => Some(Self::Ceiling { ratio: as_written(ratio) }),
            Target::Band { low, high } => Some(Self::Band { low: as_written(low), high: as_written(high) }),
            Target::Adaptive(config) => Some(Self::Adaptive {
                start_ratio: as_written(config.start_ratio),
                lowest_ratio: as_written(config.lowest_ratio),
                highest_ratio: as_written(config.highest_ratio),
                success_share: as_written(config.success_share),
                ratio_per_min: as_written(config.ratio_per_min),
            }),
        }
    }
}

impl fmt::Display for OutlineTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&match *self {
            Self::Ceiling { ratio } => text::ceiling(ratio),
            Self::Adaptive { lowest_ratio, highest_ratio, .. } => text::adaptive(lowest_ratio, highest_ratio),
            Self::Band { low, high } => text::band(low, high),
        })
    }
}

/// One line for a terminal, indented: `10 s  hold  35–70 % of your own measure`.
impl fmt::Display for OutlineLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:indent$}", "", indent = 2 * self.depth)?;
        match &self.item {
            OutlineItem::Repeat { repeat } => f.write_str(&text::times(*repeat)),
            OutlineItem::Step { kind, duration_s, target, inhale_s, exhale_s, .. } => {
                write!(f, "{}  {}", text::duration(*duration_s), text::kind(kind))?;
                if let (Some(inhale), Some(exhale)) = (inhale_s, exhale_s) {
                    write!(f, ", {}", text::pace(*inhale, *exhale))?;
                }
                target.map_or(Ok(()), |target| write!(f, ", {target}"))
            }
        }
    }
}

impl ProgramFile {
    /// The steps and repeats in their order, with their depth.
    pub fn outline(&self) -> Vec<OutlineLine> {
        let mut ends = Vec::new();
        let mut lines = Vec::new();
        for (entry, one) in self.program.entries().iter().enumerate() {
            ends.retain(|end| *end > entry);
            let depth = ends.len();
            let item = match one {
                Entry::Repeat { times, entries } => {
                    ends.push(entry + 1 + usize::from(*entries));
                    OutlineItem::Repeat { repeat: *times }
                }
                Entry::Step(step) => self.item(step),
            };
            lines.push(OutlineLine { depth, item });
        }
        lines
    }

    fn item(&self, step: &Step) -> OutlineItem {
        let seconds = |ms: u32| f64::from(ms) / 1000.0;
        OutlineItem::Step {
            kind: step.kind.name(),
            duration_s: seconds(step.duration_ms),
            prompt: self.prompt(step).to_owned(),
            segment: self.segment(step).map(str::to_owned),
            target: OutlineTarget::of(&step.target),
            pass_share: (step.pass_share > 0.0).then(|| as_written(step.pass_share)),
            retries: (step.retries > 0).then_some(step.retries),
            inhale_s: step.breath.map(|breath| seconds(breath.inhale_ms)),
            exhale_s: step.breath.map(|breath| seconds(breath.exhale_ms)),
        }
    }
}
