"""Golden cases for packages/statistics: python3 make-golden.py > golden.json

Made with scikit-learn, scipy and statsmodels; their versions are in the file.
"""

import json
import sys
import warnings

import numpy as np
import scipy
import sklearn
import statsmodels
from scipy.special import softmax
from sklearn.calibration import calibration_curve
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import (
    accuracy_score,
    average_precision_score,
    brier_score_loss,
    confusion_matrix,
    precision_recall_curve,
    precision_recall_fscore_support,
    roc_auc_score,
    roc_curve,
)
from statsmodels.stats.contingency_tables import mcnemar

warnings.simplefilter("ignore")
random = np.random.default_rng(20261124)


def plain(value):
    """JSON has no NaN or Infinity: None."""
    if isinstance(value, np.ndarray):
        return [plain(v) for v in value]
    if isinstance(value, (float, np.floating)):
        return float(value) if np.isfinite(value) else None
    return value.item() if isinstance(value, np.generic) else value


def calibration_error(outcomes, probabilities, weights):
    """From the definition, with the bins of sklearn.calibration.calibration_curve."""
    bins = np.searchsorted(np.linspace(0, 1, 11)[1:-1], probabilities)
    total = 0.0
    for b in np.unique(bins):
        inside = bins == b
        w = weights[inside]
        if w.sum() > 0:
            total += abs(np.dot(w, probabilities[inside]) - np.dot(w, outcomes[inside]))
    return total / weights.sum()


def per_label(outcomes, scores, weights):
    precision, recall, f1, _ = precision_recall_fscore_support(
        outcomes, scores >= 0.5, average="binary", zero_division=0, sample_weight=weights
    )
    one_sided = len(np.unique(outcomes[weights > 0])) < 2
    # scikit-learn gives 0 without positives; the average of nothing has no value.
    empty = not outcomes[weights > 0].any()
    return {
        "precision": plain(precision),
        "recall": plain(recall),
        "f1": plain(f1),
        "auc": None if one_sided else plain(roc_auc_score(outcomes, scores, sample_weight=weights)),
        "averagePrecision": None
        if empty
        else plain(average_precision_score(outcomes, scores, sample_weight=weights)),
        "support": plain(np.dot(weights, outcomes)),
    }


def mean(values):
    defined = [value for value in values if value is not None]
    return float(np.mean(defined)) if defined else None


def case(name, probabilities, truth, labels, weights=None):
    w = np.ones(len(truth)) if weights is None else weights
    outcomes = np.array([[t == label for label in labels] for t in truth], dtype=float)
    rows = [per_label(outcomes[:, i], probabilities[:, i], w) for i in range(len(labels))]
    predicted = [labels[i] for i in probabilities.argmax(axis=1)]
    curves = []
    for i in range(len(labels)):
        fpr, tpr, _ = roc_curve(outcomes[:, i], probabilities[:, i], drop_intermediate=False)
        precision, recall, _ = precision_recall_curve(outcomes[:, i], probabilities[:, i])
        if len(np.unique(outcomes[:, i])) < 2:
            continue
        # scikit-learn gives the lowest threshold first; ours is the highest.
        curves.append(
            {
                "label": labels[i],
                "rocX": plain(fpr),
                "rocY": plain(tpr),
                "precision": plain(precision[::-1]),
                "recall": plain(recall[::-1]),
            }
        )
    present = [r for r in rows if r["support"] > 0]
    flat_w = np.repeat(w, len(labels))
    return {
        "name": name,
        "labels": labels,
        "probabilities": plain(probabilities),
        "truth": truth,
        "weights": None if weights is None else plain(weights),
        "perLabel": rows,
        "macroF1": mean([r["f1"] for r in present]),
        "macroAuc": mean([r["auc"] for r in rows]),
        "macroAveragePrecision": mean([r["averagePrecision"] for r in rows]),
        "accuracy": plain(accuracy_score(truth, predicted, sample_weight=w)),
        "confusion": confusion_matrix(truth, predicted, labels=labels).tolist(),
        "brier": plain(
            brier_score_loss(outcomes.ravel(), probabilities.ravel(), sample_weight=flat_w, pos_label=1)
        ),
        "calibrationError": plain(calibration_error(outcomes.ravel(), probabilities.ravel(), flat_w)),
        "curves": curves,
    }


def classification_cases():
    labels = ["classical", "folk", "jazz", "rock"]
    truth = [labels[i] for i in random.integers(0, 4, 60)]
    logits = random.normal(size=(60, 4)) + 2 * np.array([[t == l for l in labels] for t in truth])
    sigmoid = 1 / (1 + np.exp(-logits))
    no_jazz = ["rock" if t == "jazz" else t for t in truth]
    return [
        case("random sigmoid outputs", sigmoid, truth, labels),
        case("probabilities that add up to 1", softmax(logits, axis=1), truth, labels),
        case("ties and bin borders", np.round(sigmoid, 1), truth, labels),
        case("all scores equal", np.full((60, 4), 0.5), truth, labels),
        case("a label without items", sigmoid, no_jazz, labels),
        case("items of one label only", sigmoid[:10], ["folk"] * 10, labels),
        case("one item", sigmoid[:1], truth[:1], labels),
        case("probabilities of 0 and 1", (sigmoid > 0.5).astype(float), truth, labels),
        case("weights of a resample", np.round(sigmoid, 1), truth, labels, random.poisson(1, 60).astype(float)),
    ]


def reliability_case():
    probabilities = np.round(random.random(200), 2)
    outcomes = random.random(200) < probabilities
    share, mean = calibration_curve(outcomes, probabilities, n_bins=10, strategy="uniform")
    return {
        "probabilities": plain(probabilities),
        "outcomes": outcomes.tolist(),
        "shareTrue": plain(share),
        "meanProbability": plain(mean),
    }


def mcnemar_case(only_a, only_b):
    table = [[10, only_a], [only_b, 10]]
    corrected = mcnemar(table, exact=False, correction=True)
    return {
        "onlyA": only_a,
        "onlyB": only_b,
        "exactPValue": plain(mcnemar(table, exact=True).pvalue),
        "chiSquared": plain(corrected.statistic),
        "chiSquaredPValue": plain(corrected.pvalue),
    }


def regression_case():
    x = random.normal(size=(40, 3))
    truth = ["abc"[i] for i in np.argmax(x + random.normal(size=(40, 3)), axis=1)]
    model = LogisticRegression(C=0.5, tol=1e-12, max_iter=10000).fit(x, truth)
    return {
        "rows": plain(x),
        "truth": truth,
        "labels": model.classes_.tolist(),
        "l2": 2,
        "probabilities": plain(model.predict_proba(x)),
    }


samples = random.normal(size=101)
json.dump(
    {
        "versions": {
            "numpy": np.__version__,
            "scikit-learn": sklearn.__version__,
            "scipy": scipy.__version__,
            "statsmodels": statsmodels.__version__,
        },
        "classification": classification_cases(),
        "reliability": reliability_case(),
        "mcNemar": [mcnemar_case(a, b) for a, b in [(1, 0), (5, 5), (3, 12), (40, 21), (0, 300), (450, 520)]],
        "interval": {"samples": plain(samples), "interval": plain(np.quantile(samples, [0.025, 0.975]))},
        "regression": regression_case(),
    },
    sys.stdout,
)
