"""Makes significance.json: SciPy's Welch test with its interval, Student's quantiles, Hedges' g, and a paired bootstrap over documents whose
resamples are all enumerated. Run: python test/reference/significance.py > test/reference/significance.json   (scipy 1.17.1, numpy 2.4.6)"""

import itertools
import json

import numpy as np
from scipy import special, stats

rng = np.random.default_rng(20)


def hedges(x, y):
    degrees = len(x) + len(y) - 2
    pooled = ((len(x) - 1) * np.var(x, ddof=1) + (len(y) - 1) * np.var(y, ddof=1)) / degrees
    correction = np.exp(special.gammaln(degrees / 2) - special.gammaln((degrees - 1) / 2)) / np.sqrt(degrees / 2)
    return correction * (np.mean(x) - np.mean(y)) / np.sqrt(pooled)


def comparison(x, y):
    test = stats.ttest_ind(x, y, equal_var=False)
    interval = test.confidence_interval(0.95)
    return {
        "x": list(x), "y": list(y), "t": test.statistic, "degrees": test.df, "p": test.pvalue,
        "interval": [interval.low, interval.high], "hedgesG": hedges(x, y),
    }


pairs = [(10, 10, 0.02, 0.004, 0.004), (10, 10, 0.001, 0.01, 0.003), (2, 2, 0.01, 0.005, 0.02), (5, 12, -0.03, 0.02, 0.001), (3, 3, 0.0, 0.01, 0.01)]
comparisons = [comparison((0.75 + gap + sx * rng.standard_normal(n)).round(6), (0.75 + sy * rng.standard_normal(m)).round(6)) for n, m, gap, sx, sy in pairs]

quantiles = [{"tails": tails, "degrees": degrees, "t": stats.t.isf(tails / 2, degrees)}
             for tails in (0.5, 0.05, 0.005, 1e-6) for degrees in (1, 2.5, 9, 17.3, 400)]

# Five documents: tp, fp, fn of two systems; all 5^5 draws are equally likely.
x = [[3, 1, 0], [0, 2, 1], [4, 0, 2], [1, 1, 1], [2, 0, 0]]
y = [[2, 1, 1], [1, 1, 0], [3, 2, 3], [1, 0, 1], [1, 3, 1]]


def f1(counts, draw):
    tp, fp, fn = np.sum([counts[i] for i in draw], axis=0)
    return 2 * tp / (2 * tp + fp + fn)


differences = np.array([f1(x, draw) - f1(y, draw) for draw in itertools.product(range(5), repeat=5)])
bootstrap = {
    "x": x, "y": y, "f1": [f1(x, range(5)), f1(y, range(5))],
    "mean": differences.mean(), "deviation": differences.std(), "atMostZero": np.mean(differences <= 1e-12),
    "quantiles": np.quantile(differences, [0.025, 0.05, 0.5, 0.95, 0.975]).tolist(),
}

print(json.dumps({"comparisons": comparisons, "quantiles": quantiles, "bootstrap": bootstrap}, default=float))
