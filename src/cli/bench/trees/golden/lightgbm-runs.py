"""Writes lightgbm-runs.json: what LightGBM's command line makes of parameters, weights, initial scores and positions.

Written with Python 3 and the command line of LightGBM 4.6.0.99, built from source:
python3 lightgbm-runs.py <lightgbm>. The rows come of the generator below, which lightgbm-runs.test.ts has too.
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile

LABELS = {"binary": "binary", "multiclass": "multiclass", "lambdarank": "grade", "cross_entropy": "share"}
METRICS = {
    "binary": "auc,binary_logloss",
    "multiclass": "multi_logloss,multi_error",
    "lambdarank": "ndcg",
    "cross_entropy": "cross_entropy",
    "poisson": "poisson,l2",
}

COMMON = "num_trees=20 num_leaves=7 learning_rate=0.2 min_data_in_leaf=5 num_threads=1 verbosity=1".split()


def generator():
    state = 7
    while True:
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        yield (state >> 16) / 32768


def table(chance, row_count):
    draw = lambda size: int(next(chance) * size)
    rows = []
    for row in range(row_count):
        a, b, c, d = draw(100), draw(100), draw(100), draw(100)
        place = draw(10)
        signal = a + (30 if b > 50 else 0) + c // 4 + draw(60)
        shown = max(0, signal - 8 * place)
        rows.append(
            {
                "features": [a, b, c, d],
                "binary": 1 if signal > 110 else 0,
                "multiclass": min(2, signal // 65),
                "grade": min(3, shown // 50),
                "share": signal / 256,
                "signal": signal,
                "weight": [(1 + draw(4)) / 2],
                "init": [(draw(200) - 100) / 100],
                "inits": [(draw(200) - 100) / 100 for _ in range(3)],
                "position": [f"place {place}"],
            }
        )
    return rows


def write(path, rows, objective, files):
    path.write_text("".join("\t".join(map(str, [row[LABELS.get(objective, "signal")], *row["features"]])) + "\n" for row in rows))
    for ending, key in files.items():
        lines = ["\t".join(map(str, row[key])) for row in rows]
        pathlib.Path(f"{path}.{ending}").write_text("\n".join(lines) + "\n")
    if objective == "lambdarank":
        pathlib.Path(f"{path}.query").write_text("10\n" * (len(rows) // 10))


def run(binary, objective, train_files, test_files, parameters):
    chance = generator()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        write(folder / "train", table(chance, 600), objective, train_files)
        write(folder / "test", table(chance, 200), objective, test_files)
        metric = METRICS.get(objective, "l2,l1")
        settings = [f"objective={objective}", f"metric={metric}", "eval_at=3,10", *COMMON, *parameters]
        files = [f"data={folder}/train", f"valid={folder}/test", f"output_model={folder}/model"]
        log = subprocess.run([binary, *settings, *files], capture_output=True, text=True, check=True).stdout
        predict = [f"data={folder}/test", f"input_model={folder}/model", f"output_result={folder}/raw"]
        subprocess.run([binary, "task=predict", "predict_raw_score=true", *predict], check=True, capture_output=True)
        model = (folder / "model").read_text()
        raw = [[float(cell) for cell in line.split("\t")] for line in (folder / "raw").read_text().splitlines()]
    gains = re.findall(r"^split_gain=(.*)$", model, re.MULTILINE)
    printed = re.findall(r"Iteration:20, valid_1 (\S+) : (\S+)", log)
    return {"metrics": {name: float(value) for name, value in printed}, "raw": raw[:5], "gain": sum(float(gain) for line in gains for gain in line.split())}


CASES = {
    "weights": ("binary", {"weight": "weight"}, {"weight": "weight"}, []),
    "weights of rows to learn from alone": ("binary", {"weight": "weight"}, {}, []),
    "scale_pos_weight": ("binary", {}, {}, ["scale_pos_weight=2.5"]),
    "is_unbalance": ("binary", {}, {}, ["is_unbalance=true"]),
    "initial scores": ("binary", {"init": "init"}, {"init": "init"}, []),
    "initial scores of rows to learn from alone": ("binary", {"init": "init"}, {}, []),
    "initial scores of test rows alone": ("binary", {}, {"init": "init"}, []),
    "weights of several classes": ("multiclass", {"weight": "weight"}, {"weight": "weight"}, ["num_class=3"]),
    "initial scores of several classes": ("multiclass", {"init": "inits"}, {"init": "inits"}, ["num_class=3"]),
    "weights of ranked rows": ("lambdarank", {"weight": "weight"}, {"weight": "weight"}, []),
    "positions": ("lambdarank", {"position": "position"}, {}, []),
    "positions, regularised": (
        "lambdarank",
        {"position": "position"},
        {},
        ["lambdarank_position_bias_regularization=0.5"],
    ),
}

PARAMETERS = {
    "monotone constraints": ("binary", ["monotone_constraints=1,0,-1,0"]),
    "interaction constraints": ("regression", ["interaction_constraints=[0,1],[2,3]"]),
    "penalties": ("regression", ["lambda_l1=50", "lambda_l2=5"]),
    "the least gain": ("regression", ["min_gain_to_split=400"]),
    "depth": ("regression", ["max_depth=2"]),
    "few bins": ("regression", ["max_bin=15", "min_data_in_bin=10"]),
    "the least hessian of a leaf": ("binary", ["min_sum_hessian_in_leaf=10"]),
    "categories": ("binary", ["categorical_feature=1", "min_data_per_group=10", "cat_smooth=5", "cat_l2=2"]),
    "one category against the rest": ("regression", ["categorical_feature=1", "max_cat_to_onehot=100"]),
    "absolute errors": ("regression_l1", []),
    "Huber": ("huber", ["alpha=10"]),
    "quantiles": ("quantile", ["alpha=0.8"]),
    "Poisson": ("poisson", []),
    "soft labels": ("cross_entropy", []),
    "several classes": ("multiclass", ["num_class=3", "lambda_l2=1"]),
    "lists": ("lambdarank", ["lambdarank_truncation_level=4", "lambdarank_norm=false", "sigmoid=2"]),
    "gains of labels": ("lambdarank", ["label_gain=0,1,2,5"]),
}
CASES |= {name: (objective, {}, {}, parameters) for name, (objective, parameters) in PARAMETERS.items()}
CASES |= {
    f"weights of rows, {objective}": (objective, {"weight": "weight"}, {"weight": "weight"}, parameters)
    for objective, parameters in {
        "regression": [],
        "huber": ["alpha=10"],
        "poisson": [],
        "cross_entropy": [],
    }.items()
}

cases = [
    {
        "name": name,
        "objective": objective,
        "train": train,
        "test": test,
        "parameters": parameters,
        **run(sys.argv[1], objective, train, test, parameters),
    }
    for name, (objective, train, test, parameters) in CASES.items()
]
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(cases, indent=1) + "\n")
