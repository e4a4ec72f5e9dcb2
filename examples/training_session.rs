//! A training session without a clock: scripted samples through a pipeline and a programme.
//!
//! A simulated person follows `contract-relax-gentle`. Prints each phase as it begins, then repetitions and scores. The same
//! loop serves a live sensor: give the frames that have come, cut at the next change.

use std::error::Error;

use tonus::core::config::{ChannelConfig, PipelineConfig};
use tonus::core::input::{Command, Input};
use tonus::core::pipeline::Pipeline;
use tonus::core::training::{Rejection, Stage};
use tonus::dsp::units::SampleRate;
use tonus::program::builtin;
use tonus::report::TrainingRecorder;
use tonus_testkit::trainee::{Trainee, asked};

const RATE_HZ: f64 = 1000.0;

fn main() -> Result<(), Box<dyn Error>> {
    let file = builtin("contract-relax-gentle").ok_or("no such programme")?;
    let config = PipelineConfig::new(SampleRate::new(RATE_HZ)?);
    let mut pipeline = Pipeline::<1>::new(&config, &[ChannelConfig::default()])?;
    let mut training = TrainingRecorder::new(file, &config, &["pelvic floor"], true);

    // What the person does with each cue, sample by sample; the anchor goes first, as from any sensor.
    let signal = Trainee::CALM.signal_uv(&asked(&training.file().program), RATE_HZ, 3);
    let anchor = signal.first().copied().unwrap_or_default();
    let frames: Vec<f32> = signal.iter().map(|uv| (uv - anchor) as f32).collect();

    let (mut rest, mut shown) = (frames.as_slice(), 0);
    while !rest.is_empty() {
        let index = pipeline.index();
        // What is due before this sample: a cue for the pipeline, a prompt for the person.
        while training.next_change().is_some_and(|next| next <= index) {
            if let Some(cue) = training.change(index) {
                let input = Input::Command(Command::Cue(cue));
                pipeline.push(input, &mut training.hear::<_, true>(&mut (), index))?;
            }
        }
        if let Some(phase) = training.session().phase().filter(|phase| phase.number != shown) {
            shown = phase.number;
            let prompt = training.file().prompt(&phase.step);
            println!("{:5.1} s  {:9}  {prompt}", index as f64 / RATE_HZ, phase.kind().name());
        }
        // As many samples as there are, up to the next change.
        let until = training.next_change().map_or(rest.len(), |next| (next - index) as usize);
        let (now, later) = rest.split_at(until.min(rest.len()).min(256));
        pipeline.push(Input::Frames(now), &mut training.hear::<_, true>(&mut (), index))?;
        rest = later;
    }

    let report = training.finish(pipeline.index(), (config.highpass_hz, config.lowpass_hz), |_| pipeline.mains());
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
