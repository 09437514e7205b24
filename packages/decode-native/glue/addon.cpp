// The binding: src/index.ts has checked sizes and allocated the output.
#include <napi.h>

#include "../core/mp3.hpp"

namespace {

Napi::Value countMp3Frames(const Napi::CallbackInfo& info) {
  const auto bytes = info[0].As<Napi::Uint8Array>();
  const auto frames = consonance::countMp3Frames(bytes.Data(), bytes.ByteLength(), SIZE_MAX);
  auto result = Napi::Object::New(info.Env());
  result.Set("frames", static_cast<double>(frames.count));
  result.Set("bytes", static_cast<double>(frames.bytes));
  return result;
}

Napi::Value decodeMp3(const Napi::CallbackInfo& info) {
  const auto bytes = info[0].As<Napi::Uint8Array>();
  const auto count = static_cast<std::size_t>(info[1].As<Napi::Number>().Int64Value());
  auto output = info[2].As<Napi::Float32Array>();
  const auto samples =
      consonance::decodeMp3(bytes.Data(), bytes.ByteLength(), count, output.Data());
  return Napi::Number::New(info.Env(), static_cast<double>(samples));
}

Napi::Object init(Napi::Env env, Napi::Object exports) {
  exports.Set("countMp3Frames", Napi::Function::New(env, countMp3Frames, "countMp3Frames"));
  exports.Set("decodeMp3", Napi::Function::New(env, decodeMp3, "decodeMp3"));
  return exports;
}

}  // namespace

NODE_API_MODULE(decode, init)
