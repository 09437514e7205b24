// The binding. It checks everything, as what JavaScript says of a size can be wrong; arrays are taken last, since
// reading a property can run JavaScript, which can free their memory.
#include <napi.h>

#include <cmath>
#include <string>

#include "../core/filter_bank.hpp"

namespace {

constexpr std::size_t most = 1'000'000;

std::size_t integer(const Napi::Value& value, const std::string& name, std::size_t least = 1) {
  const double number = value.IsNumber() ? value.As<Napi::Number>().DoubleValue() : NAN;
  if (number >= least && number <= most && number == std::floor(number)) {
    return static_cast<std::size_t>(number);
  }
  const auto received = value.IsNumber() ? value.ToString().Utf8Value() : "no number";
  throw Napi::RangeError::New(value.Env(), "Expected an integer of " + std::to_string(least) + " to " +
                                               std::to_string(most) + " for " + name +
                                               " but received " + received);
}

float* floats(const Napi::Value& value, const std::string& name, std::size_t size) {
  if (!value.IsTypedArray() ||
      value.As<Napi::TypedArray>().TypedArrayType() != napi_float32_array) {
    throw Napi::TypeError::New(value.Env(), "Expected a Float32Array for " + name);
  }
  auto array = value.As<Napi::Float32Array>();
  if (array.ElementLength() != size) {
    throw Napi::RangeError::New(
        value.Env(), "Expected " + std::to_string(size) + " values for " + name + " but received " +
                         std::to_string(array.ElementLength()));
  }
  return array.Data();
}

consonance::BankShape bankShape(const Napi::Value& value) {
  if (!value.IsObject()) throw Napi::TypeError::New(value.Env(), "Expected an object for shape");
  const auto object = value.As<Napi::Object>();
  const auto size = [&](const char* name) { return integer(object.Get(name), name); };
  const consonance::BankShape shape{size("frames"),       size("bands"),
                                    size("kernelFrames"), size("kernelBands"),
                                    size("filters"),      size("bandStride"),
                                    integer(object.Get("before"), "before", 0)};
  if (shape.kernelBands > shape.bands || shape.before >= shape.kernelFrames) {
    throw Napi::RangeError::New(
        value.Env(), "Expected a kernel that fits the image but received " +
                         std::to_string(shape.kernelFrames) + " frames (" +
                         std::to_string(shape.before) + " before) x " +
                         std::to_string(shape.kernelBands) + " bands for " +
                         std::to_string(shape.bands) + " bands");
  }
  return shape;
}

class Bank : public Napi::ObjectWrap<Bank> {
 public:
  static Napi::Function define(Napi::Env env) {
    return DefineClass(env, "Bank", {InstanceMethod<&Bank::apply>("apply")});
  }

  /** (shape, kernel) */
  explicit Bank(const Napi::CallbackInfo& info)
      : Napi::ObjectWrap<Bank>(info), shape_(bankShape(info[0])) {
    const auto* kernel =
        floats(info[1], "kernel", shape_.kernelFrames * shape_.kernelBands * shape_.filters);
    bank_ = consonance::makeFilterBank(shape_, kernel);
    if (!bank_) throw Napi::Error::New(info.Env(), "No vector instructions");
  }

 private:
  /** (images, count, output, threads) */
  void apply(const Napi::CallbackInfo& info) {
    const auto count = integer(info[1], "count", 0);
    const auto threads = integer(info[3], "threads");
    const auto* images = floats(info[0], "images", count * shape_.frames * shape_.bands);
    bank_->apply(images, count, floats(info[2], "output", count * shape_.frames * shape_.filters),
                 threads);
  }

  const consonance::BankShape shape_;
  std::unique_ptr<consonance::FilterBank> bank_;
};

Napi::Object init(Napi::Env env, Napi::Object exports) {
  exports.Set("isFast", consonance::isFast());
  exports.Set("Bank", Bank::define(env));
  return exports;
}

}  // namespace

NODE_API_MODULE(convolve, init)
