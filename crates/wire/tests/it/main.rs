//! Formats of devices from outside.

mod corpus;
mod golden;
mod profiles;
mod properties;
mod timeline;
