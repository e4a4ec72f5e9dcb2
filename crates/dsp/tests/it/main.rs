//! Signal processing against golden vectors, twins and properties.

mod conformance;
mod golden_design;
mod golden_envelope;
mod golden_feature;
mod golden_filter;
#[cfg(feature = "spectrum")]
mod golden_spectrum;
mod kernels;
mod properties;

#[global_allocator]
static ALLOCATOR: tonus_testkit::CountingAllocator = tonus_testkit::CountingAllocator;
