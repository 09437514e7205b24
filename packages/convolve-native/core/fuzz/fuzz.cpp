// libFuzzer target of the filter banks: banks of any shape that src/index.ts lets through, over any floats. A finding is a
// report of the sanitizers, or an answer that differs from the plain sum of products.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "../../../dsp-native/core/fuzz/input.hpp"
#include "../filter_bank.hpp"

using namespace consonance;

namespace {

/** Of the plain sums, and of the images' transforms: inputs stay quick. */
constexpr std::size_t mostProducts = std::size_t{1} << 18;
constexpr std::size_t mostTransformed = std::size_t{1} << 21;

/** 1 to `most` */
std::size_t takeSize(Input& input, std::size_t most) { return 1 + input.take<std::uint16_t>() % most; }

/** By default a byte each, so that little input makes much signal. */
std::vector<float> takeValues(Input& input, std::size_t count, bool areAny) {
  std::vector<float> values(count);
  for (float& value : values) value = areAny ? input.take<float>() : input.take<std::int8_t>() / 64.0f;
  return values;
}

float plainAnswer(const BankShape& shape, const float* kernel, const float* image, std::size_t frame,
                  std::size_t filter) {
  double largest = -INFINITY;
  for (std::size_t band = 0; band + shape.kernelBands <= shape.bands; band += shape.bandStride) {
    double sum = 0;
    for (std::size_t t = 0; t < shape.kernelFrames; t++) {
      const std::size_t at = frame + t - shape.before;  // Before the first frame it wraps to more than any.
      if (at >= shape.frames) continue;
      for (std::size_t k = 0; k < shape.kernelBands; k++) {
        sum += double{kernel[(t * shape.kernelBands + k) * shape.filters + filter]} *
               image[at * shape.bands + band + k];
      }
    }
    largest = std::max(largest, sum);
  }
  return static_cast<float>(largest);
}

void run(Input input) {
  BankShape shape;
  shape.frames = takeSize(input, 300);
  shape.bands = takeSize(input, 130);
  shape.kernelFrames = takeSize(input, 140);
  shape.kernelBands = takeSize(input, shape.bands);
  shape.filters = takeSize(input, 40);
  shape.bandStride = takeSize(input, 2 * shape.bands);
  shape.before = takeSize(input, shape.kernelFrames) - 1;
  const std::size_t count = takeSize(input, 3);
  const std::size_t threads = takeSize(input, 3);
  const bool areAny = input.take<std::uint8_t>() & 1;
  const std::size_t kernelSize = shape.kernelFrames * shape.kernelBands * shape.filters;
  const std::size_t places = (shape.bands - shape.kernelBands) / shape.bandStride + 1;
  const std::size_t length = shape.frames + shape.kernelFrames;
  if (kernelSize * places * shape.frames > mostProducts) return;
  if (count * shape.bands * shape.frames * length > mostTransformed) return;

  const auto kernel = takeValues(input, kernelSize, areAny);
  const auto images = takeValues(input, count * shape.frames * shape.bands, areAny);
  // Exactly as large as needed, so that one value too many is an error of the address sanitizer.
  std::vector<float> output(count * shape.frames * shape.filters, NAN);
  makeFilterBank(shape, kernel.data())->apply(images.data(), count, output.data(), threads);
  if (areAny) return;

  const float tolerance = 1e-3f * static_cast<float>(shape.kernelFrames * shape.kernelBands);
  for (std::size_t i = 0; i < output.size(); i++) {
    const std::size_t image = i / (shape.frames * shape.filters);
    const float* values = &images[image * shape.frames * shape.bands];
    const std::size_t frame = i / shape.filters % shape.frames;
    const float plain = plainAnswer(shape, kernel.data(), values, frame, i % shape.filters);
    if (!(std::fabs(output[i] - plain) < tolerance)) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  run({data, size});
  return 0;
}
