//! Puts `memory.x` where the linker looks for it.

use std::env;
use std::fs;
use std::path::PathBuf;

const DOUBLE: [&str; 20] = [
    "dadd", "dsub", "dmul", "ddiv", "d2f", "f2d", "i2d", "ui2d", "l2d", "ul2d", "d2iz", "d2uiz", "d2lz", "d2ulz",
    "dcmpeq", "dcmplt", "dcmple", "dcmpge", "dcmpgt", "dcmpun",
];

fn main() {
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    fs::copy("memory.x", out.join("memory.x")).expect("memory.x can be copied");
    println!("cargo:rustc-link-search={}", out.display());
    println!("cargo:rerun-if-changed=memory.x");
    // `count` counts the calls of these: arithmetic in double, which a Cortex-M4F does in software.
    for name in DOUBLE {
        println!("cargo:rustc-link-arg-bin=count=--wrap=__aeabi_{name}");
    }
}
