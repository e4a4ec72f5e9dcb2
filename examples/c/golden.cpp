// The golden session in C++17: the same handles behind unique_ptr, the same digest.
//
//     golden fixtures/wire/golden.cobs fixtures/wire/golden.cues.csv
#include "golden_replay.h"

#include <array>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>

namespace {

void must(tonus_result result)
{
    if (result != TONUS_OK) {
        throw std::runtime_error(tonus_result_text(result));
    }
}

struct Free {
    void operator()(tonus_pipeline *pipeline) const { tonus_pipeline_free(pipeline); }
    void operator()(tonus_decoder *decoder) const { tonus_decoder_free(decoder); }
};

using Pipeline = std::unique_ptr<tonus_pipeline, Free>;
using Decoder = std::unique_ptr<tonus_decoder, Free>;

Pipeline make_pipeline()
{
    tonus_pipeline_config config;
    must(tonus_pipeline_config_init(&config, sizeof config, GOLDEN_RATE_HZ, GOLDEN_CHANNELS));
    tonus_pipeline *pipeline = nullptr;
    must(tonus_pipeline_new(&config, nullptr, &pipeline));
    return Pipeline(pipeline);
}

Decoder make_decoder()
{
    tonus_decoder_config config;
    must(tonus_decoder_config_init(&config, sizeof config, TONUS_DEVICE_TONUS_COBS));
    config.uv_per_count = GOLDEN_UV_PER_COUNT;
    tonus_decoder *decoder = nullptr;
    must(tonus_decoder_new(&config, &decoder));
    return Decoder(decoder);
}

std::string read_file(const char *path)
{
    std::ifstream stream(path, std::ios::binary);
    if (!stream) {
        throw std::runtime_error(std::string(path) + ": cannot be read");
    }
    return {std::istreambuf_iterator<char>(stream), {}};
}

} // namespace

int main(int argc, char **argv)
try {
    if (argc != 3) {
        throw std::runtime_error("usage: golden BYTES CUES");
    }
    const std::string bytes = read_file(argv[1]);
    const std::string cues = read_file(argv[2]);
    const Pipeline pipeline = make_pipeline();
    const Decoder decoder = make_decoder();

    std::array<unsigned long, 4> states{};
    golden_replay replay;
    golden_begin(&replay, pipeline.get(), cues.c_str());
    replay.decisions.user = &states;
    replay.decisions.decision = [](void *user, const tonus_decision *decision) {
        ++(*static_cast<std::array<unsigned long, 4> *>(user))[decision->state];
    };

    const tonus_frame_sink frames = {sizeof frames, 0, &replay, golden_frame, nullptr};
    must(tonus_decoder_push(decoder.get(), reinterpret_cast<const uint8_t *>(bytes.data()), bytes.size(), &frames));
    must(tonus_decoder_finish(decoder.get(), &frames));
    must(replay.result);

    std::array<uint8_t, 32> digest;
    must(tonus_pipeline_digest(pipeline.get(), digest.data()));
    for (const uint8_t byte : digest) {
        std::printf("%02x", byte);
    }
    std::printf("\n%lu rest, %lu controlled, %lu overactive, %lu invalid\n", states[0], states[1], states[2], states[3]);
    return 0;
} catch (const std::exception &error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
}
