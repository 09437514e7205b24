#pragma once

#include <cstdint>
#include <vector>

#include "kernel.hpp"
#include "options.hpp"

namespace consonance {

/**
 * Triangular filters spaced evenly on the Slaney or HTK mel scale, with the values of
 * librosa.filters.mel (float32). Slaney normalisation divides each triangle by half its width in
 * Hz, so that every filter has about the same area. Filters narrower than a bin may be empty.
 */
class MelFilterbank {
 public:
  explicit MelFilterbank(const MelOptions& resolvedOptions);

  /** Two values a bin: its weights in `band[bin]` and the band after it. */
  const std::vector<double>& weights() const { return weights_; }

  /** `weights`: weights() in a kernel's scalar type. */
  SparseFilters view(const void* weights) const;

  /** Writes the matrix, bands x bins, row-major. */
  void dense(float* out) const;

 private:
  std::size_t bands_;
  std::vector<std::uint32_t> band_;
  std::vector<double> weights_;  // float32 values
};

}  // namespace consonance
