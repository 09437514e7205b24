#include "mp3.hpp"

#include <cmath>

namespace consonance {

Magnitudes::Magnitudes() {
  for (int i = 0; i <= most; i++) of[i] = static_cast<float>(i * std::cbrt(i));
}

const Magnitudes magnitudes;

#if defined(__x86_64__)
namespace sse2 {
CountMp3Frames countMp3Frames;
DecodeMp3 decodeMp3;
}
namespace avx2 {
CountMp3Frames countMp3Frames;
DecodeMp3 decodeMp3;
}
#else
namespace neon {
CountMp3Frames countMp3Frames;
DecodeMp3 decodeMp3;
}
#endif

Frames countMp3Frames(const std::uint8_t* bytes, std::size_t size, std::size_t most) {
#if defined(__x86_64__)
  return sse2::countMp3Frames(bytes, size, most);
#else
  return neon::countMp3Frames(bytes, size, most);
#endif
}

std::size_t decodeMp3(const std::uint8_t* bytes, std::size_t size, std::size_t count,
                      float* output) {
#if defined(__x86_64__)
  static const bool hasAvx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  const auto decode = hasAvx2 ? avx2::decodeMp3 : sse2::decodeMp3;
#else
  const auto decode = neon::decodeMp3;
#endif
  return decode(bytes, size, count, output);
}

}  // namespace consonance
