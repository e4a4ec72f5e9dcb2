//! A training session without a clock: scripted samples through a pipeline and a programme.
//!
//! A simulated person follows `contract-relax-gentle`. Prints each phase as it begins, then repetitions and scores. The same
//! loop serves a live sensor: give the frames that have come; the driver cuts them where the next phase begins.

use std::error::Error;

use tonus::core::config::{ChannelConfig, PipelineConfig};
use tonus::core::input::Input;
use tonus::core::training::{Rejection, Stage};
use tonus::dsp::units::SampleRate;
use tonus::engine::{Driver, Engine, Training};
use tonus::program::builtin;
use tonus_testkit::trainee::{Trainee, asked};

const RATE_HZ: f64 = 1000.0;

fn main() -> Result<(), Box<dyn Error>> {
    let file = builtin("contract-relax-gentle").ok_or("no such programme")?;
    let config = PipelineConfig::new(SampleRate::new(RATE_HZ)?);
    let engine = Engine::new(&config, &[ChannelConfig::default()])?;
    let asked = asked(&file.program);
    let mut driver = Driver::new(engine).with_training(Training::new(file, &config, &["pelvic floor"], true));

    // What the person does with each cue, sample by sample; the anchor goes first, as from any sensor.
    let signal = Trainee::CALM.signal_uv(&asked, RATE_HZ, 3);
    let anchor = signal.first().copied().unwrap_or_default();
    let frames: Vec<f32> = signal.iter().map(|uv| (uv - anchor) as f32).collect();

    let mut shown = 0;
    for block in frames.chunks(256) {
        driver.push(Input::Frames(block), &mut ())?;
        let training = driver.training().ok_or("no programme")?;
        if let Some(phase) = training.session().phase().filter(|phase| phase.number != shown) {
            shown = phase.number;
            let prompt = training.recorder().file().prompt(&phase.step);
            println!("{:5.1} s  {:9}  {prompt}", phase.start as f64 / RATE_HZ, phase.kind().name());
        }
    }

    let training = driver.take_training().ok_or("no programme")?;
    let mains = |channel| driver.engine().mains(channel);
    let report = training.finish(driver.index(), (config.highpass_hz, config.lowpass_hz), mains);
    let channel = report.channels.first().ok_or("no channel")?;
    for one in &channel.repetitions {
        let why = one.rejected.map_or("counts", Rejection::name);
        let released = one.release_s.map_or("-".to_owned(), |s| format!("{s:.2} s"));
        println!("repetition {:2}: {why}, let go in {released}", one.number);
    }
    let scores = &channel.scores;
    println!("{}: {}", report.title, report.stage.name());
    println!("complete releases: {} of {}", scores.complete_releases, scores.releases);
    let points = |points: Option<f64>| points.map_or("could not be determined".to_owned(), |p| format!("{p:.0} %"));
    println!("time below the target: {}", points(scores.relaxation_points));
    println!("time within the band: {}", points(scores.hold_points));
    if report.stage != Stage::Finished || scores.repetitions_counted < 10 {
        return Err("the session did not come to its end as it should".into());
    }
    Ok(())
}
