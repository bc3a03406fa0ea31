package recipe

import (
	"fmt"
	"slices"
	"strings"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/probe"
	"github.com/descent-ml/descent/recipe/syntax"
)

// order is which argument of a loss comes first.
type order uint8

const (
	unsaid order = iota
	targetFirst
	predictionFirst
)

// Words that parameters of losses are named by: parts of a name, and whole ones.
var (
	predictionParts = []string{"pred", "logit", "output", "score", "prob", "recon", "hat"}
	predictionNames = []string{"p", "out", "input", "inputs", "student"}
	targetParts     = []string{"true", "target", "label", "truth", "actual"}
	targetNames     = []string{"y", "t", "gt", "gold", "teacher"}
)

// orderOf reads the order of two arguments from their names. One name is enough, if
// the other does not say the same.
func orderOf(first, second string) order {
	a, b := namesPrediction(first), namesPrediction(second)
	c, d := namesTarget(first), namesTarget(second)
	switch {
	case a && !b || d && !c:
		return predictionFirst
	case c && !d || b && !a:
		return targetFirst
	}
	return unsaid
}

func namesPrediction(name string) bool { return named(name, predictionParts, predictionNames) }

// namesTarget reports whether a name is a target's: y is, y_pred is not.
func namesTarget(name string) bool {
	return !namesPrediction(name) && named(name, targetParts, targetNames)
}

func named(name string, parts, names []string) bool {
	name = strings.ToLower(name)
	return slices.Contains(names, name) || slices.ContainsFunc(parts, func(part string) bool { return strings.Contains(name, part) })
}

// orderWarning tells that a loss names its arguments the other way round than Keras
// hands them over.
func (f *File) orderWarning(names []string, at syntax.Span) graph.Diagnostic {
	return graph.Diagnostic{
		Code: probe.CodeOrder, Severity: graph.Warning, Pos: f.tracer.Position(at),
		Message: fmt.Sprintf("%s comes before %s: it is given the prediction here, but Keras hands over the target first", names[0], names[1]),
		Notes:   graph.Columns([]string{"would", "take the target for the prediction in Keras, which goes by the order and not by the names."}),
		Fixes:   []string{fmt.Sprintf("swap the parameters: (%s, %s)", names[1], names[0])},
	}
}
