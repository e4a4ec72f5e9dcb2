//! Training programmes of tonus as data: TOML, built-in programmes, plans.
