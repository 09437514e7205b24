#include "filter_bank.hpp"

namespace consonance {

#if defined(__x86_64__)
namespace avx2 {
MakeFilterBank makeFilterBank;
}
#else
namespace neon {
MakeFilterBank makeFilterBank;
}
#endif

#if defined(__x86_64__)
bool isFast() { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }

std::unique_ptr<FilterBank> makeFilterBank(const BankShape& shape, const float* kernel) {
  return isFast() ? avx2::makeFilterBank(shape, kernel) : nullptr;
}
#else
bool isFast() { return true; }

std::unique_ptr<FilterBank> makeFilterBank(const BankShape& shape, const float* kernel) {
  return neon::makeFilterBank(shape, kernel);
}
#endif

}  // namespace consonance
