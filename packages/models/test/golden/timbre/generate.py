"""Writes golden.json: librosa's MFCCs and their deltas of a spectrogram by formula.

    pip install librosa==0.11.0
    python generate.py

timbre.test.ts makes the same spectrogram.
"""

import json
import os

import librosa
import numpy as np

BANDS, FRAMES, COEFFICIENTS = 24, 30, 20
band = np.arange(BANDS)[:, None]
frame = np.arange(FRAMES)[None, :]
decibel = -40 + 15 * np.sin(0.7 * band + 0.3 * frame) - 0.5 * band + 4 * np.cos(0.05 * band * frame)
mfcc = librosa.feature.mfcc(S=decibel, n_mfcc=COEFFICIENTS, dct_type=2, norm="ortho")
delta = librosa.feature.delta(mfcc, width=9)
with open(os.path.join(os.path.dirname(__file__), "golden.json"), "w") as file:
    json.dump({"mfcc": mfcc.tolist(), "delta": delta.tolist()}, file)
