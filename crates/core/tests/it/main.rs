//! The pipeline and training sessions from outside.

mod artefacts;
#[cfg(feature = "serde")]
mod calibration_json;
mod own_times;
mod pipeline;
mod support;
mod training;
mod training_score;

#[global_allocator]
static ALLOCATOR: tonus_testkit::CountingAllocator = tonus_testkit::CountingAllocator;
