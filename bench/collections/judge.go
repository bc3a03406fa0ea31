package main

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe"
	"github.com/descent-ml/descent/recipe/tracer"
)

// outcome is what came of checking a loss, the best first.
type outcome int

const (
	runs       outcome = iota
	trueReason         // refused for a fault that it has in its own framework
	notHere            // a name or a statement that is not known here
	other              // refused in another way
)

// result is the outcome of a loss.
type result struct {
	collection *collection
	subject    *subject
	outcome    outcome
	code       graph.Code // of the first error
	cause      string     // its message
	text       string     // all that was said
	recipe     string
}

// place names the loss, with its file.
func (r result) place() string { return r.subject.part.file.path + ":" + r.subject.name }

// setting is a prediction and a target that a loss may be meant for.
type setting struct {
	pred, target     string
	activation, kind string
	classes          bool // the prediction becomes probabilities along axis 1
}

var (
	// There are as many classes as columns: what the numbers of a target may be is
	// taken from the last axis of the prediction.
	channelsFirst = []setting{
		{"N,8,8,8,8", "N,1,8,8,8", "none", "index", true},
		{"N,8,8,8,8", "N,1,8,8,8", "none", "index", false},
		{"N,8,8,8,8", "N,8,8,8,8", "none", "binary", true},
		{"N,1,8,8,8", "N,1,8,8,8", "sigmoid", "binary", false},
		{"N,16,16,16", "N,16,16", "none", "index", true},
		{"N,4", "N", "none", "index", false},
		{"N,3,32,32", "N,3,32,32", "sigmoid", "real", false},
	}
	channelsLast = []setting{
		{"N,16,16,1", "N,16,16,1", "sigmoid", "binary", false},
		{"N,16,16,2", "N,16,16,2", "softmax", "onehot", false},
		{"N,4,8,8,8", "N,4,8,8,8", "sigmoid", "binary", false},
	}
)

// trueCodes are the codes of faults that a loss has wherever it runs.
var trueCodes = []graph.Code{
	graph.CodeNotDifferentiable, graph.CodeNoGradient, graph.CodeLossDomain, tracer.CodeUnbound, "syntax", "indentation",
}

// byShape are the codes of refusals that another prediction or target may not bring.
var byShape = []graph.Code{
	graph.CodeLossShape, graph.CodeShape, graph.CodeLossDomain, tracer.CodeIndex, tracer.CodeAssertion, tracer.CodeRaised,
}

// trueMessages begin what is said of faults that raise in Python, whatever the framework.
var trueMessages = []string{noLoss, "super(type, obj): obj must be"}

// noLoss begins the message about a function that returns something else than a
// tensor.
const noLoss = "a loss returns a tensor, but"

// judge checks a loss on what it may be meant for, until it runs. Of several
// refusals, the first one that does not depend on shapes tells most.
func judge(c *collection, s *subject) result {
	settings := channelsLast
	switch {
	case s.row > 0:
		settings = []setting{{fmt.Sprintf("N,%d", s.row), fmt.Sprintf("N,3,%d,%d", side, side), "none", "real", false}}
	case s.part.file.torch:
		settings = channelsFirst
	}
	var best result
	for i, at := range settings {
		r := check(c, s, at)
		if i == 0 || r.outcome == runs || slices.Contains(byShape, best.code) && !slices.Contains(byShape, r.code) {
			best = r
		}
		if r.outcome == runs {
			break
		}
	}
	return best
}

// check pastes a loss into a recipe and checks it.
func check(c *collection, s *subject, at setting) result {
	source := s.part.paste() + "\n\nfrom keras import backend as K, ops as descent_ops\n\n"
	if s.made != "" {
		source += object + " = " + s.made + "\n\n"
	}
	source += "def descent_loss(y_true, y_pred):\n"
	if at.classes {
		source += "    y_pred = descent_ops.softmax(y_pred, axis=1)\n"
	}
	source += "    return " + s.call + "\n\nloss = descent_loss\n"
	r := result{collection: c, subject: s, recipe: source}
	file, found := recipe.Load(filepath.Join(c.dir, s.part.file.path), recipe.Options{
		Source: []byte(source), AllowRead: append([]string{c.dir}, c.paths...),
	})
	if file != nil {
		o, err := recipe.LossFlags{Pred: at.pred, Target: at.target, Activation: at.activation, TargetKind: at.kind}.Options()
		if err != nil {
			panic(err) // the settings are a table of this package
		}
		found = file.CheckLoss(*o)
	}
	r.text = fmt.Sprintf("prediction %s %s, target %s %s\n%s", at.pred, at.activation, at.target, at.kind, found.Error())
	for _, d := range found {
		if d.Severity != graph.Error {
			continue
		}
		r.code, r.cause = d.Code, d.Message
		switch {
		case slices.Contains(trueCodes, d.Code), slices.ContainsFunc(trueMessages, func(m string) bool { return strings.HasPrefix(d.Message, m) }):
			r.outcome = trueReason
		case d.Code == graph.CodeUnknownWord || d.Code == tracer.CodeUnsupported:
			r.outcome = notHere
		default:
			r.outcome = other
		}
		break
	}
	return r
}

// numbers are what makes two messages of one cause differ.
var numbers = regexp.MustCompile(`\[[^\]]*\]|\d+`)

// group is the cause of a refusal without its numbers and shapes.
func (r result) group() string {
	return strings.Join(strings.Fields(numbers.ReplaceAllString(r.cause, "..")), " ") + " [" + string(r.code) + "]"
}
