/* The golden session, replayed: bytes of a sensor in, decisions out. C99, no heap, so that the same file runs on a computer and
 * on a microcontroller. examples/golden/replay.rs does the same in Rust. */
#ifndef GOLDEN_REPLAY_H
#define GOLDEN_REPLAY_H

#include <tonus.h>

#define GOLDEN_CHANNELS 2
#define GOLDEN_RATE_HZ 1000.0
#define GOLDEN_UV_PER_COUNT 0.25

#ifdef __cplusplus
extern "C" {
#endif

/* A replay under way. `cues` are lines `index,cue`, with a 0 at the end. */
struct golden_replay {
    tonus_pipeline *pipeline;
    tonus_sink decisions;
    const char *cues;
    uint64_t index;
    tonus_result result;
};

/* Starts a replay into a pipeline. Fill in `decisions` to hear of them. */
void golden_begin(struct golden_replay *replay, tonus_pipeline *pipeline, const char *cues);

/* One frame from the decoder; `user` is the replay. The function for tonus_frame_sink. */
void golden_frame(void *user, const tonus_frame *frame);

#ifdef __cplusplus
}
#endif

#endif
