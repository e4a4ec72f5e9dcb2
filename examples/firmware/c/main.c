/* The golden session through the C interface on a Cortex-M4F, within 20 KiB of RAM and 80 KiB of flash and without a heap.
 *
 * Prints the digest, and how much of the stack was ever used. examples/c/golden_replay.c is the very file that runs on a
 * computer. */
#include "board.h"
#include "golden_replay.h"

/* Memory for the handles. The library tells how much it needs; a product takes the number from there once. */
static struct {
    uint64_t pipeline[1200];
    uint64_t decoder[440];
} memory;

static void must(tonus_result result)
{
    if (result != TONUS_OK) {
        print(tonus_result_text(result));
        print("\n");
        finish(0);
    }
}

static void print_number(uint32_t number)
{
    char text[12];
    char *at = text + sizeof text - 1;
    *at = '\0';
    *--at = '\n';
    do {
        *--at = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    print(at);
}

/* Apart, so that what the settings took of the stack is given back before the session begins. */
__attribute__((noinline)) static tonus_pipeline *make_pipeline(void)
{
    tonus_pipeline_config config;
    tonus_pipeline *pipeline;
    must(tonus_pipeline_config_init(&config, sizeof config, GOLDEN_RATE_HZ, GOLDEN_CHANNELS));
    must(tonus_pipeline_init(memory.pipeline, sizeof memory.pipeline, &config, NULL, &pipeline));
    return pipeline;
}

__attribute__((noinline)) static tonus_decoder *make_decoder(void)
{
    tonus_decoder_config config;
    tonus_decoder *decoder;
    must(tonus_decoder_config_init(&config, sizeof config, TONUS_DEVICE_TONUS_COBS));
    config.uv_per_count = GOLDEN_UV_PER_COUNT;
    must(tonus_decoder_init(memory.decoder, sizeof memory.decoder, &config, &decoder));
    return decoder;
}

int main(void)
{
    static const char digits[] = "0123456789abcdef";
    struct golden_replay replay;
    tonus_frame_sink frames = {sizeof frames, 0, &replay, golden_frame, 0};
    tonus_pipeline *const pipeline = make_pipeline();
    tonus_decoder *const decoder = make_decoder();
    const uint8_t *bytes;
    uint8_t digest[32];
    char text[66];
    unsigned i;

    golden_begin(&replay, pipeline, session_cues);
    for (bytes = session_start; bytes < session_end; bytes += 64) {
        const uint32_t left = (uint32_t)(session_end - bytes);
        must(tonus_decoder_push(decoder, bytes, left < 64 ? left : 64, &frames));
    }
    must(tonus_decoder_finish(decoder, &frames));
    must(replay.result);
    must(tonus_pipeline_digest(pipeline, digest));
    for (i = 0; i < sizeof digest; ++i) {
        text[2 * i] = digits[digest[i] >> 4];
        text[2 * i + 1] = digits[digest[i] & 15];
    }
    text[64] = '\n';
    text[65] = '\0';
    print(text);
    if (stack_used() == stack_size()) {
        print("the stack was too small\n");
        finish(0);
    }
    print_number(stack_used());
    must(tonus_decoder_deinit(decoder));
    must(tonus_pipeline_deinit(pipeline));
    return 0;
}
