#pragma once

#include "mel_filterbank.hpp"
#include "stft.hpp"

namespace consonance {

/**
 * Mel spectrogram after librosa.feature.melspectrogram: a Stft whose magnitude or power bins are
 * summed by a sparse filterbank while they are in the cache. Immutable, usable from many threads.
 */
class MelExtractor {
 public:
  /** `isa` as for Stft. */
  explicit MelExtractor(const MelOptions& options, const std::string& isa = "");

  const MelOptions& options() const { return options_; }
  const MelFilterbank& filterbank() const { return filterbank_; }
  std::size_t bins() const { return stft_.bins(); }
  std::size_t bytes() const {
    return stft_.bytes() + 2 * filterbank_.weights().size() * sizeof(double);
  }
  std::size_t frames(std::size_t samples) const { return stft_.frames(samples); }

  /** Writes melBands x frames values, row-major; `threads` as for Stft. */
  void compute(const float* signal, std::size_t samples, float* out,
               std::size_t threads = 1) const;

 private:
  MelOptions options_;
  Stft stft_;
  MelFilterbank filterbank_;
  AlignedMemory weights_;
};

}  // namespace consonance
