#pragma once

#include <string>
#include <vector>

#include "kernel.hpp"

namespace consonance {

/** The most lanes of any kernel: 64 bytes of float. */
constexpr std::size_t maxLanes = 16;

/** The instruction sets that this processor can run, fastest first; the last is "scalar". */
std::vector<std::string> instructionSets();

/** The kernel of the fastest or of the named instruction set; throws if it cannot run here. */
const Kernel& selectKernel(Precision precision, const std::string& isa = "");
const CompressionKernel& selectCompression(const std::string& isa = "");

}  // namespace consonance
