//! Makes `report.html` out of a folder with `summary.json` and `states.csv`, as `tonus analyze --out FOLDER` leaves it.
//!
//! ```text
//! cargo run -p tonus-report --example html_report -- FOLDER [NORMS]
//! ```
//!
//! With the name of a norm profile, its verdicts are entered first. Prints size and time.

use std::error::Error;
use std::fs::{self, File};
use std::io::BufReader;
use std::path::PathBuf;
use std::time::Instant;

use tonus_report::Summary;
use tonus_report::html::render;
use tonus_report::norms::Norms;
use tonus_report::trace::Trace;
use tonus_report::vocabulary::Language;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("which folder?")?);
    let mut summary: Summary = serde_json::from_slice(&fs::read(folder.join("summary.json"))?)?;
    if let Some(name) = arguments.next() {
        let norms = Norms::find(&name)?;
        let training = summary.training.as_ref();
        for (number, channel) in summary.channels.iter_mut().enumerate() {
            let training = training.and_then(|training| training.channels.get(number));
            let is_scaled = summary.input.channels.get(number).is_some_and(|input| input.uv_per_unit.is_some());
            let (verdicts, note) = norms.verdicts(channel, training, is_scaled);
            channel.verdicts = verdicts;
            summary.notes.extend(note.map(|note| note.to_string()));
        }
        summary.config.norms = name;
    }
    let started = Instant::now();
    let traces = Trace::from_states(BufReader::new(File::open(folder.join("states.csv"))?))?;
    let read = started.elapsed();
    let page = render(&summary, &traces, Language::English);
    let written = started.elapsed().saturating_sub(read);
    fs::write(folder.join("report.html"), &page)?;
    println!("{} bytes; states read in {read:.0?}, page written in {written:.0?}", page.len());
    Ok(())
}
