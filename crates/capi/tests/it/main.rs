//! The C interface from outside.

mod header;
#[cfg(all(target_pointer_width = "64", unix))]
mod layout;
mod misuse;
mod settings;
