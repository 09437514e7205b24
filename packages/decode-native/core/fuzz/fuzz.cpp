// libFuzzer target of the decoder: any bytes, on every instruction set. A finding is a report of the sanitizers, a sample
// that is no number, or an instruction set that refuses what another decodes.
#include <cmath>
#include <cstdlib>
#include <iterator>
#include <vector>

#include "../mp3.hpp"

namespace consonance {
#if defined(__x86_64__)
namespace sse2 {
DecodeMp3 decodeMp3;
}
namespace avx2 {
DecodeMp3 decodeMp3;
}
constexpr DecodeMp3* decoders[] = {sse2::decodeMp3, avx2::decodeMp3};
#else
constexpr DecodeMp3* decoders[] = {decodeMp3};
#endif
}  // namespace consonance

using Samples = std::vector<float>;

Samples decoded(consonance::DecodeMp3* decode, const std::vector<std::uint8_t>& bytes,
                std::size_t frames) {
  // Exactly as large as needed, so that one value too many is an error of the address sanitizer.
  Samples samples(frames * 1152);
  samples.resize(decode(bytes.data(), bytes.size(), frames, samples.data()));
  for (const float sample : samples) {
    if (!std::isfinite(sample)) std::abort();
  }
  return samples;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // A copy of its own, so that reading behind it is seen.
  const std::vector<std::uint8_t> bytes(data, data + size);
  const auto [count, used] = consonance::countMp3Frames(bytes.data(), bytes.size(), 64);
  if (used > size) std::abort();
  // Not sample by sample: where the channels' difference is thousands of times their sum, rounding is heard.
  const std::size_t length = decoded(consonance::decoders[0], bytes, count).size();
  for (std::size_t i = 1; i < std::size(consonance::decoders); i++) {
    if (decoded(consonance::decoders[i], bytes, count).size() != length) std::abort();
  }
  return 0;
}
