// Compiled once for each instruction set; LANES_ISA names it, LANES is the width of its vectors.
#include "filter_bank.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include "../../dsp-native/core/parallel.hpp"

namespace consonance {
namespace LANES_ISA {
namespace {

constexpr std::size_t lanes = LANES;
typedef float Vector __attribute__((vector_size(LANES * sizeof(float))));
typedef float LooseVector
    __attribute__((vector_size(LANES * sizeof(float)), aligned(sizeof(float)), may_alias));

#include "fourier.hpp"

/** Places on the mel axis whose products are kept in registers, and whose spectra are kept in the cache. */
constexpr std::size_t placesAtOnce = 5;
constexpr std::size_t placesCached = 15;
constexpr std::size_t bandsAtOnce = 4 * lanes;

class LanesBank final : public FilterBank {
 public:
  LanesBank(const BankShape& shape, const float* kernel)
      : shape_(shape),
        length_(fastLength(shape.frames + shape.kernelFrames - 1)),
        bins_(length_ / 2 + 1),
        places_((shape.bands - shape.kernelBands) / shape.bandStride + 1),
        blocks_((shape.filters + lanes - 1) / lanes),
        inverse_(length_) {
    for (std::size_t i = 0; i < length_; i++) roots_.push_back(rootOfUnity(i, length_));
    transformKernel(kernel);
  }

  void apply(const float* images, std::size_t count, float* output,
             std::size_t threads) const override {
    const std::size_t parts = std::clamp(count, std::size_t{1}, threads);
    const auto first = [&](std::size_t part) { return count * part / parts; };
    std::vector<Room> rooms;
    for (std::size_t part = 0; part < parts; part++) {
      rooms.emplace_back(first(part + 1) - first(part), bins_ * shape_.bands, bins_, length_);
    }
    inParallel(parts, [&](std::size_t part) {
      applyTo(images + first(part) * shape_.frames * shape_.bands, first(part + 1) - first(part),
              output + first(part) * shape_.frames * shape_.filters, rooms[part]);
    });
  }

 private:
  /** What one thread writes on its way. */
  struct Room {
    Room(std::size_t count, std::size_t imageSize, std::size_t bins, std::size_t length)
        : real(count * imageSize), imaginary(count * imageSize), spectra(placesCached * bins), a(bins),
          b(bins), largest(length) {}
    std::vector<float> real, imaginary;
    std::vector<Complex> spectra, a, b;
    std::vector<Vector> largest;
  };

  void applyTo(const float* images, std::size_t count, float* output, Room& room) const {
    auto& [real, imaginary, spectra, a, b, largest] = room;
    const std::size_t imageSize = bins_ * shape_.bands;
    for (std::size_t i = 0; i < count; i++) {
      transformImage(images + i * shape_.frames * shape_.bands, &real[i * imageSize],
                     &imaginary[i * imageSize]);
    }
    for (std::size_t block = 0; block < blocks_; block++) {
      for (std::size_t i = 0; i < count; i++) {
        std::fill(largest.begin(), largest.end(), Vector{} - INFINITY);
        for (std::size_t place = 0; place < places_; place += placesCached) {
          const std::size_t end = std::min(place + placesCached, places_);
          multiply(&real[i * imageSize], &imaginary[i * imageSize], block, place, spectra.data());
          for (std::size_t k = 0; k < end - place; k++) {
            keepLargest(inverse_.run(&spectra[k * bins_], a.data(), b.data()), largest.data());
          }
        }
        put(largest.data(), block, output + i * shape_.frames * shape_.filters);
      }
    }
  }

  /** kernel_: blocks x bins x kernelBands, the conjugate spectra of `lanes` filters. */
  void transformKernel(const float* kernel) {
    const auto [frames, bands, kernelFrames, kernelBands, filters, stride, before] = shape_;
    kernel_.assign(blocks_ * bins_ * kernelBands, Complex{});
    for (std::size_t bin = 0; bin < bins_; bin++) {
      for (std::size_t t = 0; t < kernelFrames; t++) {
        const Root root = roots_[bin * t % length_];
        for (std::size_t k = 0; k < kernelBands; k++) {
          const float* values = kernel + (t * kernelBands + k) * filters;
          for (std::size_t f = 0; f < filters; f++) {
            Complex& number = kernel_[(f / lanes * bins_ + bin) * kernelBands + k];
            number.re[f % lanes] += values[f] * root.re / length_;
            number.im[f % lanes] += values[f] * root.im / length_;
          }
        }
      }
    }
  }

  /** The spectra of all bands over time: bins x bands. */
  void transformImage(const float* image, float* real, float* imaginary) const {
    const std::size_t bands = shape_.bands;
    for (std::size_t bin = 0; bin < bins_; bin++, real += bands, imaginary += bands) {
      std::size_t band = 0;
      for (; band + bandsAtOnce <= bands; band += bandsAtOnce) {
        transformBands(image + band, bin, real + band, imaginary + band);
      }
      for (; band < bands; band++) {
        for (std::size_t t = 0; t < shape_.frames; t++) {
          const Root root = roots_[bin * (t + shape_.before) % length_];
          real[band] += image[t * bands + band] * root.re;
          imaginary[band] -= image[t * bands + band] * root.im;
        }
      }
    }
  }

  /** One bin of `bandsAtOnce` bands, in registers. */
  void transformBands(const float* image, std::size_t bin, float* real, float* imaginary) const {
    Complex sums[bandsAtOnce / lanes] = {};
    std::size_t turn = bin * shape_.before % length_;
    for (std::size_t t = 0; t < shape_.frames; t++, image += shape_.bands) {
      const Root root = roots_[turn];
      turn += bin;
      if (turn >= length_) turn -= length_;
      for (std::size_t i = 0; i < bandsAtOnce / lanes; i++) {
        const Vector values = *reinterpret_cast<const LooseVector*>(image + i * lanes);
        sums[i].re += values * root.re;
        sums[i].im -= values * root.im;
      }
    }
    for (std::size_t i = 0; i < bandsAtOnce / lanes; i++) {
      *reinterpret_cast<LooseVector*>(real + i * lanes) = sums[i].re;
      *reinterpret_cast<LooseVector*>(imaginary + i * lanes) = sums[i].im;
    }
  }

  /** The spectra of the answers at `placesCached` places: places x bins. Those behind the last place repeat it. */
  void multiply(const float* real, const float* imaginary, std::size_t block, std::size_t place,
                Complex* out) const {
    const std::size_t bands = shape_.kernelBands;
    for (std::size_t from = 0; from < placesCached && place + from < places_; from += placesAtOnce) {
      std::size_t offsets[placesAtOnce];
      for (std::size_t i = 0; i < placesAtOnce; i++) {
        offsets[i] = std::min(place + from + i, places_ - 1) * shape_.bandStride;
      }
      const Complex* weights = &kernel_[block * bins_ * bands];
      for (std::size_t bin = 0; bin < bins_; bin++, weights += bands) {
        const float* re = real + bin * shape_.bands;
        const float* im = imaginary + bin * shape_.bands;
        Complex sums[placesAtOnce] = {};
        for (std::size_t k = 0; k < bands; k++) {
          const Complex weight = weights[k];
          for (std::size_t i = 0; i < placesAtOnce; i++) {
            const float x = re[offsets[i] + k], y = im[offsets[i] + k];
            // Four fused multiplications: the sum of two products, added, would be six operations.
            sums[i].re += weight.re * x;
            sums[i].im += weight.im * x;
            sums[i].re -= weight.im * y;
            sums[i].im += weight.re * y;
          }
        }
        for (std::size_t i = 0; i < placesAtOnce; i++) out[(from + i) * bins_ + bin] = sums[i];
      }
    }
  }

  void keepLargest(const Complex* samples, Vector* largest) const {
    for (std::size_t t = 0; t < shape_.frames; t += 2, samples++) {
      largest[t] = samples->re > largest[t] ? samples->re : largest[t];
      largest[t + 1] = samples->im > largest[t + 1] ? samples->im : largest[t + 1];
    }
  }

  void put(const Vector* largest, std::size_t block, float* output) const {
    const std::size_t first = block * lanes;
    const std::size_t count = std::min(lanes, shape_.filters - first);
    for (std::size_t t = 0; t < shape_.frames; t++) {
      std::memcpy(output + t * shape_.filters + first, &largest[t], count * sizeof(float));
    }
  }

  BankShape shape_;
  std::size_t length_, bins_, places_, blocks_;
  InverseRealTransform inverse_;
  std::vector<Root> roots_;
  std::vector<Complex> kernel_;
};

}  // namespace

std::unique_ptr<FilterBank> makeFilterBank(const BankShape& shape, const float* kernel) {
  return std::make_unique<LanesBank>(shape, kernel);
}

}  // namespace LANES_ISA
}  // namespace consonance
