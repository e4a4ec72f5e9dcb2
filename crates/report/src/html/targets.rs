//! What a programme asked for, as shapes over the picture of the muscle that is trained.

use tonus_record::Kind;

use super::view::{Channel, View};

/// Most steps of a ceiling that are drawn.
const MAX_STEPS: usize = 400;

/// A target in the unit of the envelope.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Target {
    /// To stay below; one that follows has several steps: begin, end, level.
    Ceiling {
        /// In the order of time.
        steps: Vec<(f64, f64, f64)>,
    },
    /// To stay within.
    Band {
        /// Begin.
        start_s: f64,
        /// End.
        end_s: f64,
        /// Lower edge.
        low_uv: f64,
        /// Upper edge.
        high_uv: f64,
    },
}

impl Target {
    /// Begin, end and upper edge, piece by piece.
    pub(super) fn steps(&self) -> Vec<(f64, f64, f64)> {
        match self {
            Self::Ceiling { steps } => steps.clone(),
            Self::Band { start_s, end_s, high_uv, .. } => vec![(*start_s, *end_s, *high_uv)],
        }
    }

    /// The upper edge where it is highest.
    pub(super) fn highest_uv(&self) -> f64 {
        self.steps().iter().map(|step| step.2).fold(0.0, f64::max)
    }
}

/// The targets of a channel; none but for the first one, which is the muscle that is trained.
pub(super) fn shapes(view: &View<'_>, channel: &Channel<'_>) -> Vec<Target> {
    let calibration = &channel.report.calibration;
    let training = view.summary.training.as_ref().filter(|_| channel.number == 0);
    let (Some(training), Some(baseline)) = (training, calibration.baseline_uv) else { return Vec::new() };
    let baseline = f64::from(baseline);
    let mut shapes = Vec::new();
    for phase in &training.phases {
        let target = &phase.target;
        if let Some(ratio) = target.ceiling_ratio {
            let moves = channel.training.map_or(&[][..], |channel| &channel.target_moves);
            let moves = moves.iter().filter(|one| target.adaptive && one.t_s > phase.start_s && one.t_s < phase.end_s);
            let mut moves = moves.take(MAX_STEPS).peekable();
            let mut level = f64::from(moves.peek().map_or(ratio, |first| first.from_ratio)) * baseline;
            let (mut start, mut steps) = (phase.start_s, Vec::new());
            for one in moves {
                steps.push((start, one.t_s, level));
                (start, level) = (one.t_s, f64::from(one.to_ratio) * baseline);
            }
            steps.push((start, phase.end_s, level));
            shapes.push(Target::Ceiling { steps });
        }
        if let (Some(low), Some(high), Some(reference)) = (target.band_low, target.band_high, calibration.reference_uv)
        {
            let is_linear = view.summary.config.kind == Kind::Envelope;
            let level = |activation| envelope_uv(f64::from(activation), baseline, f64::from(reference), is_linear);
            let (low_uv, high_uv) = (level(low), level(high));
            shapes.push(Target::Band { start_s: phase.start_s, end_s: phase.end_s, low_uv, high_uv });
        }
    }
    shapes
}

/// The envelope of an activation: the inverse of [`tonus_core::normalize`].
fn envelope_uv(activation: f64, baseline: f64, reference: f64, is_linear: bool) -> f64 {
    if is_linear {
        baseline + activation * (reference - baseline)
    } else {
        (baseline.powi(2) + activation.powi(2) * (reference.powi(2) - baseline.powi(2))).max(0.0).sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tonus_core::normalize::{activation, activation_linear};

    #[test]
    fn band_edges_are_the_inverse_of_activation() {
        for share in [0.0_f32, 0.35, 0.7, 1.0, 1.35] {
            let raw = envelope_uv(f64::from(share), 2.0, 16.0, false) as f32;
            let linear = envelope_uv(f64::from(share), 2.0, 16.0, true) as f32;
            assert!((activation(raw, 2.0, 16.0) - share).abs() < 1e-5);
            assert!((activation_linear(linear, 2.0, 16.0) - share).abs() < 1e-5);
        }
    }
}
