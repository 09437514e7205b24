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

MelFilterbank::MelFilterbank(const MelOptions& options)
    : bands_(options.melBands),
      band_(options.fftSize / 2 + 1),
      weights_(2 * band_.size()) {
  const auto edges = melEdges(options);
  const double hzPerBin = options.sampleRate / options.fftSize;
  const auto weight = [&](std::size_t band, double hz) {
    if (band >= bands_) return 0.0;
    const double left = edges[band], center = edges[band + 1], right = edges[band + 2];
    const double norm = options.melNorm == MelNorm::slaney ? 2 / (right - left) : 1;
    const double rise = (hz - left) / (center - left), fall = (right - hz) / (right - center);
    // librosa rounds the triangle to float32 before it is normalised.
    const float triangle = static_cast<float>(std::min(rise, fall));
    return triangle > 0 ? static_cast<double>(static_cast<float>(triangle * norm)) : 0.0;
  };
  for (std::size_t bin = 0; bin < band_.size(); ++bin) {
    // Between the edges e and e + 1 the filter e - 1 falls and the filter e rises.
    const double hz = bin * hzPerBin;
    const auto above = std::upper_bound(edges.begin(), edges.end(), hz) - edges.begin();
    const auto falling = std::clamp<std::ptrdiff_t>(above - 2, 0, bands_ - 1);
    band_[bin] = static_cast<std::uint32_t>(falling);
    weights_[2 * bin] = weight(falling, hz);
    weights_[2 * bin + 1] = weight(falling + 1, hz);
  }
}

SparseFilters MelFilterbank::view(const void* weights) const {
  return {bands_, band_.data(), weights};
}

void MelFilterbank::dense(float* out) const {
  const auto bins = band_.size();
  std::fill(out, out + bands_ * bins, 0.0f);
  for (std::size_t bin = 0; bin < bins; ++bin) {
    for (std::size_t next = 0; next < 2 && band_[bin] + next < bands_; ++next) {
      out[(band_[bin] + next) * bins + bin] = static_cast<float>(weights_[2 * bin + next]);
    }
  }
}

}  // namespace consonance
