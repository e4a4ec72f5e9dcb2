//! Makes sample reports of simulated sessions, to be looked at: `cargo run -p tonus-report --example html_samples -- FOLDER`.

#[path = "../tests/it/common/mod.rs"]
mod common;

use std::error::Error;
use std::fs;
use std::path::PathBuf;
use std::time::Instant;

use tonus_report::html::render;
use tonus_report::trace::Trace;
use tonus_report::vocabulary::Language;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("which folder?")?);
    fs::create_dir_all(&folder)?;
    for program in ["contract-relax", "down-training", "breathing", "glazer", "quick-flicks"] {
        let (mut summary, trace) = common::trained(program, &["pelvic floor", "abdomen"], 700);
        common::judge(&mut summary, "white1997");
        for language in Language::ALL {
            let name = format!("{program}.{}.html", language.code());
            fs::write(folder.join(name), render(&summary, &trace, language))?;
        }
    }
    let (summary, trace) = common::hour::hour();
    let started = Instant::now();
    let page = render(&summary, &trace, Language::English);
    println!("an hour: {} bytes in {:.0?}", page.len(), started.elapsed());
    fs::write(folder.join("hour.html"), page)?;
    let (summary, trace) = common::hostile();
    fs::write(folder.join("hostile.html"), render(&summary, &trace, Language::English))?;
    fs::write(folder.join("bare.html"), render(&common::bare(), &Trace::default(), Language::English))?;
    Ok(())
}
