"""Trains Python's `implicit` on a split that benchmark.ts wrote; prints times and top lists as JSON.

    python implicit_peer.py split.json
"""
import json
import os
import sys
import time

# implicit runs its own threads and asks for a single-threaded BLAS.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy
import scipy
import scipy.sparse
import implicit
from implicit.als import AlternatingLeastSquares
from implicit.bpr import BayesianPersonalizedRanking
from implicit.nearest_neighbours import CosineRecommender

with open(sys.argv[1]) as file:
    split = json.load(file)
train = scipy.sparse.csr_matrix(
    (
        numpy.array(split["values"], dtype="float32"),
        numpy.array(split["indices"], dtype="int32"),
        numpy.array(split["indptr"], dtype="int32"),
    ),
    shape=(split["users"], split["items"]),
)
users = numpy.array(split["cases"])


def model(name, seed):
    options = split["options"][name]
    if name == "als":
        return AlternatingLeastSquares(random_state=seed, use_gpu=False, **options)
    if name == "bpr":
        return BayesianPersonalizedRanking(random_state=seed, use_gpu=False, **options)
    return CosineRecommender(**options)


def run(name):
    seconds = []
    lists = []
    for seed in split["seeds"]:
        trained = model(name, seed)
        start = time.perf_counter()
        trained.fit(train, show_progress=False)
        seconds.append(time.perf_counter() - start)
        ranked, _ = trained.recommend(users, train[users], N=split["k"])
        lists.append(ranked.tolist())
    return {"seconds": seconds, "lists": lists}


versions = {
    "implicit": implicit.__version__,
    "numpy": numpy.__version__,
    "scipy": scipy.__version__,
    "python": sys.version.split()[0],
}
results = {name: run(name) for name in split["options"]}
json.dump({"versions": versions, "results": results}, sys.stdout)
