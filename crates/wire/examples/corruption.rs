//! Damages 1 % of the bytes of every device's stream and prints what the decoder makes of it.
//!
//! `cargo run --release -p tonus-wire --example corruption [BYTES] [RATE] [SEED]`, 10^8 bytes per device by default.
//! A frame is *wrong* if it was never sent. Formats without a checksum cannot tell a flipped bit of a value; the table says
//! how often that happens.

use tonus_testkit::wire::{corruption, layouts};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let bytes = arguments.next().and_then(|text| text.parse::<f64>().ok()).unwrap_or(1e8);
    let rate = arguments.next().and_then(|text| text.parse::<f64>().ok()).unwrap_or(0.01);
    let seed = arguments.next().and_then(|text| text.parse::<u64>().ok()).unwrap_or(1);
    println!(
        "{:<20} {:>10} {:>10} {:>9} {:>9} {:>9} {:>8} {:>9} {:>5} {:>6} {:>9} {:>9}",
        "format",
        "sent",
        "intact",
        "deliv %",
        "wrong",
        "wrong %",
        "repaired",
        "resyncs",
        "worst",
        "resync",
        "lost",
        "truth"
    );
    for (name, layout) in layouts() {
        let o = corruption::run(&layout, bytes as u64, rate, seed);
        let received = o.delivered + o.repaired + o.wrong;
        println!(
            "{name:<20} {:>10} {:>10} {:>9.4} {:>9} {:>9.4} {:>8} {:>9} {:>5} {:>6} {:>9} {:>9}",
            o.sent,
            o.intact,
            100.0 * o.delivered as f64 / o.intact.max(1) as f64,
            o.wrong,
            100.0 * o.wrong as f64 / received.max(1) as f64,
            o.repaired,
            o.resyncs,
            o.worst_run,
            o.worst_resync,
            o.lost,
            o.truly_lost
        );
    }
}
