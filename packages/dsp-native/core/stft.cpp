#include "stft.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "window.hpp"

namespace consonance {
namespace {

/** -i exp(-2 pi i k / fftSize) for k = 0 ... fftSize / 4, which separates the packed real signal. */
std::vector<double> splitTwiddles(std::size_t fftSize) {
  const double pi = 3.14159265358979323846;
  std::vector<double> twiddles;
  for (std::size_t k = 0; k <= fftSize / 4; ++k) {
    const double phase = -2 * pi * k / fftSize - pi / 2;
    twiddles.push_back(std::cos(phase));
    twiddles.push_back(std::sin(phase));
  }
  return twiddles;
}

/** The sample at `index` of a signal mirrored at its first and last sample, without end. */
std::size_t reflected(std::ptrdiff_t index, std::size_t samples) {
  if (samples == 1) return 0;
  const auto period = static_cast<std::ptrdiff_t>(2 * (samples - 1));
  const auto position = static_cast<std::size_t>((index % period + period) % period);
  return position < samples ? position : period - position;
}

/** One bad sample would spoil whole frames silently, so it is refused, as librosa does. */
void checkFinite(const float* signal, std::size_t samples) {
  std::uint32_t bad = 0;
  for (std::size_t i = 0; i < samples; ++i) {
    std::uint32_t bits;
    std::memcpy(&bits, signal + i, sizeof bits);
    bad |= (bits & 0x7f800000u) == 0x7f800000u;
  }
  if (!bad) return;
  const float* found =
      std::find_if(signal, signal + samples, [](float x) { return !std::isfinite(x); });
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
      twiddles_(scalars(splitTwiddles(options_.fftSize), options_.precision)),
      fft_(kernel_.fftBytes(options_.fftSize)) {
  auto window = hannWindow(options_.windowLength, options_.fftSize);
  for (double& value : window) value /= 2;
  window_ = scalars(window, options_.precision);
  kernel_.makeFft(fft_.get(), options_.fftSize);
}

std::size_t Stft::bytes() const {
  const std::size_t scalar = options_.precision == Precision::float64 ? 8 : 4;
  return kernel_.fftBytes(options_.fftSize) + options_.fftSize * scalar * 3 / 2;
}

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

/** Points into the signal where the frame lies inside it, else at a padded copy in `edge`. */
const float* Stft::frame(const float* signal, std::size_t samples, std::size_t index,
                         float* edge) const {
  const auto size = static_cast<std::ptrdiff_t>(options_.fftSize);
  const auto length = static_cast<std::ptrdiff_t>(samples);
  const auto start = static_cast<std::ptrdiff_t>(index * options_.hopLength) -
                     (options_.center ? size / 2 : 0);
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

void Stft::eachBlock(const float* signal, std::size_t samples, const Emit& emit) const {
  checkFinite(signal, samples);
  const auto lanes = kernel_.lanes;
  const auto size = options_.fftSize;
  const auto total = frames(samples);
  const AlignedMemory scratch(kernel_.scratchBytes(size));
  std::vector<float> edges(lanes * size);
  const float* pointers[maxLanes];
  const BlockPlan plan{size, window_.get(), twiddles_.get(), fft_.get()};
  for (std::size_t first = 0; first < total; first += lanes) {
    const auto count = std::min(lanes, total - first);
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      // Spare lanes of the last block repeat a frame; their results are not stored.
      pointers[lane] = lane < count
                           ? frame(signal, samples, first + lane, edges.data() + lane * size)
                           : pointers[0];
    }
    emit(plan, Block{pointers, count, scratch.get()}, first);
  }
}

void Stft::transform(const float* signal, std::size_t samples, float* real, float* imag) const {
  const auto stride = frames(samples);
  eachBlock(signal, samples, [&](const BlockPlan& plan, const Block& block, std::size_t first) {
    kernel_.stft(plan, block, real + first, imag + first, stride);
  });
}

void Stft::spectrogram(const float* signal, std::size_t samples, int power, float* out) const {
  checkPower(power);
  const auto stride = frames(samples);
  eachBlock(signal, samples, [&](const BlockPlan& plan, const Block& block, std::size_t first) {
    kernel_.spectrogram(plan, block, power, out + first, stride);
  });
}

}  // namespace consonance
