// What one core of this machine can do at most: prints JSON with the rates of fused multiply-adds (two operations each) in
// registers, in 10^9 a second, and of reading memory, in 10^9 bytes a second. Compiled for this machine.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <vector>

namespace {

#if defined(__AVX512F__)
constexpr std::size_t vectorBytes = 64;
#elif defined(__AVX2__)
constexpr std::size_t vectorBytes = 32;
#else
constexpr std::size_t vectorBytes = 16;
#endif

/** The best of several runs, in seconds. */
template <typename Work>
double seconds(Work work) {
  double least = 1e9;
  for (int run = 0; run < 15; ++run) {
    const auto start = std::chrono::steady_clock::now();
    work();
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
    least = std::min(least, taken.count());
  }
  return least;
}

template <typename Vector>
void keep(Vector& value) {
  asm volatile("" : "+x"(value));
}

template <typename Scalar>
double operations() {
  typedef Scalar Vector __attribute__((vector_size(vectorBytes)));
  constexpr int chains = 12, rounds = 400'000;
  constexpr std::size_t lanes = vectorBytes / sizeof(Scalar);
  Vector sums[chains] = {}, factor = Vector{} + Scalar(0.999), term = Vector{} + Scalar(1e-3);
  const double time = seconds([&] {
    keep(factor);
    for (int round = 0; round < rounds; ++round) {
#pragma GCC unroll 12
      for (auto& sum : sums) sum = sum * factor + term;
    }
    for (auto& sum : sums) keep(sum);
  });
  return 2.0 * chains * rounds * lanes / time / 1e9;
}

double bytes() {
  typedef long long Vector __attribute__((vector_size(vectorBytes)));
  std::vector<Vector> memory((std::size_t{256} << 20) / vectorBytes, Vector{} + 1);
  const double time = seconds([&] {
    Vector a{}, b{}, c{}, d{};
    for (std::size_t i = 0; i + 3 < memory.size(); i += 4) {
      a ^= memory[i];
      b ^= memory[i + 1];
      c ^= memory[i + 2];
      d ^= memory[i + 3];
    }
    a ^= b ^ c ^ d;
    keep(a);
  });
  return memory.size() * vectorBytes / time / 1e9;
}

}  // namespace

int main() {
  std::printf("{ \"float32\": %.1f, \"float64\": %.1f, \"bytes\": %.2f }\n", operations<float>(),
              operations<double>(), bytes());
}
