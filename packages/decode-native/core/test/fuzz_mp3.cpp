// A target for libFuzzer: any bytes may be decoded. Run: "$(node scripts/build.mjs --fuzz)" -max_total_time=60 CORPUS
#include <vector>

#include "../mp3.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // A copy of its own, so that reading behind it is seen.
  const std::vector<std::uint8_t> bytes(data, data + size);
  const auto [count, used] = consonance::countMp3Frames(bytes.data(), bytes.size(), 64);
  std::vector<float> output(count * 1152);
  consonance::decodeMp3(bytes.data(), bytes.size(), count, output.data());
  return 0;
}
