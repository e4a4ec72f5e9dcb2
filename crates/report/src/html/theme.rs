//! Colours and styles, light and dark; paper is always light.
//!
//! States have the colours of [`palette`](crate::palette), as in the window. A test computes the contrast of every pair that meets.

use std::fmt::Write as _;

use crate::palette::StateColours;

/// One set of colours: `0xRRGGBB`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Theme {
    /// Behind everything.
    page: u32,
    /// Behind text and pictures.
    card: u32,
    ink: u32,
    /// Text of less weight.
    muted: u32,
    /// Lines of tables and grids: decoration, which nothing depends on.
    line: u32,
    states: StateColours,
}

const LIGHT: Theme = Theme {
    page: 0xF5F6F8,
    card: 0xFFFFFF,
    ink: 0x1B2430,
    muted: 0x55606E,
    line: 0xD9DEE5,
    states: StateColours::LIGHT,
};

const DARK: Theme = Theme {
    page: 0x10151B,
    card: 0x181F28,
    ink: 0xE6EAF0,
    muted: 0xA6B1BF,
    line: 0x333E4B,
    states: StateColours::DARK,
};

impl Theme {
    fn colours(&self) -> [(&'static str, u32); 9] {
        [
            ("page", self.page),
            ("card", self.card),
            ("ink", self.ink),
            ("muted", self.muted),
            ("line", self.line),
            ("rest", self.states.rest),
            ("controlled", self.states.controlled),
            ("overactive", self.states.overactive),
            ("invalid", self.states.invalid),
        ]
    }

    fn write(&self, out: &mut String) {
        out.push_str(":root{");
        for (name, colour) in self.colours() {
            let _ = write!(out, "--{name}:#{colour:06x};");
        }
        out.push('}');
    }
}

/// The whole style sheet.
pub(super) fn style() -> String {
    let mut out = String::new();
    LIGHT.write(&mut out);
    out.push_str("@media screen and (prefers-color-scheme:dark){");
    DARK.write(&mut out);
    out.push('}');
    out.push_str(RULES);
    out
}

const RULES: &str = "
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.55 system-ui,-apple-system,'Segoe UI',Roboto,'DejaVu Sans',sans-serif;\
-webkit-text-size-adjust:100%}
main,header,footer{max-width:1000px;margin:0 auto;padding:0 20px}
header{padding-top:28px}
footer{padding-bottom:40px}
h1{font-size:1.7em;line-height:1.2;margin:0 0 .4em;overflow-wrap:anywhere}
h2{font-size:1.3em;margin:0 0 .6em;overflow-wrap:anywhere}
h3{font-size:1.05em;margin:1.8em 0 .5em}
p,ul,dl{margin:.5em 0}
bdi{overflow-wrap:anywhere}
section{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:20px 24px;margin:18px 0}
.story p{font-size:1.12em;margin:.35em 0;max-width:46em}
.facts{display:flex;flex-wrap:wrap;gap:4px 28px;color:var(--muted);font-size:.92em}
.facts div{display:flex;gap:.5em;min-width:0}
dt{white-space:nowrap}
dd{margin:0;color:var(--ink);min-width:0}
.muted,figcaption,.small{color:var(--muted);font-size:.88em}
.small code,.small bdi{word-break:break-all}
.notice{border-left:5px solid var(--rest)}
.scroll{overflow-x:auto;margin:.4em 0 1em}
table{border-collapse:collapse;font-size:.86em;line-height:1.35;font-variant-numeric:tabular-nums}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.parts{display:flex;flex-wrap:wrap;gap:0 48px}
.parts>div{min-width:0;max-width:100%}
.parts>div td{max-width:15em}
.parts>div th{max-width:15em}
.parts>:empty{display:none}
.parts>.grow{flex:1 1 440px}
caption{text-align:left;color:var(--muted);padding:.2em 0 .35em}
th,td{padding:.3em .75em .3em 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}
thead th{color:var(--muted);font-weight:600;vertical-align:bottom}
tbody th{font-weight:400}
td bdi{display:inline-block;max-width:24em}
figure{margin:.4em 0 1.2em;overflow-x:auto}
svg{display:block;width:100%;min-width:560px;height:auto;font:12px system-ui,-apple-system,'Segoe UI',Roboto,'DejaVu Sans',sans-serif}
svg.half{max-width:640px;min-width:440px}
svg.bar{min-width:0;width:160px;height:10px;margin-top:.35em}
svg text{fill:var(--muted)}
svg .ink{fill:var(--ink)}
.word{font-size:11px}
.grid{stroke:var(--line);fill:none}
.axis{stroke:var(--muted);fill:none}
.line{stroke:var(--ink);fill:none;stroke-width:1.3;stroke-linejoin:round}
.fine{stroke-width:.7;opacity:.8}
.range{fill:var(--ink);opacity:.22}
.dim{stroke:var(--invalid);fill:none;stroke-dasharray:2 3}
.s0{fill:var(--rest)}
.s1{fill:var(--controlled)}
.s2{fill:var(--overactive)}
.s3{stroke:var(--invalid);stroke-width:.8}
.lost{fill:var(--invalid)}
.b2{stroke:var(--card);stroke-width:1.6}
.b3{stroke:var(--invalid);stroke-width:1.4}
.base{stroke:var(--ink);stroke-dasharray:7 4;fill:none}
.ref{stroke:var(--ink);stroke-dasharray:1.5 4;stroke-width:1.6;stroke-linecap:round;fill:none}
.ceil{stroke:var(--rest);stroke-width:2;fill:none}
.ceilfill{fill:var(--rest);opacity:.13}
.band{stroke:var(--controlled);stroke-width:2;fill:none}
.bandfill{fill:var(--controlled);opacity:.16}
.cr{fill:var(--rest);opacity:.2}
.cw{fill:var(--controlled);opacity:.32}
.edge{stroke:var(--muted);stroke-width:.6;fill:none}
.one{stroke:var(--rest);stroke-width:1.1;opacity:.6;fill:none}
.all{stroke:var(--ink);stroke-width:2.6;fill:none;stroke-linejoin:round}
.how{columns:24em 2;column-gap:40px}
.how div{break-inside:avoid}
.how dt{font-weight:600;white-space:normal;padding-top:.5em}
.how dd{color:var(--muted)}
@page{size:A4;margin:14mm}
@media print{
body{background:none;font-size:10.5pt}
main,header,footer{max-width:none;padding:0}
section{border:0;border-top:1px solid var(--line);border-radius:0;padding:10px 0;margin:10px 0}
.notice{border-left:0}
h1,h2,h3,caption{break-after:avoid}
figure,table.short,tr,.story,.notice,.facts,.how div{break-inside:avoid}
thead{display:table-header-group}
.scroll,figure{overflow:visible}
svg{min-width:0}
table{font-size:8pt}
.how{font-size:8.5pt}
th,td{padding-right:.5em}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}
}
";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::palette::contrast;

    /// A colour laid over another one.
    fn over(top: u32, opacity: f64, below: u32) -> u32 {
        [16, 8, 0].into_iter().fold(0, |sum, shift| {
            let part = |colour: u32| f64::from(colour >> shift & 255);
            sum | ((opacity * part(top) + (1.0 - opacity) * part(below)).round() as u32) << shift
        })
    }

    #[test]
    fn text_can_be_read_and_states_can_be_seen_in_both_themes() {
        for theme in [LIGHT, DARK] {
            for ground in [theme.page, theme.card] {
                for text in [theme.ink, theme.muted] {
                    assert!(contrast(text, ground) >= 4.5, "{text:06x} on {ground:06x}");
                }
            }
            let StateColours { rest, controlled, overactive, invalid } = theme.states;
            for state in [rest, controlled, overactive, invalid] {
                assert!(contrast(state, theme.card) >= 3.0, "{state:06x} on {:06x}", theme.card);
            }
            // Words on the strip of cues.
            for (fill, opacity) in [(rest, 0.2), (controlled, 0.32)] {
                assert!(contrast(theme.ink, over(fill, opacity, theme.card)) >= 4.5, "{fill:06x}");
            }
        }
    }

    #[test]
    fn paper_is_light_and_nothing_is_loaded() {
        let style = style();
        assert!(style.contains("@media screen and (prefers-color-scheme:dark)"));
        assert!(!style.contains("url(") && !style.contains("@import") && !style.contains('<'));
    }
}
