// The binding. It checks everything, as what JavaScript says of a size can be wrong.
#include <napi.h>

#include <cmath>

#include "../core/mp3.hpp"

namespace {

constexpr double mostSamples = 1152;  // of a frame

/** Bytes that no other thread can change while they are decoded. */
Napi::Uint8Array bytesOf(const Napi::Value& value) {
  if (!value.IsTypedArray() ||
      value.As<Napi::TypedArray>().TypedArrayType() != napi_uint8_array ||
      !value.As<Napi::TypedArray>().ArrayBuffer().IsArrayBuffer()) {
    throw Napi::TypeError::New(value.Env(), "Expected a Uint8Array in an ArrayBuffer for bytes");
  }
  return value.As<Napi::Uint8Array>();
}

Napi::Value countMp3Frames(const Napi::CallbackInfo& info) {
  const auto bytes = bytesOf(info[0]);
  const auto frames = consonance::countMp3Frames(bytes.Data(), bytes.ByteLength(), SIZE_MAX);
  auto result = Napi::Object::New(info.Env());
  result.Set("frames", static_cast<double>(frames.count));
  result.Set("bytes", static_cast<double>(frames.bytes));
  return result;
}

/** (bytes, frames, output) */
Napi::Value decodeMp3(const Napi::CallbackInfo& info) {
  const auto bytes = bytesOf(info[0]);
  if (!info[2].IsTypedArray() ||
      info[2].As<Napi::TypedArray>().TypedArrayType() != napi_float32_array) {
    throw Napi::TypeError::New(info.Env(), "Expected a Float32Array for output");
  }
  auto output = info[2].As<Napi::Float32Array>();
  const double frames = info[1].IsNumber() ? info[1].As<Napi::Number>().DoubleValue() : NAN;
  if (!(frames >= 0 && frames == std::floor(frames) &&
        frames * mostSamples <= static_cast<double>(output.ElementLength()))) {
    throw Napi::RangeError::New(info.Env(), "Expected an integer of at least 0 for frames");
  }
  const auto samples = consonance::decodeMp3(bytes.Data(), bytes.ByteLength(),
                                             static_cast<std::size_t>(frames), output.Data());
  return Napi::Number::New(info.Env(), static_cast<double>(samples));
}

Napi::Object init(Napi::Env env, Napi::Object exports) {
  exports.Set("countMp3Frames", Napi::Function::New(env, countMp3Frames, "countMp3Frames"));
  exports.Set("decodeMp3", Napi::Function::New(env, decodeMp3, "decodeMp3"));
  return exports;
}

}  // namespace

NODE_API_MODULE(decode, init)
