//! The layout of every structure, as the compilers of Rust and of C see it, is the one in `layout.txt`. A change there is a
//! change of the binary interface: raise `TONUS_ABI_VERSION`, and keep the sizes of before readable.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::{env, fs};

use tonus_capi::calibration::tonus_calibration;
use tonus_capi::config::{tonus_channel_config, tonus_pipeline_config, tonus_problem};
use tonus_capi::decoder::{tonus_decoder_config, tonus_decoder_stats, tonus_frame, tonus_frame_sink};
use tonus_capi::session::{tonus_breath, tonus_phase_change};
use tonus_capi::sink::{tonus_decision, tonus_sink};
use tonus_capi::step::tonus_step;

/// A structure: name, size, alignment, and its fields with their offsets.
struct Struct {
    name: &'static str,
    size: usize,
    align: usize,
    fields: Vec<(&'static str, usize)>,
}

macro_rules! structs {
    ($($name:ident { $($field:ident)* })*) => {
        vec![$(Struct {
            name: stringify!($name),
            size: size_of::<$name>(),
            align: align_of::<$name>(),
            fields: vec![$((stringify!($field), std::mem::offset_of!($name, $field))),*],
        }),*]
    };
}

fn structs() -> Vec<Struct> {
    structs! {
        tonus_pipeline_config {
            struct_size channels rate_hz highpass_hz lowpass_hz grace_s tone_dwell_s overshoot_dwell_s free_limit_s
            overshoot_ratio on_ratio off_ratio mains reference reserved
        }
        tonus_channel_config { struct_size kind low_rail_uv high_rail_uv lsb_uv accessory }
        tonus_problem { struct_size reserved value min max field }
        tonus_calibration {
            struct_size kind rate_hz highpass_hz mains_hz warnings baseline_uv spread_uv reference_uv whitening
            detector_level detector_reference contrast on_ratio off_ratio window_ticks band_ticks
        }
        tonus_decision { tick index channel state reasons quality envelope_uv activation cue tense }
        tonus_sink { struct_size reserved user decision calibrated refused }
        tonus_decoder_config { struct_size device channels keep_zero uv_per_count }
        tonus_frame {
            index gap_before values_uv counts aux channels aux_count counter device_us flags reserved
        }
        tonus_frame_sink { struct_size reserved user frame message }
        tonus_decoder_stats {
            struct_size reserved bytes frames skipped_bytes bad_checksum rejected resyncs lost ambiguous restarts messages
        }
        tonus_step {
            struct_size kind duration_ms target start_ratio lowest_ratio highest_ratio success_share ratio_per_min band_low
            band_high pass_share inhale_ms exhale_ms retries prompt segment repeat_times repeat_entries reserved
        }
        tonus_phase_change {
            struct_size cause at phase_start phase_end stage cue phase purpose kind entry turn turns prompt reserved
        }
        tonus_breath { struct_size is_exhale number progress reserved }
    }
}

fn seen_by_rust() -> String {
    structs().iter().fold(String::new(), |mut text, s| {
        let _ = writeln!(text, "{} {} {}", s.name, s.size, s.align);
        for (field, offset) in &s.fields {
            let _ = writeln!(text, "  {field} {offset}");
        }
        text
    })
}

/// A C program that prints the same, from the header.
fn program() -> String {
    let mut text = String::from("#include <stdio.h>\n#include <tonus.h>\n");
    for s in structs() {
        let _ = writeln!(text, "struct align_{0} {{ char before; {0} it; }};", s.name);
    }
    text.push_str("int main(void)\n{\n");
    for s in structs() {
        let name = s.name;
        let align = format!("offsetof(struct align_{name}, it)");
        let _ = writeln!(text, "    printf(\"{name} %zu %zu\\n\", sizeof({name}), {align});");
        for (field, _) in s.fields {
            let _ = writeln!(text, "    printf(\"  {field} %zu\\n\", offsetof({name}, {field}));");
        }
    }
    text + "    return 0;\n}\n"
}

fn seen_by_c() -> String {
    let crate_dir = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let (source, binary) = (folder.join("layout.c"), folder.join("layout"));
    fs::write(&source, program()).expect("the program can be written");
    let compiler = env::var("CC").unwrap_or_else(|_| "cc".to_owned());
    let done = Command::new(compiler)
        .args(["-std=c99", "-Wall", "-Wextra", "-Werror", "-I"])
        .arg(crate_dir.join("include"))
        .arg(&source)
        .arg("-o")
        .arg(&binary)
        .status()
        .expect("a C compiler");
    assert!(done.success());
    let output = Command::new(&binary).output().expect("the program runs");
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn the_layout_is_the_one_that_was_promised() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/layout.txt");
    let rust = seen_by_rust();
    if env::var_os("TONUS_WRITE_LAYOUT").is_some() {
        fs::write(&path, &rust).expect("the layout can be written");
    }
    assert_eq!(rust, fs::read_to_string(&path).expect("the layout is there"));
    assert_eq!(seen_by_c(), rust, "C sees another layout");
}

#[test]
fn there_is_no_gap_that_compilers_could_fill_differently() {
    for s in structs() {
        assert_eq!(s.fields.first().map(|field| field.1), Some(0), "{}", s.name);
        for pair in s.fields.windows(2) {
            let size = pair[1].1 - pair[0].1;
            assert!(matches!(size, 4 | 8 | 16 | 40), "{}: {} takes {size} bytes", s.name, pair[0].0);
        }
        assert!(s.size - s.fields.last().map_or(0, |field| field.1) <= 40, "{} is longer than its fields", s.name);
        assert_eq!(s.size % 4, 0);
    }
}
