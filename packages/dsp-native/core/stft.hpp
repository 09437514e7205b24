#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "kernels.hpp"
#include "options.hpp"

namespace consonance {

/**
 * Memory for vectors, aligned to 64 bytes and not initialised. It is a plain allocation with room
 * to spare, as glibc before 2.38 fragments without bound when aligned blocks come and go.
 */
class AlignedMemory {
 public:
  AlignedMemory() = default;
  explicit AlignedMemory(std::size_t bytes) : bytes_(new std::byte[bytes + 63]) {}

  void* get() const {
    const auto address = reinterpret_cast<std::uintptr_t>(bytes_.get());
    return bytes_.get() + (64 - address % 64) % 64;
  }

 private:
  std::unique_ptr<std::byte[]> bytes_;
};

/** A table of float or double values, as a kernel of that precision wants it. */
AlignedMemory scalars(const std::vector<double>& values, Precision precision);

/**
 * Short-time Fourier transform with a periodic Hann window, after librosa.stft.
 *
 * The object holds the plan and never changes, so any number of threads may use it at once; each
 * call allocates its own scratch memory, a few hundred kilobytes at fftSize 2048, and nothing per
 * frame. Outputs are float32, row-major, bins x frames.
 */
class Stft {
 public:
  /** `isa` names an instruction set, for tests; by default the fastest one is used. */
  explicit Stft(const StftOptions& options, const std::string& isa = "");

  const StftOptions& options() const { return options_; }
  std::size_t bins() const { return options_.fftSize / 2 + 1; }

  /** Memory that the plan keeps. */
  std::size_t bytes() const;

  /** Frames of a signal; throws when it is too short to give one. */
  std::size_t frames(std::size_t samples) const;

  /** Up to `threads` threads share long signals; the result does not depend on their number. */
  void transform(const float* signal, std::size_t samples, float* real, float* imag,
                 std::size_t threads = 1) const;

  /** Magnitude (power 1) or power (2) spectrogram. */
  void spectrogram(const float* signal, std::size_t samples, int power, float* out,
                   std::size_t threads = 1) const;

  /**
   * Calls emit(block, first frame) for all frames, `lanes` of them at a time, on `threads` threads; emit
   * must not throw.
   */
  using Emit = std::function<void(const Block&, std::size_t)>;
  void eachBlock(const float* signal, std::size_t samples, std::size_t bands, std::size_t threads,
                 const Emit& emit) const;

  const void* plan() const { return plan_.get(); }

  const Kernel& kernel() const { return kernel_; }

 private:
  struct Workspace;

  std::size_t chunkRows() const;
  void eachBlockOfChunk(const float* signal, std::size_t samples, std::size_t first,
                        std::size_t count, Workspace& workspace, const Emit& emit) const;
  const float* row(const float* signal, std::size_t samples, std::size_t index,
                   float* edge) const;

  StftOptions options_;
  const Kernel& kernel_;
  std::size_t rowLength_;   // samples of a hop that belong to frames
  std::size_t extraRows_;   // hops that a frame reaches beyond its first one
  std::size_t stride_;      // of transposed samples
  std::size_t planBytes_;
  AlignedMemory plan_;
};

}  // namespace consonance
