package keras

import (
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/tracer"
)

// sklearnMetrics are the functions of sklearn.metrics. They compute with numbers outside of
// the graph, so each is refused where it is used, with the loss that can take its place.
func sklearnMetrics() []*tracer.Builtin {
	var out []*tracer.Builtin
	for _, m := range []struct{ name, instead string }{
		{"f1_score", "sums of probabilities in place of counts: true_positives = K.sum(y_true * y_pred, axis = 0), pred_positives = K.sum(y_pred, axis = 0)"},
		{"fbeta_score", "sums of probabilities in place of counts: true_positives = K.sum(y_true * y_pred, axis = 0), pred_positives = K.sum(y_pred, axis = 0)"},
		{"precision_score", "sums of probabilities in place of counts: K.sum(y_true * y_pred, axis = 0) / K.sum(y_pred, axis = 0)"},
		{"recall_score", "sums of probabilities in place of counts: K.sum(y_true * y_pred, axis = 0) / K.sum(y_true, axis = 0)"},
		{"jaccard_score", "sums of probabilities in place of counts: overlap = K.sum(y_true * y_pred), overlap / (K.sum(y_true) + K.sum(y_pred) - overlap)"},
		{"accuracy_score", "the loss whose least value is the most probable answer: loss = cross_entropy()"},
		{"balanced_accuracy_score", "the loss with a weight for each class: loss = cross_entropy(class_weight = {0: 1, 1: 5})"},
		{"roc_auc_score", "the loss that orders by probability: loss = bce()"},
		{"average_precision_score", "the loss that orders by probability: loss = bce()"},
		{"log_loss", "the same as a loss: loss = bce()"},
		{"mean_squared_error", "the same as a loss: loss = mse()"},
		{"mean_absolute_error", "the same on the graph: K.mean(K.abs(y_true - y_pred))"},
		{"matthews_corrcoef", "sums of probabilities in place of counts: K.sum(y_true * y_pred)"},
		{"cohen_kappa_score", "sums of probabilities in place of counts: K.sum(y_true * y_pred)"},
		{"confusion_matrix", "sums of probabilities in place of counts: K.dot(K.transpose(y_true), y_pred)"},
	} {
		out = append(out, tracer.NewBuiltin(m.name+"(*args, **kwargs)", func(c *tracer.Call) tracer.Value {
			return outsideTheGraph(c, m.name, m.instead)
		}))
	}
	return out
}

// outsideTheGraph says why a metric is no loss: it leaves the graph, and what it is given
// may have lost its derivative before.
func outsideTheGraph(c *tracer.Call, name, instead string) tracer.Value {
	notes := []string{"why     " + name + " computes with numbers outside of the graph: no derivative comes back from there."}
	cuts := 0
	for _, v := range c.Rest {
		if n, ok := v.(*graph.Node); ok {
			for _, x := range graph.Reachable(n) {
				if x.Op().Name() == "ArgMax" {
					cuts++
				}
			}
		}
	}
	if cuts > 0 {
		times := map[int]string{1: "once", 2: "twice"}[cuts]
		if times == "" {
			times = "several times"
		}
		notes = append(notes, "and     argmax, "+times+" before it, returns a position: nudging a weight leaves it where it is.")
	}
	return c.Report(c.At, graph.Diagnostic{
		Code:    graph.CodeNotDifferentiable,
		Message: "this objective cannot be a loss: no gradient passes " + name,
		Notes:   append(notes, "would   train with every gradient exactly 0 and return the starting weights."),
		Fixes:   []string{instead},
	})
}
