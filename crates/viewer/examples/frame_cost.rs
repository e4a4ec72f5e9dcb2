//! What a frame of the live view costs, without a window: four channels of 2 kHz, 10 s in sight, 1200 × 700 points.
//!
//! `cargo run --release -p tonus-viewer --features gui --example frame_cost [-- --hour] [-- --double]`
//!
//! Prints median and 99th percentile of the processor time that drawing code and tessellation take, and the number of vertices. With
//! `--hour`, an hour of frames at 60 per second, and the memory of the process after each ten minutes, which must not grow.
//! With `--double`, two pixels per point.

use egui::{Context, Pos2, RawInput, Rect, ViewportId, vec2};
use tonus_core::decision::{Decision, Quality, Reasons, State};
use tonus_core::input::Cue;
use tonus_report::vocabulary::Language;
use tonus_viewer::trace::{Playhead, Scale, Track};
use tonus_viewer::ui::motion::{Glide, Spoken};
use tonus_viewer::ui::theme::{Scheme, Theme};
use tonus_viewer::ui::widget::strip::{Lane, Target, Texts};
use tonus_viewer::ui::widget::{Badge, Meter, Strip};

const CHANNELS: usize = 4;
const RATE_HZ: f64 = 2000.0;
const FRAMES_PER_S: u64 = 60;
const QUALITY: [(Quality, &str); 2] = [(Quality::LEAD_OFF, "electrode is off"), (Quality::GAP, "no data")];
const TARGETS: [Target<'_>; 1] =
    [Target { from_s: 0.0, to_s: f64::INFINITY, low_uv: 0.0, high_uv: 6.0, word: "relaxed" }];

struct View {
    theme: Theme,
    tracks: Vec<Track>,
    scales: Vec<Scale>,
    playhead: Playhead,
    glide: Glide,
    spoken: Spoken,
    samples: u64,
    noise: u64,
}

impl View {
    fn new() -> Self {
        let track = || Track::new(600.0).with_samples(RATE_HZ);
        Self {
            theme: Theme::new(Scheme::Dark),
            tracks: (0..CHANNELS).map(|_| track()).collect(),
            scales: vec![Scale::new(10.0); CHANNELS],
            playhead: Playhead::default(),
            glide: Glide::default(),
            spoken: Spoken::default(),
            samples: 0,
            noise: 0x9E37_79B9_7F4A_7C15,
        }
    }

    fn noise(&mut self) -> f32 {
        self.noise ^= self.noise << 13;
        self.noise ^= self.noise >> 7;
        self.noise ^= self.noise << 17;
        ((self.noise >> 40) as f32 / (1_u64 << 23) as f32 - 1.0) * 1.7
    }

    /// Data up to a moment: 5 s of rest and 5 s of work in turn, an electrode off now and then.
    fn feed(&mut self, to_s: f64) {
        let per_tick = (RATE_HZ / 100.0) as u64;
        while (self.samples + per_tick) as f64 <= to_s * RATE_HZ {
            let tick = self.samples / per_tick + 1;
            let s = tick as f64 / 100.0;
            let works = s % 10.0 >= 5.0;
            let is_off = (s % 60.0) > 57.0;
            for channel in 0..CHANNELS {
                let level = if works { 20.0 } else { 3.0 } + channel as f32;
                let values: Vec<f32> = (0..per_tick).map(|_| level * self.noise()).collect();
                let envelope_uv = level * (1.0 + 0.1 * self.noise());
                let track = &mut self.tracks[channel];
                if !is_off {
                    track.samples(self.samples, &values);
                }
                track.decide(&Decision {
                    tick,
                    index: self.samples + per_tick - 1,
                    channel: channel as u8,
                    state: match (is_off, works) {
                        (true, _) => State::Invalid,
                        (false, true) => State::Controlled,
                        (false, false) => State::Rest,
                    },
                    reasons: Reasons::NONE,
                    quality: if is_off { Quality::LEAD_OFF } else { Quality::NONE },
                    envelope_uv,
                    activation: level / 40.0,
                    tense: None,
                    cue: Cue::Free,
                });
                if tick.is_multiple_of(500) {
                    track.event(tick, if works { "Let go" } else { "Contract gently" });
                }
            }
            self.samples += per_tick;
        }
    }

    fn ui(&mut self, ui: &mut egui::Ui, now: f64) {
        let theme = self.theme;
        let now_s = self.playhead.at(now, self.tracks[0].end_s());
        let ago = |s: u32| format!("{s} s");
        let Self { tracks, scales, glide, spoken, .. } = self;
        let latest = tracks[0].latest().copied();
        let spoken = spoken.at(now, |text| *text = format!("{:.0} µV", latest.map_or(0.0, |d| d.envelope_uv)));
        let lanes: [Lane<'_>; CHANNELS] = std::array::from_fn(|channel| Lane {
            name: ["Pelvic floor", "Abdomen", "Left jaw", "Right jaw"][channel],
            track: &tracks[channel],
            top_uv: scales[channel].follow(now, tracks[channel].peak_uv(10.0)),
            targets: &TARGETS,
            weight: 1.0,
            raw_uv: Some(60.0),
            hushed: "",
        });
        let texts = Texts {
            language: Language::English,
            unit: "µV",
            ago: &ago,
            now: "now",
            quality: &QUALITY,
            name: "Live",
            spoken,
        };
        ui.horizontal_top(|ui| {
            ui.vertical(|ui| {
                ui.set_width(940.0);
                Strip { lanes: &lanes, texts, now_s, span_s: 10.0, height: 660.0 }.show(ui, &theme);
            });
            ui.vertical(|ui| {
                let state = latest.map_or(State::Invalid, |d| d.state);
                let level = latest.map(|d| glide.toward(now, d.activation));
                Badge { state, name: "Pelvic floor", word: "Relaxed", reason: "" }.show(ui, &theme);
                Meter {
                    level,
                    target: Some([0.0, 0.15]),
                    state,
                    target_word: "relaxed below",
                    figure: "3 µV",
                    caption: "relaxed",
                    name: "Pelvic floor",
                    height: 400.0,
                    width: 220.0,
                }
                .show(ui, &theme);
            });
        });
    }
}

/// Time that this thread has had on a processor: what else the machine does stays out.
fn processor_ms() -> f64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    time.tv_sec as f64 * 1e3 + time.tv_nsec as f64 * 1e-6
}

/// Room for so many figures that is resident from the start, so that it does not look like growth.
fn touched(frames: u64) -> Vec<f64> {
    let mut room = vec![1.0; frames as usize];
    room.clear();
    room
}

/// Resident memory in MB, where the system tells it.
fn memory_mb() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.trim().trim_end_matches("kB").trim().parse::<f64>().ok()? / 1024.0)
}

fn main() {
    let has = |flag: &str| std::env::args().any(|arg| arg == flag);
    let (hour, scale) = (has("--hour"), if has("--double") { 2.0 } else { 1.0 });
    let frames = if hour { 3600 * FRAMES_PER_S } else { 20 * FRAMES_PER_S };
    let mut view = View::new();
    let ctx = Context::default();
    view.theme.apply(&ctx);
    view.feed(12.0);
    let (mut times, mut drawing, mut vertices) = (touched(frames), touched(frames), 0);
    for frame in 0..frames {
        let now = frame as f64 / FRAMES_PER_S as f64;
        view.feed(12.0 + now);
        let mut input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, vec2(1200.0, 700.0))),
            time: Some(now),
            ..RawInput::default()
        };
        input.viewports.entry(ViewportId::ROOT).or_default().native_pixels_per_point = Some(scale);
        let start = processor_ms();
        let mut output = ctx.run_ui(input, |ui| view.ui(ui, now));
        let drawn = processor_ms() - start;
        let primitives = ctx.tessellate(output.shapes, output.pixels_per_point);
        let elapsed = processor_ms() - start;
        output.textures_delta.clear();
        vertices = primitives
            .iter()
            .map(|clipped| match &clipped.primitive {
                egui::epaint::Primitive::Mesh(mesh) => mesh.vertices.len(),
                egui::epaint::Primitive::Callback(_) => 0,
            })
            .sum();
        // The first frames lay out fonts.
        if frame >= FRAMES_PER_S {
            times.push(elapsed);
            drawing.push(drawn);
        }
        if hour && frame % (600 * FRAMES_PER_S) == 0 {
            println!("minute {:>2}: {:.1} MB", frame / FRAMES_PER_S / 60, memory_mb().unwrap_or(f64::NAN));
        }
    }
    if hour {
        println!("minute 60: {:.1} MB", memory_mb().unwrap_or(f64::NAN));
    }
    times.sort_by(f64::total_cmp);
    drawing.sort_by(f64::total_cmp);
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    println!(
        "{} frames at {scale} px/pt: median {:.2} ms ({:.2} of it before tessellation), p99 {:.2} ms, longest {:.2} ms, {vertices} vertices",
        times.len(),
        at(0.5),
        drawing[drawing.len() / 2],
        at(0.99),
        at(1.0)
    );
}
