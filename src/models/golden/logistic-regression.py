"""Writes logistic-regression.json: logistic regressions of scikit-learn on small fixed data.

Run by hand: python3 logistic-regression.py, then biome format --write on what it wrote. The optima are those of the
default lbfgs objective (C = 1 / l2, intercept not penalised), found by the exact Newton solver because lbfgs stops at
about five digits.
"""
import json
import pathlib

import numpy as np
import scipy
import scipy.sparse
import sklearn
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

SEED = 20240611
random = np.random.default_rng(SEED)


def fit(design, labels, weights, l2):
    model = LogisticRegression(C=1 / l2, solver="newton-cholesky", tol=1e-12, max_iter=1000)
    return model.fit(design, labels, sample_weight=weights)


def labels_of(score):
    return (random.random(len(score)) < 1 / (1 + np.exp(-score))).astype(float)


def listed(rows):
    return [None if np.isnan(value) else float(value) for value in np.ravel(rows)]


def dense_data():
    count = 160
    rows = np.column_stack([
        random.normal(5, 3, count),
        np.exp(1.5 * random.normal(size=count)),
        (random.random(count) < 0.3).astype(float),
        random.integers(0, 5, count).astype(float),
    ])
    labels = labels_of(0.4 * (rows[:, 0] - 5) + 0.6 * np.log(rows[:, 1]) - rows[:, 2] - 0.5)
    weights = random.integers(1, 4, count).astype(float)
    rows[random.random(count) < 0.2, 1] = np.nan
    rows[random.random(count) < 0.1, 3] = np.nan
    return rows, labels, weights


def linear(rows, labels, weights, l2):
    scaled = StandardScaler().fit(rows, sample_weight=weights).transform(rows)
    missing = np.isnan(rows)
    with_missing = np.flatnonzero(missing.any(axis=0))
    design = np.hstack([np.where(missing, 0, scaled), missing[:, with_missing].astype(float)])
    model = fit(design, labels, weights, l2)
    width = rows.shape[1]
    return {
        "l2": l2,
        "intercept": model.intercept_[0],
        "coefficients": model.coef_[0][:width].tolist(),
        "missing": {int(column): value for column, value in zip(with_missing, model.coef_[0][width:])},
        "probabilities": model.predict_proba(design)[:, 1].tolist(),
    }


def knots_of(values, weights, count):
    """Quantiles at Chebyshev levels, a value counting for about 1 / count at most; mid-ranks."""
    distinct, where = np.unique(values, return_inverse=True)
    mass = np.bincount(where, weights)
    capped = mass
    for _ in range(4):
        capped = np.minimum(mass, capped.sum() / count)
    reached = np.cumsum(capped)
    levels = (1 - np.cos(np.pi * np.arange(count) / (count - 1))) / 2
    places = np.searchsorted(reached, levels * reached[-1] * (1 - 1e-12))
    chosen = np.arange(len(distinct)) if len(distinct) <= count else np.unique(np.minimum(places, len(distinct) - 1))
    ranks = (np.cumsum(mass) - mass / 2) / mass.sum()
    return distinct[chosen], ranks[chosen]


def piecewise(rows, labels, weights, l2, count):
    """Hat functions by numpy.interp; the penalty on steps becomes a ridge through its Cholesky factor."""
    blocks, factors, all_knots = [], [], []
    for column in rows.T:
        known = ~np.isnan(column)
        knots, ranks = knots_of(column[known], weights[known], count)
        all_knots.append(knots.tolist())
        hats = np.column_stack([np.interp(column, knots, unit) for unit in np.eye(len(knots))])
        hats[~known] = 0
        steps = np.diff(np.eye(len(knots)), axis=0) / np.sqrt(12 * np.diff(ranks))[:, None]
        kept = [index for index in range(len(knots)) if index != len(knots) // 2]
        penalty = (steps.T @ steps)[np.ix_(kept, kept)]
        hats = hats[:, kept]
        if not known.all():
            hats = np.column_stack([hats, (~known).astype(float)])
            penalty = scipy.linalg.block_diag(penalty, 1.0)
        blocks.append(hats)
        factors.append(np.linalg.cholesky(penalty))
    root = scipy.linalg.block_diag(*factors)
    design = np.linalg.solve(root, np.hstack(blocks).T).T
    model = fit(design, labels, weights, l2)
    return {
        "l2": l2,
        "knotCount": count,
        "knots": all_knots,
        "intercept": model.intercept_[0],
        "probabilities": model.predict_proba(design)[:, 1].tolist(),
    }


def sparse():
    count, width, l2 = 120, 40, 0.5
    matrix = scipy.sparse.random(count, width, density=0.1, format="csr", random_state=SEED,
                                 data_rvs=lambda size: random.integers(1, 4, size).astype(float))
    labels = labels_of(matrix @ random.normal(size=width) * 0.7 - 0.3)
    weights = random.integers(1, 3, count).astype(float)
    model = fit(matrix, labels, weights, l2)
    return {
        "rowCount": count, "featureCount": width, "l2": l2,
        "starts": matrix.indptr.tolist(), "indices": matrix.indices.tolist(), "values": matrix.data.tolist(),
        "labels": labels.tolist(), "weights": weights.tolist(),
        "intercept": model.intercept_[0], "coefficients": model.coef_[0].tolist(),
        "probabilities": model.predict_proba(matrix)[:, 1].tolist(),
    }


rows, labels, weights = dense_data()
golden = {
    "writtenBy": {"seed": SEED, "scikit-learn": sklearn.__version__, "numpy": np.__version__, "scipy": scipy.__version__},
    "dense": {"rowCount": len(rows), "featureCount": rows.shape[1], "rows": listed(rows), "labels": labels.tolist(),
              "weights": weights.tolist()},
    "linear": [linear(rows, labels, weights, l2) for l2 in (0.1, 1.0, 25.0)],
    "piecewise": [piecewise(rows, labels, weights, l2, 7) for l2 in (0.3, 3.0)],
    "sparse": sparse(),
}
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps(golden) + "\n")
