//! The store, the diary and what is said about them.

mod common;
mod delete;
mod diary;
mod index;
#[cfg(unix)]
mod modes;
mod plan;
mod props;
mod store;
mod trends;
mod view;
mod words;
