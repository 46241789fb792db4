"""Writes calibration.json: what scikit-learn and scipy find on small fixed scores.

Run by hand: python3 calibration.py. Platt's curve is scikit-learn's own (its loss and smoothed targets), carried to
the optimum by scipy because BFGS stops at about five digits; beta calibration is the paper's recipe, a logistic
regression over ln p and -ln(1 - p) that drops a negative coefficient and fits again.
"""
import json
import pathlib

import numpy as np
import scipy
import sklearn
from scipy.optimize import minimize
from scipy.special import expit, xlogy
from sklearn.calibration import _sigmoid_calibration
from sklearn.linear_model import LogisticRegression

SEED = 20240917
random = np.random.default_rng(SEED)


def loss(probability, target, weights):
    return -(weights * (xlogy(target, probability) + xlogy(1 - target, 1 - probability))).sum()


def platt(scores, labels, weights):
    start = -np.array(_sigmoid_calibration(scores, labels, weights))
    ones, zeros = weights[labels == 1].sum(), weights[labels == 0].sum()
    target = np.where(labels == 1, (ones + 1) / (ones + 2), 1 / (zeros + 2))

    def gradient(at):
        slack = weights * (expit(at[0] * scores + at[1]) - target)
        return np.array([slack @ scores, slack.sum()])

    def hessian(at):
        p = expit(at[0] * scores + at[1])
        h = weights * p * (1 - p)
        return np.array([[h @ scores**2, h @ scores], [h @ scores, h.sum()]])

    found = minimize(lambda at: loss(expit(at[0] * scores + at[1]), target, weights), start, jac=gradient, hess=hessian,
                     method="trust-exact", options={"gtol": 1e-12})
    assert np.abs(found.x - start).max() < 1e-3, (found.x, start)
    return {"slope": found.x[0], "intercept": found.x[1],
            "probabilities": expit(found.x[0] * scores + found.x[1]).tolist()}


def temperature(scores, labels, weights):
    model = LogisticRegression(C=1e12, solver="newton-cholesky", tol=1e-12, max_iter=1000, fit_intercept=False)
    model.fit(scores[:, None], labels, sample_weight=weights)
    return {"temperature": 1 / model.coef_[0][0], "probabilities": model.predict_proba(scores[:, None])[:, 1].tolist()}


def beta(scores, labels, weights):
    design = np.column_stack([np.log(expit(scores)), -np.log(expit(-scores))])
    kept = [0, 1]
    while True:
        model = LogisticRegression(C=1e12, solver="newton-cholesky", tol=1e-12, max_iter=1000)
        model.fit(design[:, kept], labels, sample_weight=weights)
        negative = [column for column, value in zip(kept, model.coef_[0]) if value < 0]
        if not negative:
            break
        kept.remove(negative[0])
    coefficients = [0.0, 0.0]
    for column, value in zip(kept, model.coef_[0]):
        coefficients[column] = value
    return {"a": coefficients[0], "b": coefficients[1], "intercept": model.intercept_[0],
            "probabilities": model.predict_proba(design[:, kept])[:, 1].tolist()}


def case(name, count, link):
    scores = random.normal(0.3, 2, count).round(3)
    labels = (random.random(count) < link(scores)).astype(float)
    weights = random.integers(1, 5, count) / 2
    return {"name": name, "scores": scores.tolist(), "labels": labels.tolist(), "weights": weights.tolist(),
            "platt": platt(scores, labels, weights), "temperature": temperature(scores, labels, weights),
            "beta": beta(scores, labels, weights)}


golden = {
    "writtenBy": {"seed": SEED, "scikit-learn": sklearn.__version__, "numpy": np.__version__, "scipy": scipy.__version__},
    "cases": [
        case("too sure", 200, lambda z: expit(0.4 * z - 0.5)),
        case("not sure enough", 120, lambda z: expit(2.5 * z + 0.2)),
        case("flat at the low end", 250, lambda z: 0.1 + 0.85 * expit(3 * z - 4)),
        case("flat at the high end", 250, lambda z: 0.55 * expit(2 * z + 2)),
    ],
}
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps(golden) + "\n")
for item in golden["cases"]:
    print(item["name"], item["platt"]["slope"], item["temperature"]["temperature"], item["beta"]["a"], item["beta"]["b"])
