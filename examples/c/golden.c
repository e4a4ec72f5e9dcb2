/* The golden session in C: decodes the bytes of a sensor, calls states, prints the digest over all decisions.
 *
 *     golden fixtures/wire/golden.cobs fixtures/wire/golden.cues.csv
 */
#include "golden_replay.h"

#include <stdio.h>
#include <stdlib.h>

struct file {
    char *text;
    size_t size;
};

static struct file read_file(const char *path)
{
    struct file file = {NULL, 0};
    FILE *stream = fopen(path, "rb");
    long size;
    if (stream == NULL || fseek(stream, 0, SEEK_END) != 0 || (size = ftell(stream)) < 0) {
        fprintf(stderr, "%s: cannot be read\n", path);
        exit(EXIT_FAILURE);
    }
    rewind(stream);
    file.text = malloc((size_t)size + 1);
    if (file.text == NULL || fread(file.text, 1, (size_t)size, stream) != (size_t)size) {
        fprintf(stderr, "%s: cannot be read\n", path);
        exit(EXIT_FAILURE);
    }
    file.text[size] = '\0';
    file.size = (size_t)size;
    fclose(stream);
    return file;
}

static void must(const char *what, tonus_result result)
{
    if (result != TONUS_OK) {
        fprintf(stderr, "%s: %s\n", what, tonus_result_text(result));
        exit(EXIT_FAILURE);
    }
}

static void count(void *user, const tonus_decision *decision)
{
    unsigned long *states = user;
    ++states[decision->state];
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: golden BYTES CUES\n");
        return EXIT_FAILURE;
    }
    if (tonus_abi_version() != TONUS_ABI_VERSION) {
        fprintf(stderr, "header and library differ\n");
        return EXIT_FAILURE;
    }
    struct file bytes = read_file(argv[1]);
    struct file cues = read_file(argv[2]);

    tonus_pipeline_config config;
    tonus_pipeline *pipeline;
    must("defaults", tonus_pipeline_config_init(&config, sizeof config, GOLDEN_RATE_HZ, GOLDEN_CHANNELS));
    must("pipeline", tonus_pipeline_new(&config, NULL, &pipeline));

    tonus_decoder_config stream;
    tonus_decoder *decoder;
    must("defaults", tonus_decoder_config_init(&stream, sizeof stream, TONUS_DEVICE_TONUS_COBS));
    stream.uv_per_count = GOLDEN_UV_PER_COUNT;
    must("decoder", tonus_decoder_new(&stream, &decoder));

    unsigned long states[4] = {0, 0, 0, 0};
    struct golden_replay replay;
    golden_begin(&replay, pipeline, cues.text);
    replay.decisions.user = states;
    replay.decisions.decision = count;

    const tonus_frame_sink frames = {sizeof frames, 0, &replay, golden_frame, NULL};
    for (size_t at = 0; at < bytes.size; at += 100) { /* any split gives the same */
        const size_t length = bytes.size - at < 100 ? bytes.size - at : 100;
        must("bytes", tonus_decoder_push(decoder, (const uint8_t *)bytes.text + at, length, &frames));
    }
    must("end of bytes", tonus_decoder_finish(decoder, &frames));
    must("replay", replay.result);

    uint8_t digest[32];
    must("digest", tonus_pipeline_digest(pipeline, digest));
    for (size_t i = 0; i < sizeof digest; ++i) {
        printf("%02x", digest[i]);
    }
    printf("\n%lu rest, %lu controlled, %lu overactive, %lu invalid\n", states[0], states[1], states[2], states[3]);

    must("free", tonus_decoder_free(decoder));
    must("free", tonus_pipeline_free(pipeline));
    free(bytes.text);
    free(cues.text);
    return EXIT_SUCCESS;
}
