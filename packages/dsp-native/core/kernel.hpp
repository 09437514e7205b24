#pragma once

// This header is shared with the files that are compiled once per instruction set. It holds plain
// data only: an inline function or a template here would be emitted with, say, AVX instructions
// and the linker could pick that copy for the whole program.
#include <stddef.h>
#include <stdint.h>

namespace consonance {

enum class Precision { float32, float64 };

/** What a plan is made for. */
struct PlanSettings {
  size_t fftSize;
  size_t hopLength;
  size_t stride;         // floats from one sample of a hop to the next in transposed samples
  const double* window;  // fftSize values
};

/**
 * Up to `lanes` consecutive frames that are transformed at once. `samples` holds the signal
 * transposed: sample s of the block's frame f is samples[(s % hopLength) * stride + s / hopLength + f],
 * so that a sample of all frames is one load.
 */
struct Block {
  const float* samples;
  size_t count;   // how many frames are stored, 1 ... lanes
  void* scratch;  // Kernel::scratchBytes bytes, aligned to 64
};

/** Triangular filters by bin: each bin belongs to at most two of them, which are neighbours. */
struct SparseFilters {
  size_t bands;
  const uint32_t* band;  // bins values: the first of the two
  const void* weights;   // 2 x bins values in the kernel's scalar type
};

/**
 * The hot loops for one instruction set and precision. Signals and outputs are float32, what lies
 * between is float or double. Frames lie in vector lanes: lane f of every value belongs
 * to frame f, so the transform needs no shuffles and `lanes` neighbouring outputs of a row are one
 * store. Outputs are row-major, `stride` floats from row to row.
 */
struct Kernel {
  Precision precision;
  size_t lanes;
  /** Makes a plan in `memory`, aligned to 64; returns the bytes it takes. NULL: only returns them. */
  size_t (*makePlan)(void* memory, const PlanSettings&);
  size_t (*scratchBytes)(size_t fftSize, size_t bands);
  bool (*isFinite)(const float* values, size_t count);
  /** out[j * stride + r] = rows[r][j], r < count, j < length; see lanes/transpose.hpp. */
  void (*transpose)(const float* const* rows, size_t count, size_t length, float* out,
                    size_t stride);
  void (*stft)(const void* plan, const Block&, float* real, float* imag, size_t stride);
  void (*spectrogram)(const void* plan, const Block&, int power, float* out, size_t stride);
  void (*mel)(const void* plan, const Block&, int power, const SparseFilters&, float* out,
              size_t stride);
};

/** factor * (ln(max(x, minimum)) - zero), at least floor. */
struct DecibelScale {
  bool isAmplitude;  // of |x| instead of x
  double factor, minimum, zero, floor;
};

/** Element-wise functions for one instruction set. `in` and `out` may be the same memory. */
struct CompressionKernel {
  /** The largest value or `least`; NaN does not count. */
  float (*largest)(const float* in, size_t size, bool isAmplitude, float least);
  double (*naturalLogarithm)(double);  // as `decibels` takes it, to the last bit
  void (*decibels)(const float* in, size_t size, const DecibelScale&, float* out);
  /** ln(1 + gain x) */
  void (*logCompress)(const float* in, size_t size, double gain, float* out);
};

}  // namespace consonance
