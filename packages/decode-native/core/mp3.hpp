// Layer III frames to mono samples; knows nothing of Node.
#pragma once

#include <cstddef>
#include <cstdint>

namespace consonance {

/**
 * Quantised values to the power of 4/3: looked up in a tenth less of the whole decoding time than dr_mp3 computes them in.
 * Made in mp3.cpp, since what runs as the library is loaded, before the processor is asked, may need no instruction set.
 */
extern const struct Magnitudes {
  static constexpr int most = 15 + (1 << 13) - 1;  // the longest code and its 13 further bits
  float of[most + 1];

  Magnitudes();
} magnitudes;

struct Frames {
  std::size_t count;
  std::size_t bytes;
};

/** The whole plain frames that the bytes begin with, at most `most`, by their headers: one version, rate and channels. */
using CountMp3Frames = Frames(const std::uint8_t* bytes, std::size_t size, std::size_t most);

/**
 * Decodes the first `count` frames to the mean of their channels.
 *
 * Channels are mixed as early as can be: where both have the same transforms, before these; and of joint stereo only the
 * sum is decoded at all. So a stereo file costs little more than a mono one. Frames that need bytes from before the first
 * are silent.
 *
 * @param output room for 1152 samples a frame, in [-1, 1] but for overshoot
 * @return samples written: 1152 or 576 a frame; 0 where there are fewer frames or one is damaged
 */
using DecodeMp3 = std::size_t(const std::uint8_t* bytes, std::size_t size, std::size_t count,
                              float* output);

CountMp3Frames countMp3Frames;
DecodeMp3 decodeMp3;

}  // namespace consonance
