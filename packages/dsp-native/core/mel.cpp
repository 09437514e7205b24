#include "mel.hpp"

namespace consonance {

MelExtractor::MelExtractor(const MelOptions& options, const std::string& isa)
    : options_(resolved(options)),
      stft_(options_, isa),
      filterbank_(options_),
      weights_(scalars(filterbank_.weights(), options_.precision)) {}

void MelExtractor::compute(const float* signal, std::size_t samples, float* out) const {
  const auto stride = frames(samples);
  const auto filters = filterbank_.view(weights_.get());
  stft_.eachBlock(
      signal, samples, [&](const BlockPlan& plan, const Block& block, std::size_t first) {
        stft_.kernel().mel(plan, block, options_.power, filters, out + first, stride);
      });
}

}  // namespace consonance
