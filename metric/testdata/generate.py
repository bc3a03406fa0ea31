"""Writes scikit-learn.json: what scikit-learn says about fixed and random rows.

    pip install scikit-learn==1.9.1 numpy==2.4.6
    python generate.py

Values that scikit-learn leaves undefined are null; the tests say what we make of them.
"""
import json
import math
import warnings

import numpy as np
import sklearn
from sklearn import metrics as m

warnings.simplefilter("ignore")


def value(f, *args, **kwargs):
    """A number, or null where scikit-learn gives NaN or refuses."""
    try:
        x = float(f(*args, **kwargs))
    except ValueError:
        return None
    return x if math.isfinite(x) else None


def policy(zero):
    return {0.0: "zero", 1.0: "one"}.get(zero, "undefined")


def binary(name, score, label, weight=None, thresholds=(0.5,)):
    score, label = np.asarray(score, float), np.asarray(label, int)
    w = None if weight is None else np.asarray(weight, float)
    case = {
        "name": name,
        "score": score.tolist(),
        "label": label.tolist(),
        "weight": None if w is None else w.tolist(),
        "roc_auc": value(m.roc_auc_score, label, score, sample_weight=w) if len(set(label)) == 2 else None,
        "average_precision": value(m.average_precision_score, label, score, sample_weight=w) if label.any() else None,
        "at": [],
    }
    if score.min() >= 0 and score.max() <= 1:
        case["log_loss"] = value(m.log_loss, label, score, sample_weight=w, labels=[0, 1])
        case["brier"] = value(m.brier_score_loss, label, score, sample_weight=w, pos_label=1, labels=[0, 1])
    for t in thresholds:
        said = (score >= t).astype(int)
        at = {"threshold": t, "accuracy": value(m.accuracy_score, label, said, sample_weight=w),
              "balanced_accuracy": value(m.balanced_accuracy_score, label, said, sample_weight=w)}
        for zero in (0.0, 1.0, math.nan):
            kw = dict(sample_weight=w, zero_division=zero, labels=[0, 1], pos_label=1)
            at[policy(zero)] = ratios = {
                "precision": value(m.precision_score, label, said, **kw),
                "recall": value(m.recall_score, label, said, **kw),
                "f1": value(m.f1_score, label, said, **kw),
                "f2": value(m.fbeta_score, label, said, beta=2, **kw),
                "f0.5": value(m.fbeta_score, label, said, beta=0.5, **kw),
            }
            if zero == zero:  # jaccard_score takes no NaN
                ratios["iou"] = value(m.jaccard_score, label, said, **kw)
        case["at"].append(at)
    if case["roc_auc"] is not None and len(score) <= 60:
        fpr, tpr, at = m.roc_curve(label, score, sample_weight=w, drop_intermediate=False)
        case["roc"] = {"fpr": fpr[1:].tolist(), "tpr": tpr[1:].tolist(), "threshold": at[1:].tolist()}
        p, r, at = m.precision_recall_curve(label, score, sample_weight=w)
        case["pr"] = {"precision": p[-2::-1].tolist(), "recall": r[-2::-1].tolist(), "threshold": at[::-1].tolist()}
    return case


def classes(name, actual, predicted, k, weight=None):
    w = None if weight is None else np.asarray(weight, float)
    case = {"name": name, "k": k, "actual": list(map(int, actual)), "predicted": list(map(int, predicted)),
            "weight": None if w is None else w.tolist(),
            "confusion": m.confusion_matrix(actual, predicted, labels=range(k), sample_weight=w).ravel().tolist(),
            "accuracy": value(m.accuracy_score, actual, predicted, sample_weight=w),
            "balanced_accuracy": value(m.balanced_accuracy_score, actual, predicted, sample_weight=w)}
    for average in ("macro", "micro", "weighted"):
        for zero in (0.0, 1.0, math.nan):
            kw = dict(labels=range(k), average=average, sample_weight=w, zero_division=zero)
            case.setdefault(average, {})[policy(zero)] = {
                "precision": value(m.precision_score, actual, predicted, **kw),
                "recall": value(m.recall_score, actual, predicted, **kw),
                "f1": value(m.f1_score, actual, predicted, **kw),
                "f2": value(m.fbeta_score, actual, predicted, beta=2, **kw),
            }
    return case


def probabilities(name, p, actual, weight=None):
    p = np.asarray(p, float)
    w = None if weight is None else np.asarray(weight, float)
    return {"name": name, "k": p.shape[1], "p": p.ravel().tolist(), "actual": list(map(int, actual)),
            "weight": None if w is None else w.tolist(),
            "log_loss": value(m.log_loss, actual, p, sample_weight=w, labels=range(p.shape[1]))}


def numbers(name, y, p, weight=None):
    y, p = np.asarray(y, float), np.asarray(p, float)
    w = None if weight is None else np.asarray(weight, float)
    return {"name": name, "y": y.tolist(), "p": p.tolist(), "weight": None if w is None else w.tolist(),
            "rmse": value(m.root_mean_squared_error, y, p, sample_weight=w),
            "mae": value(m.mean_absolute_error, y, p, sample_weight=w),
            "r2": value(m.r2_score, y, p, sample_weight=w, force_finite=False) if len(y) > 1 and np.ptp(y) > 0 else None}


rng = np.random.default_rng(20261124)


def draw(n, rate, decimals=None, shift=1.0):
    label = (rng.random(n) < rate).astype(int)
    score = 1 / (1 + np.exp(-(rng.normal(size=n) + shift * (2 * label - 1))))
    return (score if decimals is None else score.round(decimals)), label


half = (0.5, 0.0, 1.0)
s1, l1 = draw(400, 0.3)
s2, l2 = draw(300, 0.2, decimals=1)
s3, l3 = draw(250, 0.05)
s4, l4 = draw(200, 0.4, decimals=2)
s5, l5 = draw(40, 0.5, decimals=1)
s6, l6 = draw(30, 0.3)
binaries = [
    binary("random", s1, l1, thresholds=(0.5, 0.2, 0.9)),
    binary("many ties", s2, l2, thresholds=(0.5, 0.2)),
    binary("rare", s3, l3),
    binary("random, real weights", s1[:150], l1[:150], rng.random(150) * 3, half),
    binary("ties, whole weights with zeros", s4, l4, rng.integers(0, 4, 200), half),
    binary("curve with ties", s5, l5, thresholds=half),
    binary("curve with weights", s6, l6, rng.integers(0, 3, 30), half),
    binary("float32 scores", s1[:80].astype(np.float32).astype(float), l1[:80]),
    binary("scores beyond [0, 1]", np.log(s6 / (1 - s6)), l6, thresholds=(0.0, -1.0)),
    binary("all tied", [0.5] * 6, [1, 0, 0, 1, 0, 0], thresholds=half),
    binary("perfect", [0.9, 0.8, 0.2, 0.1], [1, 1, 0, 0], thresholds=half),
    binary("inverted", [0.9, 0.8, 0.2, 0.1], [0, 0, 1, 1], thresholds=half),
    binary("scores 0 and 1, right and wrong", [0.0, 1.0, 0.0, 1.0, 0.5], [0, 1, 1, 0, 1], thresholds=half),
    binary("all positive", [0.3, 0.7, 1.0], [1, 1, 1], thresholds=half),
    binary("all negative", [0.3, 0.7, 0.0], [0, 0, 0], thresholds=half),
    binary("all negative and predicted so", [0.3, 0.2, 0.0], [0, 0, 0]),
    binary("one row, positive", [0.4], [1], thresholds=half),
    binary("one row, negative", [0.4], [0], thresholds=half),
    binary("two rows", [0.4, 0.6], [1, 0], thresholds=half),
    binary("a heavy row", [0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1], [1, 1, 1e6, 1], half),
]

a1, p1 = rng.integers(0, 5, 300), rng.integers(0, 5, 300)
p1 = np.where(rng.random(300) < 0.6, a1, p1)
multi = [
    classes("random", a1, p1, 5),
    classes("weights", a1[:100], p1[:100], 5, rng.random(100)),
    classes("whole weights with zeros", a1[:100], p1[:100], 5, rng.integers(0, 3, 100)),
    classes("a class never predicted, one never there", [0, 0, 1, 1, 2, 2, 3], [0, 1, 1, 1, 0, 1, 4], 6),
    classes("one row", [1], [1], 3),
    classes("all wrong", [0, 1, 2], [1, 2, 0], 3),
    classes("two classes", l1[:50], (s1[:50] >= 0.5).astype(int), 2),
]

z = rng.normal(size=(60, 4))
soft = np.exp(z) / np.exp(z).sum(1, keepdims=True)
prob = [
    probabilities("random", soft, rng.integers(0, 4, 60)),
    probabilities("weights", soft, rng.integers(0, 4, 60), rng.integers(0, 3, 60)),
    probabilities("0 and 1, right and wrong", [[1, 0, 0], [0, 1, 0], [0, 0, 1]], [0, 1, 0]),
    probabilities("two columns", np.c_[1 - s6, s6], l6),
    probabilities("one row", [[0.2, 0.3, 0.5]], [1]),
]

y = rng.normal(size=80) * 10 + 1000
numeric = [
    numbers("random", y, y + rng.normal(size=80)),
    numbers("weights", y, y + rng.normal(size=80), rng.integers(0, 4, 80)),
    numbers("worse than the mean", y[:20], -y[:20]),
    numbers("perfect", [1, 2, 3], [1, 2, 3]),
    numbers("constant target", [2, 2, 2], [1, 2, 3]),
    numbers("one row", [3], [2]),
    numbers("two rows", [1, 2], [2, 2]),
]

record = {"made_by": {"scikit-learn": sklearn.__version__, "numpy": np.__version__},
          "binary": binaries, "classes": multi, "probabilities": prob, "numbers": numeric}
with open("scikit-learn.json", "w") as f:
    json.dump(record, f, allow_nan=False, separators=(",", ":"))
    f.write("\n")
