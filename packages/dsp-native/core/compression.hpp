#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace consonance {

struct DecibelOptions {
  double reference = 1;                // the value that becomes 0 dB
  bool referenceIsMaximum = false;     // take the largest value instead
  double minimum = 1e-10;              // smaller values count as this one
  std::optional<double> topDecibels = 80;  // clip to this far below the largest result
};

/**
 * 10 log10(max(x, minimum) / reference), after librosa.power_to_db. `out` may be `data`; `isa` names an
 * instruction set, for tests. NaN stays NaN.
 */
void powerToDecibels(const float* data, std::size_t size, const DecibelOptions& options, float* out,
                     const std::string& isa = "");

/** 20 log10(max(|x|, minimum) / reference), after librosa.amplitude_to_db. */
void amplitudeToDecibels(const float* data, std::size_t size, const DecibelOptions& options,
                         float* out, const std::string& isa = "");

/** ln(1 + gain x). */
void logCompress(const float* data, std::size_t size, double gain, float* out,
                 const std::string& isa = "");

}  // namespace consonance
