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
    let drawn = harness.render().expect("a picture");
    let drawn = coarse(&drawn);
    let path = folder().join(format!("{name}.png"));
    let fresh = path.with_extension("new.png");
    let _ = std::fs::remove_file(&fresh);
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        write(&path, &drawn);
        return;
    }
    let expected = image::open(&path).unwrap_or_else(|error| panic!("{name}: {error}; UPDATE_SNAPSHOTS=1 writes it"));
    let expected = expected.to_rgb8();
    let differ = if expected.dimensions() == drawn.dimensions() {
        let far = |(a, b): (&image::Rgb<u8>, &image::Rgb<u8>)| (0..3).any(|k| a[k].abs_diff(b[k]) > TOLERANCE);
        expected.pixels().zip(drawn.pixels()).filter(|pair| far(*pair)).count()
    } else {
        usize::MAX
    };
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

fn write(path: &Path, image: &RgbImage) {
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("folder can be made");
    let file = std::io::BufWriter::new(std::fs::File::create(path).expect("file can be made"));
    PngEncoder::new_with_quality(file, CompressionType::Best, FilterType::Adaptive)
        .write_image(image, image.width(), image.height(), ExtendedColorType::Rgb8)
        .expect("file can be written");
}
