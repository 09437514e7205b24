// libFuzzer target of the whole core: options of any kind, right or wrong, and a signal of any floats on
// every instruction set. A finding is a report of the sanitizers, another exception than InvalidArgument, or
// a value that a finite signal of moderate size cannot give.
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "../compression.hpp"
#include "../mel.hpp"
#include "input.hpp"

using namespace consonance;

namespace {

constexpr std::size_t mostValues = std::size_t{1} << 17;

MelOptions melOptions(Input& input) {
  MelOptions options;
  const auto flags = input.take<std::uint8_t>();
  options.center = flags & 1;
  options.padMode = flags & 2 ? PadMode::reflect : PadMode::constant;
  options.precision = flags & 4 ? Precision::float32 : Precision::float64;
  options.melScale = flags & 8 ? MelScale::htk : MelScale::slaney;
  options.melNorm = flags & 16 ? MelNorm::none : MelNorm::slaney;
  options.power = flags & 32 ? 1 : 2;
  options.fftSize = input.take<std::uint16_t>() + (flags & 64 ? 0 : 2);
  options.hopLength = input.take<std::uint16_t>();
  options.windowLength = input.take<std::uint16_t>();
  options.melBands = input.take<std::uint16_t>();
  options.sampleRate = input.take<std::uint32_t>();
  options.fMin = input.take<std::uint16_t>();
  if (flags & 128) options.fMax = input.take<double>();
  return options;
}

DecibelOptions decibelOptions(Input& input) {
  DecibelOptions options;
  const auto flags = input.take<std::uint8_t>();
  if (flags & 1) options.reference = input.take<double>();
  if (flags & 2) options.minimum = input.take<double>();
  if (flags & 4) options.topDecibels = input.take<float>();
  if (flags & 8) options.topDecibels.reset();
  options.referenceIsMaximum = flags & 16;
  return options;
}

/** Exactly as large as needed, so that one value too many is an error of the address sanitizer. */
using Values = std::vector<float>;

void checkMel(const Values& values, const Values& signal) {
  float loudest = 0;
  for (float x : signal) loudest = std::fmax(loudest, std::fabs(x));
  if (loudest > 1e6f) return;  // powers may overflow
  for (float x : values) {
    if (!(x >= 0 && std::isfinite(x))) std::abort();
  }
}

void run(Input input) {
  const auto options = melOptions(input);
  const auto decibels = decibelOptions(input);
  const std::size_t threads = 1 + input.take<std::uint8_t>() % 4;
  Values signal(input.size / sizeof(float));
  if (!signal.empty()) std::memcpy(signal.data(), input.data, signal.size() * sizeof(float));
  for (const auto& isa : instructionSets()) {
    const MelExtractor extractor(options, isa);
    const auto frames = extractor.frames(signal.size());
    if (frames * (extractor.bins() + extractor.options().melBands) > mostValues) return;
    Values mel(extractor.options().melBands * frames);
    extractor.compute(signal.data(), signal.size(), mel.data(), threads);
    checkMel(mel, signal);
    powerToDecibels(mel.data(), mel.size(), decibels, mel.data(), isa);

    const Stft stft(options, isa);
    Values real(stft.bins() * frames), imag(stft.bins() * frames);
    stft.transform(signal.data(), signal.size(), real.data(), imag.data(), threads);
    stft.spectrogram(signal.data(), signal.size(), options.power, real.data(), threads);
    amplitudeToDecibels(imag.data(), imag.size(), decibels, imag.data(), isa);
    logCompress(real.data(), real.size(), decibels.reference, real.data(), isa);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    run({data, size});
  } catch (const InvalidArgument&) {
    // Expected of most inputs.
  }
  return 0;
}
