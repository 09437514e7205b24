// The binding: reads arguments, calls the core, turns its exceptions into JavaScript errors.
// Outputs are allocated in JavaScript, where a size that is too large is a RangeError
// instead of the end of the process. Nothing here is process-wide, so worker threads are fine.
//
// Reading an option can run JavaScript (a getter), which can free any array's memory; a Float32Array
// here holds the pointer of the moment when it was taken. So options are read first, arrays last.
#include <napi.h>

#include <memory>
#include <string>
#include <vector>

#include "../core/mel.hpp"
#include "options.hpp"

namespace consonance {
namespace {

Napi::Error argumentError(Napi::Env env, const std::string& message) {
  auto error = Napi::Error::New(env, message);
  error.Set("code", Napi::String::New(env, "INVALID_ARGUMENT"));
  return error;
}

template <typename Work>
auto guarded(Napi::Env env, Work work) {
  try {
    return work();
  } catch (const InvalidArgument& error) {
    throw argumentError(env, error.what());
  }
}

Napi::Float32Array floats(const Napi::Value& value, const char* name) {
  if (!value.IsTypedArray() ||
      value.As<Napi::TypedArray>().TypedArrayType() != napi_float32_array) {
    throw InvalidArgument("a Float32Array", name, shown(value));
  }
  return value.As<Napi::Float32Array>();
}

/** An output array made by our own JavaScript; a wrong size would write past its end. */
float* output(const Napi::Value& value, std::size_t size) {
  auto array = floats(value, "output");
  if (array.ElementLength() != size) {
    throw InvalidArgument(std::to_string(size) + " values", "output",
                          std::to_string(array.ElementLength()));
  }
  return array.Data();
}

std::string isaFrom(const Napi::Value& isa) {
  if (isa.IsUndefined()) return "";
  if (!isa.IsString()) throw InvalidArgument("a string", "isa", shown(isa));
  return isa.As<Napi::String>().Utf8Value();
}

Napi::Number number(Napi::Env env, std::size_t value) {
  return Napi::Number::New(env, static_cast<double>(value));
}

Napi::Object object(const Napi::Value& value) {
  if (!value.IsObject()) throw InvalidArgument("an object", "options", shown(value));
  return value.As<Napi::Object>();
}

/**
 * Holds a plan. V8 sees only the small object around it, so it is told how much memory there is;
 * and it runs finalizers only between tasks, so short-lived plans are released by hand.
 */
template <typename Core>
class Plan {
 public:
  void hold(Napi::Env env, std::shared_ptr<const Core> core) {
    core_ = std::move(core);
    Napi::MemoryManagement::AdjustExternalMemory(env, static_cast<int64_t>(core_->bytes()));
  }

  void release(Napi::BasicEnv env) {
    if (!core_) return;
    Napi::MemoryManagement::AdjustExternalMemory(env, -static_cast<int64_t>(core_->bytes()));
    core_.reset();
  }

  const std::shared_ptr<const Core>& get() const {
    if (!core_) throw InvalidArgument("a plan that is not released", "this", "a released one");
    return core_;
  }

  const Core* operator->() const { return get().get(); }

 private:
  std::shared_ptr<const Core> core_;
};

class Stft : public Napi::ObjectWrap<Stft> {
 public:
  static Napi::Function define(Napi::Env env) {
    return DefineClass(env, "Stft",
                       {
                           InstanceMethod<&Stft::bins>("bins"),
                           InstanceMethod<&Stft::frames>("frames"),
                           InstanceMethod<&Stft::transform>("transform"),
                           InstanceMethod<&Stft::spectrogram>("spectrogram"),
                           InstanceMethod<&Stft::release>("release"),
                       });
  }

  /** new Stft(options, isa?) */
  explicit Stft(const Napi::CallbackInfo& info) : ObjectWrap(info) {
    guarded(info.Env(), [&] {
      core_.hold(info.Env(), std::make_shared<const consonance::Stft>(
                                 stftOptions(object(info[0])), isaFrom(info[1])));
    });
  }

  void Finalize(Napi::BasicEnv env) override { core_.release(env); }

 private:
  Napi::Value bins(const Napi::CallbackInfo& info) {
    return guarded(info.Env(), [&] { return number(info.Env(), core_->bins()); });
  }

  /** frames(signal) */
  Napi::Value frames(const Napi::CallbackInfo& info) {
    return guarded(info.Env(), [&] {
      return number(info.Env(), core_->frames(floats(info[0], "signal").ElementLength()));
    });
  }

  /** transform(signal, real, imag, threads) */
  void transform(const Napi::CallbackInfo& info) {
    guarded(info.Env(), [&] {
      const auto threads = threadsOption(info[3]);
      const auto signal = floats(info[0], "signal");
      const auto size = core_->bins() * core_->frames(signal.ElementLength());
      core_->transform(signal.Data(), signal.ElementLength(), output(info[1], size),
                       output(info[2], size), threads);
    });
  }

  /** spectrogram(signal, { power }, output, threads) */
  void spectrogram(const Napi::CallbackInfo& info) {
    guarded(info.Env(), [&] {
      const auto power = powerOption(object(info[1]));
      const auto threads = threadsOption(info[3]);
      const auto signal = floats(info[0], "signal");
      const auto size = core_->bins() * core_->frames(signal.ElementLength());
      core_->spectrogram(signal.Data(), signal.ElementLength(), power, output(info[2], size),
                         threads);
    });
  }

  void release(const Napi::CallbackInfo& info) { core_.release(info.Env()); }

  Plan<consonance::Stft> core_;
};

bool isShared(const Napi::Float32Array& array) { return !array.ArrayBuffer().IsArrayBuffer(); }

/** A signal in a SharedArrayBuffer stays where it is; another may be transferred and is copied. */
struct PinnedSignal {
  explicit PinnedSignal(Napi::Float32Array array)
      : samples(array.ElementLength()),
        shared(isShared(array) ? Napi::Persistent(array.As<Napi::Object>())
                               : Napi::ObjectReference()),
        copy(shared.IsEmpty() ? std::vector<float>(array.Data(), array.Data() + samples)
                              : std::vector<float>()),
        data(shared.IsEmpty() ? copy.data() : array.Data()) {}

  std::size_t samples;
  Napi::ObjectReference shared;
  std::vector<float> copy;
  const float* data;
};

/**
 * Computes on a libuv thread. The output is pinned and written to: it is known to nobody until the
 * promise resolves, or lies in a SharedArrayBuffer, which cannot be transferred.
 */
class MelWorker : public Napi::AsyncWorker {
 public:
  MelWorker(Napi::Env env, std::shared_ptr<const consonance::MelExtractor> extractor,
            Napi::Float32Array signal, Napi::Float32Array output, float* data,
            std::size_t threads)
      : AsyncWorker(env, "consonance.mel"),
        deferred_(Napi::Promise::Deferred::New(env)),
        extractor_(std::move(extractor)),
        signal_(signal),
        output_(Napi::Persistent(output.As<Napi::Object>())),
        data_(data),
        threads_(threads) {}

  Napi::Promise promise() const { return deferred_.Promise(); }

  void Execute() override {
    try {
      extractor_->compute(signal_.data, signal_.samples, data_, threads_);
    } catch (const InvalidArgument&) {
      isInvalidArgument_ = true;
      throw;  // AsyncWorker keeps the message for OnError
    }
  }
  void OnOK() override { deferred_.Resolve(Env().Undefined()); }
  void OnError(const Napi::Error& error) override {
    deferred_.Reject(isInvalidArgument_ ? argumentError(Env(), error.Message()).Value()
                                        : error.Value());
  }

 private:
  Napi::Promise::Deferred deferred_;
  std::shared_ptr<const consonance::MelExtractor> extractor_;
  PinnedSignal signal_;
  Napi::ObjectReference output_;
  float* data_;
  std::size_t threads_;
  bool isInvalidArgument_ = false;
};

class MelExtractor : public Napi::ObjectWrap<MelExtractor> {
 public:
  static Napi::Function define(Napi::Env env) {
    return DefineClass(env, "MelExtractor",
                       {
                           InstanceMethod<&MelExtractor::options>("options"),
                           InstanceMethod<&MelExtractor::bins>("bins"),
                           InstanceMethod<&MelExtractor::bands>("bands"),
                           InstanceMethod<&MelExtractor::frames>("frames"),
                           InstanceMethod<&MelExtractor::filterbank>("filterbank"),
                           InstanceMethod<&MelExtractor::compute>("compute"),
                           InstanceMethod<&MelExtractor::computeAsync>("computeAsync"),
                           InstanceMethod<&MelExtractor::release>("release"),
                       });
  }

  /** new MelExtractor(options, isa?) */
  explicit MelExtractor(const Napi::CallbackInfo& info) : ObjectWrap(info) {
    guarded(info.Env(), [&] {
      core_.hold(info.Env(), std::make_shared<const consonance::MelExtractor>(
                                 melOptions(object(info[0])), isaFrom(info[1])));
    });
  }

  void Finalize(Napi::BasicEnv env) override { core_.release(env); }

 private:
  Napi::Value options(const Napi::CallbackInfo& info) {
    return guarded(info.Env(), [&] { return toObject(info.Env(), core_->options()); });
  }

  Napi::Value bands(const Napi::CallbackInfo& info) {
    return guarded(info.Env(), [&] { return number(info.Env(), core_->options().melBands); });
  }

  Napi::Value bins(const Napi::CallbackInfo& info) {
    return guarded(info.Env(), [&] { return number(info.Env(), core_->bins()); });
  }

  /** frames(signal) */
  Napi::Value frames(const Napi::CallbackInfo& info) {
    return guarded(info.Env(), [&] {
      return number(info.Env(), core_->frames(floats(info[0], "signal").ElementLength()));
    });
  }

  /** filterbank(output) */
  void filterbank(const Napi::CallbackInfo& info) {
    guarded(info.Env(), [&] {
      core_->filterbank().dense(
                                output(info[0], core_->bins() * core_->options().melBands));
    });
  }

  std::size_t outputSize(std::size_t samples) const {
    return core_->options().melBands * core_->frames(samples);
  }

  /** compute(signal, output, threads) */
  void compute(const Napi::CallbackInfo& info) {
    guarded(info.Env(), [&] {
      const auto threads = threadsOption(info[2]);
      const auto signal = floats(info[0], "signal");
      const auto samples = signal.ElementLength();
      core_->compute(signal.Data(), samples, output(info[1], outputSize(samples)), threads);
    });
  }

  /** computeAsync(signal, output, threads, isOwn): a promise. isOwn: nobody else knows the output. */
  Napi::Value computeAsync(const Napi::CallbackInfo& info) {
    return guarded(info.Env(), [&] {
      const auto threads = threadsOption(info[2]);
      const bool isOwn = info[3].ToBoolean();
      const auto signal = floats(info[0], "signal");
      float* data = output(info[1], outputSize(signal.ElementLength()));
      if (!isOwn && !isShared(info[1].As<Napi::Float32Array>())) {
        throw InvalidArgument("a Float32Array in a SharedArrayBuffer", "output",
                              "one in an ArrayBuffer");
      }
      auto* worker = new MelWorker(info.Env(), core_.get(), signal,
                                   info[1].As<Napi::Float32Array>(), data, threads);
      worker->Queue();  // deletes itself when it is done
      return worker->promise();
    });
  }

  void release(const Napi::CallbackInfo& info) { core_.release(info.Env()); }

  Plan<consonance::MelExtractor> core_;
};

/** powerToDecibels(data, options, output, isa?) and amplitudeToDecibels likewise */
template <auto compress>
void decibels(const Napi::CallbackInfo& info) {
  guarded(info.Env(), [&] {
    DecibelOptions defaults;
    if (compress == amplitudeToDecibels) defaults.minimum = 1e-5;
    const auto options = decibelOptions(object(info[1]), defaults);
    const auto isa = isaFrom(info[3]);
    const auto data = floats(info[0], "data");
    compress(data.Data(), data.ElementLength(), options, output(info[2], data.ElementLength()),
             isa);
  });
}

/** logCompress(data, gain, output, isa?) */
void logCompressed(const Napi::CallbackInfo& info) {
  guarded(info.Env(), [&] {
    const auto gain = gainOption(info[1]);
    const auto isa = isaFrom(info[3]);
    const auto data = floats(info[0], "data");
    logCompress(data.Data(), data.ElementLength(), gain, output(info[2], data.ElementLength()),
                isa);
  });
}

/** instructionSets(): those that this processor can run, fastest first */
Napi::Value isas(const Napi::CallbackInfo& info) {
  auto names = Napi::Array::New(info.Env());
  for (const auto& name : instructionSets()) names.Set(names.Length(), name);
  return names;
}

Napi::Object initialise(Napi::Env env, Napi::Object exports) {
  exports.Set("Stft", Stft::define(env));
  exports.Set("MelExtractor", MelExtractor::define(env));
  exports.Set("powerToDecibels", Napi::Function::New<decibels<powerToDecibels>>(env));
  exports.Set("amplitudeToDecibels", Napi::Function::New<decibels<amplitudeToDecibels>>(env));
  exports.Set("logCompress", Napi::Function::New<logCompressed>(env));
  exports.Set("instructionSets", Napi::Function::New<isas>(env));
  return exports;
}

}  // namespace

NODE_API_MODULE(consonance_dsp, initialise)

}  // namespace consonance
