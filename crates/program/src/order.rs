//! Steps that are fine one by one and make no sense in this order.

use tonus_core::training::{Entry, Program, StepKind, Target};

use crate::text;

/// The entry, the key and what is amiss.
type Amiss = (usize, &'static str, String);

/// Looks for measurements that would run into each other, and for bands without a reference to refer to.
///
/// A quiet step takes the calibration away, the reference with it. Where there was none before, a stored calibration may be in
/// force, so nothing is said.
pub(crate) fn check(program: &Program<64>) -> Result<(), Amiss> {
    let mut has_reference = None;
    let mut before = None;
    for (entry, _) in program.walk() {
        let Some(Entry::Step(step)) = program.entries().get(entry) else { continue };
        if step.kind.is_calibration() && before == Some(step.kind) {
            return Err((entry, "kind", text::twice_in_a_row(step.kind)));
        }
        match step.kind {
            StepKind::Quiet => has_reference = Some(false),
            StepKind::Reference => has_reference = Some(true),
            _ => {}
        }
        if matches!(step.target, Target::Band { .. }) && has_reference == Some(false) {
            return Err((entry, "band", text::no_reference()));
        }
        before = Some(step.kind);
    }
    Ok(())
}
