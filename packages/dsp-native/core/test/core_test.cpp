// Tests of the core alone, for sanitizers: every kernel against a naive Fourier transform, edges,
// and one extractor shared by threads. Numbers against librosa are tested from TypeScript.
#include <cmath>
#include <complex>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include "../compression.hpp"
#include "../mel.hpp"
#include "../window.hpp"

using namespace consonance;

namespace {

int failures = 0;

void check(bool condition, const std::string& what) {
  if (condition) return;
  ++failures;
  std::fprintf(stderr, "FAILED: %s\n", what.c_str());
}

std::vector<float> noise(std::size_t samples, std::uint32_t seed) {
  std::vector<float> signal(samples);
  for (float& x : signal) {
    seed = seed * 1664525u + 1013904223u;
    x = static_cast<float>(seed / 2147483648.0 - 1.0);
  }
  return signal;
}

/** Largest distance from a naive transform of every frame, relative to the frame's root energy. */
double distanceFromNaive(const Stft& stft, const std::vector<float>& signal) {
  const auto& options = stft.options();
  const auto size = options.fftSize, bins = stft.bins(), frames = stft.frames(signal.size());
  std::vector<float> real(bins * frames), imag(bins * frames);
  stft.transform(signal.data(), signal.size(), real.data(), imag.data());
  const auto window = hannWindow(options.windowLength, size);
  const double pi = std::acos(-1.0);
  double largest = 0;
  for (std::size_t t = 0; t < frames; ++t) {
    std::vector<double> frame(size);
    double energy = 1e-9;
    for (std::size_t i = 0; i < size; ++i) {
      const auto at = static_cast<std::ptrdiff_t>(t * options.hopLength + i) -
                      static_cast<std::ptrdiff_t>(options.center ? size / 2 : 0);
      const bool inside = at >= 0 && at < static_cast<std::ptrdiff_t>(signal.size());
      frame[i] = inside ? window[i] * signal[at] : 0;
      energy += frame[i] * frame[i];
    }
    for (std::size_t k = 0; k < bins; ++k) {
      std::complex<double> sum = 0;
      for (std::size_t i = 0; i < size; ++i) {
        sum += std::polar(frame[i], -2 * pi * static_cast<double>(i * k % size) / size);
      }
      const std::complex<double> ours(real[k * frames + t], imag[k * frames + t]);
      largest = std::max(largest, std::abs(ours - sum) / std::sqrt(energy * size));
    }
  }
  return largest;
}

void everyKernelIsAFourierTransform() {
  const auto signal = noise(700, 3);
  for (const auto precision : {Precision::float32, Precision::float64}) {
    for (const auto& isa : instructionSets()) {
      for (const std::size_t size : {2, 4, 6, 8, 10, 12, 14, 16, 22, 26, 30, 34, 64, 98, 100, 120,
                                     128, 202, 242, 250, 256}) {
        StftOptions options;
        options.fftSize = size;
        options.hopLength = 37;
        options.precision = precision;
        options.center = size % 4 == 0;
        const double distance = distanceFromNaive(Stft(options, isa), signal);
        check(distance < 1e-6, isa + " size " + std::to_string(size) + ": distance " +
                                   std::to_string(distance));
      }
    }
  }
}

void anyLengthStaysInsideItsMemory() {
  for (const auto& isa : instructionSets()) {
    for (const auto mode : {PadMode::constant, PadMode::reflect}) {
      MelOptions options;
      options.fftSize = 66;
      options.hopLength = 13;
      options.sampleRate = 8000;
      options.melBands = 9;
      options.padMode = mode;
      const MelExtractor extractor(options, isa);
      for (std::size_t samples = 1; samples < 300; ++samples) {
        const auto signal = noise(samples, 5);
        std::vector<float> mel(9 * extractor.frames(samples), -1);
        extractor.compute(signal.data(), samples, mel.data());
        for (float value : mel) check(value >= 0, isa + ": every value is written");
      }
    }
  }
}

void threadsShareAnExtractor() {
  MelOptions options;
  options.fftSize = 512;
  options.sampleRate = 12000;
  const MelExtractor extractor(options);
  const auto signal = noise(20000, 9);
  const auto size = options.melBands * extractor.frames(signal.size());
  std::vector<std::vector<float>> results(8, std::vector<float>(size));
  std::vector<std::thread> threads;
  for (auto& result : results) {
    threads.emplace_back([&] {
      for (int i = 0; i < 5; ++i) extractor.compute(signal.data(), signal.size(), result.data());
    });
  }
  for (auto& thread : threads) thread.join();
  for (const auto& result : results) check(result == results[0], "threads agree");
}

template <typename Work>
void throws(const std::string& sentence, Work work) {
  try {
    work();
    check(false, "throws: " + sentence);
  } catch (const InvalidArgument& error) {
    check(error.what() == sentence, std::string("sentence: ") + error.what());
  }
}

void badArgumentsAreNamed() {
  StftOptions options;
  options.fftSize = 511;
  throws("Expected an even integer from 2 to 65536 for fftSize but received 511",
         [&] { Stft{options}; });
  options.fftSize = 2 * 1031;
  throws("Expected a size without prime factors above 1024 for fftSize but received 2062",
         [&] { Stft{options}; });
  options.fftSize = 512;
  throws("Expected at least one sample for signal but received an empty array",
         [&] { Stft(options).frames(0); });
  throws("Expected one of " + [] {
    std::string names;
    for (const auto& name : instructionSets()) names += (names.empty() ? "" : ", ") + name;
    return names;
  }() + " for isa but received mmx", [&] { Stft(options, "mmx"); });
  float value = 0;
  throws("Expected a positive finite number for gain but received 0.000000",
         [&] { logCompress(&value, 1, 0, &value); });
}

}  // namespace

int main() {
  everyKernelIsAFourierTransform();
  anyLengthStaysInsideItsMemory();
  threadsShareAnExtractor();
  badArgumentsAreNamed();
  std::printf(failures == 0 ? "core: all tests passed\n" : "core: %d failures\n", failures);
  return failures == 0 ? 0 : 1;
}
