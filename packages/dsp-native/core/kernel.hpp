#pragma once

// This header is shared with the files that are compiled once per instruction set. It holds plain
// data only: an inline function or a template here would be emitted with, say, AVX instructions
// and the linker could pick that copy for the whole program.
#include <stddef.h>
#include <stdint.h>

namespace consonance {

enum class Precision { float32, float64 };

/** What every block of one transform shares; read only. Tables hold the kernel's scalar type. */
struct BlockPlan {
  size_t fftSize;
  const void* window;    // fftSize values, already times 1/2 (the real split's factor)
  const void* twiddles;  // (re, im) of -i exp(-2 pi i k / fftSize) for k = 0 ... fftSize / 4
  const void* fft;       // complex transform of fftSize / 2, made by Kernel::makeFft
};

/** Up to `lanes` consecutive frames that are transformed at once. */
struct Block {
  const float* const* frames;  // `lanes` pointers to fftSize samples each
  size_t count;                // how many of them are stored, 1 ... lanes
  void* scratch;               // Kernel::scratchBytes bytes, aligned to 64
};

/** Triangular filters, each stored as its run of non-zero weights. */
struct SparseFilters {
  size_t bands;
  const uint32_t* firstBin;  // bands values
  const uint32_t* offset;    // bands + 1 values: filter m's weights are [offset[m], offset[m + 1])
  const void* weights;  // in the kernel's scalar type
};

/**
 * The hot loops for one instruction set and precision. Signals and outputs are float32, what lies
 * between is float or double. Frames lie in vector lanes: lane f of every value belongs
 * to frame f, so the transform needs no shuffles and `lanes` neighbouring outputs of a row are one
 * store. Outputs are row-major, `stride` floats from row to row.
 */
struct Kernel {
  const char* isa;
  Precision precision;
  size_t lanes;
  size_t (*fftBytes)(size_t fftSize);
  void (*makeFft)(void* memory, size_t fftSize);  // memory: fftBytes bytes, aligned to 64
  size_t (*scratchBytes)(size_t fftSize);
  void (*stft)(const BlockPlan&, const Block&, float* real, float* imag, size_t stride);
  void (*spectrogram)(const BlockPlan&, const Block&, int power, float* out, size_t stride);
  void (*mel)(const BlockPlan&, const Block&, int power, const SparseFilters&, float* out,
              size_t stride);
};

}  // namespace consonance
