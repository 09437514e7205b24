#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace consonance {

/** Takes values off the front of a fuzzer's input; zeros when it is used up. */
struct Input {
  const std::uint8_t* data;
  std::size_t size;

  template <typename Value>
  Value take() {
    Value value{};
    const auto bytes = std::min(size, sizeof value);
    std::memcpy(&value, data, bytes);
    data += bytes;
    size -= bytes;
    return value;
  }
};

}  // namespace consonance
