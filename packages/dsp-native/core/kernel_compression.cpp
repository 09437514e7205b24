// Logarithms in vector lanes, compiled once per instruction set. As in kernel_lanes.cpp everything
// lives in a namespace of the instruction set and no C++ library is used.
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "kernel.hpp"

#define PASTE_NOW(a, b) a##b
#define PASTE(a, b) PASTE_NOW(a, b)

namespace consonance {
namespace LANES_NAMESPACE {

#include "lanes/vector.hpp"

#if LANES == 1
typedef uint64_t Bits;
#else
typedef uint64_t Bits __attribute__((vector_size(8 * LANES)));
#endif

/**
 * ln u within 1e-10, as the logarithm of a power of two and 2 artanh((m - 1) / (m + 1)) for a rest m
 * between sqrt(1/2) and sqrt(2). Zero, infinity, NaN and negative numbers give what log gives.
 */
ALWAYS_INLINE static Vector logarithm(Vector u) {
  const uint64_t one = 0x3ff0000000000000u, rootHalf = 0x3fe6a09e667f3bcdu;
  Bits bits;
  memcpy(&bits, &u, sizeof bits);
  const Bits exponent = (bits + (one - rootHalf)) >> 52;  // biased by 1023
  const Bits rest = bits - ((exponent - 1023) << 52);
  // The bits of 2^52 + n hold the integer n.
  const Bits large = exponent | 0x4330000000000000u;
  Vector m, power;
  memcpy(&m, &rest, sizeof m);
  memcpy(&power, &large, sizeof power);
  power = power - (4503599627370496.0 + 1023);
  const Vector s = (m - 1) / (m + 1), t = s * s;
  const Vector series =
      ((((t * (1.0 / 11) + 1.0 / 9) * t + 1.0 / 7) * t + 1.0 / 5) * t + 1.0 / 3) * t + 1;
  const Vector result = power * 0.69314718055994530942 + 2 * s * series;
  const Vector finite = u < Vector{} + INFINITY ? result : u;
  const Vector positive = u == Vector{} ? Vector{} - INFINITY : finite;
  return u < Vector{} ? Vector{} + NAN : positive;
}

/** Calls visit(LANES values, how many of them count, where they lie) until all are visited. */
template <typename Visit>
ALWAYS_INLINE static void each(const float* in, size_t size, Visit visit) {
  size_t i = 0;
  for (; i + LANES <= size; i += LANES) visit(load(in + i).v, LANES, i);
  if (i == size) return;
  float rest[LANES] = {};
  memcpy(rest, in + i, (size - i) * sizeof(float));
  visit(load(rest).v, size - i, i);
}

ALWAYS_INLINE static Vector absolute(Vector x) { return x < Vector{} ? -x : x; }

static float largest(const float* in, size_t size, bool isAmplitude, float least) {
  Vector most = Vector{} + static_cast<Scalar>(least);
  each(in, size, [&](Vector value, size_t, size_t) {
    const Vector x = isAmplitude ? absolute(value) : value;
    most = x > most ? x : most;
  });
  float lanes[LANES];
  store(lanes, Lanes::of(most), LANES);
  for (float lane : lanes) least = lane > least ? lane : least;
  return least;
}

static double naturalLogarithm(double x) {
  const Vector result = logarithm(Vector{} + x);
  double first;
  memcpy(&first, &result, sizeof first);
  return first;
}

static void decibels(const float* in, size_t size, const DecibelScale& scale, float* out) {
  const Vector least = Vector{} + scale.minimum, floor = Vector{} + scale.floor;
  each(in, size, [&](Vector value, size_t count, size_t at) {
    const Vector x = scale.isAmplitude ? absolute(value) : value;
    const Vector result = (logarithm(x < least ? least : x) - scale.zero) * scale.factor;
    store(out + at, Lanes::of(result < floor ? floor : result), count);
  });
}

static void logCompress(const float* in, size_t size, double gain, float* out) {
  each(in, size, [&](Vector x, size_t count, size_t at) {
    const Vector y = x * gain, u = y + 1;
    const Vector lost = y - (u - 1);  // what rounding took from small values; NaN if u is infinite
    const Vector result = logarithm(u);
    store(out + at, Lanes::of(u < Vector{} + INFINITY ? result + lost : result), count);
  });
}

}  // namespace LANES_NAMESPACE

extern const CompressionKernel PASTE(compression_, LANES_NAMESPACE);
const CompressionKernel PASTE(compression_, LANES_NAMESPACE) = {
    LANES_NAMESPACE::largest,
    LANES_NAMESPACE::naturalLogarithm,
    LANES_NAMESPACE::decibels,
    LANES_NAMESPACE::logCompress,
};

}  // namespace consonance
