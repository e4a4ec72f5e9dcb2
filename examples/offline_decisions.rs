//! A recording to decisions: prints every change of state, and the digest that `tonus analyze` prints.
//!
//! Reads `fixtures/sessions/contract-relax.csv`, or the file named as argument.

fn main() -> Result<(), tonus::Error> {
    let file = std::env::args().nth(1).unwrap_or_else(|| "fixtures/sessions/contract-relax.csv".into());
    let mut decisions = tonus::decisions(&file)?;
    let mut last = None;
    for d in decisions.by_ref() {
        let d = d?;
        if last.replace((d.channel, d.state)) != Some((d.channel, d.state)) {
            println!("{:.2} {}", d.time_s(), d.state);
        }
    }
    println!("digest {}", decisions.digest());
    Ok(())
}
