"""Golden metrics from ranx (MIT), the reference implementation.

    pip install ranx==0.3.21
    python goldenMetrics.py > goldenMetrics.json
"""
import json
import random
import sys

import ranx

random.seed(20)
cases = []
for items, length, relevant in [
    (20, 20, 1), (20, 20, 5), (40, 40, 12), (40, 10, 3), (15, 4, 6), (200, 100, 30), (12, 12, 12),
]:
    for _ in range(4):
        ranked = random.sample(range(items), length)
        truth = sorted(random.sample(range(items), relevant))
        qrels = ranx.Qrels({"q": {f"i{i}": 1 for i in truth}})
        run = ranx.Run({"q": {f"i{i}": float(length - place) for place, i in enumerate(ranked)}})
        for k in (1, 5, 10):
            names = {"recall": f"recall@{k}", "ndcg": f"ndcg@{k}", "map": f"map@{k}", "mrr": f"mrr@{k}"}
            # ranx divides by the length of a shorter list, where precision at k divides by k.
            if length >= k:
                names["precision"] = f"precision@{k}"
            scores = {ours: float(ranx.evaluate(qrels, run, name)) for ours, name in names.items()}
            cases.append({"k": k, "ranked": ranked, "relevant": truth, "metrics": scores})
json.dump({"reference": "ranx 0.3.21", "cases": cases}, sys.stdout)
