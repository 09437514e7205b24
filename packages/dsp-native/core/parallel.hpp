#pragma once

#include <cstddef>
#include <functional>

namespace consonance {

/** Calls work(0) ... work(parts - 1), each on its own thread, the first on this one; work must not throw. */
void inParallel(std::size_t parts, const std::function<void(std::size_t)>& work);

}  // namespace consonance
