//! Rates that sensors have.

/// A measured rate this close to a usual one is that one.
const SNAP: f64 = 5e-4;

/// A measured rate, or the usual one that it stands for.
///
/// Usual are multiples of 100 Hz, of 25 Hz below 1000 Hz, of 10 Hz below 250 Hz, and of 256 Hz. A rate whose stamps are
/// rounded is the one whole (or usual) number they allow.
pub(crate) fn snap(rate_hz: f64, uncertainty: f64) -> f64 {
    let usual =
        [100.0, 25.0, 10.0, 256.0, 128.0, 64.0].into_iter().zip([f64::MAX, 1000.0, 250.0, f64::MAX, 1024.0, 1024.0]);
    let nearest = usual
        .filter(|(_, below)| rate_hz < *below)
        .map(|(grid, _)| (rate_hz / grid).round() * grid)
        .filter(|usual| *usual > 0.0)
        .min_by(|a, b| (a - rate_hz).abs().total_cmp(&(b - rate_hz).abs()));
    let off = |to: f64| (rate_hz - to).abs() / rate_hz;
    match nearest {
        Some(usual) if off(usual) <= SNAP || off(usual) <= uncertainty => usual,
        _ if off(rate_hz.round()) <= uncertainty.max(1e-9) && rate_hz >= 1.0 => rate_hz.round(),
        _ => rate_hz,
    }
}
