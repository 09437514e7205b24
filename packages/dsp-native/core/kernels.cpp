#include "kernels.hpp"

#include "options.hpp"

namespace consonance {

#define DECLARE(isa)                                                 \
  extern const Kernel kernel_##isa##_float32, kernel_##isa##_float64; \
  extern const CompressionKernel compression_##isa
DECLARE(scalar);
#if defined(__x86_64__)
DECLARE(sse2);
DECLARE(avx2);
DECLARE(avx512);
#elif defined(__aarch64__)
DECLARE(neon);
#endif

namespace {

struct InstructionSet {
  const char* name;
  const Kernel& float32;
  const Kernel& float64;
  const CompressionKernel& compression;
};

std::vector<InstructionSet> available() {
  std::vector<InstructionSet> sets;
#define ADD(isa) sets.push_back({#isa, kernel_##isa##_float32, kernel_##isa##_float64, compression_##isa})
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f")) ADD(avx512);
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) ADD(avx2);
  ADD(sse2);
#elif defined(__aarch64__)
  ADD(neon);
#endif
  ADD(scalar);
  return sets;
}

/** The fastest one or the one of that name. */
InstructionSet select(const std::string& isa) {
  std::string names;
  for (const auto& set : available()) {
    if (isa.empty() || isa == set.name) return set;
    names += (names.empty() ? "" : ", ") + std::string(set.name);
  }
  throw InvalidArgument("one of " + names, "isa", isa);
}

}  // namespace

std::vector<std::string> instructionSets() {
  std::vector<std::string> names;
  for (const auto& set : available()) names.push_back(set.name);
  return names;
}

const Kernel& selectKernel(Precision precision, const std::string& isa) {
  const auto set = select(isa);
  return precision == Precision::float32 ? set.float32 : set.float64;
}

const CompressionKernel& selectCompression(const std::string& isa) {
  return select(isa).compression;
}

}  // namespace consonance
