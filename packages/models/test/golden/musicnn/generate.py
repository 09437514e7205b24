"""Writes golden.json: what the Python package musicnn answers to patches and to a signal by formula.

    pip install tensorflow-cpu==2.21.0 tf_keras==2.21.0 librosa==0.11.0
    pip install --no-deps musicnn==0.1.0
    TF_USE_LEGACY_KERAS=1 python generate.py

musicnn.test.ts makes the same patches and the same signal.
"""

import json
import os
import tempfile

import librosa
import numpy as np
import soundfile
import tensorflow as tf
from musicnn import configuration as config
from musicnn import models
from musicnn.extractor import extractor

MODEL = "MSD_musicnn"
FRAMES = 187
HERE = os.path.dirname(os.path.abspath(__file__))


def noise(count):
    """Uniform in [0, 1), by the linear congruential generator of Numerical Recipes."""
    state, values = 1, np.empty(count)
    for i in range(count):
        state = (1664525 * state + 1013904223) % 2**32
        values[i] = state / 2**32
    return values


def patches():
    """2 patches x 187 frames x 96 bands in the range of a log-mel spectrogram."""
    patch, frame, band = np.meshgrid(range(2), range(FRAMES), range(96), indexing="ij")
    wave = 1 + np.sin(0.05 * (patch + 1) * frame + 0.11 * band)
    return (wave + noise(wave.size).reshape(wave.shape)).astype(np.float32)


def signal():
    """6.5 s: a chord with a tremolo, and noise in bursts."""
    time = np.arange(int(6.5 * config.SR)) / config.SR
    chord = sum(np.sin(2 * np.pi * frequency * time) for frequency in (220, 277, 330, 1760))
    bursts = np.where(np.floor(4 * time) % 2 == 0, noise(time.size) - 0.5, 0)
    return (0.05 * chord * (1 + 0.5 * np.sin(2 * np.pi * 3 * time)) + 0.1 * bursts).astype(np.float32)


def network(batch):
    """The package's network, as its extractor runs it."""
    tf.compat.v1.reset_default_graph()
    with tf.name_scope("model"):
        x = tf.compat.v1.placeholder(tf.float32, [None, FRAMES, config.N_MELS])
        training = tf.compat.v1.placeholder(tf.bool)
        logits, *_, mean_pool, max_pool, penultimate = models.define_model(x, training, MODEL, 50)
        wanted = [tf.nn.sigmoid(logits), penultimate, mean_pool, max_pool]
    with tf.compat.v1.Session() as session:
        folder = os.path.dirname(models.__file__)
        tf.compat.v1.train.Saver().restore(session, f"{folder}/{MODEL}/")
        answers = session.run(wanted, {x: batch, training: False})
    return dict(zip(["tags", "penultimate", "meanPool", "maxPool"], answers))


def from_samples(samples):
    """The extractor's front end without its rounding to float16, which overflows on loud music."""
    mel = librosa.feature.melspectrogram(
        y=samples, sr=config.SR, hop_length=config.FFT_HOP, n_fft=config.FFT_SIZE, n_mels=config.N_MELS
    )
    frames = np.log10(10000 * mel.T + 1)
    count = len(frames) // FRAMES
    return network(frames[: count * FRAMES].reshape(count, FRAMES, config.N_MELS))


def by_package(samples):
    """The extractor itself. Of the penultimate layer only the first patch: 0.1.0 repeats it for all."""
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "signal.wav")
        soundfile.write(file, samples, config.SR, subtype="FLOAT")
        taggram, labels, features = extractor(file, model=MODEL)
    return labels, {"tags": taggram, "penultimate": features["penultimate"][:1]}


def rounded(answers, names):
    return {name: [[float(f"{x:.6g}") for x in row] for row in answers[name]] for name in names}


if __name__ == "__main__":
    labels, packaged = by_package(signal())
    golden = {
        "labels": labels,
        "patches": rounded(network(patches()), ["tags", "penultimate", "meanPool", "maxPool"]),
        "signal": rounded(from_samples(signal()), ["tags", "penultimate"]),
        "package": rounded(packaged, ["tags", "penultimate"]),
    }
    with open(os.path.join(HERE, "golden.json"), "w") as file:
        json.dump(golden, file, separators=(",", ":"))
        file.write("\n")
