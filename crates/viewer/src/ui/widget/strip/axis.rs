//! Where moments lie: whole pixels, anchored to absolute time.

/// Maps seconds to the screen. The picture moves by whole pixels only, so nothing shimmers.
#[derive(Debug, Clone, Copy)]
pub(super) struct TimeAxis {
    pub left: f32,
    /// Where the newest moment lies.
    pub right: f32,
    pub points_per_s: f64,
    span_s: f64,
    pixels_per_point: f64,
    /// The newest moment in whole pixels since the start.
    newest: i64,
}

impl TimeAxis {
    pub fn new(left: f32, right: f32, now_s: f64, span_s: f64, pixels_per_point: f32) -> Self {
        let pixels_per_point = f64::from(pixels_per_point);
        // On the grid of pixels itself, or columns would lie between them.
        let snap = |x: f32| ((f64::from(x) * pixels_per_point).round() / pixels_per_point) as f32;
        let (left, right) = (snap(left), snap(right.max(left + 10.0)));
        let points_per_s = f64::from(right - left) / span_s.max(0.1);
        let newest = (now_s * points_per_s * pixels_per_point).floor() as i64;
        Self { left, right, points_per_s, span_s, pixels_per_point, newest }
    }

    pub fn x(&self, s: f64) -> f32 {
        let pixels = s * self.points_per_s * self.pixels_per_point - self.newest as f64;
        self.right + (pixels / self.pixels_per_point) as f32
    }

    /// The moment at a place.
    pub fn s(&self, x: f32) -> f64 {
        self.range_s().1 + f64::from(x - self.right) / self.points_per_s
    }

    /// Where a pattern that repeats every `spacing` points begins, so that it moves with the picture.
    pub fn phase(&self, spacing: f32) -> f32 {
        let spacing = f64::from(spacing);
        (f64::from(self.right) - self.newest as f64 / self.pixels_per_point).rem_euclid(spacing) as f32
    }

    /// The moment at the left edge, and the newest.
    pub fn range_s(&self) -> (f64, f64) {
        let pixels_per_s = self.points_per_s * self.pixels_per_point;
        let now = self.newest as f64 / pixels_per_s;
        (now - self.span_s, now)
    }

    /// A grid of columns for values at `rate_hz`: one pixel wide, or one value if that is wider. First column, number of
    /// columns, values in a column, and width in points.
    pub fn grid(&self, rate_hz: f64) -> Grid {
        let pixels_per_s = self.points_per_s * self.pixels_per_point;
        let per_pixel = rate_hz / pixels_per_s;
        let (from, to) = self.range_s();
        if per_pixel >= 1.0 {
            let count = ((self.right - self.left) * self.pixels_per_point as f32).round() as u32 + 1;
            Grid { first: self.newest - i64::from(count), count: count as usize + 1, width: per_pixel, rate_hz }
        } else {
            let first = (from * rate_hz).floor() as i64 - 1;
            let last = (to * rate_hz).floor() as i64;
            Grid { first, count: (last - first + 1).max(0) as usize, width: 1.0, rate_hz }
        }
    }

    /// Seconds ago that get a label: not more than six.
    pub fn marks(&self) -> impl Iterator<Item = u32> + use<> {
        let step = [1_u32, 2, 5, 10, 15, 30, 60, 120, 300, 600]
            .into_iter()
            .find(|&step| self.span_s / f64::from(step) <= 6.0 && f64::from(step) * self.points_per_s >= 56.0)
            .unwrap_or(1200);
        let span_s = self.span_s;
        (1..).map(move |n| n * step).take_while(move |&ago| f64::from(ago) <= span_s + 1e-6)
    }
}

/// Columns of values on the time axis.
#[derive(Debug, Clone, Copy)]
pub(super) struct Grid {
    pub first: i64,
    pub count: usize,
    /// Values in a column.
    pub width: f64,
    rate_hz: f64,
}

impl Grid {
    /// The moment in the middle of a column.
    pub fn s(&self, place: usize) -> f64 {
        (self.first as f64 + place as f64) * self.width / self.rate_hz
    }
}
