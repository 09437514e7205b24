#pragma once

#include <cmath>
#include <cstddef>
#include <stdexcept>
#include <string>

#include "kernel.hpp"

namespace consonance {

/** An option or a signal that cannot be used; what() is the sentence shown to the caller. */
class InvalidArgument : public std::invalid_argument {
 public:
  using std::invalid_argument::invalid_argument;
  InvalidArgument(const std::string& expected, const std::string& name,
                  const std::string& received);
};

enum class PadMode { constant, reflect };
enum class MelScale { slaney, htk };
enum class MelNorm { slaney, none };

/** 0 or NAN stands for "not given"; resolved() puts the default there. */
struct StftOptions {
  std::size_t fftSize = 0;
  std::size_t hopLength = 0;     // default fftSize / 4
  std::size_t windowLength = 0;  // default fftSize
  bool center = true;
  PadMode padMode = PadMode::constant;
  Precision precision = Precision::float64;
};

struct MelOptions : StftOptions {
  double sampleRate = 0;  // Hz
  std::size_t melBands = 128;
  double fMin = 0;   // Hz
  double fMax = NAN;  // Hz, default sampleRate / 2
  MelScale melScale = MelScale::slaney;
  MelNorm melNorm = MelNorm::slaney;
  int power = 2;
};

/** Fills in the defaults that depend on other options and checks every range, once. */
StftOptions resolved(StftOptions options);
MelOptions resolved(MelOptions options);

/** Throws unless `power` is 1 (magnitude) or 2 (power). */
void checkPower(int power);

}  // namespace consonance
