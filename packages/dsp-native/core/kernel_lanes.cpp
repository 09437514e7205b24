// Compiled once per instruction set and precision: a vector holds LANES values of type SCALAR, and
// LANES_NAMESPACE, LANES_ISA and LANES_PRECISION name the result.
//
// kissfft lets its scalar be any arithmetic type. Here that is a vector with one frame per lane, so
// the unchanged kiss_fft.c, compiled as C++, transforms LANES frames in the time of one. Everything
// lives in a namespace of the instruction set and no C++ library is used, so that no function is
// emitted under a name that another file shares.
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
#define QUOTE_NOW(a) #a
#define QUOTE(a) QUOTE_NOW(a)

namespace consonance {
namespace LANES_NAMESPACE {

typedef SCALAR Scalar;
#if LANES == 1
typedef Scalar Vector;
typedef float Floats;
#define CONVERT(value, Type) static_cast<Type>(value)
#else
typedef Scalar Vector __attribute__((vector_size(sizeof(Scalar) * LANES)));
typedef float Floats __attribute__((vector_size(sizeof(float) * LANES)));
#define CONVERT(value, Type) __builtin_convertvector(value, Type)
#endif

struct Lanes {
  Vector v;

  Lanes() = default;
  explicit Lanes(double value) : v(Vector{} + static_cast<Scalar>(value)) {}
  static Lanes of(Vector vector) {
    Lanes lanes;
    lanes.v = vector;
    return lanes;
  }
};

static inline Lanes operator+(Lanes a, Lanes b) { return Lanes::of(a.v + b.v); }
static inline Lanes operator-(Lanes a, Lanes b) { return Lanes::of(a.v - b.v); }
static inline Lanes operator*(Lanes a, Lanes b) { return Lanes::of(a.v * b.v); }
static inline Lanes operator*(Lanes a, Scalar b) { return Lanes::of(a.v * b); }
static inline Lanes operator-(Lanes a) { return Lanes::of(-a.v); }
static inline Lanes& operator+=(Lanes& a, Lanes b) { return a = a + b; }
static inline Lanes& operator-=(Lanes& a, Lanes b) { return a = a - b; }
static inline Lanes& operator*=(Lanes& a, Lanes b) { return a = a * b; }

// C linkage ignores namespaces, so kissfft's functions get a prefix.
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

static void store(float* out, Lanes value, size_t count) {
  const Floats floats = CONVERT(value.v, Floats);
  if (count == LANES) {
    memcpy(out, &floats, sizeof floats);
  } else {
    memcpy(out, &floats, count * sizeof(float));
  }
}

static Lanes squareRoot(Lanes value) {
  Scalar lane[LANES];
  memcpy(lane, &value, sizeof value);
  for (int i = 0; i < LANES; ++i) lane[i] = static_cast<Scalar>(__builtin_sqrt(lane[i]));
  memcpy(&value, lane, sizeof value);
  return value;
}

static Lanes gather(const float* const* frames, size_t sample) {
  float lane[LANES];
  for (int i = 0; i < LANES; ++i) lane[i] = frames[i][sample];
  Floats floats;
  memcpy(&floats, lane, sizeof floats);
  return Lanes::of(CONVERT(floats, Vector));
}

/** Windows the frames, packs sample pairs as complex numbers and transforms them. */
static const kiss_fft_cpx* transform(const BlockPlan& plan, const Block& block) {
  const size_t half = plan.fftSize / 2;
  const Scalar* window = static_cast<const Scalar*>(plan.window);
  kiss_fft_cpx* packed = static_cast<kiss_fft_cpx*>(block.scratch);
  for (size_t k = 0; k < half; ++k) {
    packed[k].r = gather(block.frames, 2 * k) * window[2 * k];
    packed[k].i = gather(block.frames, 2 * k + 1) * window[2 * k + 1];
  }
  kiss_fft(static_cast<kiss_fft_cfg>(const_cast<void*>(plan.fft)), packed, packed + half);
  return packed + half;
}

/** Splits the packed transform into bins 0 ... fftSize / 2 of the real signal: visit(bin, re, im). */
template <typename Visit>
static inline void eachBin(const BlockPlan& plan, const kiss_fft_cpx* z, Visit visit) {
  const size_t half = plan.fftSize / 2;
  const Scalar* twiddles = static_cast<const Scalar*>(plan.twiddles);
  const Lanes zero(0.0);
  visit(size_t{0}, (z[0].r + z[0].i) * Scalar(2), zero);
  visit(half, (z[0].r - z[0].i) * Scalar(2), zero);
  for (size_t k = 1; k <= half / 2; ++k) {
    const kiss_fft_cpx a = z[k], b = z[half - k];
    const Lanes sumR = a.r + b.r, sumI = a.i - b.i, differenceR = a.r - b.r, differenceI = a.i + b.i;
    const Scalar wr = twiddles[2 * k], wi = twiddles[2 * k + 1];
    const Lanes oddR = differenceR * wr - differenceI * wi;
    const Lanes oddI = differenceR * wi + differenceI * wr;
    visit(k, sumR + oddR, sumI + oddI);
    visit(half - k, sumR - oddR, oddI - sumI);
  }
}

static inline Lanes magnitude(Lanes re, Lanes im, int power) {
  const Lanes squared = re * re + im * im;
  return power == 2 ? squared : squareRoot(squared);
}

static void stft(const BlockPlan& plan, const Block& block, float* real, float* imag,
                 size_t stride) {
  eachBin(plan, transform(plan, block), [&](size_t bin, Lanes re, Lanes im) {
    store(real + bin * stride, re, block.count);
    store(imag + bin * stride, im, block.count);
  });
}

static void spectrogram(const BlockPlan& plan, const Block& block, int power, float* out,
                        size_t stride) {
  eachBin(plan, transform(plan, block), [&](size_t bin, Lanes re, Lanes im) {
    store(out + bin * stride, magnitude(re, im, power), block.count);
  });
}

static void mel(const BlockPlan& plan, const Block& block, int power, const SparseFilters& filters,
                float* out, size_t stride) {
  const kiss_fft_cpx* z = transform(plan, block);
  Lanes* spectrum = static_cast<Lanes*>(block.scratch);  // the packed input is no longer needed
  eachBin(plan, z, [&](size_t bin, Lanes re, Lanes im) {
    spectrum[bin] = magnitude(re, im, power);
  });
  for (size_t band = 0; band < filters.bands; ++band) {
    const Lanes* bins = spectrum + filters.firstBin[band];
    const Scalar* weights = static_cast<const Scalar*>(filters.weights) + filters.offset[band];
    const size_t count = filters.offset[band + 1] - filters.offset[band];
    Lanes sum(0.0);
    for (size_t i = 0; i < count; ++i) sum += bins[i] * weights[i];
    store(out + band * stride, sum, block.count);
  }
}

static size_t fftBytes(size_t fftSize) {
  size_t bytes = 0;
  kiss_fft_alloc(static_cast<int>(fftSize / 2), 0, NULL, &bytes);
  return bytes;
}

static void makeFft(void* memory, size_t fftSize) {
  size_t bytes = fftBytes(fftSize);
  kiss_fft_alloc(static_cast<int>(fftSize / 2), 0, memory, &bytes);
}

static size_t scratchBytes(size_t fftSize) { return fftSize * sizeof(kiss_fft_cpx); }

}  // namespace LANES_NAMESPACE

extern const Kernel PASTE(kernel_, LANES_NAMESPACE);
const Kernel PASTE(kernel_, LANES_NAMESPACE) = {
    QUOTE(LANES_ISA),
    Precision::LANES_PRECISION,
    LANES,
    LANES_NAMESPACE::fftBytes,
    LANES_NAMESPACE::makeFft,
    LANES_NAMESPACE::scratchBytes,
    LANES_NAMESPACE::stft,
    LANES_NAMESPACE::spectrogram,
    LANES_NAMESPACE::mel,
};

}  // namespace consonance
