// The arithmetic type of one kernel: LANES values of type SCALAR, one frame in each.
#pragma once

#define ALWAYS_INLINE __attribute__((always_inline)) inline

typedef SCALAR Scalar;
#if LANES == 1
typedef Scalar Vector;
typedef float Floats;
#define CONVERT(value, Type) static_cast<Type>(value)
#else
typedef Scalar Vector __attribute__((vector_size(sizeof(Scalar) * LANES)));
typedef float Floats __attribute__((vector_size(sizeof(float) * LANES)));
#define CONVERT(value, Type) __builtin_convertvector(value, Type)
#endif

struct Lanes {
  Vector v;

  Lanes() = default;
  explicit Lanes(double value) : v(Vector{} + static_cast<Scalar>(value)) {}
  static Lanes of(Vector vector) {
    Lanes lanes;
    lanes.v = vector;
    return lanes;
  }
};

ALWAYS_INLINE static Lanes operator+(Lanes a, Lanes b) { return Lanes::of(a.v + b.v); }
ALWAYS_INLINE static Lanes operator-(Lanes a, Lanes b) { return Lanes::of(a.v - b.v); }
ALWAYS_INLINE static Lanes operator*(Lanes a, Lanes b) { return Lanes::of(a.v * b.v); }
ALWAYS_INLINE static Lanes operator*(Lanes a, Scalar b) { return Lanes::of(a.v * b); }
ALWAYS_INLINE static Lanes operator-(Lanes a) { return Lanes::of(-a.v); }
ALWAYS_INLINE static Lanes& operator+=(Lanes& a, Lanes b) { return a = a + b; }
ALWAYS_INLINE static Lanes& operator-=(Lanes& a, Lanes b) { return a = a - b; }
ALWAYS_INLINE static Lanes& operator*=(Lanes& a, Lanes b) { return a = a * b; }

ALWAYS_INLINE static Lanes load(const float* from) {
  Floats floats;
  memcpy(&floats, from, sizeof floats);
  return Lanes::of(CONVERT(floats, Vector));
}

ALWAYS_INLINE static void store(float* out, Lanes value, size_t count) {
  const Floats floats = CONVERT(value.v, Floats);
  if (count == LANES) {
    memcpy(out, &floats, sizeof floats);
  } else {
    memcpy(out, &floats, count * sizeof(float));
  }
}

ALWAYS_INLINE static Lanes squareRoot(Lanes value) {
  Scalar lane[LANES];
  memcpy(lane, &value, sizeof value);
  for (int i = 0; i < LANES; ++i) lane[i] = static_cast<Scalar>(__builtin_sqrt(lane[i]));
  memcpy(&value, lane, sizeof value);
  return value;
}
