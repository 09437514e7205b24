#include "options.hpp"

#include <cmath>
#include <sstream>

namespace consonance {
namespace {

// Beyond these a transform is either a mistake or so slow that it looks like one.
constexpr std::size_t maxFftSize = 65536;
constexpr std::size_t maxPrimeFactor = 1024;
constexpr std::size_t maxHopLength = std::size_t{1} << 30;
constexpr std::size_t maxMelBands = 4096;

template <typename Value>
std::string text(const Value& value) {
  std::ostringstream out;
  out << value;
  return out.str();
}

std::size_t largestPrimeFactor(std::size_t n) {
  std::size_t largest = 1;
  for (std::size_t p = 2; n > 1; ++p) {
    for (; n % p == 0; n /= p) largest = p;
  }
  return largest;
}

template <typename Value>
void expect(bool condition, const std::string& expected, const char* name, const Value& received) {
  if (!condition) throw InvalidArgument(expected, name, text(received));
}

}  // namespace

InvalidArgument::InvalidArgument(const std::string& expected, const std::string& name,
                                 const std::string& received)
    : std::invalid_argument("Expected " + expected + " for " + name + " but received " + received) {
}

void checkPower(int power) {
  expect(power == 1 || power == 2, "1 (magnitude) or 2 (power)", "power", power);
}

StftOptions resolved(StftOptions options) {
  const auto size = options.fftSize;
  expect(size >= 2 && size <= maxFftSize && size % 2 == 0,
         "an even integer from 2 to " + text(maxFftSize), "fftSize", size);
  expect(largestPrimeFactor(size) <= maxPrimeFactor,
         "a size without prime factors above " + text(maxPrimeFactor), "fftSize", size);
  if (options.windowLength == 0) options.windowLength = size;
  expect(options.windowLength <= size, "an integer from 1 to fftSize (" + text(size) + ")",
         "windowLength", options.windowLength);
  if (options.hopLength == 0) options.hopLength = size < 8 ? 1 : size / 4;
  expect(options.hopLength <= maxHopLength, "an integer from 1 to " + text(maxHopLength),
         "hopLength", options.hopLength);
  return options;
}

MelOptions resolved(MelOptions options) {
  static_cast<StftOptions&>(options) = resolved(static_cast<StftOptions>(options));
  const auto rate = options.sampleRate;
  expect(std::isfinite(rate) && rate > 0, "a positive number of Hz", "sampleRate", rate);
  if (std::isnan(options.fMax)) options.fMax = rate / 2;
  expect(options.fMax > 0 && options.fMax <= rate / 2,
         "a frequency above 0 and up to sampleRate / 2 (" + text(rate / 2) + " Hz)", "fMax",
         options.fMax);
  expect(options.fMin >= 0 && options.fMin < options.fMax,
         "a frequency from 0 to below fMax (" + text(options.fMax) + " Hz)", "fMin", options.fMin);
  expect(options.melBands >= 1 && options.melBands <= maxMelBands,
         "an integer from 1 to " + text(maxMelBands), "melBands", options.melBands);
  checkPower(options.power);
  return options;
}

}  // namespace consonance
