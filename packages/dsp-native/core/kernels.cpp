#include "kernels.hpp"

#include "options.hpp"

namespace consonance {

#define DECLARE(isa) extern const Kernel kernel_##isa##_float32, kernel_##isa##_float64
DECLARE(scalar);
#if defined(__x86_64__)
DECLARE(sse2);
DECLARE(avx2);
DECLARE(avx512);
#elif defined(__aarch64__)
DECLARE(neon);
#endif

namespace {

std::vector<const Kernel*> availableKernels(Precision precision) {
  std::vector<const Kernel*> kernels;
  const auto add = [&](const Kernel& single, const Kernel& twice) {
    kernels.push_back(precision == Precision::float32 ? &single : &twice);
  };
#define ADD(isa) add(kernel_##isa##_float32, kernel_##isa##_float64)
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f")) ADD(avx512);
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) ADD(avx2);
  ADD(sse2);
#elif defined(__aarch64__)
  ADD(neon);
#endif
  ADD(scalar);
  return kernels;
}

}  // namespace

std::vector<std::string> instructionSets() {
  std::vector<std::string> names;
  for (const Kernel* kernel : availableKernels(Precision::float32)) names.push_back(kernel->isa);
  return names;
}

const Kernel& selectKernel(Precision precision, const std::string& isa) {
  std::string names;
  for (const Kernel* kernel : availableKernels(precision)) {
    if (isa.empty() || isa == kernel->isa) return *kernel;
    names += (names.empty() ? "" : ", ") + std::string(kernel->isa);
  }
  throw InvalidArgument("one of " + names, "isa", isa);
}

}  // namespace consonance
