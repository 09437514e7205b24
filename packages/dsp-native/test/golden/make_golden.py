"""Writes golden.json and golden.bin: what librosa computes for the cases below.

    python3 -m venv venv && venv/bin/pip install librosa==0.11.0 && venv/bin/python make_golden.py

golden.bin is little-endian float32: the two signals, then each case's result, row-major.
"""

import json
from pathlib import Path

import librosa
import numpy as np

HERE = Path(__file__).parent
blocks: list[np.ndarray] = []
offset = 0


def store(array) -> dict:
    """Appends to golden.bin; offset counts floats."""
    global offset
    array = np.ascontiguousarray(array, dtype="<f4")
    blocks.append(array)
    entry = {"offset": offset, "shape": list(array.shape)}
    offset += array.size
    return entry


def noise(samples: int, seed: int, amplitude: float = 0.5) -> np.ndarray:
    """The generator of test/signals.ts."""
    state, values = seed, []
    for _ in range(samples):
        state = (state * 1664525 + 1013904223) % 2**32
        values.append(amplitude * (state / 2**31 - 1))
    return np.array(values, dtype=np.float32)


def song(samples: int) -> np.ndarray:
    """A decaying chord over a loud bass, near silence in the middle, faint noise: 90 dB of range."""
    t = np.arange(samples) / 22050
    chord = sum(np.sin(2 * np.pi * hz * t) for hz in (440, 554.37, 659.26, 3520)) * np.exp(-6 * t)
    bass = 0.6 * np.sin(2 * np.pi * 61 * t)
    gate = np.where((t > 0.2) & (t < 0.3), 1e-4, 1.0)
    return ((0.1 * chord + bass) * gate + noise(samples, 7, 2e-5)).astype(np.float32)


SIGNALS = {"noise": noise(8000, 1), "song": song(8000)}

LIBROSA_NAMES = {
    "fftSize": "n_fft", "hopLength": "hop_length", "windowLength": "win_length", "center": "center",
    "padMode": "pad_mode", "sampleRate": "sr", "melBands": "n_mels", "fMin": "fmin",
    "fMax": "fmax", "power": "power",
}


def arguments(options: dict) -> dict:
    """Our option names in librosa's words."""
    result = {LIBROSA_NAMES[key]: value for key, value in options.items() if key in LIBROSA_NAMES}
    if "melScale" in options:
        result["htk"] = options["melScale"] == "htk"
    if "melNorm" in options:
        result["norm"] = {"slaney": "slaney", "none": None}[options["melNorm"]]
    return result


def options(fft, hop=None, rate=None, bands=None, **more) -> dict:
    values = {"fftSize": fft, "hopLength": hop, "sampleRate": rate, "melBands": bands, **more}
    return {key: value for key, value in values.items() if value is not None}


MEL = [
    options(512, 256, 12000, 96),
    options(2048, 512, 22050, 128),
    options(400, 160, 16000, 80),
    options(1024, 441, 44100, 40),
    options(512, 128, 12000, 64, melScale="htk"),
    options(512, 256, 12000, 96, melNorm="none"),
    options(512, 256, 22050, 64, melScale="htk", melNorm="none"),
    options(512, 256, 12000, 96, power=1),
    options(2048, 1024, 44100, 128, power=1, melScale="htk"),
    options(400, 160, 16000, 80, padMode="reflect"),
    options(2048, 512, 22050, 64, padMode="reflect", melNorm="none"),
    options(512, 200, 16000, 40, center=False),
    options(2048, 700, 22050, 96, center=False, power=1),
    options(512, 160, 16000, 80, windowLength=400),
    options(1024, 300, 22050, 64, windowLength=401, padMode="reflect"),
    options(2048, 512, 22050, 128, windowLength=1102, center=False),
    options(512, 256, 12000, 96, fMin=40, fMax=5000),
    options(2048, 512, 44100, 128, fMin=20, fMax=16000, melScale="htk"),
    options(400, 100, 16000, 40, fMin=300.5, fMax=3400.25),
    options(882, 441, 22050, 64),  # factors 3 and 7
    options(1000, 333, 22050, 64),  # factor 5
    options(254, 127, 16000, 40),  # prime factor 127
    options(256, 300, 12000, 40),  # hop beyond the frame
    options(2048, None, 22050),  # all defaults
]

SHORT = [  # (samples, options): shorter than a frame, down to one sample
    (1, options(512, 256, 12000, 96)),
    (300, options(512, 256, 12000, 96)),
    (300, options(512, 100, 12000, 40, padMode="reflect")),
    (100, options(512, 100, 12000, 40, padMode="reflect")),
    (2, options(64, 16, 12000, 20, padMode="reflect")),
    (512, options(512, 100, 12000, 40, center=False)),
]

SPECTRA = [
    options(512, 256),
    options(400, 160, padMode="reflect"),
    options(512, 200, windowLength=301, center=False),
    options(90, 45),
    options(2, 1),
]

signals = {name: store(signal) for name, signal in SIGNALS.items()}
cases = []


def case(function, signal, samples, option, call, result):
    cases.append({"function": function, "signal": signal, "samples": samples, "options": option,
                  "call": call, **store(result)})


def call_text(name: str, keywords: dict) -> str:
    return f"{name}({', '.join(['y=y', *(f'{k}={v!r}' for k, v in keywords.items())])})"


def mel_case(signal, samples, option):
    keywords = arguments(option)
    result = librosa.feature.melspectrogram(y=SIGNALS[signal][:samples], **keywords)
    call = call_text("librosa.feature.melspectrogram", keywords)
    case("melSpectrogram", signal, samples, option, call, result)


for number, option in enumerate(MEL):
    mel_case("song" if number % 2 else "noise", 8000, option)
for samples, option in SHORT:
    mel_case("noise", samples, option)
mel_case("song", 8000, options(512, 256, 12000, 96))
mel_case("song", 8000, options(400, 160, 16000, 80))

for option in SPECTRA:
    keywords = arguments(option)
    samples = 200 if option["fftSize"] == 2 else 3000
    spectrum = librosa.stft(SIGNALS["song"][:samples], **keywords)
    call = call_text("librosa.stft", keywords)
    case("stft", "song", samples, option, call, np.stack([spectrum.real, spectrum.imag]))
    for power in (1, 2):
        case("powerSpectrogram", "song", samples, {**option, "power": power},
             f"abs({call}) ** {power}", np.abs(spectrum) ** power)

for option in [
    options(512, None, 12000, 96), options(1024, None, 22050, 64), options(400, None, 16000, 80),
    options(512, None, 12000, 64, melScale="htk", melNorm="none", fMin=50, fMax=5500),
]:
    keywords = arguments(option)
    case("melFilterbank", "noise", 0, option,
         call_text("librosa.filters.mel", keywords).replace("y=y, ", ""),
         librosa.filters.mel(**keywords))

values = np.concatenate([SIGNALS["song"][:500] ** 2, [0, 1e-12, 1e-10, 1, 1e6]]).astype("f4")
signals["values"] = store(values)
for function, native, option in [
    (librosa.power_to_db, "powerToDecibels", {}),
    (librosa.power_to_db, "powerToDecibels", {"reference": "max"}),
    (librosa.power_to_db, "powerToDecibels", {"topDecibels": None}),
    (librosa.power_to_db, "powerToDecibels",
     {"reference": 0.5, "minimum": 1e-6, "topDecibels": 60}),
    (librosa.amplitude_to_db, "amplitudeToDecibels", {}),
    (librosa.amplitude_to_db, "amplitudeToDecibels", {"reference": "max", "topDecibels": 100}),
]:
    names = {"reference": "ref", "minimum": "amin", "topDecibels": "top_db"}
    keywords = {names[key]: np.max if value == "max" else value for key, value in option.items()}
    case(native, "values", len(values), option, f"librosa.{function.__name__}",
         function(values, **keywords))

np.concatenate([block.ravel() for block in blocks]).astype("<f4").tofile(HERE / "golden.bin")
index = {"librosa": librosa.__version__, "numpy": np.__version__, "signals": signals}
lines = ",\n".join("    " + json.dumps(entry) for entry in cases)
head = json.dumps(index)[:-1]
(HERE / "golden.json").write_text(f'{head},\n  "cases": [\n{lines}\n  ]\n}}\n')
