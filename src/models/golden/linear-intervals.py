"""Writes linear-intervals.json: ridge regressions of scikit-learn and intervals of statsmodels on small fixed data.

Run by hand: python3 linear-intervals.py, then biome format --write on what it wrote. Columns are standardised with
weights and population deviations; a missing value is 0 and has a column of its own. With a penalty, statsmodels fits
the same rows and one row a coefficient that pulls it to 0 (the prior as data): its unscaled covariance is then the
inverse of the information with the penalty added.
"""
import json
import pathlib

import numpy as np
import sklearn
import statsmodels
import statsmodels.api as sm
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.preprocessing import StandardScaler

SEED = 20261121
random = np.random.default_rng(SEED)
COUNT = 120


def data():
    rows = np.column_stack([
        random.normal(5, 3, COUNT),
        random.normal(-1, 0.5, COUNT),
        (random.random(COUNT) < 0.3).astype(float),
    ])
    rows[:, 1] += 0.1 * rows[:, 0]
    score = 0.4 * (rows[:, 0] - 5) + 1.5 * rows[:, 1] - rows[:, 2] + 0.5
    weights = random.integers(1, 4, COUNT).astype(float)
    numbers = 100 + score + random.normal(0, 1.5, COUNT)
    classes = (random.random(COUNT) < 1 / (1 + np.exp(-score))).astype(float)
    rows[random.random(COUNT) < 0.2, 1] = np.nan
    return rows, weights, numbers, classes


def design_of(rows, weights):
    scaled = StandardScaler().fit(rows, sample_weight=weights).transform(rows)
    missing = np.isnan(rows)
    with_missing = np.flatnonzero(missing.any(axis=0))
    return np.hstack([np.where(missing, 0, scaled), missing[:, with_missing].astype(float)])


def prior_rows(design, l2):
    """The intercept is the last column and free."""
    width = design.shape[1] - 1
    return np.sqrt(l2) * np.hstack([np.eye(width), np.zeros((width, 1))])


def ridge(design, weights, numbers, l2):
    model = Ridge(alpha=l2, solver="cholesky").fit(design, numbers, sample_weight=weights)
    predictions = model.predict(design)
    full = np.hstack([design, np.ones((COUNT, 1))])
    augmented = np.vstack([full, prior_rows(full, l2)])
    pulled = sm.WLS(
        np.concatenate([numbers, np.zeros(design.shape[1])]),
        augmented,
        weights=np.concatenate([weights, np.ones(design.shape[1])]),
    ).fit()
    hat = sm.WLS(np.zeros(len(augmented)), augmented,
                 weights=np.concatenate([weights, np.ones(design.shape[1])])).fit().normalized_cov_params
    effective = np.trace(hat @ (full.T * weights) @ full)
    noise = float(weights @ (numbers - predictions) ** 2 / (weights.sum() - effective))
    errors = np.sqrt(np.diag(pulled.cov_params(scale=noise)))
    return {
        "l2": l2,
        "intercept": float(model.intercept_),
        "coefficients": model.coef_.tolist(),
        "predictions": predictions.tolist(),
        "noise": noise,
        "errors": errors.tolist(),
    }


def classical(design, weights, labels, family):
    full = np.hstack([design, np.ones((COUNT, 1))])
    fitted = sm.GLM(labels, full, family=family, freq_weights=weights).fit(tol=1e-13, maxiter=200)
    return {
        "estimates": fitted.params.tolist(),
        "errors": fitted.bse.tolist(),
        "intervals": fitted.conf_int(alpha=0.1).tolist(),
    }


def logistic(design, weights, classes, l2):
    model = LogisticRegression(C=1 / l2, solver="newton-cholesky", tol=1e-12, max_iter=1000)
    model.fit(design, classes, sample_weight=weights)
    probability = model.predict_proba(design)[:, 1]
    full = np.hstack([design, np.ones((COUNT, 1))])
    working = weights * probability * (1 - probability)
    width = design.shape[1]
    pulled = sm.WLS(
        np.zeros(COUNT + width),
        np.vstack([full, prior_rows(full, l2)]),
        weights=np.concatenate([working, np.ones(width)]),
    ).fit()
    return {
        "l2": l2,
        "estimates": model.coef_[0].tolist() + model.intercept_.tolist(),
        "errors": np.sqrt(np.diag(pulled.normalized_cov_params)).tolist(),
    }


rows, weights, numbers, classes = data()
design = design_of(rows, weights)
golden = {
    "generator": {
        "script": "linear-intervals.py",
        "seed": SEED,
        "numpy": np.__version__,
        "scikit-learn": sklearn.__version__,
        "statsmodels": statsmodels.__version__,
    },
    "rowCount": COUNT,
    "featureCount": rows.shape[1],
    "rows": [None if np.isnan(value) else float(value) for value in np.ravel(rows)],
    "weights": weights.tolist(),
    "numbers": numbers.tolist(),
    "classes": classes.tolist(),
    "columns": [[0, 1], [1, 1], [2, 1], [1, "missing"]],
    "ridge": [ridge(design, weights, numbers, l2) for l2 in (0.5, 20.0)],
    "leastSquares": classical(design, weights, numbers, sm.families.Gaussian()),
    "logistic": [logistic(design, weights, classes, l2) for l2 in (0.5, 20.0)],
    "maximumLikelihood": classical(design, weights, classes, sm.families.Binomial()),
}
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(golden, indent=1) + "\n")
