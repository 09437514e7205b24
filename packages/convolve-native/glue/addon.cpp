// The binding: src/index.ts has checked the sizes and allocated the output.
#include <napi.h>

#include "../core/filter_bank.hpp"

namespace {

class Bank : public Napi::ObjectWrap<Bank> {
 public:
  static Napi::Function define(Napi::Env env) {
    return DefineClass(env, "Bank", {InstanceMethod<&Bank::apply>("apply")});
  }

  /** (shape, kernel) */
  explicit Bank(const Napi::CallbackInfo& info) : Napi::ObjectWrap<Bank>(info) {
    const auto shape = info[0].As<Napi::Object>();
    const auto size = [&](const char* name) -> std::size_t {
      return shape.Get(name).As<Napi::Number>().Uint32Value();
    };
    bank_ = consonance::makeFilterBank(
        {size("frames"), size("bands"), size("kernelFrames"), size("kernelBands"), size("filters"),
         size("bandStride"), size("before")},
        info[1].As<Napi::Float32Array>().Data());
    if (!bank_) throw Napi::Error::New(info.Env(), "No vector instructions");
  }

 private:
  /** (images, count, output) */
  void apply(const Napi::CallbackInfo& info) {
    auto output = info[2].As<Napi::Float32Array>();
    bank_->apply(info[0].As<Napi::Float32Array>().Data(), info[1].As<Napi::Number>().Uint32Value(),
                 output.Data());
  }

  std::unique_ptr<consonance::FilterBank> bank_;
};

Napi::Object init(Napi::Env env, Napi::Object exports) {
  exports.Set("isFast", consonance::isFast());
  exports.Set("Bank", Bank::define(env));
  return exports;
}

}  // namespace

NODE_API_MODULE(convolve, init)
