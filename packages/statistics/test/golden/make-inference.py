"""Golden cases for packages/statistics/src/inference: python3 make-inference.py > inference.json

Made with scipy, statsmodels and krippendorff; their versions are in the file.
"""

import json
import sys
import warnings
from importlib.metadata import version

import krippendorff
import numpy as np
import statsmodels.api as sm
from scipy import optimize, special, stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.power import TTestPower

warnings.simplefilter("ignore")
random = np.random.default_rng(20261124)


def plain(value):
    """JSON has no NaN or Infinity: None."""
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [plain(v) for v in value]
    if isinstance(value, (float, np.floating)):
        return float(value) if np.isfinite(value) else None
    return value.item() if isinstance(value, np.generic) else value


def noncentral(t, df, nc):
    """The distribution function by numerical integration, a way that shares nothing with ours.

    P(T <= t) = E[Phi(t * sqrt(V / df) - nc)] over V chi-squared; Gauss-Legendre on the quantiles of V's
    square root, which is all but normal.
    """
    low, high = np.sqrt(stats.chi2.ppf(1e-20, df)), np.sqrt(stats.chi2.isf(1e-20, df))
    x, w = np.polynomial.legendre.leggauss(400)
    y = (high - low) / 2 * x + (high + low) / 2
    density = 2 * y * stats.chi2.pdf(y * y, df)
    return (high - low) / 2 * np.sum(w * density * special.ndtr(t * y / np.sqrt(df) - nc))


def distributions():
    dfs = [1, 2, 5, 29, 32, 57.3, 58, 199]
    ts = [-40, -4.743, -2.037, -1, -0.1, 0, 0.3, 1.96, 4, 12]
    t = [[t, df, stats.t.cdf(t, df)] for t in ts for df in dfs]
    quantiles = [
        [p, df, stats.t.ppf(p, df)]
        for p in [1e-5, 0.001, 0.025, 0.3, 0.5, 0.8, 0.975, 0.9999]
        for df in dfs
        if abs(stats.t.ppf(p, df)) < 1e4
    ]
    nct = [
        [t, df, nc, noncentral(t, df, nc)]
        for t in [-6, -1.5, 0, 0.7, 2.045, 5, 30]
        for df in [3, 9, 29, 59.5, 199]
        for nc in [-3, -0.4, 0.2, 2.7, 8, 32]
    ]
    # SciPy's own agrees with the integral, which vouches for both.
    difference = max(abs(stats.nct.cdf(t, df, nc) - p) for t, df, nc, p in nct)
    assert difference < 1e-9, difference
    binomial = [
        [k, n, p, stats.binom.cdf(k, n, p)]
        for n in [1, 7, 40, 500]
        for k in sorted({0, 1, n // 2, n - 1, n})
        for p in [0.1, 0.5, 0.93]
    ]
    normal = [[x, stats.norm.cdf(x)] for x in np.linspace(-8, 8, 17)]
    normal_quantile = [[p, stats.norm.ppf(p)] for p in [1e-9, 0.001, 0.025, 0.3, 0.5, 0.9, 0.975]]
    return {
        "t": t,
        "tQuantile": quantiles,
        "noncentralT": nct,
        "binomial": binomial,
        "normal": normal,
        "normalQuantile": normal_quantile,
    }


def dz_interval(d):
    n = len(d)
    t = d.mean() / d.std(ddof=1) * np.sqrt(n)
    solve = lambda p: optimize.brentq(
        lambda nc: noncentral(t, n - 1, nc) - p, t - 12, t + 12, xtol=1e-14, rtol=1e-14
    )
    return [solve(0.975) / np.sqrt(n), solve(0.025) / np.sqrt(n)]


def paired(name, a, b):
    a, b = np.asarray(a, float), np.asarray(b, float)
    d = a - b
    rel = stats.ttest_rel(a, b)
    ci = rel.confidence_interval()
    pooled = stats.ttest_ind(a, b)
    pooled_ci = pooled.confidence_interval()
    welch = stats.ttest_ind(a, b, equal_var=False)
    welch_ci = welch.confidence_interval()
    row = lambda r, i: {
        "t": r.statistic,
        "df": r.df,
        "pValue": r.pvalue,
        "criticalValue": stats.t.ppf(0.975, r.df),
        "interval": [i.low, i.high],
    }
    asymptotic = stats.wilcoxon(d, method="asymptotic", correction=False)
    nonzero = d[d != 0]
    ties = len(set(abs(nonzero))) < len(nonzero)
    if not ties:
        exact = stats.wilcoxon(nonzero, method="exact").pvalue
    elif len(nonzero) <= 16:
        everything = stats.PermutationMethod(n_resamples=2**17)
        exact = stats.wilcoxon(nonzero, method=everything).pvalue
    else:
        exact = None
    permutation = (
        stats.permutation_test(
            (nonzero,), np.sum, permutation_type="samples", n_resamples=np.inf
        ).pvalue
        if len(nonzero) <= 16
        else None
    )
    return {
        "name": name,
        "a": a,
        "b": b,
        "paired": row(rel, ci),
        "pooled": row(pooled, pooled_ci),
        "welch": row(welch, welch_ci),
        "wilcoxon": {
            "statistic": asymptotic.statistic,
            "z": asymptotic.zstatistic,
            "asymptoticPValue": asymptotic.pvalue,
            "exactPValue": exact,
        },
        "permutationPValue": permutation,
        "dz": d.mean() / d.std(ddof=1),
        "dzInterval": dz_interval(d),
    }


def samples():
    counts = lambda n, p: random.binomial(5, p, n)
    return [
        paired("likes of thirty, ties and zeros", counts(30, 0.5), counts(30, 0.7)),
        paired("likes of twelve", counts(12, 0.4), counts(12, 0.6)),
        paired("likes of eight", counts(8, 0.3), counts(8, 0.8)),
        paired("no ties", random.normal(0.4, 1, 14), random.normal(0, 2, 14)),
        paired("no ties, thirty-five", random.normal(0.4, 1, 35), random.normal(0, 1, 35)),
        paired("two pairs", [1, 4], [0, 1]),
        paired("a large effect", random.normal(9, 1, 25), random.normal(0, 1, 25)),
    ]


def power():
    solver = TTestPower()
    rows = [
        [d, n, alpha, solver.power(d, n, alpha)]
        for d in [0.1, 0.3, 0.5, 0.86, 1.5]
        for n in [2, 10, 30, 34, 120]
        for alpha in [0.01, 0.05]
        if np.isfinite(solver.power(d, n, alpha))  # statsmodels gives NaN near 1
    ]
    sizes = [
        [d, alpha, p, int(np.ceil(solver.solve_power(d, alpha=alpha, power=p)))]
        for d, alpha, p in [
            (0.5, 0.05, 0.8),
            (0.5, 0.05, 0.9),
            (0.2, 0.05, 0.8),
            (0.3, 0.01, 0.95),
            (0.866, 0.05, 0.8),
        ]
    ]
    return {"power": rows, "sampleSize": sizes}


def holm():
    cases = [[0.01, 0.04, 0.03], [0.5, 0.6], [0.001], list(random.uniform(0, 0.1, 10)), [0.02, 0.02]]
    return [{"pValues": p, "adjusted": multipletests(p, method="holm")[1]} for p in cases]


def agreement():
    cases = []
    for name, levels, units, raters in [("likes", 2, 12, 6), ("five points", 5, 20, 4)]:
        truth = random.integers(0, levels, units)
        table = np.array(
            [
                [t if random.random() < 0.6 else random.integers(0, levels) for t in truth]
                for _ in range(raters)
            ],
            float,
        )
        table[random.random(table.shape) < 0.3] = np.nan
        for level in ["nominal", "ordinal"]:
            cases.append(
                {
                    "name": f"{name}, {level}",
                    "level": level,
                    "units": [[x for x in column if not np.isnan(x)] for column in table.T],
                    "alpha": krippendorff.alpha(table, level_of_measurement=level),
                }
            )
    return cases


def gee():
    cases = []
    for name, clusters, arms, sizes in [
        ("two arms", 30, 2, lambda: 5),
        ("three arms, clips missing", 24, 3, lambda: random.integers(2, 6)),
        ("clusters of one", 40, 2, lambda: 1),
    ]:
        rows, outcomes, groups = [], [], []
        for cluster in range(clusters):
            taste = random.normal(0, 0.8)
            for arm in range(arms):
                if name == "clusters of one" and cluster % 2 != arm:
                    continue
                for _ in range(sizes()):
                    rows.append([1.0] + [float(arm == other) for other in range(1, arms)])
                    p = special.expit(taste + 0.6 * arm - 0.2)
                    outcomes.append(bool(random.random() < p))
                    groups.append(cluster)
        model = sm.GEE(
            np.array(outcomes, float),
            np.array(rows),
            np.array(groups),
            family=sm.families.Binomial(),
            cov_struct=sm.cov_struct.Exchangeable(),
        )
        fit = model.fit(maxiter=500, ctol=1e-13)
        cases.append(
            {
                "name": name,
                "clusters": [
                    {
                        "rows": [r for r, g in zip(rows, groups) if g == c],
                        "outcomes": [o for o, g in zip(outcomes, groups) if g == c],
                    }
                    for c in sorted(set(groups))
                ],
                "coefficients": fit.params,
                "standardErrors": fit.bse,
                "pValues": fit.pvalues,
                "intervals": fit.conf_int(),
                "correlation": model.cov_struct.dep_params,
            }
        )
    return cases


def sign():
    rows = []
    for wins, losses in [(0, 1), (7, 3), (50, 50), (61, 39), (400, 311)]:
        test = stats.binomtest(wins, wins + losses)
        ci = test.proportion_ci(method="wilson")
        rows.append(
            {
                "wins": wins,
                "losses": losses,
                "share": wins / (wins + losses),
                "interval": [ci.low, ci.high],
                "pValue": test.pvalue,
            }
        )
    return rows


golden = {
    "madeWith": {
        name: version(name) for name in ["numpy", "scipy", "statsmodels", "krippendorff"]
    },
    "distributions": distributions(),
    "samples": samples(),
    "power": power(),
    "holm": holm(),
    "agreement": agreement(),
    "gee": gee(),
    "sign": sign(),
}
json.dump(plain(golden), sys.stdout)
print()
