#include "parallel.hpp"

#include <system_error>
#include <thread>
#include <vector>

namespace consonance {

void inParallel(std::size_t parts, const std::function<void(std::size_t)>& work) {
  std::vector<std::thread> threads;
  threads.reserve(parts);
  std::size_t started = 1;
  try {
    for (; started < parts; ++started) threads.emplace_back(work, started);
  } catch (const std::system_error&) {
    // The system has no more threads: this one does the rest.
  }
  work(0);
  for (std::size_t part = started; part < parts; ++part) work(part);
  for (auto& thread : threads) thread.join();
}

}  // namespace consonance
