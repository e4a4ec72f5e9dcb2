#include "golden_replay.h"

/* The number at the beginning of a line, and what follows it. */
static const char *number(const char *text, uint64_t *value)
{
    *value = 0;
    while (*text >= '0' && *text <= '9') {
        *value = *value * 10 + (uint64_t)(*text - '0');
        ++text;
    }
    return text;
}

static int starts_with(const char *text, const char *word)
{
    while (*word != '\0') {
        if (*text++ != *word++) {
            return 0;
        }
    }
    return 1;
}

/* The next line that is a cue (the heading is none); null at the end. */
static const char *next_cue(const char *text, uint64_t *index, uint32_t *cue)
{
    static const struct {
        const char *word;
        uint32_t cue;
    } words[] = {
        {",free\n", TONUS_CUE_FREE}, {",quiet\n", TONUS_CUE_QUIET}, {",reference\n", TONUS_CUE_REFERENCE},
        {",rest\n", TONUS_CUE_REST}, {",work\n", TONUS_CUE_WORK},
    };
    while (*text != '\0') {
        const char *rest = number(text, index);
        size_t i;
        for (i = 0; rest != text && i < sizeof words / sizeof words[0]; ++i) {
            if (starts_with(rest, words[i].word)) {
                *cue = words[i].cue;
                return text;
            }
        }
        while (*text != '\0' && *text++ != '\n') {
        }
    }
    return NULL;
}

static void note(struct golden_replay *replay, tonus_result result)
{
    if (replay->result == TONUS_OK) {
        replay->result = result;
    }
}

/* Gives the cues that are due; tells how many frames there are until the next one. */
static uint64_t ask(struct golden_replay *replay)
{
    uint64_t index;
    uint32_t cue;
    const char *line;
    while ((line = next_cue(replay->cues, &index, &cue)) != NULL) {
        if (index > replay->index) {
            return index - replay->index;
        }
        note(replay, tonus_pipeline_push_cue(replay->pipeline, cue, &replay->decisions));
        while (*line++ != '\n') {
        }
        replay->cues = line;
    }
    return UINT64_MAX;
}

void golden_begin(struct golden_replay *replay, tonus_pipeline *pipeline, const char *cues)
{
    replay->pipeline = pipeline;
    replay->decisions.struct_size = sizeof replay->decisions;
    replay->decisions.reserved = 0;
    replay->decisions.user = NULL;
    replay->decisions.decision = NULL;
    replay->decisions.calibrated = NULL;
    replay->decisions.refused = NULL;
    replay->cues = cues;
    replay->index = 0;
    replay->result = TONUS_OK;
}

void golden_frame(void *user, const tonus_frame *frame)
{
    struct golden_replay *replay = user;
    uint64_t missing = frame->gap_before;
    if (frame->flags & TONUS_FRAME_RESTARTED) {
        note(replay, tonus_pipeline_push_stalled(replay->pipeline, &replay->decisions));
    }
    while (missing > 0) { /* a cue may fall into a gap */
        uint64_t frames = ask(replay);
        if (frames > missing) {
            frames = missing;
        }
        note(replay, tonus_pipeline_push_gap(replay->pipeline, frames, &replay->decisions));
        replay->index += frames;
        missing -= frames;
    }
    (void)ask(replay);
    note(replay, tonus_pipeline_push_frames(replay->pipeline, frame->values_uv, 1, &replay->decisions));
    replay->index += 1;
}
