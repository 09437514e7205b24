#pragma once

#include <cstddef>
#include <vector>

namespace consonance {

/**
 * Periodic Hann window of `length` samples, 0.5 - 0.5 cos(2 pi i / length), centred in `fftSize`
 * samples with zeros around it (scipy.signal.get_window("hann", length, fftbins=True) followed by
 * librosa.util.pad_center). A window of one sample is 1.
 */
std::vector<double> hannWindow(std::size_t length, std::size_t fftSize);

}  // namespace consonance
