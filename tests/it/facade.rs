//! The façade decides as the command does, whatever way samples come in.

use std::path::PathBuf;

use tonus::dsp::error::{ConfigError, ShapeError};
use tonus::engine::AnalysisError;
use tonus::{
    Calibration, Config, Cue, Decision, Error, Event, LinkEvent, Monitor, Recording, Scenario, Sensor, SimulatedSensor,
    State, Unit,
};

const SESSION: &str = "fixtures/sessions/contract-relax.csv";

/// A folder of this test's own.
fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("tonus-facade-{name}-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    folder
}

/// Values of the session with the cue that each row is under.
fn rows() -> Vec<(f64, Cue)> {
    let text = std::fs::read_to_string(SESSION).unwrap();
    let row = |line: &str| {
        let mut cells = line.split(',').skip(1);
        (cells.next().unwrap().parse().unwrap(), Cue::from_name(cells.next().unwrap()).unwrap())
    };
    text.lines().skip(1).map(row).collect()
}

/// Pushes rows in blocks of at most `block` frames; what came of it and of the calibrations.
fn push(monitor: &mut Monitor, rows: &[(f64, Cue)], block: usize) -> (Vec<Decision>, Vec<Event>) {
    let (mut decisions, mut events) = (Vec::new(), Vec::new());
    for stretch in rows.chunk_by(|a, b| a.1 == b.1) {
        events.extend_from_slice(monitor.cue(stretch[0].1));
        for part in stretch.chunks(block) {
            let values: Vec<f64> = part.iter().map(|row| row.0).collect();
            decisions.extend_from_slice(monitor.push_uv(&values).unwrap());
        }
    }
    (decisions, events)
}

/// The session's own calibration.
fn calibrated() -> (Monitor, Calibration) {
    let mut monitor = Monitor::new(1000.0, 1).unwrap();
    push(&mut monitor, &rows(), 500);
    let calibration = *monitor.calibration(0).unwrap();
    (monitor, calibration)
}

#[test]
fn decisions_are_those_of_analyze() {
    let digest = tonus::analyze(SESSION).unwrap().digest;
    let mut decisions = tonus::decisions(SESSION).unwrap();
    let all: Vec<Decision> = decisions.by_ref().map(Result::unwrap).collect();
    assert_eq!(decisions.digest().to_string(), digest);
    assert!(all.iter().any(|d| d.state == State::Overactive) && all.windows(2).all(|two| two[0].tick < two[1].tick));
    assert!(decisions.next().is_none());
}

#[test]
fn what_is_wrong_with_a_recording_is_said_at_once() {
    assert!(matches!(tonus::decisions("no-such-file.csv"), Err(Error::Analysis(_))));
    // Dropped half way: the thread ends by itself.
    assert!(tonus::decisions(SESSION).unwrap().next().unwrap().is_ok());
}

#[test]
fn options_of_a_recording_decide_as_those_of_the_command() {
    let text = "on_ratio = 2.0\noff_ratio = 1.6\nprofile = \"pelvic\"\ntone_dwell_s = 0.5\nmains = 60\n";
    let file = folder("config").with_extension("toml");
    std::fs::write(&file, text).unwrap();
    let config = tonus::load_config(&file).unwrap();
    let usual = tonus::analyze(SESSION).unwrap().digest;
    let recording = Recording::new(SESSION).config(&config);
    let digest = recording.analyze().unwrap().digest;
    assert_ne!(digest, usual);
    assert_eq!(digest, in_command(|options| options.config = tonus::engine::read_config(&file).unwrap()));
    std::fs::remove_file(&file).unwrap();

    let mut decisions = recording.decisions().unwrap();
    assert!(decisions.by_ref().all(|decision| decision.is_ok()));
    assert_eq!(decisions.digest().to_string(), digest);

    let stretch = recording.clone().baseline(1.0, 9.0).reference(13.0, 17.0);
    let digest = stretch.analyze().unwrap().digest;
    let with_spans = |options: &mut tonus::engine::AnalysisOptions| {
        options.config = config;
        options.baseline = Some(tonus::engine::Span { start_s: 1.0, end_s: 9.0 });
        options.reference = Some(tonus::engine::Span { start_s: 13.0, end_s: 17.0 });
    };
    assert_eq!(digest, in_command(with_spans));
    // Measured beforehand, kept, and used again: the same decisions.
    let stored = stretch.calibrate().unwrap();
    let file = folder("stored").with_extension("json");
    tonus::save_calibrations(&file, &stored).unwrap();
    let given = recording.calibrations(&tonus::load_calibrations(&file).unwrap());
    std::fs::remove_file(&file).unwrap();
    assert_eq!(given.analyze().unwrap().digest, digest);
    assert_eq!(stored.len(), 1);
}

#[test]
fn channels_of_several_rates_are_analyzed_each_at_its_own() {
    let place = folder("rates").with_extension("csv");
    let mut lines = vec!["X[s],EMG 1 (uV),X[s],EMG 2 (uV)".to_owned()];
    for n in 0..20_000_u32 {
        let value = |of: u32| f64::from(of.wrapping_mul(2_654_435_761) >> 12) / 1e5;
        let slow = format!("{:.3},{:.4}", f64::from(n) / 500.0, value(n + 7));
        let slow = if n < 5000 { &slow } else { "," };
        lines.push(format!("{:.4},{:.4},{slow}", f64::from(n) / 2000.0, value(n)));
    }
    std::fs::write(&place, lines.join("\n") + "\n").unwrap();
    let recording = Recording::new(&place);
    let summary = recording.analyze().unwrap();
    assert_eq!(summary.input.channels.iter().map(|one| one.rate_hz).collect::<Vec<_>>(), [Some(2000.0), Some(500.0)]);
    let mut decisions = recording.decisions().unwrap();
    let all: Vec<Decision> = decisions.by_ref().map(Result::unwrap).collect();
    assert_eq!(decisions.digest().to_string(), summary.digest);
    assert!(all.len() == 2000 && all.is_sorted_by_key(|d| (d.tick, d.channel)));
    // One pipeline for all is not there: the message says what works.
    let message = recording.clone().accessory(4).analyze().unwrap_err().to_string();
    assert!(message.contains("channel 2 at 2000 Hz, or channel 4 at 500 Hz"), "{message}");
    assert_eq!(recording.channel(4).analyze().unwrap().input.rate_hz, 500.0);
    std::fs::remove_file(&place).unwrap();
}

/// The digest of an analysis as the command makes it.
fn in_command(set: impl FnOnce(&mut tonus::engine::AnalysisOptions)) -> String {
    let mut options = tonus::engine::AnalysisOptions::default();
    set(&mut options);
    let recording = tonus::engine::Playback::open_recording(SESSION.as_ref(), &options).unwrap();
    tonus::engine::analyze(recording, &options, &tonus::engine::ReportOptions::default()).unwrap().summary.digest
}

#[test]
fn options_that_cannot_be_are_refused_by_name() {
    let recording = || Recording::new(SESSION);
    let all = vec![
        (recording().baseline(9.0, 1.0), "baseline is 9 to 1 s"),
        (recording().reference(f64::NAN, 1.0), "reference"),
        (recording().rate_hz(-1.0), "rate_hz: "),
        (recording().unit(Unit::MilliVolt).uv_per_count(2.0), "uv_per_count: "),
        (recording().channel("no such"), "channel no such: "),
        (recording().accessory("no such"), "accessory names no channel"),
        (recording().config(&Config { grace_s: Some(1e9), ..Config::default() }), "grace_s"),
        (recording().calibration(&calibrated().1).baseline(1.0, 9.0), "baseline measures"),
        (recording().calibration(&Calibration { baseline_uv: -1.0, ..calibrated().1 }), "calibration.baseline_uv"),
    ];
    for (wrong, name) in all {
        let message = wrong.analyze().unwrap_err().to_string();
        assert!(message.contains(name), "{name}: {message}");
        // Fields are named, not options of the command.
        assert!(!message.contains("--"), "{message}");
        assert_eq!(wrong.decisions().map(drop).unwrap_err().to_string(), message);
    }
    let missing = tonus::load_config("no-such-file.toml");
    assert!(matches!(missing, Err(Error::Analysis(AnalysisError::ConfigFile { .. }))), "{missing:?}");
}

#[test]
fn a_monitor_takes_the_settings_of_a_recording() {
    let config = Config { on_ratio: Some(2.0), off_ratio: Some(1.6), overshoot_ratio: Some(1.1), ..Config::default() };
    let mut monitor = Monitor::with_config(1000.0, 1, &config).unwrap();
    push(&mut monitor, &rows(), 500);
    assert_eq!(monitor.digest().to_string(), Recording::new(SESSION).config(&config).analyze().unwrap().digest);
    let wrong = Config { off_ratio: Some(3.0), ..Config::default() };
    assert!(matches!(Monitor::with_config(1000.0, 1, &wrong), Err(Error::Config(_))));
}

#[test]
fn a_monitor_decides_as_the_command_in_blocks_of_any_size() {
    let digest = tonus::analyze(SESSION).unwrap().digest;
    for block in [1, 7, 4096] {
        let mut monitor = Monitor::new(1000.0, 1).unwrap();
        let (decisions, events) = push(&mut monitor, &rows(), block);
        assert_eq!(monitor.digest().to_string(), digest, "blocks of {block}");
        assert!(decisions.iter().map(Decision::time_s).eq((1..=decisions.len()).map(|n| n as f64 / 100.0)));
        let accepted = events.iter().filter(|event| matches!(event, Event::Calibrated { channel: 0, .. })).count();
        // Rest, and two holds.
        assert_eq!(accepted, 3, "{events:?}");
    }
}

#[test]
fn a_large_offset_costs_no_resolution() {
    let (monitor, _) = calibrated();
    // A power of two, and values in steps of it that an `f64` holds: the differences are the same.
    let exact = |value: f64| (value * 1024.0).round() / 1024.0;
    let near: Vec<_> = rows().iter().map(|row| (exact(row.0), row.1)).collect();
    let far: Vec<_> = near.iter().map(|row| (row.0 + f64::from(1 << 24), row.1)).collect();
    let digest = |rows: &[(f64, Cue)]| {
        let mut monitor = Monitor::new(1000.0, 1).unwrap();
        push(&mut monitor, rows, 100);
        monitor.digest()
    };
    assert_eq!(digest(&near), digest(&far));
    assert_ne!(digest(&near), monitor.digest());
}

#[test]
fn a_stored_calibration_is_in_force_from_the_first_frame() {
    let (_, calibration) = calibrated();
    let place = folder("calibration").with_extension("json");
    tonus::save_calibration(&place, &calibration).unwrap();
    let stored = tonus::load_calibration(&place).unwrap();
    std::fs::remove_file(&place).unwrap();
    assert_eq!(stored, calibration);

    let mut monitor = Monitor::new(1000.0, 1).unwrap();
    monitor.load_calibration(0, &stored).unwrap();
    let rest: Vec<f64> = rows().iter().take(5000).map(|row| row.0).collect();
    let decisions = monitor.push_uv(&rest).unwrap();
    // All but 0.5 s in which filters settle.
    assert!(decisions.iter().filter(|d| d.state == State::Rest).count() > decisions.len() - 60);

    let mut faster = Monitor::new(2000.0, 1).unwrap();
    let refused = faster.load_calibration(0, &stored);
    assert!(matches!(refused, Err(Error::Config(ConfigError::CalibrationMismatch { .. }))), "{refused:?}");
    let mut broken = stored;
    broken.detection.window_ticks = 0;
    assert!(matches!(monitor.load_calibration(0, &broken), Err(Error::Config(_))));
    assert!(matches!(monitor.load_calibration(1, &stored), Err(Error::Shape(ShapeError::Channel { .. }))));
}

#[test]
fn thresholds_hold_from_the_next_tick_on() {
    let (_, calibration) = calibrated();
    let active = |on: Option<f32>| {
        let mut monitor = Monitor::new(1000.0, 1).unwrap();
        monitor.load_calibration(0, &calibration).unwrap();
        if let Some(on) = on {
            monitor.set_thresholds(0, on, on / 1.2).unwrap();
            assert_eq!(monitor.calibration(0).unwrap().detection.ratios, (on, on / 1.2));
        }
        let values: Vec<f64> = rows().iter().map(|row| row.0).collect();
        monitor.push_uv(&values).unwrap().iter().filter(|d| d.state == State::Controlled).count()
    };
    let (usual, high) = (active(None), active(Some(100.0)));
    assert!(usual > 1000 && high == 0, "{usual} {high}");

    let mut monitor = Monitor::new(1000.0, 1).unwrap();
    assert!(matches!(monitor.set_thresholds(0, 2.0, 1.5), Err(Error::NotCalibrated { channel: 0 })));
    monitor.load_calibration(0, &calibration).unwrap();
    for (on, off) in [(1.0, 1.0), (2.0, 2.5), (2.0, 0.5), (f32::NAN, 1.2), (2.0, f32::NAN), (1e9, 2.0)] {
        let refused = monitor.set_thresholds(0, on, off);
        assert!(matches!(refused, Err(Error::Config(ConfigError::OutOfRange { .. }))), "{on} {off}: {refused:?}");
    }
}

#[test]
fn a_wrong_call_names_what_is_wrong_and_takes_nothing() {
    let mut monitor = Monitor::new(1000.0, 2).unwrap();
    let digest = monitor.digest();
    assert!(matches!(
        monitor.push_uv(&[1.0; 3]),
        Err(Error::Shape(ShapeError::PartialFrame { given: 3, channels: 2 }))
    ));
    assert_eq!(monitor.digest(), digest);
    for (rate_hz, channels) in [(100.0, 1), (1000.0, 0), (1000.0, 257), (f64::NAN, 1)] {
        assert!(matches!(Monitor::new(rate_hz, channels), Err(Error::Config(_))), "{rate_hz} {channels}");
    }
    let error = Sensor::open("", "tonus-cobs").map(drop).unwrap_err().to_string();
    assert!(error.contains("give a port"), "{error}");
    let error = Sensor::open("/dev/null", "no-such-device").map(drop).unwrap_err().to_string();
    assert!(error.contains("tonus devices"), "{error}");
}

/// What a simulated sensor is read for: two channels at 1 kHz for as long as `read` wants.
fn with_simulated_sensor<T>(read: impl FnOnce(&str) -> T) -> T {
    let simulated = SimulatedSensor::start(Scenario::ContractRelax).unwrap();
    read(simulated.port())
}

#[test]
fn the_columns_of_a_text_sensor_can_be_chosen() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = format!("tcp:{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let (mut reader, _) = listener.accept().unwrap();
        for n in 0_u32.. {
            std::thread::sleep(std::time::Duration::from_millis(2));
            let noise = |of: u32| 500 + of.wrapping_mul(2_654_435_761).rotate_left(9) % 31;
            let line = format!("a:{},b:{},c:{}\n", noise(n), noise(n + 1), noise(n + 2));
            if std::io::Write::write_all(&mut reader, line.as_bytes()).is_err() {
                break;
            }
        }
    });
    let options = Sensor::options(&port, "arduino-text").rate_hz(500.0).columns(["3", "a"]).duration_s(1.5);
    let mut sensor = options.open().unwrap();
    let mut begun = None;
    while let Some(event) = sensor.next_event().unwrap() {
        if let Event::Link(LinkEvent::Begun { channels, .. }) = event {
            begun = Some(channels);
        }
    }
    assert_eq!(begun.unwrap(), ["c", "a"]);
    let refused = Sensor::options(&port, "openbci-cyton").columns([1]).open().map(drop).unwrap_err().to_string();
    assert!(refused.contains("columns"), "{refused}");
}

#[test]
fn a_sensor_gives_the_decisions_that_its_recording_gives_again() {
    let place = folder("sensor");
    let events = with_simulated_sensor(|port| {
        let mut events = Vec::new();
        let mut sensor = Sensor::options(port, "tonus-cobs").duration_s(4.0).record(&place).open().unwrap();
        sensor.cue(Cue::Quiet);
        while let Some(event) = sensor.next_event().unwrap() {
            if matches!(&event, Event::Decision(d) if d.tick == 300) {
                sensor.cue(Cue::Rest);
            }
            events.push(event);
        }
        let digest = tonus::analyze(&place).unwrap().digest;
        assert_eq!(sensor.digest().to_string(), digest);
        // What came of calibration is still there after the end.
        let names: Vec<String> = sensor.calibrations().into_iter().map(|one| one.channel).collect();
        assert!(!names.is_empty() && names.iter().all(|name| !name.is_empty()), "{names:?}");
        assert!(sensor.next_event().unwrap().is_none());
        events
    });
    std::fs::remove_dir_all(&place).unwrap();
    assert!(events.iter().any(|event| matches!(event, Event::Link(LinkEvent::Begun { .. }))));
    assert!(events.iter().any(|event| matches!(event, Event::Calibrated { .. } | Event::Refused { .. })));
    assert!(events.iter().filter(|event| matches!(event, Event::Decision(_))).count() > 300);
    assert!(events.iter().all(|event| !event.to_string().is_empty()));
}

#[test]
fn a_sensor_begins_with_a_stored_calibration_and_its_recording_does_too() {
    let (_, calibration) = calibrated();
    let place = folder("stored");
    let decisions = with_simulated_sensor(|port| {
        let options = Sensor::options(port, "tonus-cobs").duration_s(3.0).record(&place);
        let mut sensor = options.calibration(&calibration).thresholds(2.5, 2.0).open().unwrap();
        let mut decisions = Vec::new();
        while let Some(event) = sensor.next_event().unwrap() {
            if let Event::Decision(decision) = event {
                // The stored one with the ratios that were stated; the second channel has none.
                assert_eq!(sensor.calibration(0).unwrap().detection.ratios, (2.5, 2.0));
                assert_eq!(sensor.calibration(0).unwrap().baseline_uv, calibration.baseline_uv);
                assert!(sensor.calibration(1).is_none());
                decisions.push(decision);
                if decisions.len() == 400 {
                    break;
                }
            }
        }
        sensor.stop().unwrap();
        let summary = tonus::analyze(&place).unwrap();
        assert_eq!(sensor.digest().to_string(), summary.digest);
        assert_eq!(summary.channels[0].calibration.source.name(), "file");
        assert!(summary.channels[0].calibration.accepted && !summary.channels[1].calibration.accepted);
        decisions
    });
    std::fs::remove_dir_all(&place).unwrap();
    let valid = |channel| decisions.iter().filter(|d| d.channel == channel && d.state != State::Invalid).count();
    assert!(valid(0) > 100 && valid(1) == 0, "{} {}", valid(0), valid(1));
}

#[test]
fn a_calibration_of_another_sensor_is_refused_by_name() {
    let (_, calibration) = calibrated();
    let error = with_simulated_sensor(|port| {
        let options = Sensor::options(port, "tonus-cobs").rate_hz(500.0).duration_s(1.0).calibration(&calibration);
        let mut sensor = options.open().unwrap();
        loop {
            match sensor.next_event() {
                Ok(event) => assert!(event.is_some(), "nothing was refused"),
                Err(error) => break error.to_string(),
            }
        }
    });
    assert!(error.contains("sampling rate"), "{error}");
}
