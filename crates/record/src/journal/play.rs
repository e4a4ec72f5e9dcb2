//! What a journal says, in the order of frames, with everything that is missing declared.

use std::io::{self, Read};

use tonus_core::input::Cue;

use super::entry::{Ending, Entry};
use super::reader::{Damage, Reader};
use crate::session::{EventLog, ProgramCommand, SessionEvent};

/// A jump between both clocks beyond this many microseconds is written down.
const JUMP_US: i128 = 1_000_000;
/// Commands of a person that are kept: one a second for eighteen hours.
const MAX_COMMANDS: usize = 1 << 16;

/// Takes rows.
pub trait Rows {
    /// A frame.
    ///
    /// # Errors
    /// What the system says.
    fn frame(&mut self, n: u64, values: &[f64], cue: Cue) -> io::Result<()>;

    /// Frames that are missing from `n` on.
    ///
    /// # Errors
    /// What the system says.
    fn gap(&mut self, n: u64, frames: u64, cue: Cue) -> io::Result<()>;

    /// An unknown time is missing before `n`.
    ///
    /// # Errors
    /// What the system says.
    fn stall(&mut self, n: u64, cue: Cue) -> io::Result<()>;
}

/// What a journal said besides its rows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Played {
    /// Frames that are there.
    pub frames: u64,
    /// Frames that are missing, whatever the reason.
    pub lost: u64,
    /// Of those, frames that came and could not be stored in time.
    pub not_stored: u64,
    /// Of those, frames that were stored and damaged.
    pub damaged: u64,
    /// Interruptions.
    pub gaps: u64,
    /// Index behind the last frame or gap.
    pub index: u64,
    /// What the person did.
    pub commands: Vec<ProgramCommand>,
    /// What happened, and what reading found.
    pub events: EventLog,
    /// The end, if it came to one.
    pub ending: Option<Ending>,
    /// What could not be read.
    pub damage: Damage,
}

impl Played {
    fn gap(&mut self, frames: u64, cue: Cue, rows: &mut impl Rows, in_gap: &mut bool) -> io::Result<()> {
        if frames == 0 {
            return Ok(());
        }
        self.gaps += u64::from(!*in_gap);
        *in_gap = true;
        rows.gap(self.index, frames, cue)?;
        self.lost = self.lost.saturating_add(frames);
        self.index = self.index.saturating_add(frames);
        Ok(())
    }

    fn stall(&mut self, cue: Cue, rows: &mut impl Rows) -> io::Result<()> {
        self.gaps += 1;
        rows.stall(self.index, cue)
    }

    fn event(&mut self, rate_hz: f64, event: &str, text: String) {
        let t_s = self.index as f64 / rate_hz;
        self.events.push(SessionEvent { n: self.index, t_s, event: event.to_owned(), text });
    }
}

/// Reads a journal to its end.
///
/// # Errors
/// What the source or `rows` say.
pub fn play<R: Read>(reader: &mut Reader<R>, rows: &mut impl Rows) -> io::Result<Played> {
    let rate_hz = reader.info().rate.hz;
    let mut played = Played::default();
    let (mut cue, mut stalls, mut number, mut in_gap) = (Cue::Free, 0_u32, 0_u32, false);
    let mut clocks: Option<(i128, i128)> = None;
    let mut frame = Vec::new();
    while let Some(chunk) = reader.next_chunk()? {
        if chunk.number != number {
            let frames = chunk.first.saturating_sub(played.index);
            let (chunks, index) = (chunk.number.wrapping_sub(number), played.index);
            played.event(
                rate_hz,
                "warning",
                format!("the journal is damaged here: {chunks} chunks, {frames} frames from {index} on are missing"),
            );
            played.damaged = played.damaged.saturating_add(frames);
        }
        number = chunk.number.saturating_add(1);
        if chunk.stalls != stalls {
            // It was in what is damaged.
            played.stall(cue, rows)?;
            in_gap = false;
        }
        stalls = chunk.stalls;
        let missing = chunk.first.saturating_sub(played.index);
        played.gap(missing, cue, rows, &mut in_gap)?;
        if let Some((steady, wall)) = clocks {
            let steady = i128::from(chunk.clocks.steady_us) - steady;
            let jump = i128::from(chunk.clocks.wall_us) - wall - steady;
            if jump.abs() > JUMP_US {
                let text = format!("the clock of the computer was set, or it slept: {:+.1} s", jump as f64 / 1e6);
                played.event(rate_hz, "clock", text);
            }
        }
        clocks = Some((i128::from(chunk.clocks.steady_us), i128::from(chunk.clocks.wall_us)));
        cue = chunk.cue;
        for entry in chunk.entries {
            match entry {
                Entry::Frames(frames) => {
                    in_gap &= frames.count() == 0;
                    frames.each(&mut frame, |values| {
                        rows.frame(played.index, values, cue)?;
                        played.frames += 1;
                        played.index += 1;
                        Ok::<(), io::Error>(())
                    })?;
                }
                Entry::Gap(frames) => played.gap(frames, cue, rows, &mut in_gap)?,
                Entry::NotStored(frames) => {
                    let text = format!("{frames} frames could not be stored in time: the disk was too slow");
                    played.event(rate_hz, "warning", text);
                    played.not_stored = played.not_stored.saturating_add(frames);
                    played.gap(frames, cue, rows, &mut in_gap)?;
                }
                Entry::Stall => {
                    stalls = stalls.wrapping_add(1);
                    in_gap = false;
                    played.stall(cue, rows)?;
                }
                Entry::Cue(now) => cue = now,
                Entry::Command(command) => {
                    if played.commands.len() < MAX_COMMANDS {
                        played.commands.push(command);
                    }
                }
                Entry::Event(event) => {
                    played.events.push(event);
                }
                Entry::End(ending) => played.ending = Some(ending),
                Entry::Unknown => {}
            }
        }
    }
    played.damage = reader.damage();
    Ok(played)
}
