//! The header beside this crate is the one that its code gives.

use std::path::Path;
use std::{env, fs};

#[test]
fn the_header_is_that_of_the_code() {
    let crate_dir = Path::new(env!("CARGO_MANIFEST_DIR"));
    let config = cbindgen::Config::from_file(crate_dir.join("cbindgen.toml")).expect("a configuration");
    let bindings = cbindgen::Builder::new().with_crate(crate_dir).with_config(config).generate().expect("a header");
    let mut made = Vec::new();
    bindings.write(&mut made);
    let path = crate_dir.join("include/tonus.h");
    if env::var_os("TONUS_WRITE_HEADER").is_some() {
        fs::write(&path, &made).expect("the header can be written");
    }
    let kept = fs::read(&path).expect("the header is there");
    assert!(kept == made, "include/tonus.h is out of date: set TONUS_WRITE_HEADER=1 and run this test");
}
