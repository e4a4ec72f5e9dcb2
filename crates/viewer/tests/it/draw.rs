//! Pictures without a window: drawn on the processor, compared with what is committed.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use egui::{Context, Frame, FullOutput, Margin, TexturesDelta, Ui, Vec2};
use egui_kittest::{Harness, TestRenderer};
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder, RgbImage, RgbaImage};
use tonus_viewer::ui::render::Painter;
use tonus_viewer::ui::theme::Theme;

/// Colours of few pixels, which are edges of letters and shapes, are kept in steps of this size: a quarter of the bytes less.
const STEP: u8 = 8;
/// Colours may differ by one step: another machine rounds differently.
const TOLERANCE: u8 = STEP;
/// Colours that do not fit into the table of a file may be farther off than that.
const RARE: u8 = 40;

#[derive(Default)]
struct Cpu(Painter);

impl TestRenderer for Cpu {
    fn handle_delta(&mut self, delta: &mut TexturesDelta) {
        self.0.update(delta);
    }

    fn render(&mut self, ctx: &Context, output: &FullOutput) -> Result<RgbaImage, String> {
        let image = self.0.paint(ctx, output);
        let bytes = image.pixels.iter().flat_map(egui::Color32::to_array).collect();
        RgbaImage::from_raw(image.size[0] as u32, image.size[1] as u32, bytes).ok_or_else(|| "size".to_owned())
    }
}

/// Draws `contents` on the background of the theme and compares the picture with `docs/screens/<name>.png`.
///
/// `UPDATE_SNAPSHOTS=1` writes it instead. What is different otherwise stands beside the one expected as `<name>.new.png`.
#[allow(dead_code, reason = "the screens are whole windows")]
pub fn picture(name: &str, size: Vec2, scale: f32, theme: Theme, contents: impl Fn(&mut Ui)) {
    let mut harness = Harness::builder()
        .with_size(size)
        .with_pixels_per_point(scale)
        .renderer(Cpu::default())
        .with_context_setup(move |ctx| theme.apply(ctx))
        .build_ui(|ui| {
            ui.painter().rect_filled(ui.ctx().content_rect(), 0.0, theme.palette.background);
            Frame::new().inner_margin(Margin::same(16)).show(ui, |ui| contents(ui));
        });
    harness.run();
    compare(name, &harness.render().expect("a picture"));
}

/// Draws a whole window, whose time stands still.
#[allow(dead_code, reason = "the gallery has no windows")]
pub fn window(name: &str, size: Vec2, scale: f32, mut window: tonus_viewer::ui::window::Window, now_s: f64) {
    let mut harness = Harness::builder()
        .with_size(size)
        .with_pixels_per_point(scale)
        .with_step_dt(1.0 / 60.0)
        .renderer(Cpu::default())
        .build_ui(move |ui| {
            // As in a real window: from edge to edge.
            let all = egui::UiBuilder::new().max_rect(ui.ctx().content_rect());
            ui.scope_builder(all, |ui| {
                ui.set_clip_rect(ui.max_rect());
                window.view.now_s = now_s;
                window.ui(ui);
            });
        });
    harness.run_steps(6);
    compare(name, &harness.render().expect("a picture"));
}

/// Compares a picture with the one that is committed, or writes it.
fn compare(name: &str, drawn: &RgbaImage) {
    let drawn = coarse(drawn);
    let path = folder().join(format!("{name}.png"));
    let fresh = path.with_extension("new.png");
    let _ = std::fs::remove_file(&fresh);
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        write(&path, &drawn);
        return;
    }
    let expected = image::open(&path).unwrap_or_else(|error| panic!("{name}: {error}; UPDATE_SNAPSHOTS=1 writes it"));
    let expected = expected.to_rgb8();
    let differ = |tolerance: u8| {
        if expected.dimensions() != drawn.dimensions() {
            return usize::MAX;
        }
        let far = |(a, b): (&image::Rgb<u8>, &image::Rgb<u8>)| (0..3).any(|k| a[k].abs_diff(b[k]) > tolerance);
        expected.pixels().zip(drawn.pixels()).filter(|pair| far(*pair)).count()
    };
    // A pixel in a thousand may be one of the colours that had to make room in the table.
    let few = (drawn.width() * drawn.height() / 1000) as usize;
    let differ = if differ(RARE) == 0 && differ(TOLERANCE) <= few { 0 } else { differ(TOLERANCE) };
    if differ > 0 {
        write(&fresh, &drawn);
        panic!("{name}: {differ} pixels are not as they were; see {name}.new.png");
    }
}

/// Opaque, with rare colours in steps and those of surfaces as they are.
fn coarse(image: &RgbaImage) -> RgbImage {
    let mut counts = HashMap::new();
    for pixel in image.pixels() {
        *counts.entry(pixel.0).or_insert(0_u32) += 1;
    }
    let many = image.width() * image.height() / 400;
    RgbImage::from_fn(image.width(), image.height(), |x, y| {
        let pixel = image.get_pixel(x, y).0;
        let [r, g, b, _] = pixel;
        let step = |value: u8| (value.saturating_add(STEP / 2) / STEP).saturating_mul(STEP);
        image::Rgb(if counts[&pixel] >= many { [r, g, b] } else { [r, g, b].map(step) })
    })
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/screens")
}

/// Writes a picture with a table of colours, which takes a third of the bytes; the rarest colours become their neighbours if there are
/// more than fit and none is farther off than the tolerance.
fn write(path: &Path, image: &RgbImage) {
    let mut counts = HashMap::new();
    for pixel in image.pixels() {
        *counts.entry(pixel.0).or_insert(0_u32) += 1;
    }
    let mut table: Vec<[u8; 3]> = counts.keys().copied().collect();
    table.sort_by_key(|colour| (std::cmp::Reverse(counts[colour]), *colour));
    let rare = table.split_off(table.len().min(256));
    let distance = |a: [u8; 3], b: [u8; 3]| (0..3).map(|k| a[k].abs_diff(b[k])).max().unwrap_or(0);
    let nearest = |colour: [u8; 3]| table.iter().enumerate().min_by_key(|(_, other)| distance(colour, **other));
    let mut places: HashMap<[u8; 3], u8> = table.iter().enumerate().map(|(n, colour)| (*colour, n as u8)).collect();
    for colour in rare {
        let Some((place, _)) = nearest(colour).filter(|(_, other)| distance(colour, **other) <= RARE - TOLERANCE)
        else {
            return write_plain(path, image);
        };
        places.insert(colour, place as u8);
    }
    let mut encoder = png::Encoder::new(create(path), image.width(), image.height());
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_palette(table.concat());
    encoder.set_compression(png::Compression::High);
    // Places in a table have no neighbourhood that a filter could use.
    encoder.set_filter(png::Filter::NoFilter);
    let indices: Vec<u8> = image.pixels().map(|pixel| places[&pixel.0]).collect();
    let written = encoder.write_header().and_then(|mut writer| writer.write_image_data(&indices));
    written.expect("file can be written");
}

fn write_plain(path: &Path, image: &RgbImage) {
    PngEncoder::new_with_quality(create(path), CompressionType::Best, FilterType::Adaptive)
        .write_image(image, image.width(), image.height(), ExtendedColorType::Rgb8)
        .expect("file can be written");
}

fn create(path: &Path) -> std::io::BufWriter<std::fs::File> {
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("folder can be made");
    std::io::BufWriter::new(std::fs::File::create(path).expect("file can be made"))
}
