// Compiled once per instruction set and precision: a vector holds LANES values of type SCALAR, and
// LANES_NAMESPACE and LANES_PRECISION name the result.
//
// Everything lives in a namespace of the instruction set and no C++ library is used, so that no
// function is emitted under a name that another file shares.
#include <alloca.h>
#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel.hpp"

#define PASTE_NOW(a, b) a##b
#define PASTE(a, b) PASTE_NOW(a, b)

namespace consonance {
namespace LANES_NAMESPACE {

#include "lanes/vector.hpp"

// kissfft lets its scalar be any arithmetic type: with lanes, the unchanged kiss_fft.c, compiled as
// C++, transforms LANES frames in the time of one. It does the sizes that small_fft.hpp does not.
// C linkage ignores namespaces, so its functions get a prefix.
#define kiss_fft_scalar Lanes
#define kiss_fft PASTE(LANES_NAMESPACE, _kiss_fft)
#define kiss_fft_alloc PASTE(LANES_NAMESPACE, _kiss_fft_alloc)
#define kiss_fft_stride PASTE(LANES_NAMESPACE, _kiss_fft_stride)
#define kiss_fft_cleanup PASTE(LANES_NAMESPACE, _kiss_fft_cleanup)
#define kiss_fft_next_fast_size PASTE(LANES_NAMESPACE, _kiss_fft_next_fast_size)
// Factors other than 2, 3, 4 and 5 need a temporary; options.cpp bounds its size.
#define KISS_FFT_USE_ALLOCA
#undef alloca
#define alloca(bytes) __builtin_alloca_with_align(bytes, 8 * alignof(Lanes))
#include "../vendor/kissfft/kiss_fft.c"

#include "lanes/small_fft.hpp"
#include "lanes/transpose.hpp"

#include "lanes/plan.hpp"
#include "lanes/transform.hpp"

template <int power>
ALWAYS_INLINE static Lanes magnitude(Lanes re, Lanes im) {
  const Lanes squared = re * re + im * im;
  return power == 2 ? squared : squareRoot(squared);
}

static void stft(const void* plan, const Block& block, float* real, float* imag, size_t stride) {
  transform(*static_cast<const Plan*>(plan), block, [&](size_t bin, Lanes re, Lanes im) {
    store(real + bin * stride, re, block.count);
    store(imag + bin * stride, im, block.count);
  });
}

template <int power>
static void spectrogramOf(const Plan& plan, const Block& block, float* out, size_t stride) {
  transform(plan, block, [&](size_t bin, Lanes re, Lanes im) {
    store(out + bin * stride, magnitude<power>(re, im), block.count);
  });
}

/** Every bin goes from the transform's registers into its two bands, so no spectrum is stored. */
template <int power>
static void melOf(const Plan& plan, const Block& block, const SparseFilters& filters, float* out,
                  size_t stride) {
  Lanes* sums = static_cast<Lanes*>(block.scratch);
  const Scalar* weights = static_cast<const Scalar*>(filters.weights);
  for (size_t band = 0; band <= filters.bands; ++band) sums[band] = Lanes(0.0);
  Block rest = block;
  rest.scratch = sums + (filters.bands + 1);
  transform(plan, rest, [&](size_t bin, Lanes re, Lanes im) __attribute__((always_inline)) {
    const Lanes value = magnitude<power>(re, im);
    Lanes* sum = sums + filters.band[bin];
    sum[0] += value * weights[2 * bin];
    sum[1] += value * weights[2 * bin + 1];
  });
  for (size_t band = 0; band < filters.bands; ++band) {
    store(out + band * stride, sums[band], block.count);
  }
}

static void spectrogram(const void* memory, const Block& block, int power, float* out,
                        size_t stride) {
  const Plan& plan = *static_cast<const Plan*>(memory);
  return power == 2 ? spectrogramOf<2>(plan, block, out, stride)
                    : spectrogramOf<1>(plan, block, out, stride);
}

static void mel(const void* memory, const Block& block, int power, const SparseFilters& filters,
                float* out, size_t stride) {
  const Plan& plan = *static_cast<const Plan*>(memory);
  return power == 2 ? melOf<2>(plan, block, filters, out, stride)
                    : melOf<1>(plan, block, filters, out, stride);
}

static bool isFinite(const float* values, size_t count) {
  uint32_t bad = 0;
  for (size_t i = 0; i < count; ++i) {
    uint32_t bits;
    memcpy(&bits, values + i, sizeof bits);
    bad |= (bits & 0x7f800000u) == 0x7f800000u;
  }
  return bad == 0;
}

static size_t scratchBytes(size_t fftSize, size_t bands) {
  const Shape shape = shapeOf(fftSize);
  return sizeof(Lanes) * (bands + 1) + transformBytes(shape);
}

}  // namespace LANES_NAMESPACE

extern const Kernel PASTE(kernel_, LANES_NAMESPACE);
const Kernel PASTE(kernel_, LANES_NAMESPACE) = {
    Precision::LANES_PRECISION,
    LANES,
    LANES_NAMESPACE::makePlan,
    LANES_NAMESPACE::scratchBytes,
    LANES_NAMESPACE::isFinite,
    LANES_NAMESPACE::transpose,
    LANES_NAMESPACE::stft,
    LANES_NAMESPACE::spectrogram,
    LANES_NAMESPACE::mel,
};

}  // namespace consonance
