#include "mel.hpp"

namespace consonance {

MelExtractor::MelExtractor(const MelOptions& options, const std::string& isa)
    : options_(resolved(options)),
      stft_(options_, isa),
      filterbank_(options_),
      weights_(scalars(filterbank_.weights(), options_.precision)) {}

void MelExtractor::compute(const float* signal, std::size_t samples, float* out,
                           std::size_t threads) const {
  const auto stride = frames(samples);
  const auto filters = filterbank_.view(weights_.get());
  stft_.eachBlock(signal, samples, options_.melBands, threads,
                  [&](const Block& block, std::size_t first) {
                    stft_.kernel().mel(stft_.plan(), block, options_.power, filters, out + first,
                                       stride);
                  });
}

}  // namespace consonance
