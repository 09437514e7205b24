// Wide filters over a spectrogram, by Fourier transforms along time; knows nothing of Node.
#pragma once

#include <cstddef>
#include <memory>

namespace consonance {

/** Sizes of a bank of filters that slide over images of frames x bands. */
struct BankShape {
  std::size_t frames, bands;       // of an image
  std::size_t kernelFrames, kernelBands, filters;
  std::size_t bandStride;          // every so many bands are tried
  std::size_t before;              // frames of zeros before the first frame
};

/**
 * For every frame and filter, the largest answer over the bands that the filter can be laid at.
 *
 * The correlation along time is a product of spectra: one transform of the whole image's length replaces
 * `kernelFrames` products a frame. What is left is a matrix product over the kernel's bands at each frequency.
 */
class FilterBank {
 public:
  virtual ~FilterBank() = default;
  /**
   * @param images count x frames x bands. @param output count x frames x filters
   * @param threads that share the images, at least 1; the result does not depend on their number
   */
  virtual void apply(const float* images, std::size_t count, float* output,
                     std::size_t threads) const = 0;
};

/** @param kernel kernelFrames x kernelBands x filters */
using MakeFilterBank = std::unique_ptr<FilterBank>(const BankShape& shape, const float* kernel);

/** Whether this processor has the vector instructions that `makeFilterBank` needs: AVX2 or NEON. */
bool isFast();

/** Null where it is not. */
MakeFilterBank makeFilterBank;

}  // namespace consonance
