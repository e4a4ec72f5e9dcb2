//! How fast journals of hostile bytes are read, and what memory that takes: the goals are 50 MB/s and 32 MiB.
//!
//! `cargo bench -p tonus-record --bench hostile_journals` prints a line for each kind and fails where one misses a goal;
//! `-- DIR 2000` writes each with 2000 bytes into a folder instead, for fuzzing.

use std::fs::File;
use std::io;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::Instant;

use tonus_core::input::Cue;
use tonus_record::journal::{Reader, Rows, play};
use tonus_testkit::record::HOSTILE_JOURNALS;

/// Bytes of each journal.
const LENGTH: usize = 64 << 20;
/// Goals.
const MB_PER_S: f64 = 50.0;
const MIB: f64 = 32.0;

/// Counts rows.
#[derive(Default)]
struct Count(u64);

impl Rows for Count {
    fn frame(&mut self, _: u64, _: &[f64], _: Cue) -> io::Result<()> {
        self.0 += 1;
        Ok(())
    }

    fn gap(&mut self, _: u64, _: u64, _: Cue) -> io::Result<()> {
        self.0 += 1;
        Ok(())
    }

    fn stall(&mut self, _: u64, _: Cue) -> io::Result<()> {
        self.0 += 1;
        Ok(())
    }
}

/// The most memory that this process took, in MiB, where the system tells.
fn peak_mib() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<f64>().ok()? / 1024.0)
}

/// Seconds that this thread has run, where the system tells; what else the machine does is not in it.
fn cpu_s() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(stat.split_whitespace().next()?.parse::<f64>().ok()? / 1e9)
}

/// Prints MB/s, peak memory in MiB and rows of a journal; whether the goals are met.
fn measure(name: &str, file: &Path) -> io::Result<bool> {
    let (begin, before) = (Instant::now(), cpu_s());
    let mut rows = Count::default();
    // What is no journal is not read to its end.
    let mut reader = Reader::new(File::open(file)?).ok();
    reader.as_mut().map(|reader| play(reader, &mut rows)).transpose()?;
    let seconds = cpu_s().zip(before).map_or(begin.elapsed().as_secs_f64(), |(now, before)| now - before);
    let speed = file.metadata()?.len() as f64 / 1e6 / seconds;
    let peak = peak_mib().unwrap_or_default();
    let is_met = speed >= MB_PER_S && peak <= MIB;
    println!("{name:<46} {speed:>7.0} MB/s {peak:>6.1} MiB {:>9} rows{}", rows.0, if is_met { "" } else { "  MISSED" });
    Ok(is_met)
}

fn main() -> io::Result<ExitCode> {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with("--")).collect();
    match args.as_slice() {
        [mode, name, file] if mode == "measure" => {
            return Ok(if measure(name, Path::new(file))? { ExitCode::SUCCESS } else { ExitCode::FAILURE });
        }
        [folder, length] => {
            let length = length.parse().map_err(io::Error::other)?;
            for (name, make) in HOSTILE_JOURNALS {
                std::fs::write(Path::new(folder).join(name.replace(' ', "_").replace(',', "")), make(length))?;
            }
            return Ok(ExitCode::SUCCESS);
        }
        _ => {}
    }
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("journal.tonus");
    let mut is_met = true;
    for (name, make) in HOSTILE_JOURNALS {
        std::fs::write(&file, make(LENGTH))?;
        // Each in a process of its own: the memory is that of reading alone.
        let mut reader = Command::new(std::env::current_exe()?);
        is_met &= reader.args(["measure", name]).arg(&file).status()?.success();
    }
    Ok(if is_met { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
