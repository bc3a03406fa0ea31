"""Writes scikit-learn.json, calibration.json and several.json: what scikit-learn
says about fixed and random rows.

    pip install scikit-learn==1.9.1 numpy==2.4.6
    python generate.py

Values that scikit-learn leaves undefined are null; the tests say what we make of them.
"""
import json
import math
import warnings

import numpy as np
import sklearn
from sklearn import calibration as cal
from sklearn import metrics as m
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

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



def listed(x):
    return None if x is None else np.asarray(x, float).tolist()


def platt(score, label, w):
    """Platt's fit to the last digit, which CalibratedClassifierCV stops short of: the
    logistic regression of each row as a positive one of weight w*t and a negative
    one of weight w*(1-t)."""
    pos, neg = w[label == 1].sum(), w[label == 0].sum()
    t = np.where(label == 1, (pos + 1) / (pos + 2), 1 / (neg + 2))
    fit = LogisticRegression(C=np.inf, solver="newton-cholesky", tol=1e-14, max_iter=1000)
    fit.fit(np.r_[score, score][:, None], np.r_[np.ones_like(t), np.zeros_like(t)], np.r_[w * t, w * (1 - t)])
    return {"slope": fit.coef_[0, 0], "intercept": fit.intercept_[0]}


def calibration(name, score, label, weight=None):
    score, label = np.asarray(score, float), np.asarray(label, int)
    w = np.ones(len(label)) if weight is None else np.asarray(weight, float)
    at = np.r_[score[:5], np.linspace(score.min() - 1, score.max() + 1, 7)]
    sigmoid = cal._SigmoidCalibration().fit(score, label, w)
    iso = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip").fit(score, label, w)
    temperature = cal._TemperatureScaling().fit(np.c_[0 * score, score], label, w)
    return {"name": name, "score": score.tolist(), "label": label.tolist(), "weight": listed(weight), "at": at.tolist(),
            "platt": platt(score, label, w), "sigmoid": sigmoid.predict(at).tolist(),
            "isotonic": iso.predict(at).tolist(), "beta": float(temperature.beta_)}


def temperature(name, score, actual, weight=None):
    score = np.asarray(score, float)
    w = None if weight is None else np.asarray(weight, float)
    fit = cal._TemperatureScaling().fit(score, np.asarray(actual, float), w)
    return {"name": name, "k": score.shape[1], "score": score.ravel().tolist(), "actual": list(map(int, actual)),
            "weight": listed(weight), "beta": float(fit.beta_), "p": fit.predict(score[:3]).ravel().tolist()}


def reliability(name, p, label, strategy, bins):
    p, label = np.asarray(p, float), np.asarray(label, int)
    observed, predicted = cal.calibration_curve(label, p, strategy=strategy, n_bins=bins)
    edge = np.linspace(0, 1, bins + 1) if strategy == "uniform" else np.percentile(p, np.linspace(0, 100, bins + 1))
    rows = np.bincount(np.searchsorted(edge[1:-1], p), minlength=bins)
    rows = rows[rows > 0]
    return {"name": name, "p": p.tolist(), "label": label.tolist(), "strategy": strategy, "bins": bins,
            "rows": rows.tolist(), "observed": observed.tolist(), "predicted": predicted.tolist(),
            "ece": float((rows * abs(observed - predicted)).sum() / rows.sum())}


def brier(name, p, actual, weight=None):
    p = np.asarray(p, float)
    return {"name": name, "k": p.shape[1], "p": p.ravel().tolist(), "actual": list(map(int, actual)),
            "weight": listed(weight), "brier": float(m.brier_score_loss(
                actual, p, sample_weight=weight, labels=range(p.shape[1]), scale_by_half=False))}


def save(name, **sections):
    record = {"made_by": {"scikit-learn": sklearn.__version__, "numpy": np.__version__}, **sections}
    with open(name, "w") as f:
        json.dump(record, f, allow_nan=False, separators=(",", ":"))
        f.write("\n")


def logits(n, rate, sure=1.0, decimals=6):
    label = (rng.random(n) < rate).astype(int)
    score = sure * (rng.normal(size=n) * 1.5 + 2 * label - 1 + math.log(rate / (1 - rate)))
    return score.round(decimals), label


g1, h1 = logits(200, 0.3, sure=3)
g2, h2 = logits(120, 0.4, sure=0.3, decimals=1)
g3, h3 = logits(80, 0.5, sure=2, decimals=0)
calibrations = [
    calibration("too sure", g1, h1),
    calibration("too unsure, ties", g2, h2),
    calibration("many ties, whole weights with zeros", g3, h3, rng.integers(0, 4, 80)),
    calibration("real weights", g1[:90], h1[:90], (3 * rng.random(90)).round(3)),
    calibration("probabilities as scores", (1 / (1 + np.exp(-g1[:100]))).round(6), h1[:100]),
    calibration("large scores", 100 * g2[:60], h2[:60]),
    calibration("falling scores for isotonic", [5, 4, 3, 2, 1, 0], [0, 1, 0, 1, 1, 0]),
    calibration("three rows", [-1, 0, 1], [0, 1, 0]),
]
zk = rng.normal(size=(90, 4)).round(5) * 3
ck = np.array([rng.choice(4, p=np.exp(r / 4) / np.exp(r / 4).sum()) for r in zk])
temperatures = [
    temperature("too sure", zk, ck),
    temperature("too unsure", zk / 20, ck),
    temperature("whole weights with zeros", zk, ck, rng.integers(0, 3, 90)),
    temperature("two classes", zk[:50, :2], ck[:50] % 2, rng.random(50).round(3)),
]
curve_p, curve_l = draw(200, 0.3, decimals=6)
flat_p, flat_l = draw(117, 0.4, decimals=1)
reliabilities = [
    reliability("uniform", curve_p, curve_l, "uniform", 10),
    reliability("uniform, few bins", curve_p[:50], curve_l[:50], "uniform", 3),
    reliability("uniform, edges hit", flat_p, flat_l, "uniform", 10),
    reliability("uniform, 0 and 1", [0, 0, 1, 1, 0.5], [0, 1, 1, 0, 1], "uniform", 2),
    reliability("quantile", curve_p, curve_l, "quantile", 10),
    reliability("quantile, few bins", curve_p[:60], curve_l[:60], "quantile", 4),
]
briers = [
    brier("random", soft.round(6)[:, :3] / soft.round(6)[:, :3].sum(1, keepdims=True), rng.integers(0, 3, 60)),
    brier("weights", soft[:40], rng.integers(0, 4, 40), rng.integers(0, 3, 40)),
    brier("two classes", np.c_[1 - s6, s6], l6),
    brier("right and wrong", [[1, 0, 0], [0, 1, 0], [0, 0, 1]], [0, 1, 0]),
]

save("scikit-learn.json", binary=binaries, classes=multi, probabilities=prob, numbers=numeric)
save("calibration.json", binary=calibrations, classes=temperatures, curves=reliabilities, brier=briers)


policies = (0.0, 1.0, math.nan)


def scores(row):
    return {"precision": listed_value(row["precision"]), "recall": listed_value(row["recall"]),
            "f1": listed_value(row["f1-score"]), "support": float(row["support"])}


def listed_value(x):
    return None if math.isnan(x) else float(x)


def report(name, actual, predicted, k, weight=None):
    """Reports of all classes, of those seen anywhere, and of those with rows."""
    w = None if weight is None else np.asarray(weight, float)
    counted = np.ones(len(actual)) if w is None else w
    kept = [i for i in range(len(actual)) if counted[i] > 0]
    rows = {int(actual[i]) for i in kept}
    case = {"name": name, "k": k, "actual": list(map(int, actual)), "predicted": list(map(int, predicted)), "weight": listed(weight)}
    for absent, labels in (("keep", range(k)), ("skip_unseen", sorted(rows | {int(predicted[i]) for i in kept})), ("skip_absent", sorted(rows))):
        case[absent] = {"labels": list(labels)}
        for zero in policies:
            said = m.classification_report(actual, predicted, labels=list(labels), sample_weight=w, zero_division=zero, output_dict=True)
            p, r, f, s = m.precision_recall_fscore_support(actual, predicted, labels=list(labels), sample_weight=w, zero_division=zero, average="micro")
            micro = {"precision": p, "recall": r, "f1-score": f, "support": said["macro avg"]["support"]}
            case[absent][policy(zero)] = {"class": [scores(said[str(i)]) for i in labels], "micro": scores(micro),
                                          "macro": scores(said["macro avg"]), "weighted": scores(said["weighted avg"])}
    return case


def agreement(name, actual, predicted, k, weight=None):
    w = None if weight is None else np.asarray(weight, float)
    kappa = {d: value(m.cohen_kappa_score, actual, predicted, labels=range(k), weights=None if d == "nominal" else d, sample_weight=w)
             for d in ("nominal", "linear", "quadratic")}
    return {"name": name, "k": k, "actual": list(map(int, actual)), "predicted": list(map(int, predicted)), "weight": listed(weight),
            **kappa, "matthews": value(m.matthews_corrcoef, actual, predicted, sample_weight=w)}


averages = ("macro", "micro", "weighted")


def areas(target, score, w):
    return {"roc_auc": {a: value(m.roc_auc_score, target, score, average=a, sample_weight=w) for a in averages},
            "average_precision": {a: value(m.average_precision_score, target, score, average=a, sample_weight=w) for a in averages}}


def labels(name, score, actual, weight=None):
    score, actual = np.asarray(score, float), np.asarray(actual, int)
    w = None if weight is None else np.asarray(weight, float)
    predicted = (score >= 0.5).astype(int)
    case = {"name": name, "k": actual.shape[1], "score": score.ravel().tolist(), "actual": actual.ravel().tolist(), "weight": listed(weight),
            "confusion": m.multilabel_confusion_matrix(actual, predicted, sample_weight=w).reshape(-1, 4).tolist(),  # TN FP FN TP
            **areas(actual, score, w)}
    for average in averages + ("samples",):
        for zero in policies:
            kw = dict(average=average, sample_weight=w, zero_division=zero)
            case.setdefault(average, {})[policy(zero)] = {
                "precision": value(m.precision_score, actual, predicted, **kw), "recall": value(m.recall_score, actual, predicted, **kw),
                "f1": value(m.f1_score, actual, predicted, **kw), "f2": value(m.fbeta_score, actual, predicted, beta=2, **kw)}
    return case


def one_vs_rest(name, p, actual, weight=None):
    p, actual = np.asarray(p, float), np.asarray(actual, int)
    k, w = p.shape[1], None if weight is None else np.asarray(weight, float)
    case = {"name": name, "k": k, "score": p.ravel().tolist(), "actual": actual.tolist(), "weight": listed(weight),
            **areas(np.eye(k, dtype=int)[actual], p, w)}
    for average in ("macro", "weighted"):  # said another way, and equal
        direct = value(m.roc_auc_score, actual, p, multi_class="ovr", average=average, sample_weight=w, labels=range(k))
        assert direct is None or abs(direct - case["roc_auc"][average]) < 1e-12
    case["top"] = [value(m.top_k_accuracy_score, actual, p, k=top, sample_weight=w, labels=range(k)) for top in range(1, k)]
    return case


reports = [
    report("random", a1[:120], p1[:120], 5),
    report("real weights", a1[:60], p1[:60], 5, rng.random(60).round(3)),
    report("a class never predicted, one never there, one never seen", [0, 0, 1, 1, 2, 2, 3], [0, 1, 1, 1, 0, 1, 4], 6),
    report("a class of weight 0", [0, 1, 2, 2], [0, 1, 1, 2], 3, [1, 2, 0, 0]),
    report("hard", [0, 0, 0, 1, 1, 2, 2, 2, 2, 3], [0, 1, 0, 1, 2, 2, 2, 0, 2, 1], 4),
]
agreements = [
    agreement("random", a1[:120], p1[:120], 5),
    agreement("real weights", a1[:60], p1[:60], 5, rng.random(60).round(3)),
    agreement("whole weights with zeros", a1[:60], p1[:60], 5, rng.integers(0, 3, 60)),
    agreement("independent", a1[:90], a1[90:180], 5),
    agreement("two classes", l1[:50], (s1[:50] >= 0.5).astype(int), 2),
    agreement("all right", [0, 1, 2], [0, 1, 2], 3),
    agreement("all wrong", [0, 1, 0, 1], [1, 0, 1, 0], 2),
    agreement("a class never there", [0, 0, 1], [0, 2, 1], 4),
]
y3 = (rng.random((50, 3)) < [0.5, 0.2, 0.7]).astype(int)
s3l = (1 / (1 + np.exp(-(rng.normal(size=(50, 3)) + 2 * y3 - 1)))).round(2)
multilabel = [
    labels("random with ties", s3l, y3),
    labels("real weights", s3l, y3, rng.random(50).round(3)),
    labels("whole weights with zeros", s3l, y3, rng.integers(0, 3, 50)),
    labels("rows without labels", [[0.9, 0.1], [0.2, 0.3], [0.8, 0.7], [0.1, 0.2]], [[1, 0], [0, 0], [0, 0], [0, 1]]),
    labels("a label never there", [[0.9, 0.1, 0.6], [0.2, 0.3, 0.1], [0.8, 0.7, 0.4]], [[1, 0, 0], [0, 1, 0], [1, 1, 0]]),
]
rest = [
    one_vs_rest("random", soft, rng.integers(0, 4, 60)),
    one_vs_rest("real weights", soft[:40], rng.integers(0, 4, 40), rng.random(40).round(3)),
    one_vs_rest("whole weights with zeros", soft[:40], rng.integers(0, 4, 40), rng.integers(0, 3, 40)),
    one_vs_rest("a class never there", soft[:20], rng.integers(0, 3, 20)),
]
save("several.json", reports=reports, agreements=agreements, labels=multilabel, rest=rest)
