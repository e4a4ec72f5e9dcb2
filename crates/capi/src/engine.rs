//! Pipelines of 1, 2, 4 and 8 lanes behind one face. A build has those whose features are on.

use core::ffi::c_void;

use tonus_core::calibration::Calibration;
use tonus_core::input::Input;
use tonus_core::pipeline::{Latency, Pipeline};
use tonus_dsp::design::Mains;
use tonus_dsp::error::{ConfigError, ShapeError};

use crate::config::Setup;
use crate::result::{TONUS_ERROR_CONFIG, TONUS_ERROR_UNSUPPORTED, tonus_result};
use crate::sink::Callbacks;
use crate::slot::{Blank, Slot, begin, check_memory};

/// What is asked of a pipeline, whatever its lanes.
pub(crate) trait Engine {
    fn push(&mut self, input: Input<'_>, sink: &mut Callbacks) -> Result<(), ShapeError>;
    fn index(&self) -> u64;
    fn channels(&self) -> usize;
    fn calibration(&self, channel: usize) -> Option<&Calibration>;
    fn check_calibration(&self, channel: usize, calibration: &Calibration) -> Result<(), ConfigError>;
    fn digest(&self) -> [u8; 32];
    fn latency(&self) -> Latency;
    fn mains(&self) -> Option<Mains>;
}

impl<const LANES: usize> Engine for Pipeline<LANES> {
    fn push(&mut self, input: Input<'_>, sink: &mut Callbacks) -> Result<(), ShapeError> {
        Self::push(self, input, sink)
    }
    fn index(&self) -> u64 {
        Self::index(self)
    }
    fn channels(&self) -> usize {
        Self::channels(self)
    }
    fn calibration(&self, channel: usize) -> Option<&Calibration> {
        Self::calibration(self, channel)
    }
    fn check_calibration(&self, channel: usize, calibration: &Calibration) -> Result<(), ConfigError> {
        Self::check_calibration(self, channel, calibration)
    }
    fn digest(&self) -> [u8; 32] {
        Self::digest(self)
    }
    fn latency(&self) -> Latency {
        Self::latency(self)
    }
    fn mains(&self) -> Option<Mains> {
        Self::mains(self)
    }
}

macro_rules! lanes {
    ($($feature:literal: $lanes:literal),*) => {
        $(
            #[cfg(feature = $feature)]
            // SAFETY: this very value, which the compiler checks because it is a constant.
            const _: Pipeline<$lanes> = unsafe { core::mem::zeroed() };
            #[cfg(feature = $feature)]
            // SAFETY: see the constant.
            unsafe impl Blank for Pipeline<$lanes> {}
        )*

        /// The class for so many channels: the fewest lanes of this build that hold them.
        pub(crate) fn class(channels: u32) -> Option<u8> {
            $(
                #[cfg(feature = $feature)]
                if channels > 0 && channels <= $lanes {
                    return Some($lanes);
                }
            )*
            None
        }

        /// Bytes of a handle of this class.
        pub(crate) fn size(class: u8) -> usize {
            match class {
                $(
                    #[cfg(feature = $feature)]
                    $lanes => size_of::<Slot<Pipeline<$lanes>>>(),
                )*
                _ => 0,
            }
        }

        /// Makes memory a pipeline.
        ///
        /// # Safety
        /// `memory` is null or points to `size` bytes that are nobody else's.
        pub(crate) unsafe fn place(
            memory: *mut c_void,
            size: usize,
            magic: u32,
            is_heap: bool,
            setup: &Setup,
        ) -> Result<(), tonus_result> {
            let class = class(setup.count as u32).ok_or(TONUS_ERROR_UNSUPPORTED)?;
            match class {
                $(
                    #[cfg(feature = $feature)]
                    $lanes => {
                        let slot = check_memory::<Pipeline<$lanes>>(memory, size)?;
                        // SAFETY: large enough and aligned, as was just checked; the rest is the caller's word.
                        unsafe {
                            begin(slot, magic, class, is_heap, |pipeline| {
                                pipeline.set_up(&setup.config, setup.channels()).map_err(|_| TONUS_ERROR_CONFIG)
                            })
                        }
                    }
                )*
                _ => Err(TONUS_ERROR_UNSUPPORTED),
            }
        }

        /// The pipeline of a handle of this class.
        ///
        /// # Safety
        /// It is one, of this class, and nobody else uses it.
        pub(crate) unsafe fn engine<'a>(handle: *mut c_void, class: u8) -> Option<&'a mut dyn Engine> {
            match class {
                $(
                    #[cfg(feature = $feature)]
                    // SAFETY: see above.
                    $lanes => Some(unsafe { &mut (*handle.cast::<Slot<Pipeline<$lanes>>>()).value }),
                )*
                _ => None,
            }
        }
    };
}

lanes!("lanes-1": 1, "lanes-2": 2, "lanes-4": 4, "lanes-8": 8);
