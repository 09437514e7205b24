#include "options.hpp"

#include <cmath>
#include <utility>
#include <vector>

namespace consonance {
namespace {

template <typename Choice>
using Choices = std::vector<std::pair<const char*, Choice>>;

const Choices<PadMode> padModes{{"constant", PadMode::constant}, {"reflect", PadMode::reflect}};
const Choices<Precision> precisions{{"float64", Precision::float64},
                                    {"float32", Precision::float32}};
const Choices<MelScale> melScales{{"slaney", MelScale::slaney}, {"htk", MelScale::htk}};
const Choices<MelNorm> melNorms{{"slaney", MelNorm::slaney}, {"none", MelNorm::none}};

/** Calls read(value) if the option is given; undefined counts as not given. */
template <typename Read>
void option(const Napi::Object& object, const char* name, Read read) {
  const Napi::Value value = object.Get(name);
  if (!value.IsUndefined()) read(value);
}

void read(const Napi::Object& object, const char* name, double& out) {
  option(object, name, [&](const Napi::Value& value) {
    if (!value.IsNumber() || !std::isfinite(value.As<Napi::Number>().DoubleValue())) {
      throw InvalidArgument("a finite number", name, shown(value));
    }
    out = value.As<Napi::Number>().DoubleValue();
  });
}

void read(const Napi::Object& object, const char* name, std::size_t& out) {
  option(object, name, [&](const Napi::Value& value) {
    const double number = value.IsNumber() ? value.As<Napi::Number>().DoubleValue() : NAN;
    if (!(number >= 1 && number <= 4294967295.0 && number == std::floor(number))) {
      throw InvalidArgument("an integer of at least 1", name, shown(value));
    }
    out = static_cast<std::size_t>(number);
  });
}

void read(const Napi::Object& object, const char* name, bool& out) {
  option(object, name, [&](const Napi::Value& value) {
    if (!value.IsBoolean()) throw InvalidArgument("true or false", name, shown(value));
    out = value.As<Napi::Boolean>();
  });
}

template <typename Choice>
void read(const Napi::Object& object, const char* name, const Choices<Choice>& choices,
          Choice& out) {
  option(object, name, [&](const Napi::Value& value) {
    std::string names;
    for (const auto& [text, choice] : choices) {
      if (value.IsString() && value.As<Napi::String>().Utf8Value() == text) {
        out = choice;
        return;
      }
      names += (names.empty() ? "'" : " or '") + std::string(text) + "'";
    }
    throw InvalidArgument(names, name, shown(value));
  });
}

template <typename Choice>
const char* nameOf(const Choices<Choice>& choices, Choice wanted) {
  for (const auto& [text, choice] : choices) {
    if (choice == wanted) return text;
  }
  return "";
}

void require(const Napi::Object& object, const char* name) {
  if (object.Get(name).IsUndefined()) throw InvalidArgument("a number", name, "undefined");
}

}  // namespace

std::string shown(const Napi::Value& value) {
  if (value.IsString()) return "'" + value.As<Napi::String>().Utf8Value() + "'";
  if (value.IsObject() || value.IsFunction()) return "an object";
  return value.IsSymbol() ? "a symbol" : value.ToString().Utf8Value();
}

StftOptions stftOptions(const Napi::Object& object) {
  StftOptions options;
  require(object, "fftSize");
  read(object, "fftSize", options.fftSize);
  read(object, "hopLength", options.hopLength);
  read(object, "windowLength", options.windowLength);
  read(object, "center", options.center);
  read(object, "padMode", padModes, options.padMode);
  read(object, "precision", precisions, options.precision);
  return options;
}

MelOptions melOptions(const Napi::Object& object) {
  MelOptions options;
  static_cast<StftOptions&>(options) = stftOptions(object);
  require(object, "sampleRate");
  read(object, "sampleRate", options.sampleRate);
  read(object, "melBands", options.melBands);
  read(object, "fMin", options.fMin);
  read(object, "fMax", options.fMax);
  read(object, "melScale", melScales, options.melScale);
  read(object, "melNorm", melNorms, options.melNorm);
  options.power = powerOption(object);
  return options;
}

int powerOption(const Napi::Object& object) {
  double power = 2;
  read(object, "power", power);
  if (power != 1 && power != 2) {
    throw InvalidArgument("1 (magnitude) or 2 (power)", "power", shown(object.Get("power")));
  }
  return static_cast<int>(power);
}

DecibelOptions decibelOptions(const Napi::Object& object, DecibelOptions options) {
  const Napi::Value reference = object.Get("reference");
  if (reference.IsString() && reference.As<Napi::String>().Utf8Value() == "max") {
    options.referenceIsMaximum = true;
  } else if (reference.IsString()) {
    throw InvalidArgument("a positive number or 'max'", "reference", shown(reference));
  } else {
    read(object, "reference", options.reference);
  }
  read(object, "minimum", options.minimum);
  if (object.Get("topDecibels").IsNull()) {
    options.topDecibels.reset();
  } else {
    read(object, "topDecibels", *options.topDecibels);
  }
  return options;
}

std::size_t threadsOption(const Napi::Value& value) {
  const double number =
      value.IsUndefined() ? 1 : value.IsNumber() ? value.As<Napi::Number>().DoubleValue() : NAN;
  if (!(number >= 1 && number <= 256 && number == std::floor(number))) {
    throw InvalidArgument("an integer from 1 to 256", "threads", shown(value));
  }
  return static_cast<std::size_t>(number);
}

double gainOption(const Napi::Value& value) {
  if (!value.IsNumber()) throw InvalidArgument("a positive finite number", "gain", shown(value));
  return value.As<Napi::Number>().DoubleValue();
}

Napi::Object toObject(Napi::Env env, const MelOptions& options) {
  auto object = Napi::Object::New(env);
  object.Set("fftSize", static_cast<double>(options.fftSize));
  object.Set("hopLength", static_cast<double>(options.hopLength));
  object.Set("windowLength", static_cast<double>(options.windowLength));
  object.Set("center", options.center);
  object.Set("padMode", nameOf(padModes, options.padMode));
  object.Set("precision", nameOf(precisions, options.precision));
  object.Set("sampleRate", options.sampleRate);
  object.Set("melBands", static_cast<double>(options.melBands));
  object.Set("fMin", options.fMin);
  object.Set("fMax", options.fMax);
  object.Set("melScale", nameOf(melScales, options.melScale));
  object.Set("melNorm", nameOf(melNorms, options.melNorm));
  object.Set("power", options.power);
  return object;
}

}  // namespace consonance
