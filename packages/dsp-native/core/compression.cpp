#include "compression.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "options.hpp"

namespace consonance {
namespace {

void expectPositive(double value, const char* name) {
  if (!(std::isfinite(value) && value > 0)) {
    throw InvalidArgument("a positive finite number", name, std::to_string(value));
  }
}

/** factor * log10(max(value(x), minimum) / reference), clipped at topDecibels. NaN stays NaN. */
template <typename Value>
void toDecibels(float factor, Value value, const float* data, std::size_t size, const DecibelOptions& options,
                float* out) {
  expectPositive(options.minimum, "minimum");
  if (!options.referenceIsMaximum) expectPositive(options.reference, "reference");
  if (options.topDecibels && !(*options.topDecibels >= 0)) {
    throw InvalidArgument("a number of at least 0, or null,", "topDecibels",
                          std::to_string(*options.topDecibels));
  }
  const float minimum = static_cast<float>(options.minimum);
  float largest = minimum;
  for (std::size_t i = 0; i < size; ++i) {
    const float x = value(data[i]);
    out[i] = x < minimum ? minimum : x;
    largest = std::max(largest, x);
  }
  const double reference =
      options.referenceIsMaximum ? largest : std::max(options.minimum, options.reference);
  const float shift = static_cast<float>(factor * std::log10(reference));
  const float floor = options.topDecibels
                    ? factor * std::log10(largest) - shift - static_cast<float>(*options.topDecibels)
                    : -INFINITY;
  for (std::size_t i = 0; i < size; ++i) {
    const float decibels = factor * std::log10(out[i]) - shift;
    out[i] = decibels < floor ? floor : decibels;
  }
}

}  // namespace

void powerToDecibels(const float* data, std::size_t size, const DecibelOptions& options,
                     float* out) {
  toDecibels(10, [](float x) { return x; }, data, size, options, out);
}

void amplitudeToDecibels(const float* data, std::size_t size, const DecibelOptions& options,
                         float* out) {
  toDecibels(20, [](float x) { return std::fabs(x); }, data, size, options, out);
}

void logCompress(const float* data, std::size_t size, double gain, float* out) {
  expectPositive(gain, "gain");
  const float factor = static_cast<float>(gain);
  for (std::size_t i = 0; i < size; ++i) out[i] = std::log1p(factor * data[i]);
}

}  // namespace consonance
