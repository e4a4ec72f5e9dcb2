/* What can be done wrong from C, under valgrind and AddressSanitizer: every case has its result, and nothing is touched that
 * should not be. Exits with the line of the first surprise. */
#include <tonus.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPECT(call, wanted)                                                                                           \
    do {                                                                                                               \
        const tonus_result got = (call);                                                                               \
        if (got != (wanted)) {                                                                                         \
            fprintf(stderr, "line %d: %d, wanted %d\n", __LINE__, (int)got, (int)(wanted));                            \
            exit(EXIT_FAILURE);                                                                                        \
        }                                                                                                              \
    } while (0)

static tonus_pipeline_config settings(void)
{
    tonus_pipeline_config config;
    EXPECT(tonus_pipeline_config_init(&config, sizeof config, 1000.0, 2), TONUS_OK);
    return config;
}

static tonus_pipeline *make(void)
{
    const tonus_pipeline_config config = settings();
    tonus_pipeline *pipeline = NULL;
    EXPECT(tonus_pipeline_new(&config, NULL, &pipeline), TONUS_OK);
    return pipeline;
}

static void null_and_sizes(void)
{
    tonus_pipeline_config config = settings();
    tonus_pipeline *pipeline = make();
    tonus_pipeline *none = NULL;
    tonus_calibration calibration;
    EXPECT(tonus_pipeline_new(NULL, NULL, &none), TONUS_ERROR_NULL);
    EXPECT(tonus_pipeline_new(&config, NULL, NULL), TONUS_ERROR_NULL);
    EXPECT(tonus_pipeline_push_frames(pipeline, NULL, 3, NULL), TONUS_ERROR_NULL);
    EXPECT(tonus_pipeline_push_cue(NULL, TONUS_CUE_REST, NULL), TONUS_ERROR_NULL);
    EXPECT(tonus_pipeline_calibration(pipeline, 0, &calibration, 4), TONUS_ERROR_SIZE);
    config.struct_size = 4;
    EXPECT(tonus_pipeline_new(&config, NULL, &none), TONUS_ERROR_SIZE);
    if (none != NULL) {
        exit(EXIT_FAILURE);
    }
    EXPECT(tonus_pipeline_free(pipeline), TONUS_OK);
}

static void numbers(void)
{
    tonus_pipeline_config config = settings();
    tonus_pipeline *pipeline = make();
    tonus_pipeline *none = NULL;
    tonus_session *session = NULL;
    tonus_step step;
    tonus_problem problem;
    EXPECT(tonus_pipeline_push_cue(pipeline, 5, NULL), TONUS_ERROR_VALUE);
    EXPECT(tonus_pipeline_push_cue(pipeline, 0xFFFFFFFFu, NULL), TONUS_ERROR_VALUE);
    config.mains = 7;
    EXPECT(tonus_pipeline_new(&config, NULL, &none), TONUS_ERROR_VALUE);
    config.mains = TONUS_MAINS_AUTO;
    config.rate_hz = 1.0;
    EXPECT(tonus_pipeline_new(&config, NULL, &none), TONUS_ERROR_CONFIG);
    EXPECT(tonus_pipeline_explain(&config, NULL, &problem, sizeof problem), TONUS_OK);
    if (strcmp(problem.field, "rate_hz") != 0) {
        exit(EXIT_FAILURE);
    }
    EXPECT(tonus_step_init(&step, sizeof step, 9, 1000), TONUS_ERROR_VALUE);
    EXPECT(tonus_step_init(&step, sizeof step, TONUS_STEP_REST, 1000), TONUS_OK);
    step.kind = 77;
    EXPECT(tonus_session_new(&step, 1, 1000.0, &session), TONUS_ERROR_VALUE);
    EXPECT(tonus_pipeline_free(pipeline), TONUS_OK);
}

static void freeing(void)
{
    tonus_pipeline *pipeline = make();
    tonus_pipeline *copy = pipeline;
    tonus_decoder_config stream;
    tonus_decoder *decoder = NULL;
    EXPECT(tonus_decoder_config_init(&stream, sizeof stream, TONUS_DEVICE_TONUS_COBS), TONUS_OK);
    EXPECT(tonus_decoder_new(&stream, &decoder), TONUS_OK);
    EXPECT(tonus_decoder_free((tonus_decoder *)(void *)pipeline), TONUS_ERROR_HANDLE);
    EXPECT(tonus_pipeline_deinit(pipeline), TONUS_ERROR_HANDLE);
    EXPECT(tonus_pipeline_free(pipeline), TONUS_OK); /* before the decoder that fed it */
    EXPECT(tonus_pipeline_free(copy), TONUS_ERROR_HANDLE);
    EXPECT(tonus_decoder_free(decoder), TONUS_OK);
    EXPECT(tonus_decoder_free(decoder), TONUS_ERROR_HANDLE);
    EXPECT(tonus_pipeline_free(NULL), TONUS_ERROR_NULL);
}

static void own_memory(void)
{
    const tonus_pipeline_config config = settings();
    const size_t size = tonus_pipeline_size(2);
    unsigned char *memory = malloc(size + 1); /* one more, which stays as it is */
    tonus_pipeline *pipeline = NULL;
    memory[size] = 0x5A;
    EXPECT(tonus_pipeline_init(memory, size - 1, &config, NULL, &pipeline), TONUS_ERROR_MEMORY);
    EXPECT(tonus_pipeline_init(memory + 1, size, &config, NULL, &pipeline), TONUS_ERROR_MEMORY);
    EXPECT(tonus_pipeline_init(memory, size, &config, NULL, &pipeline), TONUS_OK);
    EXPECT(tonus_pipeline_push_gap(pipeline, 10000, NULL), TONUS_OK);
    EXPECT(tonus_pipeline_free(pipeline), TONUS_ERROR_HANDLE);
    EXPECT(tonus_pipeline_deinit(pipeline), TONUS_OK);
    EXPECT(tonus_pipeline_deinit(pipeline), TONUS_ERROR_HANDLE);
    EXPECT(tonus_pipeline_push_gap(pipeline, 1, NULL), TONUS_ERROR_HANDLE);
    if (memory[size] != 0x5A) {
        exit(EXIT_FAILURE);
    }
    free(memory);
}

static void call_back(void *user, const tonus_decision *decision)
{
    (void)decision;
    EXPECT(tonus_pipeline_push_gap(user, 1, NULL), TONUS_ERROR_BUSY);
    EXPECT(tonus_pipeline_free(user), TONUS_ERROR_BUSY);
}

static void reentrance(void)
{
    tonus_pipeline *pipeline = make();
    const tonus_sink sink = {sizeof sink, 0, pipeline, call_back, NULL, NULL};
    EXPECT(tonus_pipeline_push_gap(pipeline, 100, &sink), TONUS_OK);
    EXPECT(tonus_pipeline_free(pipeline), TONUS_OK);
}

struct worker {
    tonus_pipeline *pipeline;
    uint64_t done;
};

static void *work(void *argument)
{
    struct worker *worker = argument;
    int i;
    for (i = 0; i < 3000; ++i) {
        const tonus_result result = tonus_pipeline_push_gap(worker->pipeline, 10, NULL);
        if (result == TONUS_OK) {
            worker->done += 10;
        } else {
            EXPECT(result, TONUS_ERROR_BUSY);
        }
    }
    return NULL;
}

static void two_threads(void)
{
    pthread_t threads[2];
    struct worker workers[2] = {{NULL, 0}, {NULL, 0}};
    uint64_t index;
    int i;
    workers[0].pipeline = workers[1].pipeline = make();
    for (i = 0; i < 2; ++i) {
        pthread_create(&threads[i], NULL, work, &workers[i]);
    }
    for (i = 0; i < 2; ++i) {
        pthread_join(threads[i], NULL);
    }
    EXPECT(tonus_pipeline_index(workers[0].pipeline, &index), TONUS_OK);
    if (index != workers[0].done + workers[1].done) {
        fprintf(stderr, "threads got in each other's way\n");
        exit(EXIT_FAILURE);
    }
    EXPECT(tonus_pipeline_free(workers[0].pipeline), TONUS_OK);
}

int main(void)
{
    null_and_sizes();
    numbers();
    freeing();
    own_memory();
    reentrance();
    two_threads();
    puts("every misuse has its result");
    return EXIT_SUCCESS;
}
