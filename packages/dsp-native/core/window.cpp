#include "window.hpp"

#include <cmath>

namespace consonance {

std::vector<double> hannWindow(std::size_t length, std::size_t fftSize) {
  const double pi = 3.14159265358979323846;
  std::vector<double> window(fftSize, 0.0);
  const std::size_t start = (fftSize - length) / 2;
  for (std::size_t i = 0; i < length; ++i) {
    window[start + i] = length == 1 ? 1.0 : 0.5 - 0.5 * std::cos(2 * pi * i / length);
  }
  return window;
}

}  // namespace consonance
