//! What is built in: names, and the text of each.

macro_rules! files {
    ($names:ident, $files:ident, $folder:literal, [$($name:literal),* $(,)?], $what:literal) => {
        #[doc = $what]
        pub const $names: &[&str] = &[$($name),*];
        const $files: &[(&str, &str)] = &[$(($name, include_str!(concat!("../", $folder, "/", $name, ".toml")))),*];
    };
}

files!(
    NAMES,
    PROGRAM_FILES,
    "programs",
    [
        "taster",
        "awareness",
        "breathing",
        "down-training",
        "contract-relax-gentle",
        "contract-relax",
        "quick-flicks",
        "discrimination",
        "glazer",
        "glazer-2s",
    ],
    "The built-in programmes: the first try, then the quiet ones first."
);

files!(PLANS, PLAN_FILES, "plans", ["first-steps"], "The built-in plans.");

fn source_of(files: &[(&str, &'static str)], name: &str) -> Option<&'static str> {
    files.iter().find(|(known, _)| *known == name).map(|(_, source)| *source)
}

/// The text of the built-in programme of this name.
pub(crate) fn program(name: &str) -> Option<&'static str> {
    source_of(PROGRAM_FILES, name)
}

/// The text of the built-in plan of this name.
pub(crate) fn plan(name: &str) -> Option<&'static str> {
    source_of(PLAN_FILES, name)
}
