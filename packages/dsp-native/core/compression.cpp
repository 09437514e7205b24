#include "compression.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "kernels.hpp"
#include "options.hpp"

namespace consonance {
namespace {

void expectPositive(double value, const char* name) {
  if (!(std::isfinite(value) && value > 0)) {
    throw InvalidArgument("a positive finite number", name, std::to_string(value));
  }
}

/** 10 or 20 log10(max(x, minimum) / reference), clipped at topDecibels. */
void toDecibels(bool isAmplitude, const float* data, std::size_t size,
                const DecibelOptions& options, const std::string& isa, float* out) {
  expectPositive(options.minimum, "minimum");
  if (!options.referenceIsMaximum) expectPositive(options.reference, "reference");
  if (options.topDecibels && !(*options.topDecibels >= 0)) {
    throw InvalidArgument("a number of at least 0, or null,", "topDecibels",
                          std::to_string(*options.topDecibels));
  }
  const auto& kernel = selectCompression(isa);
  const double factor = (isAmplitude ? 20 : 10) / std::log(10.0);
  const bool needsLargest = options.referenceIsMaximum || options.topDecibels;
  const double largest =
      needsLargest ? std::max<double>(options.minimum, kernel.largest(data, size, isAmplitude, 0))
                   : 0;
  const double reference =
      options.referenceIsMaximum ? largest : std::max(options.minimum, options.reference);
  const double zero = kernel.naturalLogarithm(reference);
  const double floor =
      options.topDecibels
          ? factor * (kernel.naturalLogarithm(largest) - zero) - *options.topDecibels
          : -INFINITY;
  kernel.decibels(data, size, {isAmplitude, factor, options.minimum, zero, floor}, out);
}

}  // namespace

void powerToDecibels(const float* data, std::size_t size, const DecibelOptions& options, float* out,
                     const std::string& isa) {
  toDecibels(false, data, size, options, isa, out);
}

void amplitudeToDecibels(const float* data, std::size_t size, const DecibelOptions& options,
                         float* out, const std::string& isa) {
  toDecibels(true, data, size, options, isa, out);
}

void logCompress(const float* data, std::size_t size, double gain, float* out,
                 const std::string& isa) {
  expectPositive(gain, "gain");
  selectCompression(isa).logCompress(data, size, gain, out);
}

}  // namespace consonance
