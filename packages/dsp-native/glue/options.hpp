#pragma once

#include <napi.h>

#include <string>

#include "../core/compression.hpp"
#include "../core/options.hpp"

namespace consonance {

/** A value as an error names it; runs no JavaScript. */
std::string shown(const Napi::Value& value);

/** Read the fields that are present; the core's resolved() checks ranges and adds defaults. */
StftOptions stftOptions(const Napi::Object& object);
MelOptions melOptions(const Napi::Object& object);
DecibelOptions decibelOptions(const Napi::Object& object, DecibelOptions options);
int powerOption(const Napi::Object& object);

/** undefined: 1 */
std::size_t threadsOption(const Napi::Value& value);

double gainOption(const Napi::Value& value);

/** The resolved options as a plain object. */
Napi::Object toObject(Napi::Env env, const MelOptions& options);

}  // namespace consonance
