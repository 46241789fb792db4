"""Writes xgboost-models.json: small models of XGBoost in both of its formats, with its predictions.

Run by hand: python3 xgboost-models.py. Half of the rows lie at thresholds, next to them in single precision, and
between two neighbours of single precision, because XGBoost rounds values to that before it compares. The older of
two layouts, true and false in default_left, and num_parallel_tree are among the cases; DART and linear models are
there to be refused.
"""
import base64
import json
import pathlib

import numpy as np
import xgboost

SEED = 20241103
random = np.random.default_rng(SEED)
WIDTH = 5


def train(parameters, labels, rows, rounds=4, group=None, types=None, weights=None):
    data = xgboost.DMatrix(rows, labels, weight=weights, feature_types=types, enable_categorical=types is not None)
    if group is not None:
        data.set_group(group)
    return xgboost.train({"max_depth": 3, "seed": SEED, "nthread": 1, **parameters}, data, rounds)


def thresholds(model, feature):
    trees = json.loads(model.save_raw("json"))["learner"]["gradient_booster"]["model"]["trees"]
    found = [condition for tree in trees
             for condition, left, split in zip(tree["split_conditions"], tree["left_children"], tree["split_indices"])
             if left != -1 and split == feature]
    return np.array(found or [0.0], dtype=np.float32)


def edges(model, count):
    """Rows whose values are thresholds, their neighbours, and doubles halfway to those neighbours."""
    rows = np.empty((count, WIDTH))
    for feature in range(WIDTH):
        at = random.choice(thresholds(model, feature), count)
        below, above = np.nextafter(at, np.float32(-np.inf)), np.nextafter(at, np.float32(np.inf))
        at, below, above = (values.astype(np.float64) for values in (at, below, above))
        half = (at + below) / 2
        choices = np.stack([at, below, above, half, np.nextafter(half, -np.inf), np.nextafter(half, np.inf)])
        rows[:, feature] = choices[random.integers(0, len(choices), count), np.arange(count)]
    rows[random.random(rows.shape) < 0.1] = np.nan
    return rows


def case(name, model, rows, types=None, contributions=False, old_layout=False, ubjson=False):
    queries = rows[:30] if types is not None else np.vstack([rows[:30], edges(model, 30)])
    data = xgboost.DMatrix(queries, feature_types=types, enable_categorical=types is not None)
    text = model.save_raw("json").decode()
    if old_layout:
        value = json.loads(text)
        for tree in value["learner"]["gradient_booster"]["model"]["trees"]:
            tree["default_left"] = [bool(flag) for flag in tree["default_left"]]
        text = json.dumps(value)
    item = {"name": name, "json": text,
            **({"ubjson": base64.b64encode(bytes(model.save_raw("ubj"))).decode()} if ubjson else {}),
            "rows": [None if np.isnan(value) else float(value) for value in np.ravel(queries)],
            "raw": np.ravel(model.predict(data, output_margin=True)).astype(float).tolist(),
            "response": np.ravel(model.predict(data)).astype(float).tolist()}
    if contributions:
        item["contributions"] = np.ravel(model.predict(data, pred_contribs=True)).astype(float).tolist()
    return item


rows = random.normal(size=(300, WIDTH)).round(2)
rows[:, 1] = np.exp(3 * rows[:, 1])
rows[random.random(rows.shape) < 0.15] = np.nan
signal = np.nan_to_num(rows[:, 0]) + np.log1p(np.nan_to_num(rows[:, 1])) - np.isnan(rows[:, 2])
noisy = signal + random.normal(size=300)
binary = (noisy > np.median(noisy)).astype(float)
classes = np.digitize(noisy, np.quantile(noisy, [0.3, 0.7])).astype(float)
group = [30] * 10

categorical = rows.copy()
categorical[:, 4] = random.integers(0, 40, 300)
types = ["q"] * 4 + ["c"]
by_category = (np.sin(categorical[:, 4]) + 0.3 * noisy > 0).astype(float)

cases = [
    case("binary", train({"objective": "binary:logistic", "base_score": 0.3}, binary, rows), rows,
         contributions=True, ubjson=True),
    case("binary, flags as true and false", train({"objective": "binary:logistic"}, binary, rows, 2), rows, old_layout=True),
    case("regression", train({"objective": "reg:squarederror"}, noisy, rows), rows, contributions=True),
    case("counts", train({"objective": "count:poisson", "base_score": 2.0}, np.round(np.exp(noisy / 4)), rows), rows),
    case("multiclass", train({"objective": "multi:softprob", "num_class": 3}, classes, rows, 3), rows, ubjson=True),
    case("multiclass forest", train({"objective": "multi:softprob", "num_class": 3, "num_parallel_tree": 2,
                                     "subsample": 0.7}, classes, rows, 2), rows),
    case("ranking", train({"objective": "rank:ndcg"}, classes, rows, group=group), rows),
    case("pruned", train({"objective": "reg:squarederror", "gamma": 20.0, "max_depth": 5}, noisy, rows), rows),
    case("constant", train({"objective": "reg:squarederror", "gamma": 1e9}, noisy, rows, 1), rows),
    case("categorical", train({"objective": "binary:logistic", "tree_method": "hist", "max_cat_to_onehot": 1},
                              by_category, categorical, types=types), categorical, types=types, ubjson=True),
]
refused = {
    "dart": train({"objective": "reg:squarederror", "booster": "dart", "max_depth": 1}, noisy, rows, 1),
    "gblinear": train({"objective": "reg:squarederror", "booster": "gblinear"}, noisy, np.nan_to_num(rows), 1),
    "binary:hinge": train({"objective": "binary:hinge", "max_depth": 1}, binary, rows, 1),
}
golden = {
    "writtenBy": {"seed": SEED, "xgboost": xgboost.__version__, "numpy": np.__version__},
    "featureCount": WIDTH,
    "cases": cases,
    "refused": {name: model.save_raw("json").decode() for name, model in refused.items()},
}
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps(golden) + "\n")
for item in cases:
    trees = json.loads(item["json"])["learner"]["gradient_booster"]["model"]["trees"]
    print(item["name"], len(trees), "trees, deleted", [tree["tree_param"]["num_deleted"] for tree in trees],
          "default left of sets", [tree["default_left"][node] for tree in trees for node in tree["categories_nodes"]])
