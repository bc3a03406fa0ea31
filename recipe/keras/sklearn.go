package keras

import (
	"strings"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/tracer"
)

// sklearnMetrics are the functions of sklearn.metrics. They compute with numbers outside of
// the graph, so each is refused where it is used, with the loss that can take its place.
func sklearnMetrics() []*tracer.Builtin {
	var out []*tracer.Builtin
	for _, m := range []struct{ name, instead string }{
		{"f1_score", "count with probabilities: loss = soft_f1(average = \"macro\")"},
		{"fbeta_score", "count with probabilities: loss = soft_f1(beta = 2)"},
		{"precision_score", "count with probabilities: loss = soft_precision()"},
		{"recall_score", "count with probabilities: loss = soft_recall()"},
		{"jaccard_score", "count with probabilities: loss = jaccard()"},
		{"accuracy_score", "make the right answer the most probable one: loss = cross_entropy()"},
		{"balanced_accuracy_score", "weigh the classes: loss = cross_entropy(class_weight = {0: 1, 1: 5})"},
		{"roc_auc_score", "order by probability: loss = bce()"},
		{"average_precision_score", "order by probability: loss = bce()"},
		{"log_loss", "the same as a loss: loss = bce()"},
		{"mean_squared_error", "the same as a loss: loss = mse()"},
		{"mean_absolute_error", "the same as a loss: loss = mae()"},
		{"matthews_corrcoef", "count with probabilities: loss = soft_f1()"},
		{"cohen_kappa_score", "count with probabilities: loss = soft_f1()"},
		{"confusion_matrix", "count with probabilities: loss = soft_f1()"},
	} {
		out = append(out, tracer.NewBuiltin(m.name+"(*args, **kwargs)", func(c *tracer.Call) tracer.Value {
			instead := m.instead
			for _, k := range c.Extra {
				if s, ok := k.Value.(tracer.Str); ok && k.Name == "average" && m.name == "f1_score" && (s == "weighted" || s == "micro") {
					instead = strings.Replace(instead, "macro", string(s), 1)
				}
			}
			return outsideTheGraph(c, m.name, instead)
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
