#include "stft.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "parallel.hpp"
#include "window.hpp"

namespace consonance {
namespace {

/** Frames whose samples are transposed together. */
constexpr std::size_t chunkFrames = maxLanes;

/** A thread costs some 20 us to start, a chunk 10 to 30 us to transform. */
constexpr std::size_t leastChunksOfThread = 8;

/** The sample at `index` of a signal mirrored at its first and last sample, without end. */
std::size_t reflected(std::ptrdiff_t index, std::size_t samples) {
  if (samples == 1) return 0;
  const auto period = static_cast<std::ptrdiff_t>(2 * (samples - 1));
  const auto position = static_cast<std::size_t>((index % period + period) % period);
  return position < samples ? position : period - position;
}

/** One bad sample would spoil whole frames silently, so it is refused, as librosa does. */
[[noreturn]] void refuseNotFinite(const float* signal, std::size_t samples) {
  const float* end = signal + samples;
  const float* found = std::find_if(signal, end, [](float x) { return !std::isfinite(x); });
  // In shared memory it can be a good one by now.
  if (found == end) throw InvalidArgument("finite samples", "signal", "others");
  throw InvalidArgument("finite samples", "signal",
                        (std::isnan(*found) ? "NaN" : *found > 0 ? "Infinity" : "-Infinity") +
                            (" at index " + std::to_string(found - signal)));
}

}  // namespace

AlignedMemory scalars(const std::vector<double>& values, Precision precision) {
  if (precision == Precision::float64) {
    AlignedMemory memory(values.size() * sizeof(double));
    std::copy(values.begin(), values.end(), static_cast<double*>(memory.get()));
    return memory;
  }
  AlignedMemory memory(values.size() * sizeof(float));
  std::transform(values.begin(), values.end(), static_cast<float*>(memory.get()),
                 [](double value) { return static_cast<float>(value); });
  return memory;
}

Stft::Stft(const StftOptions& options, const std::string& isa)
    : options_(resolved(options)),
      kernel_(selectKernel(options_.precision, isa)),
      rowLength_(std::min(options_.hopLength, options_.fftSize)),
      extraRows_((options_.fftSize - 1) / options_.hopLength),
      // Odd, so that the samples of a frame do not fall into one cache set.
      stride_(chunkRows() | 1) {
  const auto window = hannWindow(options_.windowLength, options_.fftSize);
  const PlanSettings settings{options_.fftSize, options_.hopLength, stride_, window.data()};
  planBytes_ = kernel_.makePlan(nullptr, settings);
  plan_ = AlignedMemory(planBytes_);
  kernel_.makePlan(plan_.get(), settings);
}

std::size_t Stft::chunkRows() const { return chunkFrames + extraRows_; }

std::size_t Stft::bytes() const { return planBytes_; }

std::size_t Stft::frames(std::size_t samples) const {
  if (samples == 0) throw InvalidArgument("at least one sample", "signal", "an empty array");
  if (options_.center) return 1 + samples / options_.hopLength;
  if (samples < options_.fftSize) {
    throw InvalidArgument("at least fftSize (" + std::to_string(options_.fftSize) +
                              ") samples, as center is false,",
                          "signal", std::to_string(samples));
  }
  return 1 + (samples - options_.fftSize) / options_.hopLength;
}

/**
 * Row `index` of the padded signal cut into rows of one hop: where it lies inside the signal a pointer
 * into it, else a padded copy in `edge`.
 */
const float* Stft::row(const float* signal, std::size_t samples, std::size_t index,
                       float* edge) const {
  const auto size = static_cast<std::ptrdiff_t>(rowLength_);
  const auto length = static_cast<std::ptrdiff_t>(samples);
  const auto start = static_cast<std::ptrdiff_t>(index * options_.hopLength) -
                     static_cast<std::ptrdiff_t>(options_.center ? options_.fftSize / 2 : 0);
  if (start >= 0 && start + size <= length) return signal + start;
  for (std::ptrdiff_t i = 0; i < size; ++i) {
    const auto at = start + i;
    if (at >= 0 && at < length) {
      edge[i] = signal[at];
    } else {
      edge[i] = options_.padMode == PadMode::reflect ? signal[reflected(at, samples)] : 0.0f;
    }
  }
  return edge;
}

/** What one thread needs beside the plan; made before it starts, as a thread must not throw. */
struct Stft::Workspace {
  Workspace(const Stft& stft, std::size_t bands)
      : scratch(stft.kernel_.scratchBytes(stft.options_.fftSize, bands)),
        edges(stft.chunkRows() * stft.rowLength_ * sizeof(float)),
        transposed((stft.stride_ * stft.rowLength_ + 8) * sizeof(float)),
        rows(stft.chunkRows() + 8) {}

  AlignedMemory scratch, edges, transposed;
  std::vector<const float*> rows;
};

void Stft::eachBlock(const float* signal, std::size_t samples, std::size_t bands,
                     std::size_t threads, const Emit& emit) const {
  const auto total = frames(samples);
  const auto chunks = (total + chunkFrames - 1) / chunkFrames;
  const auto parts = std::clamp<std::size_t>(chunks / leastChunksOfThread, 1, threads);
  std::vector<Workspace> workspaces;
  workspaces.reserve(parts);
  for (std::size_t part = 0; part < parts; ++part) workspaces.emplace_back(*this, bands);
  std::atomic<bool> isFinite{true};
  inParallel(parts, [&](std::size_t part) {
    const auto end = chunks * (part + 1) / parts;
    for (auto chunk = chunks * part / parts; chunk < end; ++chunk) {
      // About the samples of the chunk: they come from memory once for both.
      const auto from = samples * chunk / chunks, to = samples * (chunk + 1) / chunks;
      if (!kernel_.isFinite(signal + from, to - from)) isFinite = false;
      const auto first = chunk * chunkFrames;
      eachBlockOfChunk(signal, samples, first, std::min(chunkFrames, total - first),
                       workspaces[part], emit);
    }
  });
  if (!isFinite) refuseNotFinite(signal, samples);
}

void Stft::eachBlockOfChunk(const float* signal, std::size_t samples, std::size_t first,
                            std::size_t count, Workspace& workspace, const Emit& emit) const {
  auto* edges = static_cast<float*>(workspace.edges.get());
  auto* transposed = static_cast<float*>(workspace.transposed.get());
  auto& rows = workspace.rows;
  const auto used = count + extraRows_;
  for (std::size_t i = 0; i < used; ++i) {
    rows[i] = row(signal, samples, first + i, edges + i * rowLength_);
  }
  std::fill_n(rows.begin() + used, 8, rows[0]);
  kernel_.transpose(rows.data(), used, rowLength_, transposed, stride_);
  for (std::size_t i = 0; i < count; i += kernel_.lanes) {
    emit({transposed + i, std::min(kernel_.lanes, count - i), workspace.scratch.get()}, first + i);
  }
}

void Stft::transform(const float* signal, std::size_t samples, float* real, float* imag,
                     std::size_t threads) const {
  const auto stride = frames(samples);
  eachBlock(signal, samples, 0, threads, [&](const Block& block, std::size_t first) {
    kernel_.stft(plan(), block, real + first, imag + first, stride);
  });
}

void Stft::spectrogram(const float* signal, std::size_t samples, int power, float* out,
                       std::size_t threads) const {
  checkPower(power);
  const auto stride = frames(samples);
  eachBlock(signal, samples, 0, threads, [&](const Block& block, std::size_t first) {
    kernel_.spectrogram(plan(), block, power, out + first, stride);
  });
}

}  // namespace consonance
