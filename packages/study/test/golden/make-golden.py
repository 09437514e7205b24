"""The analysis of the stored data sets, from their CSV, by others' code: python3 make-golden.py > golden.json

Made with pandas, scipy, statsmodels and krippendorff; their versions are in the file.
"""

import json
import sys
import warnings
from importlib.metadata import version
from pathlib import Path

import krippendorff
import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import stats
from statsmodels.stats.multitest import multipletests

warnings.simplefilter("ignore")
here = Path(__file__).parent


def t_test(result):
    interval = result.confidence_interval()
    return {
        "t": result.statistic,
        "df": result.df,
        "pValue": result.pvalue,
        "criticalValue": stats.t.ppf(0.975, result.df),
        "interval": [interval.low, interval.high],
    }


def compare(likes, a, b):
    both = likes[[a, b]].dropna()
    x, y = both[a].to_numpy(), both[b].to_numpy()
    wilcoxon = stats.wilcoxon(x - y, method="asymptotic", correction=False)
    return {
        "arms": [a, b],
        "participants": len(both),
        "means": [x.mean(), y.mean()],
        "paired": t_test(stats.ttest_rel(x, y)),
        "pooled": t_test(stats.ttest_ind(x, y)),
        "welch": t_test(stats.ttest_ind(x, y, equal_var=False)),
        "wilcoxonZ": wilcoxon.zstatistic if (x - y).mean() < 0 else -wilcoxon.zstatistic,
        "wilcoxonPValue": wilcoxon.pvalue,
        "dz": (x - y).mean() / (x - y).std(ddof=1),
    }


def analyse(name):
    plan = json.loads((here / name / "plan.json").read_text())
    rows = pd.read_csv(here / name / "ratings.csv", keep_default_na=True)
    arms = [arm["name"] for arm in plan["arms"]]
    rated = rows[rows.rating.notna()]
    scored = rated[rated.attention.isna()]
    everyone = set(rows.participant)
    out = {
        "unfinished": set(rows[rows.finishedAt.isna() | rows.rating.isna()].participant),
        "failedAttention": set(
            rated[rated.attention.notna() & (rated.rating != rated.attention)].participant
        ),
        "sameAnswerThroughout": set(
            scored.groupby("participant").rating.agg(["nunique", "count"])
            .query("nunique == 1 and count > 1").index
        ),
        "fasterThanMinimumListen": set(
            rated[rated.listenedSeconds < plan["minimumListenSeconds"]].participant
        ),
    }
    analysed = everyone - set.union(*out.values())

    # A clip of several arms counts for each of them.
    long = scored.assign(arm=scored.arms.str.split(";")).explode("arm")
    long["liked"] = (long.rating >= plan["likeFrom"]).astype(float)

    def likes_of(people):
        mine = long[long.participant.isin(people)]
        return mine.pivot_table(index="participant", columns="arm", values="liked") * plan["arms"][0]["songs"]

    likes = likes_of(analysed)
    primary = plan["primary"]
    pairs = [
        [a, b]
        for i, a in enumerate(arms)
        for b in arms[i + 1 :]
        if not {a, b} == set(primary)
    ]
    secondary = [compare(likes, *pair) for pair in pairs]
    if secondary:
        adjusted = multipletests([c["paired"]["pValue"] for c in secondary], method="holm")[1]
        for comparison, p in zip(secondary, adjusted):
            comparison["adjustedPValue"] = p

    kept = long[long.participant.isin(analysed)]
    others = [arm for arm in arms if arm != primary[0]]
    design = np.column_stack([np.ones(len(kept))] + [(kept.arm == arm) * 1.0 for arm in others])
    model = sm.GEE(
        kept.liked.to_numpy(),
        design,
        kept.participant.to_numpy(),
        family=sm.families.Binomial(),
        cov_struct=sm.cov_struct.Exchangeable(),
    )
    fit = model.fit(maxiter=500, ctol=1e-13)

    songs = scored[scored.participant.isin(analysed)]
    table = songs.pivot_table(index="participant", columns="trackId", values="rating").to_numpy()
    level = "nominal" if plan["scale"] == "like" else "ordinal"
    return {
        "name": name,
        "exclusions": {rule: sorted(people) for rule, people in out.items()},
        "analysed": len(analysed),
        "liked": [float(kept[kept.arm == arm].liked.sum()) for arm in arms],
        "primary": compare(likes, *primary),
        "secondary": secondary,
        "withoutExclusions": compare(likes_of(everyone), *primary),
        "clipModel": {
            "correlation": model.cov_struct.dep_params,
            "ratios": list(np.exp(fit.params[1:])),
            "intervals": np.exp(fit.conf_int()[1:]).tolist(),
            "pValues": list(fit.pvalues[1:]),
        },
        "alpha": krippendorff.alpha(table, level_of_measurement=level),
    }


def plain(value):
    if isinstance(value, dict):
        return {key: plain(v) for key, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    return value.item() if isinstance(value, np.generic) else value


golden = {
    "madeWith": {
        name: version(name) for name in ["pandas", "scipy", "statsmodels", "krippendorff"]
    },
    "studies": [analyse("paper"), analyse("three-arms")],
}
json.dump(plain(golden), sys.stdout, indent=1)
print()
