// libFuzzer target of the decoder: any bytes, on every instruction set. A finding is a report of the sanitizers, a sample
// that is no number, or instruction sets that differ.
#include <algorithm>
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

void expectSame(const Samples& a, const Samples& b) {
  if (a.size() != b.size()) std::abort();
  float largest = 1;
  for (const float sample : a) largest = std::max(largest, std::fabs(sample));
  for (std::size_t i = 0; i < a.size(); i++) {
    if (std::fabs(a[i] - b[i]) > 1e-4f * largest) std::abort();
  }
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // A copy of its own, so that reading behind it is seen.
  const std::vector<std::uint8_t> bytes(data, data + size);
  const auto [count, used] = consonance::countMp3Frames(bytes.data(), bytes.size(), 64);
  if (used > size) std::abort();
  const Samples first = decoded(consonance::decoders[0], bytes, count);
  for (std::size_t i = 1; i < std::size(consonance::decoders); i++) {
    expectSame(first, decoded(consonance::decoders[i], bytes, count));
  }
  return 0;
}
