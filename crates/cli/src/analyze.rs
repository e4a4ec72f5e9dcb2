//! `tonus analyze`.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

use tonus_engine::{Analysis, ReportOptions, write_calibrations};
use tonus_record::session::StoredCalibration;

use crate::failure::{self, Failure};
use crate::input::open;
use crate::many;
use crate::plan::{Analyze, Source};
use crate::progress::Meter;

/// Analyzes every file; a bad one is reported and the rest done.
pub(crate) fn run(plan: &Analyze) -> Result<u8, Failure> {
    let next = AtomicUsize::new(0);
    let (sender, receiver) = mpsc::channel();
    let meter = Meter::new(!plan.quiet, plan.inputs.iter().map(|source| source.file.as_path()));
    let work = |sender: mpsc::Sender<_>| {
        while let Some((number, source)) = {
            let number = next.fetch_add(1, Ordering::Relaxed);
            plan.inputs.get(number).map(|source| (number, source))
        } {
            if sender.send((number, one(source, plan, &meter))).is_err() {
                break;
            }
        }
    };
    std::thread::scope(|scope| {
        // One file needs no other thread.
        if plan.inputs.len() == 1 {
            work(sender);
        } else {
            for _ in 0..plan.jobs.min(plan.inputs.len()) {
                let (sender, work) = (sender.clone(), &work);
                scope.spawn(move || work(sender));
            }
            drop(sender);
        }
        many::print_in_order(plan, &receiver, &meter)
    })
}

/// Writes calibrations for `--calibration`; that there is none is an error.
pub(crate) fn save_calibrations(place: &Path, calibrations: &[StoredCalibration]) -> Result<(), Failure> {
    if calibrations.is_empty() {
        return Err(Failure::NoCalibration { place: place.to_owned() });
    }
    Ok(write_calibrations(place, calibrations)?)
}

/// Analyzes one file.
fn one(source: &Source, plan: &Analyze, meter: &Meter) -> Result<Analysis, Failure> {
    let report = ReportOptions { norms: plan.norms, out: source.out.clone(), has_trace: false, language: plan.lang };
    let analysis = open(&source.file, &plan.options, meter)?.analyze(&report)?;
    if let Some(place) = &plan.save_calibration {
        save_calibrations(place, &analysis.calibrations)?;
    }
    meter.aside(|| failure::warn(&analysis.summary.input.file, &analysis.warnings));
    Ok(analysis)
}
