// Fourier transforms of many signals side by side: a complex number holds a vector of each part.
// Included in the namespace of an instruction set.
#pragma once

struct Complex {
  Vector re, im;
};

inline Complex operator+(const Complex& a, const Complex& b) { return {a.re + b.re, a.im + b.im}; }
inline Complex operator-(const Complex& a, const Complex& b) { return {a.re - b.re, a.im - b.im}; }
inline Complex operator*(const Complex& a, float b) { return {a.re * b, a.im * b}; }
/** Times the imaginary unit. */
inline Complex turned(const Complex& a) { return {-a.im, a.re}; }

struct Root {
  float re, im;
};

inline Complex operator*(const Complex& a, const Root& b) {
  return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}

/** e^(2 pi i numerator / denominator) */
inline Root rootOfUnity(std::size_t numerator, std::size_t denominator) {
  const double angle = 2 * M_PI * static_cast<double>(numerator % denominator) / denominator;
  return {static_cast<float>(std::cos(angle)), static_cast<float>(std::sin(angle))};
}

/** The smallest even length of at least `least` whose half has no other factors than 2 and 5. */
inline std::size_t fastLength(std::size_t least) {
  for (std::size_t half = (least + 1) / 2;; half++) {
    std::size_t rest = half;
    while (rest % 2 == 0) rest /= 2;
    while (rest % 5 == 0) rest /= 5;
    if (rest == 1) return 2 * half;
  }
}

/** From the spectrum of a real signal back to it, times its length. */
class InverseRealTransform {
 public:
  /** @param length of `fastLength` */
  explicit InverseRealTransform(std::size_t length) : half_(length / 2) {
    for (std::size_t k = 0; k < half_; k++) turns_.push_back(rootOfUnity(k, length));
    for (std::size_t size = half_; size > 1;) {
      const std::size_t radix = size % 4 == 0 ? 4 : size % 5 == 0 ? 5 : 2;
      steps_.push_back({radix, size / radix, roots_.size()});
      for (std::size_t p = 0; p < size / radix; p++) {
        for (std::size_t k = 1; k < radix; k++) roots_.push_back(rootOfUnity(p * k, size));
      }
      size /= radix;
    }
  }

  std::size_t half() const { return half_; }

  /**
   * @param spectrum half + 1 numbers. @param a @param b room for half numbers each
   * @return one of the two: sample 2 n in the real part of number n, sample 2 n + 1 in the imaginary part
   */
  const Complex* run(const Complex* spectrum, Complex* a, Complex* b) const {
    for (std::size_t k = 0; k < half_; k++) {
      const Complex mirror{spectrum[half_ - k].re, -spectrum[half_ - k].im};
      a[k] = spectrum[k] + mirror + turned((spectrum[k] - mirror) * turns_[k]);
    }
    std::size_t stride = 1;
    for (const auto& [radix, count, roots] : steps_) {
      if (radix == 4) step<4>(a, b, count, stride, &roots_[roots]);
      if (radix == 5) step<5>(a, b, count, stride, &roots_[roots]);
      if (radix == 2) step<2>(a, b, count, stride, &roots_[roots]);
      stride *= radix;
      std::swap(a, b);
    }
    return a;
  }

 private:
  struct Step {
    std::size_t radix, count, roots;
  };

  /** One pass of Stockham's algorithm, which needs no bit reversal. */
  template <std::size_t radix>
  static void step(const Complex* from, Complex* to, std::size_t count, std::size_t stride,
                   const Root* roots) {
    for (std::size_t p = 0; p < count; p++, roots += radix - 1) {
      for (std::size_t q = 0; q < stride; q++) {
        Complex x[radix];
        for (std::size_t j = 0; j < radix; j++) x[j] = from[q + stride * (p + count * j)];
        butterfly(x);
        Complex* out = to + q + stride * radix * p;
        out[0] = x[0];
        for (std::size_t k = 1; k < radix; k++) out[stride * k] = x[k] * roots[k - 1];
      }
    }
  }

  static void butterfly(Complex (&x)[2]) {
    const Complex sum = x[0] + x[1];
    x[1] = x[0] - x[1];
    x[0] = sum;
  }

  static void butterfly(Complex (&x)[4]) {
    const Complex a = x[0] + x[2], b = x[0] - x[2], c = x[1] + x[3], d = turned(x[1] - x[3]);
    x[0] = a + c;
    x[1] = b + d;
    x[2] = a - c;
    x[3] = b - d;
  }

  static void butterfly(Complex (&x)[5]) {
    constexpr float c1 = 0.309016994374947f, c2 = -0.809016994374947f;
    constexpr float s1 = 0.951056516295154f, s2 = 0.587785252292473f;
    const Complex a = x[1] + x[4], b = x[2] + x[3];
    const Complex c = turned((x[1] - x[4]) * s1 + (x[2] - x[3]) * s2);
    const Complex d = turned((x[1] - x[4]) * s2 - (x[2] - x[3]) * s1);
    const Complex e = x[0] + a * c1 + b * c2, f = x[0] + a * c2 + b * c1;
    x[0] = x[0] + a + b;
    x[1] = e + c;
    x[2] = f + d;
    x[3] = f - d;
    x[4] = e - c;
  }

  std::size_t half_;
  std::vector<Root> turns_, roots_;
  std::vector<Step> steps_;
};
