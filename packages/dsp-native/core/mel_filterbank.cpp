#include "mel_filterbank.hpp"

#include <algorithm>
#include <cmath>

namespace consonance {
namespace {

// Slaney's Auditory Toolbox: linear below 1 kHz, logarithmic above.
constexpr double hzPerMel = 200.0 / 3;
constexpr double logStartHz = 1000;
constexpr double logStartMel = logStartHz / hzPerMel;
const double logStep = std::log(6.4) / 27;

double hzToMel(double hz, MelScale scale) {
  if (scale == MelScale::htk) return 2595 * std::log10(1 + hz / 700);
  return hz < logStartHz ? hz / hzPerMel : logStartMel + std::log(hz / logStartHz) / logStep;
}

double melToHz(double mel, MelScale scale) {
  if (scale == MelScale::htk) return 700 * (std::pow(10, mel / 2595) - 1);
  return mel < logStartMel ? hzPerMel * mel : logStartHz * std::exp(logStep * (mel - logStartMel));
}

/** melBands + 2 edges in Hz; filter m rises from edge m to m + 1 and falls to m + 2. */
std::vector<double> melEdges(const MelOptions& options) {
  const double low = hzToMel(options.fMin, options.melScale);
  const double high = hzToMel(options.fMax, options.melScale);
  const std::size_t count = options.melBands + 2;
  std::vector<double> edges(count);
  for (std::size_t i = 0; i < count; ++i) {
    edges[i] = melToHz(low + (high - low) * i / (count - 1), options.melScale);
  }
  return edges;
}

}  // namespace

MelFilterbank::MelFilterbank(const MelOptions& options) {
  const auto edges = melEdges(options);
  const double hzPerBin = options.sampleRate / options.fftSize;
  const std::size_t bins = options.fftSize / 2 + 1;
  offset_.push_back(0);
  for (std::size_t band = 0; band < options.melBands; ++band) {
    const double left = edges[band], center = edges[band + 1], right = edges[band + 2];
    const double norm = options.melNorm == MelNorm::slaney ? 2 / (right - left) : 1;
    std::uint32_t first = 0;
    for (std::size_t bin = 0; bin < bins; ++bin) {
      const double hz = bin * hzPerBin;
      const double rise = (hz - left) / (center - left), fall = (right - hz) / (right - center);
      // librosa rounds the triangle to float32 before it is normalised.
      const float triangle = static_cast<float>(std::min(rise, fall));
      if (triangle <= 0) continue;
      if (weights_.size() == offset_.back()) first = static_cast<std::uint32_t>(bin);
      weights_.push_back(static_cast<float>(triangle * norm));
    }
    firstBin_.push_back(first);
    offset_.push_back(static_cast<std::uint32_t>(weights_.size()));
  }
}

SparseFilters MelFilterbank::view(const void* weights) const {
  return {bands(), firstBin_.data(), offset_.data(), weights};
}

void MelFilterbank::dense(std::size_t bins, float* out) const {
  std::fill(out, out + bands() * bins, 0.0f);
  for (std::size_t band = 0; band < bands(); ++band) {
    float* row = out + band * bins + firstBin_[band];
    for (auto i = offset_[band]; i < offset_[band + 1]; ++i) {
      *row++ = static_cast<float>(weights_[i]);
    }
  }
}

}  // namespace consonance
