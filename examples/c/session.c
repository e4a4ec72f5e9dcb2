/* A training session in C, without any signal: says which cue begins at which sample, as a program would give it to the
 * pipeline, and where a breath is. */
#include <tonus.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static void must(tonus_result result)
{
    if (result < TONUS_OK) {
        fprintf(stderr, "%s\n", tonus_result_text(result));
        exit(EXIT_FAILURE);
    }
}

static tonus_step step(uint32_t kind, uint32_t duration_ms)
{
    tonus_step step;
    must(tonus_step_init(&step, sizeof step, kind, duration_ms));
    return step;
}

int main(void)
{
    static const char *const cues[] = {"free", "quiet", "reference", "rest", "work"};
    static const char *const kinds[] = {"quiet", "reference", "rest", "work", "flick", "hold", "breathe", "free"};
    const double rate_hz = 1000.0;

    tonus_step steps[6];
    steps[0] = step(TONUS_STEP_QUIET, 10000);
    steps[0].retries = 1;
    steps[1] = step(TONUS_STEP_REFERENCE, 5000);
    steps[2] = step(TONUS_STEP_REPEAT, 0);
    steps[2].repeat_times = 2;
    steps[2].repeat_entries = 2;
    steps[3] = step(TONUS_STEP_HOLD, 5000);
    steps[3].target = TONUS_TARGET_BAND;
    steps[3].band_low = 0.3f;
    steps[3].band_high = 0.6f;
    steps[4] = step(TONUS_STEP_REST, 8000);
    steps[4].target = TONUS_TARGET_CEILING;
    steps[5] = step(TONUS_STEP_BREATHE, 20000);

    tonus_session *session;
    must(tonus_session_new(steps, sizeof steps / sizeof steps[0], rate_hz, &session));

    tonus_phase_change change;
    must(tonus_session_step(session, 0, TONUS_SESSION_START, 0.0, &change, sizeof change));
    while (change.stage == TONUS_STAGE_RUNNING) {
        printf("%8" PRIu64 "  %-9s  cue %-9s  turn %u of %u\n", change.at, kinds[change.kind], cues[change.cue],
               (unsigned)change.turn, (unsigned)change.turns);
        tonus_breath breath;
        if (tonus_session_breath(session, change.at + 3000, &breath, sizeof breath) == TONUS_OK) {
            printf("          3 s later: breathing %s, %.0f %% of the way\n", breath.is_exhale ? "out" : "in",
                   100.0 * (double)breath.progress);
        }
        uint64_t deadline; /* a program pushes frames up to here, and not beyond */
        must(tonus_session_next_deadline(session, &deadline));
        must(tonus_session_step(session, deadline, TONUS_SESSION_TIME, 0.0, &change, sizeof change));
    }
    printf("%8" PRIu64 "  over\n", change.at);
    must(tonus_session_free(session));
    return EXIT_SUCCESS;
}
