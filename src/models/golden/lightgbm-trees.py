"""Fills in what LightGBM predicts of the models and rows in lightgbm-trees.json.

The models are random ones, written by this project's writeLightgbmText; that LightGBM loads them is half of the test.
Written with Python 3 and lightgbm 4.7.0: python3 lightgbm-trees.py
"""

import json
import pathlib

import lightgbm
import numpy

path = pathlib.Path(__file__).with_suffix(".json")
cases = json.loads(path.read_text())
for case in cases:
    booster = lightgbm.Booster(model_str="\n".join(case["model"]))
    rows = numpy.array(case["rows"], dtype=float)
    case["raw"] = booster.predict(rows, raw_score=True).tolist()
    case["response"] = booster.predict(rows).tolist()
    case["leaves"] = booster.predict(rows, pred_leaf=True).tolist()
    case["contributions"] = booster.predict(rows, pred_contrib=True).tolist()
    case["second iteration"] = booster.predict(rows, raw_score=True, start_iteration=1, num_iteration=1).tolist()
path.write_text(json.dumps(cases) + "\n")
