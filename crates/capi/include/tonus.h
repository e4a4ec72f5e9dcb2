/* tonus: muscle biofeedback from surface EMG. Licence: MIT or Apache-2.0. Not a medical device.
 *
 * Made by cbindgen from crates/capi; change it there. docs/EMBEDDING.md tells how to use it.
 *
 * Results    Every function that can fail gives a tonus_result. Outputs are written with TONUS_OK only, and a call that fails
 *            changes nothing. No panic and no exception comes out of the library.
 * Pointers   A pointer is null, which is noticed, or points to what its type says, which is the caller's word. Values of a
 *            tonus_frame and what else callbacks are given live until the callback returns.
 * Sizes      Structures begin with their size: fill them with their _init function, which is told it too. A library that knows
 *            only another size answers TONUS_ERROR_SIZE.
 * Memory     _init makes the caller's memory a handle, for systems without a heap; _new takes memory from the heap. The handle
 *            is the memory: do not move it. No function but _new takes memory from the heap. Each is ended by its own
 *            counterpart, _deinit or _free, in any order: no handle knows of another.
 * Threads    Any thread may use a handle, one at a time. Whoever comes second meanwhile gets TONUS_ERROR_BUSY and has changed
 *            nothing: another thread, an interrupt, a callback that calls its own handle. Different handles know nothing of
 *            each other. Do not free a handle that another thread may still call.
 * Callbacks  Functions in a sink run inside the call that was given it. They return: they do not throw and do not longjmp.
 * Units      Microvolts (_uv), Hz (_hz), seconds (_s), milliseconds (_ms), samples since the beginning (index, at).
 */


#ifndef TONUS_H
#define TONUS_H

#include <stddef.h>
#include <stdint.h>

// Most channels of a pipeline.
#define TONUS_MAX_LANES 8

// Most entries of a programme.
#define TONUS_MAX_STEPS 64

// What memory for a handle must be aligned to, in bytes.
#define TONUS_ALIGNMENT 8

// Version of the binary interface that this header describes.
#define TONUS_ABI_VERSION 1

// What came of a call. 0 and above is no error.
enum tonus_result
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  // Done; outputs are written.
  TONUS_OK = 0,
  // Done, and there is nothing to write.
  TONUS_NOTHING = 1,
  // A pointer is null that must not be.
  TONUS_ERROR_NULL = -1,
  // A `struct_size` or a size argument is not that of this library's structure: another version of the header.
  TONUS_ERROR_SIZE = -2,
  // The memory is too small, not aligned to TONUS_ALIGNMENT, or not to be had.
  TONUS_ERROR_MEMORY = -3,
  // Not a handle of this kind, or one that has been freed.
  TONUS_ERROR_HANDLE = -4,
  // The handle is in use: by another thread, or by the call whose callback this is.
  TONUS_ERROR_BUSY = -5,
  // A number that stands for nothing, or a channel that does not exist.
  TONUS_ERROR_VALUE = -6,
  // A setting outside its limits; tonus_pipeline_explain tells which.
  TONUS_ERROR_CONFIG = -7,
  // A calibration made with other settings than those of the pipeline.
  TONUS_ERROR_MISMATCH = -8,
  // Steps that are no programme.
  TONUS_ERROR_PROGRAM = -9,
  // This build of the library cannot do it.
  TONUS_ERROR_UNSUPPORTED = -10,
  // A defect of the library. The handle can only be freed.
  TONUS_ERROR_PANIC = -11,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum tonus_result tonus_result;
#else
typedef int32_t tonus_result;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

// The state of a muscle at one decision.
enum tonus_state
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  // At rest, or active too briefly to matter.
  TONUS_STATE_REST = 0,
  // Contracting as asked, or releasing within the allowance.
  TONUS_STATE_CONTROLLED = 1,
  // Tone that rises uninvited, overshoots, or does not let go.
  TONUS_STATE_OVERACTIVE = 2,
  // Cannot be told: see the quality bits.
  TONUS_STATE_INVALID = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum tonus_state tonus_state;
#else
typedef uint32_t tonus_state;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

// What the person is asked to do.
enum tonus_cue
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  // Nothing in particular.
  TONUS_CUE_FREE = 0,
  // Rest for the baseline calibration.
  TONUS_CUE_QUIET = 1,
  // A comfortable hold for the reference calibration.
  TONUS_CUE_REFERENCE = 2,
  // Let go.
  TONUS_CUE_REST = 3,
  // Contract.
  TONUS_CUE_WORK = 4,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum tonus_cue tonus_cue;
#else
typedef uint32_t tonus_cue;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

// Bits of `reasons`: why a state was called, or what was noticed beside it.
enum tonus_reason
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  // Above the work band for 0.5 s.
  TONUS_REASON_OVERSHOOT = 1,
  // Still active 2 s after the rest cue.
  TONUS_REASON_SLOW_RELEASE = 2,
  // Active again during rest for 1 s or longer.
  TONUS_REASON_TONE = 4,
  // The last 10 s of rest lie above 1.25 x baseline.
  TONUS_REASON_ELEVATED_REST = 8,
  // Rest after a contraction stays above 1.15 x baseline.
  TONUS_REASON_RESIDUAL = 16,
  // A hold whose amplitude varies by more than 15 %.
  TONUS_REASON_INSTABILITY = 32,
  // Another channel contracts along.
  TONUS_REASON_CO_CONTRACTION = 64,
  // A free contraction of more than 10 s.
  TONUS_REASON_TOO_LONG = 128,
  // Rest below 0.7 x baseline for 3 s: deeper than when it was measured, and a better baseline.
  TONUS_REASON_DEEP_REST = 256,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum tonus_reason tonus_reason;
#else
typedef uint32_t tonus_reason;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

// Bits of `quality`: what is wrong with the signal.
enum tonus_quality
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  // Filters are settling.
  TONUS_QUALITY_WARMUP = 1,
  // Frames are missing.
  TONUS_QUALITY_GAP = 2,
  // The converter is at a rail.
  TONUS_QUALITY_SATURATED = 4,
  // The signal does not move.
  TONUS_QUALITY_FLAT = 8,
  // An electrode has come off.
  TONUS_QUALITY_LEAD_OFF = 16,
  // Mains is far above the muscle.
  TONUS_QUALITY_MAINS = 32,
  // Movement of electrode or cable.
  TONUS_QUALITY_MOTION = 64,
  // An electrode pop: a step that decays.
  TONUS_QUALITY_POP = 128,
  // Heart beats in the signal.
  TONUS_QUALITY_ECG = 256,
  // Not a number, or infinite.
  TONUS_QUALITY_NONFINITE = 512,
  // There is no baseline to compare with (yet).
  TONUS_QUALITY_NO_BASELINE = 1024,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum tonus_quality tonus_quality;
#else
typedef uint32_t tonus_quality;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

// What a channel's sensor sends.
enum tonus_kind
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  // The EMG itself.
  TONUS_KIND_RAW = 0,
  // An envelope made by the sensor.
  TONUS_KIND_ENVELOPE = 1,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum tonus_kind tonus_kind;
#else
typedef uint32_t tonus_kind;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

// What to do about mains interference.
enum tonus_mains
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  // Measure at 50 and 60 Hz, and put notches in where they are needed.
  TONUS_MAINS_AUTO = 0,
  // No notches.
  TONUS_MAINS_OFF = 1,
  // Notches for 50 Hz.
  TONUS_MAINS_50_HZ = 50,
  // Notches for 60 Hz.
  TONUS_MAINS_60_HZ = 60,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum tonus_mains tonus_mains;
#else
typedef uint32_t tonus_mains;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

// How the reference contraction is read.
enum tonus_reference
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  // Comfortable holds: the median of their middle parts.
  TONUS_REFERENCE_SUBMAXIMAL = 0,
  // Maximal voluntary contraction: the largest 500-ms mean.
  TONUS_REFERENCE_MVC = 1,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum tonus_reference tonus_reference;
#else
typedef uint32_t tonus_reference;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

// Bits of `warnings`: what to know about an accepted calibration.
enum tonus_warning
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  // The level rose and fell at rest; activity starts at a higher ratio.
  TONUS_WARNING_UNSTABLE = 1,
  // The second half lay far higher or lower than the first.
  TONUS_WARNING_DRIFTING = 2,
  // The baseline is below one step of the converter.
  TONUS_WARNING_LOW_RESOLUTION = 4,
  // The reference lies close to the baseline.
  TONUS_WARNING_WEAK_REFERENCE = 8,
  // The quiet step was refused; rest after a later cue gave the baseline.
  TONUS_WARNING_LATER_REST = 16,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum tonus_warning tonus_warning;
#else
typedef uint32_t tonus_warning;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

// Why a calibration step was not accepted.
enum tonus_refusal
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  // Too little valid signal; the value is the seconds there were.
  TONUS_REFUSAL_TOO_SHORT = 1,
  // The resting signal was zero or below a step of the converter.
  TONUS_REFUSAL_NO_SIGNAL = 2,
  // No longer given: restless rest is accepted, with TONUS_WARNING_UNSTABLE.
  TONUS_REFUSAL_UNSTABLE = 3,
  // No longer given: rest that moves is accepted, with TONUS_WARNING_DRIFTING.
  TONUS_REFUSAL_DRIFTING = 4,
  // The reference is too close to rest; the value is reference over baseline.
  TONUS_REFUSAL_NOT_SEPARABLE = 5,
  // A reference was closed before a baseline was accepted.
  TONUS_REFUSAL_NO_BASELINE = 6,
  // A reason that this header does not know yet.
  TONUS_REFUSAL_OTHER = 7,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum tonus_refusal tonus_refusal;
#else
typedef uint32_t tonus_refusal;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

// A device whose bytes the decoder reads.
enum tonus_device
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  // The frame for own firmware: COBS, CRC-32, counter, clock, 16-bit values; 1 to 32 channels.
  TONUS_DEVICE_TONUS_COBS = 0,
  // Numbers as Arduino sketches print them; channels 0 to learn how many.
  TONUS_DEVICE_ARDUINO_TEXT = 1,
  // One unsigned integer a line.
  TONUS_DEVICE_MYOWARE = 2,
  // Upside Down Labs Chords boards with 10 bits; 1 to 16 channels.
  TONUS_DEVICE_CHORDS_10 = 3,
  // The same with 12 bits.
  TONUS_DEVICE_CHORDS_12 = 4,
  // The same with 14 bits.
  TONUS_DEVICE_CHORDS_14 = 5,
  // Backyard Brains SpikerBox and SpikerShield; 1 to 6 channels.
  TONUS_DEVICE_SPIKERBOX = 6,
  // OpenBCI Cyton, 8 channels.
  TONUS_DEVICE_OPENBCI_CYTON = 7,
  // OpenBCI Cyton with Daisy, 16 channels.
  TONUS_DEVICE_OPENBCI_CYTON_DAISY = 8,
  // Olimex SHIELD-EKG-EMG and OpenEEG P2, 6 channels.
  TONUS_DEVICE_OPENEEG_P2 = 9,
  // BITalino, 1 to 6 channels.
  TONUS_DEVICE_BITALINO = 10,
  // FreeEEG32, 32 channels.
  TONUS_DEVICE_FREEEEG32 = 11,
  // NeuroPawn Knight, 8 channels.
  TONUS_DEVICE_NEUROPAWN_KNIGHT = 12,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum tonus_device tonus_device;
#else
typedef uint32_t tonus_device;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

// Bits of a frame's `flags`.
enum tonus_frame_flag
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  // The device started again: the missing time is unknown. Push a stall before the frame.
  TONUS_FRAME_RESTARTED = 1,
  // The counter may have wrapped unseen, so `gap_before` may be too short.
  TONUS_FRAME_AMBIGUOUS = 2,
  // The frame has a counter.
  TONUS_FRAME_HAS_COUNTER = 4,
  // The frame has a clock.
  TONUS_FRAME_HAS_CLOCK = 8,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum tonus_frame_flag tonus_frame_flag;
#else
typedef uint32_t tonus_frame_flag;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

// What a step asks for, or that it is a repeat.
enum tonus_step_kind
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  // Rest, and let it be measured as the baseline.
  TONUS_STEP_QUIET = 0,
  // A comfortable hold, measured as the reference.
  TONUS_STEP_REFERENCE = 1,
  // Let go.
  TONUS_STEP_REST = 2,
  // Contract, at no particular level.
  TONUS_STEP_WORK = 3,
  // Contract as quickly as possible and let go at once.
  TONUS_STEP_FLICK = 4,
  // Contract and hold steadily.
  TONUS_STEP_HOLD = 5,
  // Breathe with the pacer; the muscle rests.
  TONUS_STEP_BREATHE = 6,
  // Nothing in particular.
  TONUS_STEP_FREE = 7,
  // Not a step: the next `repeat_entries` entries, `repeat_times` times.
  TONUS_STEP_REPEAT = 8,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum tonus_step_kind tonus_step_kind;
#else
typedef uint32_t tonus_step_kind;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

// What a step aims for.
enum tonus_target
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  // Nothing; just watch.
  TONUS_TARGET_NONE = 0,
  // Stay below `start_ratio` times the own baseline.
  TONUS_TARGET_CEILING = 1,
  // Stay below a ceiling that follows what was reached.
  TONUS_TARGET_ADAPTIVE = 2,
  // Stay within `band_low` and `band_high` of the own reference.
  TONUS_TARGET_BAND = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum tonus_target tonus_target;
#else
typedef uint32_t tonus_target;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

// What a session is told.
enum tonus_session_input
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  // Begin.
  TONUS_SESSION_START = 0,
  // Time has passed.
  TONUS_SESSION_TIME = 1,
  // Interrupt.
  TONUS_SESSION_PAUSE = 2,
  // Go on.
  TONUS_SESSION_RESUME = 3,
  // Go on to the next step now.
  TONUS_SESSION_SKIP = 4,
  // The calibration step that has just ended was refused.
  TONUS_SESSION_REFUSED = 5,
  // End now.
  TONUS_SESSION_STOP = 6,
  // Breathe at this pace from now on; the only input with a value, in breaths per minute.
  TONUS_SESSION_PACE = 7,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum tonus_session_input tonus_session_input;
#else
typedef uint32_t tonus_session_input;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

// Where a session stands.
enum tonus_stage
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  // Not begun.
  TONUS_STAGE_READY = 0,
  // Under way.
  TONUS_STAGE_RUNNING = 1,
  // Interrupted; time stands still.
  TONUS_STAGE_PAUSED = 2,
  // Every step is done.
  TONUS_STAGE_FINISHED = 3,
  // Ended early, which needs no reason.
  TONUS_STAGE_STOPPED = 4,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum tonus_stage tonus_stage;
#else
typedef uint32_t tonus_stage;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

// Why a phase changed.
enum tonus_cause
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  // The session began.
  TONUS_CAUSE_STARTED = 0,
  // Its time was over.
  TONUS_CAUSE_ELAPSED = 1,
  // It was skipped.
  TONUS_CAUSE_SKIPPED = 2,
  // A calibration was refused: a break, and then again.
  TONUS_CAUSE_REFUSED = 3,
  // The session was interrupted.
  TONUS_CAUSE_PAUSED = 4,
  // The session goes on.
  TONUS_CAUSE_RESUMED = 5,
  // The pacer has another pace; the phase is the same.
  TONUS_CAUSE_PACED = 6,
  // Every step is done.
  TONUS_CAUSE_FINISHED = 7,
  // The session was stopped.
  TONUS_CAUSE_STOPPED = 8,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum tonus_cause tonus_cause;
#else
typedef uint32_t tonus_cause;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

// What a phase is for.
enum tonus_purpose
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  // A step of the programme, as written.
  TONUS_PURPOSE_STEP = 0,
  // A short break before a calibration is tried again.
  TONUS_PURPOSE_BREAK = 1,
  // A calibration that is tried again.
  TONUS_PURPOSE_AGAIN = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum tonus_purpose tonus_purpose;
#else
typedef uint32_t tonus_purpose;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

// A decoder: bytes to frames, counter to sample index, counts to microvolts.
typedef struct tonus_decoder tonus_decoder;

// A pipeline: filters, calibration, detector, states.
typedef struct tonus_pipeline tonus_pipeline;

// A training session under way.
typedef struct tonus_session tonus_session;

// One pipeline. Fill it with tonus_pipeline_config_init, then change what is to be different.
typedef struct tonus_pipeline_config {
  // sizeof(tonus_pipeline_config).
  uint32_t struct_size;
  // Channels, 1 to 8.
  uint32_t channels;
  // Sampling rate of all channels in Hz, 200 to 50000 (envelope sensors alone: from 10).
  double rate_hz;
  // Corner of the high-pass in Hz, 1 to 400: 20 for limbs, 30 near the heart.
  double highpass_hz;
  // Corner of the low-pass in Hz, 30 to 50000; left out where it would lie above 0.45 x rate.
  double lowpass_hz;
  // How long a release may take after the rest cue, in seconds, 0.1 to 60.
  double grace_s;
  // How long uninvited activity may last, in seconds, 0.1 to 60.
  double tone_dwell_s;
  // How long the work band may be exceeded, in seconds, 0.05 to 60.
  double overshoot_dwell_s;
  // How long a free contraction may last, in seconds, 0.5 to 3600.
  double free_limit_s;
  // Upper edge of the work band, in units of the reference, 1.05 to 10.
  float overshoot_ratio;
  // Ratio to rest at which activity of a raw channel starts, 1 to 20. A stored calibration brings its own.
  float on_ratio;
  // Ratio to rest at which it ends, 1 to on_ratio. A stored calibration brings its own.
  float off_ratio;
  // A tonus_mains.
  uint32_t mains;
  // A tonus_reference.
  uint32_t reference;
  // 0.
  uint32_t reserved;
} tonus_pipeline_config;

// One channel. Fill it with tonus_channel_config_init, then change what is to be different.
typedef struct tonus_channel_config {
  // sizeof(tonus_channel_config).
  uint32_t struct_size;
  // A tonus_kind.
  uint32_t kind;
  // Lowest value the converter can give, in microvolts minus the anchor; NAN if unknown.
  float low_rail_uv;
  // Highest value the converter can give, in microvolts minus the anchor; NAN if unknown.
  float high_rail_uv;
  // One step of the converter in microvolts; NAN if unknown.
  float lsb_uv;
  // 1 for a muscle that should stay quiet, else 0.
  uint32_t accessory;
} tonus_channel_config;

// A setting outside its limits.
typedef struct tonus_problem {
  // sizeof(tonus_problem).
  uint32_t struct_size;
  // 0.
  uint32_t reserved;
  // What was given.
  double value;
  // Smallest accepted value.
  double min;
  // Largest accepted value.
  double max;
  // The setting's name, with a 0 at its end.
  char field[40];
} tonus_problem;

// One stream. Fill it with tonus_decoder_config_init, then change what is to be different.
typedef struct tonus_decoder_config {
  // sizeof(tonus_decoder_config).
  uint32_t struct_size;
  // A tonus_device.
  uint32_t device;
  // Channels of a frame; 0 for the usual number of the device (text: to learn it, up to 32). Frames with another number are
  // passed over and count as missing.
  uint32_t channels;
  // 1 to leave the first value of each channel in (envelope sensors), 0 to subtract it (raw EMG).
  uint32_t keep_zero;
  // Microvolts per count of all channels. A number that a float holds exactly saves arithmetic in double.
  double uv_per_count;
} tonus_decoder_config;

// All channels at one instant. What it points to lives until the function that is given it returns.
typedef struct tonus_frame {
  // Index of the frame: frames received plus frames missing before it.
  uint64_t index;
  // Frames missing just before it: push them as a gap.
  uint64_t gap_before;
  // One value per channel, (count - anchor) x scale.
  const float *values_uv;
  // One count per channel as sent; null for text formats.
  const int32_t *counts;
  // Lead-off bits, accelerometer and the like.
  const int32_t *aux;
  // How many channels.
  uint32_t channels;
  // How many auxiliary values.
  uint32_t aux_count;
  // The device's own counter.
  uint32_t counter;
  // The device's clock in microseconds; wraps.
  uint32_t device_us;
  // Bits of tonus_frame_flag.
  uint32_t flags;
  // 0.
  uint32_t reserved;
} tonus_frame;

// Where frames go. Each function may be null. They run inside the call that pushed, and return.
typedef struct tonus_frame_sink {
  // sizeof(tonus_frame_sink).
  uint32_t struct_size;
  // 0.
  uint32_t reserved;
  // Handed to every function.
  void *user;
  // One frame, in stream order.
  void (*frame)(void *user, const struct tonus_frame *frame);
  // Text or a message of the device: a banner, a hello.
  void (*message)(void *user, const uint8_t *text, size_t length);
} tonus_frame_sink;

// Counts since the beginning.
typedef struct tonus_decoder_stats {
  // sizeof(tonus_decoder_stats).
  uint32_t struct_size;
  // 0.
  uint32_t reserved;
  // Bytes pushed.
  uint64_t bytes;
  // Frames found.
  uint64_t frames;
  // Bytes that were no use.
  uint64_t skipped_bytes;
  // Frames whose checksum was wrong.
  uint64_t bad_checksum;
  // Frames or lines refused for another reason.
  uint64_t rejected;
  // Times frames came again after skipped bytes.
  uint64_t resyncs;
  // Frames missing by the counter.
  uint64_t lost;
  // Losses whose number is uncertain.
  uint64_t ambiguous;
  // Times the counter went back.
  uint64_t restarts;
  // Messages.
  uint64_t messages;
} tonus_decoder_stats;

// What the pipeline says about one channel every 10 ms.
typedef struct tonus_decision {
  // Number of the tick, from 1; the decision stands for the 10 ms that end at tick x 0.01 s.
  uint64_t tick;
  // Index of the last sample the decision has seen.
  uint64_t index;
  // Channel, from 0.
  uint32_t channel;
  // A tonus_state.
  uint32_t state;
  // Bits of tonus_reason.
  uint32_t reasons;
  // Bits of tonus_quality; 0 if nothing is wrong.
  uint32_t quality;
  // Envelope in microvolts; NAN if there is none.
  float envelope_uv;
  // 0 at rest, 1 at the reference; NAN before both are known.
  float activation;
  // A tonus_cue: what was asked for.
  uint32_t cue;
  // 1 if the muscle lies above the deepest rest of the session, whatever the baseline says, 0 if it does not, -1 while it works and
  // where it cannot be told.
  int32_t tense;
} tonus_decision;

// What a channel's own rest and contraction look like, with the settings under which that was measured.
//
// Store all of it, with tonus_abi_version(), and what it belongs to: the person, the muscle, where the electrodes were, the
// sensor and its scale. A calibration of another day is a guess: electrodes sit elsewhere.
typedef struct tonus_calibration {
  // sizeof(tonus_calibration).
  uint32_t struct_size;
  // A tonus_kind.
  uint32_t kind;
  // Sampling rate in Hz.
  double rate_hz;
  // High-pass corner in Hz.
  double highpass_hz;
  // The mains notches that were in: 0, 50 or 60.
  uint32_t mains_hz;
  // Bits of tonus_warning.
  uint32_t warnings;
  // Median of the envelope at rest, in microvolts.
  float baseline_uv;
  // Robust standard deviation of the envelope at rest, in microvolts.
  float spread_uv;
  // The comfortable (or maximal) contraction, in microvolts; NAN without one.
  float reference_uv;
  // Of the detector: coefficients of the whitening filter, newest sample first.
  float whitening[4];
  // Of the detector: median level at rest.
  float detector_level;
  // Of the detector: median level of the reference holds; NAN without any.
  float detector_reference;
  // Of the detector: power contrast of the detection band over that of the display band.
  float contrast;
  // Ratio to rest at which activity starts.
  float on_ratio;
  // Ratio to rest at which activity ends.
  float off_ratio;
  // Detection window in ticks of 10 ms.
  uint32_t window_ticks;
  // Work-band window in ticks of 10 ms.
  uint32_t band_ticks;
} tonus_calibration;

// Where decisions go. Each function may be null. They run inside the call that pushed, and return; what they point to lives
// until they do.
typedef struct tonus_sink {
  // sizeof(tonus_sink).
  uint32_t struct_size;
  // 0.
  uint32_t reserved;
  // Handed to every function.
  void *user;
  // One decision; channels in order, then the next tick.
  void (*decision)(void *user, const struct tonus_decision *decision);
  // A calibration step of a channel was closed and accepted.
  void (*calibrated)(void *user, uint32_t channel, const struct tonus_calibration *calibration);
  // A calibration step of a channel was closed and refused: a tonus_refusal and its value (NAN if it has none).
  void (*refused)(void *user, uint32_t channel, uint32_t refusal, float value);
} tonus_sink;

// One step, or a repeat of the entries that follow. Fill it with tonus_step_init, then change what is to be different.
typedef struct tonus_step {
  // sizeof(tonus_step).
  uint32_t struct_size;
  // A tonus_step_kind.
  uint32_t kind;
  // How long, in milliseconds, from 200.
  uint32_t duration_ms;
  // A tonus_target.
  uint32_t target;
  // Ceiling, and where a ceiling that follows begins, in multiples of the own baseline.
  float start_ratio;
  // A ceiling that follows never falls below this.
  float lowest_ratio;
  // A ceiling that follows never rises above this.
  float highest_ratio;
  // The share of the time that should be below a ceiling that follows.
  float success_share;
  // How far it may move in a minute, in multiples of the baseline.
  float ratio_per_min;
  // Lower edge of the band; 0 is rest.
  float band_low;
  // Upper edge of the band; 1 is the reference.
  float band_high;
  // Share of the valid time that must be on target for the step to count; 0 for no such rule.
  float pass_share;
  // Of a breathing step: breathing in, in milliseconds; 0 without a pacer.
  uint32_t inhale_ms;
  // Of a breathing step: breathing out, in milliseconds; 0 without a pacer.
  uint32_t exhale_ms;
  // How often a refused calibration is tried again.
  uint32_t retries;
  // Number of the text to show.
  uint32_t prompt;
  // Number of the segment that its measurements are gathered in; -1 for none.
  int32_t segment;
  // Of a repeat: how often.
  uint32_t repeat_times;
  // Of a repeat: how many of the entries that follow, repeats in it and their entries counted in.
  uint32_t repeat_entries;
  // 0.
  uint32_t reserved;
} tonus_step;

// From one phase to the next.
typedef struct tonus_phase_change {
  // sizeof(tonus_phase_change).
  uint32_t struct_size;
  // A tonus_cause: why.
  uint32_t cause;
  // The first sample for which it holds.
  uint64_t at;
  // First sample of the phase now.
  uint64_t phase_start;
  // The sample after its last.
  uint64_t phase_end;
  // A tonus_stage: where the session stands now.
  uint32_t stage;
  // A tonus_cue: what the pipeline is to be told from this sample on.
  uint32_t cue;
  // Number of the phase, from 1; 0 if there is none, and then what follows is 0 too.
  uint32_t phase;
  // A tonus_purpose: what it is for.
  uint32_t purpose;
  // A tonus_step_kind: what is asked for; a break is free.
  uint32_t kind;
  // Entry of the programme, from 0.
  uint32_t entry;
  // Number of the turn of the innermost repeat, from 1.
  uint32_t turn;
  // How many turns there are.
  uint32_t turns;
  // Number of the text to show.
  uint32_t prompt;
  // 0.
  uint32_t reserved;
} tonus_phase_change;

// A place in a breath.
typedef struct tonus_breath {
  // sizeof(tonus_breath).
  uint32_t struct_size;
  // 0 breathing in, 1 breathing out.
  uint32_t is_exhale;
  // Number of the breath, from 0.
  uint64_t number;
  // How far this way: 0 at its beginning, below 1.
  float progress;
  // 0.
  uint32_t reserved;
} tonus_breath;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

// Writes the defaults for a sampling rate in Hz and a number of channels to `config`, which has `size` bytes.
tonus_result tonus_pipeline_config_init(struct tonus_pipeline_config *config,
                                        size_t size,
                                        double rate_hz,
                                        uint32_t channels);

// Writes a raw channel about which nothing more is known to `channel`, which has `size` bytes.
tonus_result tonus_channel_config_init(struct tonus_channel_config *channel, size_t size);

// Tells which setting makes a configuration unusable.
//
// `channels` may be null, or points to as many as the configuration says. TONUS_NOTHING if nothing is wrong.
tonus_result tonus_pipeline_explain(const struct tonus_pipeline_config *config,
                                    const struct tonus_channel_config *channels,
                                    struct tonus_problem *problem,
                                    size_t size);

// Writes the usual settings of a tonus_device to `config`, which has `size` bytes: its channels, values as counts.
tonus_result tonus_decoder_config_init(struct tonus_decoder_config *config, size_t size, uint32_t device);

// Bytes of memory for a decoder of so many channels, up to 32; for 0 channels, which are still to be learned, that of 32.
// 0 if there is none.
size_t tonus_decoder_size(uint32_t channels);

// Makes `size` bytes of the caller's memory, aligned to TONUS_ALIGNMENT, a decoder. The handle is the memory: keep it until
// tonus_decoder_deinit.
tonus_result tonus_decoder_init(void *memory,
                                size_t size,
                                const struct tonus_decoder_config *config,
                                struct tonus_decoder **decoder);

// Ends a decoder in the caller's memory. The memory may then be used for anything.
tonus_result tonus_decoder_deinit(struct tonus_decoder *decoder);

// Makes a decoder on the heap. Not in builds without the standard library.
tonus_result tonus_decoder_new(const struct tonus_decoder_config *config, struct tonus_decoder **decoder);

// Frees a decoder from tonus_decoder_new. Freeing it again is refused, unless its memory is another handle by then.
tonus_result tonus_decoder_free(struct tonus_decoder *decoder);

// Takes bytes, in pieces of any size, and hands what they complete to `sink`, which may be null.
tonus_result tonus_decoder_push(struct tonus_decoder *decoder,
                                const uint8_t *bytes,
                                size_t length,
                                const struct tonus_frame_sink *sink);

// The stream has ended: decides what waited for bytes that will not come.
tonus_result tonus_decoder_finish(struct tonus_decoder *decoder, const struct tonus_frame_sink *sink);

// Tells that bytes may be missing from here on without a trace: an overrun, a silence.
tonus_result tonus_decoder_mark_discontinuity(struct tonus_decoder *decoder);

// What is subtracted from a channel (from 0), in counts. TONUS_NOTHING before its first value.
tonus_result tonus_decoder_anchor(const struct tonus_decoder *decoder, uint32_t channel, double *counts);

// Counts since the beginning, written to `size` bytes.
tonus_result tonus_decoder_statistics(const struct tonus_decoder *decoder,
                                      struct tonus_decoder_stats *stats,
                                      size_t size);

// To be defined by the product: a defect was met. It must not return; a reset is usual.
extern void tonus_panicked(void);

// Bytes of memory for a pipeline of so many channels, 1 to 8; 0 if this build has none.
//
// What the limits of a product count: about 4.5 KB, and 4.1 KB for each of 1, 2, 4 or 8 lanes. No other memory is taken.
size_t tonus_pipeline_size(uint32_t channels);

// Makes `size` bytes of the caller's memory, aligned to TONUS_ALIGNMENT, a pipeline.
//
// `channels` is null for plain raw channels, or points to as many as the configuration says. The handle is the memory: keep it
// until tonus_pipeline_deinit.
tonus_result tonus_pipeline_init(void *memory,
                                 size_t size,
                                 const struct tonus_pipeline_config *config,
                                 const struct tonus_channel_config *channels,
                                 struct tonus_pipeline **pipeline);

// Ends a pipeline in the caller's memory. The memory may then be used for anything.
tonus_result tonus_pipeline_deinit(struct tonus_pipeline *pipeline);

// Makes a pipeline on the heap. `channels` is as for tonus_pipeline_init. Not in builds without the standard library.
tonus_result tonus_pipeline_new(const struct tonus_pipeline_config *config,
                                const struct tonus_channel_config *channels,
                                struct tonus_pipeline **pipeline);

// Frees a pipeline from tonus_pipeline_new. Freeing it again is refused, unless its memory is another handle by then.
tonus_result tonus_pipeline_free(struct tonus_pipeline *pipeline);

// Takes `frames` frames: interleaved values of all channels, in microvolts minus each channel's anchor (its first value).
//
// `values_uv` may be null if there are no frames; `sink` may be null.
tonus_result tonus_pipeline_push_frames(struct tonus_pipeline *pipeline,
                                        const float *values_uv,
                                        size_t frames,
                                        const struct tonus_sink *sink);

// Frames that are known to be missing. Takes time in proportion: a decision per channel for every 10 ms of it.
tonus_result tonus_pipeline_push_gap(struct tonus_pipeline *pipeline, uint64_t frames, const struct tonus_sink *sink);

// The source went silent for an unknown time. The index does not move; filters start again.
tonus_result tonus_pipeline_push_stalled(struct tonus_pipeline *pipeline, const struct tonus_sink *sink);

// From the next sample on this is asked for, a tonus_cue. Leaving quiet or reference closes that calibration step.
tonus_result tonus_pipeline_push_cue(struct tonus_pipeline *pipeline, uint32_t cue, const struct tonus_sink *sink);

// Uses a stored calibration for one channel (from 0) from the next sample on.
//
// TONUS_ERROR_VALUE if it is damaged, TONUS_ERROR_MISMATCH if it was made with another rate, kind or high-pass.
tonus_result tonus_pipeline_use_calibration(struct tonus_pipeline *pipeline,
                                            uint32_t channel,
                                            const struct tonus_calibration *calibration);

// The calibration in force for a channel (from 0), written to `size` bytes. TONUS_NOTHING if there is none.
tonus_result tonus_pipeline_calibration(const struct tonus_pipeline *pipeline,
                                        uint32_t channel,
                                        struct tonus_calibration *calibration,
                                        size_t size);

// Index of the next sample, gaps included.
tonus_result tonus_pipeline_index(const struct tonus_pipeline *pipeline, uint64_t *index);

// SHA-256 over all decisions so far, 32 bytes. Two runs that agree here agree in everything they decided.
tonus_result tonus_pipeline_digest(const struct tonus_pipeline *pipeline, uint8_t *digest);

// How late decisions are now, in milliseconds, from the muscle to the decision; transport not included.
tonus_result tonus_pipeline_latency(const struct tonus_pipeline *pipeline, double *milliseconds);

// The mains notches that are in: 0, 50 or 60.
tonus_result tonus_pipeline_mains(const struct tonus_pipeline *pipeline, uint32_t *hz);

// An English sentence for a result. Never null; lives as long as the program.
const char *tonus_result_text(int32_t result);

// Bytes of memory for a session.
size_t tonus_session_size(void);

// Makes `size` bytes of the caller's memory, aligned to TONUS_ALIGNMENT, a session that has not begun: the `count` steps of a
// programme at a sampling rate in Hz. The handle is the memory: keep it until tonus_session_deinit. The steps are copied.
tonus_result tonus_session_init(void *memory,
                                size_t size,
                                const struct tonus_step *steps,
                                size_t count,
                                double rate_hz,
                                struct tonus_session **session);

// Ends a session in the caller's memory. The memory may then be used for anything.
tonus_result tonus_session_deinit(struct tonus_session *session);

// Makes a session on the heap; see tonus_session_init. Not in builds without the standard library.
tonus_result tonus_session_new(const struct tonus_step *steps,
                               size_t count,
                               double rate_hz,
                               struct tonus_session **session);

// Frees a session from tonus_session_new. Freeing it again is refused, unless its memory is another handle by then.
tonus_result tonus_session_free(struct tonus_session *session);

// Tells a session a tonus_session_input at sample `at`; `pace` is looked at for TONUS_SESSION_PACE only.
//
// What changes is written to `change`, which has `size` bytes; TONUS_NOTHING if nothing does. Give TONUS_SESSION_TIME whenever
// samples have come and before they go into the pipeline, again and again until nothing changes.
tonus_result tonus_session_step(struct tonus_session *session,
                                uint64_t at,
                                uint32_t input,
                                double pace,
                                struct tonus_phase_change *change,
                                size_t size);

// The sample before which nothing changes by itself: cut blocks there. TONUS_NOTHING unless running.
tonus_result tonus_session_next_deadline(const struct tonus_session *session, uint64_t *index);

// Where in a breath a sample lies, written to `size` bytes. TONUS_NOTHING while no pacer is running.
tonus_result tonus_session_breath(const struct tonus_session *session,
                                  uint64_t index,
                                  struct tonus_breath *breath,
                                  size_t size);

// Writes a step without target, rule, retries or segment to `step`, which has `size` bytes. A breathing step gets the usual
// pacer, 4 s in and 6 s out.
tonus_result tonus_step_init(struct tonus_step *step,
                             size_t size,
                             uint32_t kind,
                             uint32_t duration_ms);

// Version of the binary interface of the library. Compare it with TONUS_ABI_VERSION before anything else.
uint32_t tonus_abi_version(void);

// Version of the library, such as "0.1.0". Never null; lives as long as the program.
const char *tonus_version(void);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* TONUS_H */
