//! Pictures of screens without a window or a graphics card, the same on every machine.
//!
//! Triangles are filled on a grid of 1/256 pixel with the usual rule for shared edges, colours are premultiplied and blended in
//! gamma space as egui's own renderers do. For tests and documentation.

use std::collections::HashMap;

use egui::epaint::{ClippedPrimitive, ImageData, ImageDelta, Mesh, Primitive, Vertex};
use egui::{Color32, ColorImage, Context, FullOutput, TextureId, TexturesDelta};

/// Steps of the grid in a pixel.
const GRID: i64 = 256;

/// Holds textures and turns frames into pictures.
#[derive(Debug, Clone, Default)]
pub struct Painter {
    textures: HashMap<TextureId, ColorImage>,
}

impl Painter {
    /// Takes in what has changed of the textures; to be called with every frame's.
    pub fn update(&mut self, delta: &mut TexturesDelta) {
        for (id, changes) in &delta.set {
            for change in changes {
                self.change(*id, change);
            }
        }
        for id in &delta.free {
            self.textures.remove(id);
        }
        delta.clear();
    }

    fn change(&mut self, id: TextureId, change: &ImageDelta) {
        let ImageData::Color(patch) = &change.image;
        let Some([left, top]) = change.pos else {
            self.textures.insert(id, (**patch).clone());
            return;
        };
        if let Some(texture) = self.textures.get_mut(&id) {
            let [width, height] = patch.size;
            for row in 0..height {
                let from = &patch.pixels[row * width..(row + 1) * width];
                let start = (top + row) * texture.size[0] + left;
                texture.pixels[start..start + width].copy_from_slice(from);
            }
        }
    }

    /// The picture of a frame, in physical pixels, opaque.
    pub fn paint(&self, ctx: &Context, output: &FullOutput) -> ColorImage {
        let scale = ctx.pixels_per_point();
        let size = ctx.content_rect().size() * scale;
        let size = [size.x.round() as usize, size.y.round() as usize];
        let mut image = ColorImage::filled(size, Color32::BLACK);
        for ClippedPrimitive { clip_rect, primitive } in ctx.tessellate(output.shapes.clone(), scale) {
            let pixel = |points: f32, limit: usize| (points * scale).round().clamp(0.0, limit as f32) as i64;
            let clip = Clip {
                left: pixel(clip_rect.min.x, size[0]),
                top: pixel(clip_rect.min.y, size[1]),
                right: pixel(clip_rect.max.x, size[0]),
                bottom: pixel(clip_rect.max.y, size[1]),
            };
            if let Primitive::Mesh(mesh) = &primitive {
                self.mesh(mesh, scale, clip, &mut image);
            }
        }
        image
    }

    fn mesh(&self, mesh: &Mesh, scale: f32, clip: Clip, image: &mut ColorImage) {
        let Some(texture) = self.textures.get(&mesh.texture_id) else { return };
        for corner in mesh.indices.chunks_exact(3) {
            let corner = |place: usize| Corner::new(&mesh.vertices[corner[place] as usize], scale);
            triangle([corner(0), corner(1), corner(2)], texture, clip, image);
        }
    }
}

/// Pixels that may be touched.
#[derive(Clone, Copy)]
struct Clip {
    left: i64,
    top: i64,
    right: i64,
    bottom: i64,
}

/// A vertex on the grid, with everything that is interpolated: red, green, blue, alpha, u, v.
#[derive(Clone, Copy)]
struct Corner {
    x: i64,
    y: i64,
    values: [f32; 6],
}

impl Corner {
    fn new(vertex: &Vertex, scale: f32) -> Self {
        let grid = |points: f32| (points * scale * GRID as f32).round() as i64;
        let [r, g, b, a] = vertex.color.to_array().map(f32::from);
        Self { x: grid(vertex.pos.x), y: grid(vertex.pos.y), values: [r, g, b, a, vertex.uv.x, vertex.uv.y] }
    }
}

/// Where `a · x + b · y + c ≥ 0`, in grid steps.
#[derive(Clone, Copy)]
struct Edge {
    a: i64,
    b: i64,
    c: i64,
}

impl Edge {
    fn new(from: Corner, to: Corner) -> Self {
        let (a, b) = (from.y - to.y, to.x - from.x);
        // A pixel on a shared edge belongs to the triangle on one side only.
        let owned = a > 0 || (a == 0 && b > 0);
        Self { a, b, c: -(a * from.x + b * from.y) - i64::from(!owned) }
    }

    /// Narrows the run of pixel centres in row `y`.
    fn narrow(self, y: i64, run: &mut (i64, i64)) {
        let rest = self.b * y + self.c + self.a * (GRID / 2);
        let slope = self.a * GRID;
        match slope {
            0 if rest < 0 => *run = (0, -1),
            0 => {}
            1.. => run.0 = run.0.max((-rest).div_euclid(slope) + i64::from((-rest).rem_euclid(slope) != 0)),
            _ => run.1 = run.1.min(rest.div_euclid(-slope)),
        }
    }
}

fn triangle(mut corners: [Corner; 3], texture: &ColorImage, clip: Clip, image: &mut ColorImage) {
    let area = |[a, b, c]: &[Corner; 3]| (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
    if area(&corners) < 0 {
        corners.swap(1, 2);
    }
    let twice = area(&corners);
    if twice == 0 {
        return;
    }
    let [a, b, c] = corners;
    let edges = [Edge::new(a, b), Edge::new(b, c), Edge::new(c, a)];
    let pixels = |low: i64, high: i64| ((low - GRID / 2).div_euclid(GRID), (high + GRID / 2).div_euclid(GRID));
    let (top, bottom) = pixels(a.y.min(b.y).min(c.y), a.y.max(b.y).max(c.y));
    let (left, right) = pixels(a.x.min(b.x).min(c.x), a.x.max(b.x).max(c.x));
    // Change of each value per pixel to the right and down.
    let gradient = |dx: bool, k: usize| {
        let (b, c) = (b.values[k] - a.values[k], c.values[k] - a.values[k]);
        let ((bx, by), (cx, cy)) = ((corners[1].x - a.x, corners[1].y - a.y), (corners[2].x - a.x, corners[2].y - a.y));
        let sum = if dx { b * cy as f32 - c * by as f32 } else { c * bx as f32 - b * cx as f32 };
        sum * GRID as f32 / twice as f32
    };
    let right_by: [f32; 6] = std::array::from_fn(|k| gradient(true, k));
    let down_by: [f32; 6] = std::array::from_fn(|k| gradient(false, k));
    // Most of an interface is one colour without a texture.
    let plain = [4, 5].iter().all(|&k| right_by[k] == 0.0 && down_by[k] == 0.0);
    let only_texel = sample(texture, a.values[4], a.values[5]);
    let flat = right_by.iter().chain(&down_by).all(|&change| change == 0.0);
    for y in top.max(clip.top)..=bottom.min(clip.bottom - 1) {
        let centre = y * GRID + GRID / 2;
        let mut run = (left.max(clip.left), right.min(clip.right - 1));
        for edge in edges {
            edge.narrow(centre, &mut run);
        }
        if run.0 > run.1 {
            continue;
        }
        let row = &mut image.pixels[y as usize * image.size[0]..][run.0 as usize..=run.1 as usize];
        if flat {
            let colour = shade(a.values, only_texel);
            for pixel in row {
                blend(pixel, colour);
            }
            continue;
        }
        let (dx, dy) = ((run.0 * GRID + GRID / 2 - a.x) as f32, (centre - a.y) as f32);
        let grid = GRID as f32;
        let start: [f32; 6] = std::array::from_fn(|k| a.values[k] + (right_by[k] * dx + down_by[k] * dy) / grid);
        for (step, pixel) in row.iter_mut().enumerate() {
            let values: [f32; 6] = std::array::from_fn(|k| start[k] + right_by[k] * step as f32);
            let texel = if plain { only_texel } else { sample(texture, values[4], values[5]) };
            blend(pixel, shade(values, texel));
        }
    }
}

/// Colour times texture.
fn shade(values: [f32; 6], texel: [f32; 4]) -> [f32; 4] {
    std::array::from_fn(|k| values[k] * texel[k] / 255.0)
}

/// The texture at a place, between its four nearest texels.
fn sample(texture: &ColorImage, u: f32, v: f32) -> [f32; 4] {
    let [width, height] = texture.size;
    let (x, y) = (u * width as f32 - 0.5, v * height as f32 - 0.5);
    let (fx, fy) = (x - x.floor(), y - y.floor());
    let texel = |dx: f32, dy: f32| {
        let x = ((x.floor() + dx).max(0.0) as usize).min(width - 1);
        let y = ((y.floor() + dy).max(0.0) as usize).min(height - 1);
        texture.pixels[y * width + x].to_array().map(f32::from)
    };
    let (p, q, s, t) = (texel(0.0, 0.0), texel(1.0, 0.0), texel(0.0, 1.0), texel(1.0, 1.0));
    std::array::from_fn(|k| {
        let (above, below) = (p[k] + (q[k] - p[k]) * fx, s[k] + (t[k] - s[k]) * fx);
        above + (below - above) * fy
    })
}

fn blend(pixel: &mut Color32, [r, g, b, a]: [f32; 4]) {
    let keep = 1.0 - a / 255.0;
    let mix = |new: f32, old: u8| (new + f32::from(old) * keep + 0.5).clamp(0.0, 255.0) as u8;
    *pixel = Color32::from_rgb(mix(r, pixel.r()), mix(g, pixel.g()), mix(b, pixel.b()));
}
