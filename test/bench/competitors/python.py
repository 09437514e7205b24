"""The Python peers, one thread. Reads requests and writes replies, JSON lines, as protocol.ts describes them."""
import importlib.metadata
import json
import os
import signal
import statistics
import sys
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[name] = "1"
replies = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)  # what libraries print is no reply

import numpy as np


def librosa_peer(fe):
    import librosa

    return lambda y: librosa.feature.melspectrogram(
        y=y,
        sr=fe["sampleRate"],
        n_fft=fe["fftSize"],
        hop_length=fe["hopLength"],
        n_mels=fe["melBands"],
        pad_mode="constant",
        **({"htk": True, "norm": None} if fe.get("melScale") == "htk" else {}),
    )


def torch_peer(fe):
    """torch.stft and a product with librosa's filterbank."""
    import librosa
    import torch

    torch.set_num_threads(1)
    window = torch.hann_window(fe["fftSize"])
    bank = torch.from_numpy(librosa.filters.mel(sr=fe["sampleRate"], n_fft=fe["fftSize"], n_mels=fe["melBands"]))

    def run(y):
        with torch.inference_mode():
            z = torch.stft(
                torch.from_numpy(y), fe["fftSize"], fe["hopLength"], window=window, pad_mode="constant",
                return_complex=True,
            )
            return bank @ z.abs().square()

    return run


def torchaudio_peer(fe):
    import torch
    import torchaudio

    torch.set_num_threads(1)
    transform = torchaudio.transforms.MelSpectrogram(
        sample_rate=fe["sampleRate"], n_fft=fe["fftSize"], hop_length=fe["hopLength"], n_mels=fe["melBands"],
        pad_mode="constant", norm="slaney", mel_scale="slaney",
    )

    def run(y):
        with torch.inference_mode():
            return transform(torch.from_numpy(y))

    return run


def audioflux_peer(fe):
    import audioflux
    from audioflux.type import SpectralDataType, SpectralFilterBankNormalType, SpectralFilterBankScaleType

    exponent = fe["fftSize"].bit_length() - 1
    if 1 << exponent != fe["fftSize"]:
        raise ValueError("fftSize must be a power of 2")
    bft = audioflux.BFT(
        num=fe["melBands"], radix2_exp=exponent, samplate=fe["sampleRate"], low_fre=0,
        high_fre=fe["sampleRate"] / 2, slide_length=fe["hopLength"], scale_type=SpectralFilterBankScaleType.MEL,
        normal_type=SpectralFilterBankNormalType.NONE, data_type=SpectralDataType.POWER,
    )
    return lambda y: bft.bft(y, result_type=1)


def kaldi_peer(fe):
    import kaldi_native_fbank as knf

    options = knf.FbankOptions()
    frames = options.frame_opts
    frames.samp_freq = fe["sampleRate"]
    frames.frame_length_ms = 1000 * fe["fftSize"] / fe["sampleRate"]
    frames.frame_shift_ms = 1000 * fe["hopLength"] / fe["sampleRate"]
    frames.dither = 0
    frames.preemph_coeff = 0
    frames.remove_dc_offset = False
    frames.window_type = "hanning"
    frames.round_to_power_of_two = False
    frames.snip_edges = False
    options.mel_opts.num_bins = fe["melBands"]
    options.mel_opts.low_freq = 0
    options.use_log_fbank = False
    options.use_power = True

    def run(y):
        bank = knf.OnlineFbank(options)
        bank.accept_waveform(fe["sampleRate"], y)
        bank.input_finished()
        return np.array([bank.get_frame(i) for i in range(bank.num_frames_ready)]).T

    return run


def essentia_peer(fe):
    import essentia
    import essentia.standard as es

    essentia.log.infoActive = False
    size = fe["fftSize"]
    window = es.Windowing(type="hann", size=size, normalized=False, zeroPhase=False)
    spectrum = es.Spectrum(size=size)
    bands = es.MelBands(
        inputSize=size // 2 + 1, numberBands=fe["melBands"], sampleRate=fe["sampleRate"],
        lowFrequencyBound=0, highFrequencyBound=fe["sampleRate"] / 2, warpingFormula="slaneyMel", weighting="linear",
        normalize="unit_sum", type="power",
    )
    return lambda y: np.array(
        [
            bands(spectrum(window(frame)))
            for frame in es.FrameGenerator(y, frameSize=size, hopSize=fe["hopLength"], startFromZero=False)
        ]
    ).T


def mpg123_peer(_):
    import subprocess

    if subprocess.run(["mpg123", "--version"], capture_output=True).returncode != 0:
        raise ValueError("mpg123 does not run")

    def run(file):
        subprocess.run(["mpg123", "-q", "-s", file], stdout=subprocess.DEVNULL, check=True)

    return run


def libsndfile_peer(_):
    import soundfile

    def run(file):
        soundfile.read(file, dtype="float32")

    return run


def librosa_file_peer(fe):
    import librosa

    mel = librosa_peer(fe)

    def run(file):
        y, _ = librosa.load(file, sr=fe["sampleRate"])
        return mel(y)

    return run


def bliss_peer(_):
    import bliss_audio

    def run(file):
        bliss_audio.Song(file)

    return run


def numpy_peer(request):
    matrix = np.fromfile(request["matrix"], np.float32).reshape(-1, request["columns"])
    best = request["best"]

    def run(query):
        scores = matrix @ query
        rows = np.argpartition(scores, -best)[-best:]
        return rows[np.argsort(-scores[rows])]

    return run


def samples(file):
    return np.fromfile(file, np.float32)


# task -> name -> (maker, package); a maker gets the settings and returns what is timed.
tasks = {
    "mel": {
        "librosa": (librosa_peer, "librosa"),
        "torch": (torch_peer, "torch"),
        "torchaudio": (torchaudio_peer, "torchaudio"),
        "audioFlux": (audioflux_peer, "audioflux"),
        "kaldi-native-fbank": (kaldi_peer, "kaldi-native-fbank"),
        "essentia (Python)": (essentia_peer, "essentia"),
    },
    "file": {
        "mpg123, decoding alone": (mpg123_peer, None),
        "libsndfile, decoding alone": (libsndfile_peer, "soundfile"),
        "librosa.load and melspectrogram": (librosa_file_peer, "librosa"),
        "bliss-audio, its 23 features": (bliss_peer, "bliss-audio"),
    },
    "search": {"NumPy": (numpy_peer, "numpy")},
}


def cpu_seconds():
    """Of this process and its ended children."""
    times = os.times()
    return time.process_time() + times.children_user + times.children_system


def answer(request, ready, inputs):
    key = json.dumps([request["task"], request["peer"], request["settings"]])
    if key not in ready:
        make, package = tasks[request["task"]][request["peer"]]
        if version_of(package) is None:
            raise ImportError(f"{package} is not installed")
        ready[key] = make(request["settings"])
    value = request["input"]
    if request["task"] != "file":
        if value not in inputs:
            inputs[value] = samples(value)
        value = inputs[value]
    times = []
    started = cpu_seconds()
    while not times or cpu_seconds() - started < request.get("seconds", 0):
        before = cpu_seconds()
        result = ready[key](value)
        times.append(cpu_seconds() - before)
    if "out" in request and result is not None:
        np.asarray(result, np.float32).tofile(request["out"])
    return {"milliseconds": 1000 * statistics.median(times)}


def version_of(package):
    """Empty for a program without a package, None where the package is not installed."""
    try:
        return importlib.metadata.version(package) if package else ""
    except importlib.metadata.PackageNotFoundError:
        return None


def versions():
    return {
        task: {peer: version_of(package) or "" for peer, (_, package) in peers.items()} for task, peers in tasks.items()
    }


def main():
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the input ends where the benchmark does
    ready, inputs = {}, {}
    print(json.dumps({"versions": versions()}), file=replies, flush=True)
    for line in sys.stdin:
        try:
            reply = answer(json.loads(line), ready, inputs)
        except Exception as error:
            reply = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(reply), file=replies, flush=True)


main()
