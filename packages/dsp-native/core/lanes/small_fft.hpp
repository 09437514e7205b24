// Fourier transforms of small sizes in one or two passes of butterflies that stay in registers.
#pragma once

typedef kiss_fft_cpx Complex;

ALWAYS_INLINE static Complex operator+(Complex a, Complex b) { return {a.r + b.r, a.i + b.i}; }
ALWAYS_INLINE static Complex operator-(Complex a, Complex b) { return {a.r - b.r, a.i - b.i}; }
ALWAYS_INLINE static Complex operator*(Complex a, Scalar b) { return {a.r * b, a.i * b}; }
/** a (re + i im) */
ALWAYS_INLINE static Complex rotated(Complex a, Scalar re, Scalar im) {
  return {a.r * re - a.i * im, a.r * im + a.i * re};
}
ALWAYS_INLINE static Complex timesMinusI(Complex a) { return {a.i, -a.r}; }

ALWAYS_INLINE static void butterfly2(Complex& a, Complex& b) {
  const Complex sum = a + b;
  b = a - b;
  a = sum;
}

ALWAYS_INLINE static void butterfly4(Complex& a, Complex& b, Complex& c, Complex& d) {
  const Complex s = a + c, t = a - c, u = b + d, v = timesMinusI(b - d);
  a = s + u;
  b = t + v;
  c = s - u;
  d = t - v;
}

/** In place and in natural order, forward, not normalised. */
template <int size>
struct Butterfly;

template <>
struct Butterfly<1> {
  ALWAYS_INLINE static void run(Complex*) {}
};

template <>
struct Butterfly<2> {
  ALWAYS_INLINE static void run(Complex* x) { butterfly2(x[0], x[1]); }
};

template <>
struct Butterfly<3> {
  ALWAYS_INLINE static void run(Complex* x) {
    const Scalar half = Scalar(0.5), sine = Scalar(0.86602540378443864676);
    const Complex sum = x[1] + x[2], turned = timesMinusI(x[1] - x[2]) * sine;
    const Complex middle = x[0] - sum * half;
    x[0] = x[0] + sum;
    x[1] = middle + turned;
    x[2] = middle - turned;
  }
};

template <>
struct Butterfly<4> {
  ALWAYS_INLINE static void run(Complex* x) { butterfly4(x[0], x[1], x[2], x[3]); }
};

template <>
struct Butterfly<5> {
  ALWAYS_INLINE static void run(Complex* x) {
    const Scalar c1 = Scalar(0.30901699437494742410), c2 = Scalar(-0.80901699437494742410);
    const Scalar s1 = Scalar(0.95105651629515357212), s2 = Scalar(0.58778525229247312917);
    const Complex a = x[1] + x[4], b = x[2] + x[3];
    const Complex c = timesMinusI(x[1] - x[4]), d = timesMinusI(x[2] - x[3]);
    const Complex p = x[0] + a * c1 + b * c2, q = x[0] + a * c2 + b * c1;
    const Complex u = c * s1 + d * s2, v = c * s2 - d * s1;
    x[0] = x[0] + a + b;
    x[1] = p + u;
    x[2] = q + v;
    x[3] = q - v;
    x[4] = p - u;
  }
};

template <>
struct Butterfly<8> {
  ALWAYS_INLINE static void run(Complex* x) {
    const Scalar root = Scalar(0.70710678118654752440);
    butterfly4(x[0], x[2], x[4], x[6]);
    butterfly4(x[1], x[3], x[5], x[7]);
    const Complex odd[4] = {
        x[1],
        Complex{x[3].r + x[3].i, x[3].i - x[3].r} * root,
        timesMinusI(x[5]),
        Complex{x[7].i - x[7].r, -x[7].i - x[7].r} * root,
    };
    const Complex even[4] = {x[0], x[2], x[4], x[6]};
#pragma GCC unroll 4
    for (int k = 0; k < 4; ++k) {
      x[k] = even[k] + odd[k];
      x[k + 4] = even[k] - odd[k];
    }
  }
};

template <>
struct Butterfly<16> {
  ALWAYS_INLINE static void run(Complex* x) {
    const Scalar c = Scalar(0.92387953251128675613), s = Scalar(0.38268343236508977173);
    const Scalar r = Scalar(0.70710678118654752440);
#pragma GCC unroll 4
    for (int j = 0; j < 4; ++j) butterfly4(x[j], x[j + 4], x[j + 8], x[j + 12]);
    x[5] = rotated(x[5], c, -s);
    x[6] = Complex{x[6].r + x[6].i, x[6].i - x[6].r} * r;
    x[7] = rotated(x[7], s, -c);
    x[9] = Complex{x[9].r + x[9].i, x[9].i - x[9].r} * r;
    x[10] = timesMinusI(x[10]);
    x[11] = Complex{x[11].i - x[11].r, -x[11].i - x[11].r} * r;
    x[13] = rotated(x[13], s, -c);
    x[14] = Complex{x[14].i - x[14].r, -x[14].i - x[14].r} * r;
    x[15] = rotated(x[15], -c, s);
#pragma GCC unroll 4
    for (int k = 0; k < 4; ++k) butterfly4(x[4 * k], x[4 * k + 1], x[4 * k + 2], x[4 * k + 3]);
    // Output k + 4m lies at 4k + m.
#pragma GCC unroll 4
    for (int k = 0; k < 4; ++k) {
#pragma GCC unroll 4
      for (int m = 0; m < k; ++m) {
        const Complex t = x[4 * k + m];
        x[4 * k + m] = x[4 * m + k];
        x[4 * m + k] = t;
      }
    }
  }
};

template <int size, typename Load, typename Store>
ALWAYS_INLINE static void pass(size_t count, Load load, Store store) {
  for (size_t i = 0; i < count; ++i) {
    Complex x[size];
#pragma GCC unroll 16
    for (int n = 0; n < size; ++n) x[n] = load(i, static_cast<size_t>(n));
    Butterfly<size>::run(x);
#pragma GCC unroll 16
    for (int k = 0; k < size; ++k) store(i, static_cast<size_t>(k), x[k]);
  }
}

template <typename Load, typename Store>
static inline void anyPass(size_t size, size_t count, Load load, Store store) {
  switch (size) {
    case 1: return pass<1>(count, load, store);
    case 2: return pass<2>(count, load, store);
    case 3: return pass<3>(count, load, store);
    case 4: return pass<4>(count, load, store);
    case 5: return pass<5>(count, load, store);
    case 8: return pass<8>(count, load, store);
    case 16: return pass<16>(count, load, store);
  }
}

/** A transform of first x second points; first is 1 where one pass does it. */
struct SmallFft {
  size_t first, second;
  Scalar* twiddles;  // (re, im) of exp(-2 pi i k q / (first second)) at [k second + q]
};

/** X[k] for all k by store(k, value), of the values that load(n) gives; temporary: as many values. */
template <typename Load, typename Store>
static inline void smallFft(const SmallFft& fft, Complex* temporary, Load load, Store store) {
  const size_t first = fft.first, second = fft.second;
  if (first == 1) {
    anyPass(second, 1, [&](size_t, size_t n) { return load(n); },
            [&](size_t, size_t k, Complex value) { store(k, value); });
    return;
  }
  const Scalar* twiddles = fft.twiddles;
  anyPass(first, second, [&](size_t q, size_t p) { return load(p * second + q); },
          [&](size_t q, size_t k, Complex value) {
            const size_t at = k * second + q;
            temporary[at] = k == 0 ? value : rotated(value, twiddles[2 * at], twiddles[2 * at + 1]);
          });
  anyPass(second, first, [&](size_t k, size_t q) { return temporary[k * second + q]; },
          [&](size_t k, size_t m, Complex value) { store(k + first * m, value); });
}
