// One mel spectrogram of one second and its decibels, for callgrind: instructions <isa> <precision>
// <rate> <fftSize> <hop> <bands>. Only what runs inside of measured() is counted.
#include <cstdlib>
#include <string>
#include <vector>

#include "../compression.hpp"
#include "../mel.hpp"

using namespace consonance;

extern "C" __attribute__((noinline)) void measured(const MelExtractor& extractor,
                                                   const std::vector<float>& signal,
                                                   std::vector<float>& out, const char* isa) {
  extractor.compute(signal.data(), signal.size(), out.data());
  powerToDecibels(out.data(), out.size(), {}, out.data(), isa);
}

int main(int, char** arguments) {
  MelOptions options;
  options.precision =
      arguments[2] == std::string("float32") ? Precision::float32 : Precision::float64;
  options.sampleRate = std::atof(arguments[3]);
  options.fftSize = std::atoi(arguments[4]);
  options.hopLength = std::atoi(arguments[5]);
  options.melBands = std::atoi(arguments[6]);
  const MelExtractor extractor(options, arguments[1]);
  std::vector<float> signal(static_cast<std::size_t>(options.sampleRate));
  std::uint32_t state = 1;
  for (float& x : signal) {
    state = state * 1664525u + 1013904223u;
    x = static_cast<float>(state / 2147483648.0 - 1);
  }
  std::vector<float> out(options.melBands * extractor.frames(signal.size()));
  measured(extractor, signal, out, arguments[1]);
}
