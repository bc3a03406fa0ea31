package recipe

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/loss"
	"github.com/descent-ml/descent/recipe/tracer"
	"github.com/descent-ml/descent/train"
)

// classWeights are weights of classes or labels as a recipe writes them: a list, a
// dict, or "balanced". Nil and the zero value are none.
type classWeights struct {
	given    bool
	balanced bool
	list     [][]float64 // one number each, or [no, yes]
	keys     []string    // of a dict, in its order; nil for a list
	scale    string      // the reduction whose value the weights scale, or ""
	class    *className  // the only class that the loss is of, or nil
	pos      graph.Position
}

// className is a class as a recipe names it.
type className struct {
	text string
	pos  graph.Position
}

// readClassWeights reads the argument of class_weight.
func readClassWeights(c *tracer.Call, i int) *classWeights {
	w := &classWeights{pos: c.Position(c.Span(i))}
	const wanted = "a list of weights, that of class 0 first, a dict from classes to weights, \"balanced\" or None"
	var values []tracer.Value
	switch v := c.Arg(i).(type) {
	case tracer.None:
		return w
	case tracer.Str:
		if v != "balanced" {
			c.Choice(i, "balanced")
		}
		w.given, w.balanced = true, true
		return w
	case *tracer.List:
		values = v.Elems
	case tracer.Tuple:
		values = v
	case *tracer.Dict:
		v.Each(func(key, weight tracer.Value) {
			name := tracer.Repr(key)
			if s, ok := key.(tracer.Str); ok {
				name = string(s)
			}
			w.keys, values = append(w.keys, name), append(values, weight)
		})
	default:
		c.Want(i, wanted)
		return w
	}
	if len(values) == 0 {
		c.Want(i, wanted)
	}
	w.given = true
	for _, v := range values {
		numbers, ok := weightsOf(v)
		if !ok {
			c.RefuseArg(i, tracer.CodeValue, "a class weight is a finite number of at least 0, or [no, yes] for a label, not %s", tracer.Repr(v))
			return w
		}
		w.list = append(w.list, numbers)
	}
	return w
}

// weightsOf reads a weight, or a pair of them.
func weightsOf(v tracer.Value) ([]float64, bool) {
	var parts []tracer.Value
	switch v := v.(type) {
	case *tracer.List:
		parts = v.Elems
	case tracer.Tuple:
		parts = v
	default:
		parts = []tracer.Value{v}
	}
	var out []float64
	for _, p := range parts {
		x, ok := tracer.Number(p)
		if !ok || !(x >= 0 && x <= math.MaxFloat64) {
			return nil, false
		}
		out = append(out, x)
	}
	return out, len(parts) == 1 && len(out) == 1 && !isPair(v) || len(parts) == 2 && isPair(v)
}

func isPair(v tracer.Value) bool {
	switch v.(type) {
	case *tracer.List, tracer.Tuple:
		return true
	}
	return false
}

// readClass reads the name or number of a class, or None.
func readClass(c *tracer.Call, i int) *className {
	switch v := c.Arg(i).(type) {
	case tracer.None:
		return nil
	case tracer.Str:
		return &className{string(v), c.Position(c.Span(i))}
	case tracer.Int, tracer.Bool, tracer.Float:
		return &className{tracer.Repr(v), c.Position(c.Span(i))}
	}
	c.Want(i, "the name of a class")
	return nil
}

// scaling says that the loss is reduced in a way that weights scale.
func (w *classWeights) scaling(reduction string) *classWeights {
	if w == nil {
		return nil
	}
	if reduction == "mean" || reduction == "sum_per_sample" {
		w.scale = reduction
	}
	return w
}

// ofClass says that the loss is of one class alone.
func (w *classWeights) ofClass(class *className) *classWeights {
	w.class = class
	return w
}

// resolvedWeights are weights in the order of the data's classes or labels.
type resolvedWeights struct {
	classes []float64    // of each class
	labels  []float64    // of each label
	pairs   [][2]float64 // of each label's no and yes
	class   int          // the number of the only class
	found   graph.Diagnostics
}

// weightings returns what package loss takes.
func (r resolvedWeights) weightings() []loss.Weighting {
	switch {
	case r.classes != nil:
		return []loss.Weighting{loss.ByClass(r.classes...)}
	case r.labels != nil:
		return []loss.Weighting{loss.ByLabel(r.labels...)}
	case r.pairs != nil:
		return []loss.Weighting{loss.ByLabelClass(r.pairs...)}
	}
	return nil
}

// resolve puts the weights into the order of the classes.
func (w *classWeights) resolve(spec train.LossSpec) (r resolvedWeights, refused graph.Diagnostics) {
	if w == nil {
		return r, nil
	}
	if w.class != nil {
		if r.class, refused = w.class.in(spec); refused != nil {
			return r, refused
		}
	}
	if !w.given {
		return r, nil
	}
	switch {
	case spec.Task == data.Regression && spec.Rows > 0:
		return r, w.refuse("class_weight needs a target with classes, and this one is a number", nil, `give rows their weights by a column: table(..., weight = "column")`)
	case spec.Task == data.MultiLabel:
		refused = w.ofLabels(spec, &r)
	default:
		refused = w.ofClasses(spec, &r)
	}
	switch {
	case refused != nil || w.scale == "":
	case spec.Rows > 0:
		r.found = w.noteMean(spec, r)
	default:
		r.found = w.noteShares(r)
	}
	return r, refused
}

// refuse is an error at the weights.
func (w *classWeights) refuse(message string, notes []string, fixes ...string) graph.Diagnostics {
	return graph.Diagnostics{{Code: graph.CodeWeightShape, Pos: w.pos, Message: message, Notes: notes, Fixes: fixes}}
}

func (w *classWeights) ofClasses(spec train.LossSpec, r *resolvedWeights) graph.Diagnostics {
	switch {
	case w.balanced && spec.Counts == nil:
		return nil // without data there is nothing to balance
	case w.balanced:
		r.classes = loss.BalancedWeights(spec.Counts...)
		return nil
	}
	list, refused := w.inOrder(spec.Classes, "class", "classes")
	if refused != nil {
		return refused
	}
	for _, numbers := range list {
		if len(numbers) != 1 {
			return w.refuse("class_weight has a pair of weights, but the target is no set of labels", nil, "give one weight for each class")
		}
		r.classes = append(r.classes, numbers[0])
	}
	return nil
}

func (w *classWeights) ofLabels(spec train.LossSpec, r *resolvedWeights) graph.Diagnostics {
	k := len(spec.Classes)
	if w.balanced {
		for _, yes := range spec.Counts {
			b := loss.BalancedWeights(spec.Rows-yes, yes)
			r.pairs = append(r.pairs, [2]float64{b[0], b[1]})
		}
		return nil
	}
	flat := !slices.ContainsFunc(w.list, func(n []float64) bool { return len(n) == 2 })
	if flat && w.keys == nil && len(w.list) == 2 {
		if k == 2 {
			return w.refuse("two weights for two labels: either [no, yes] of both, or one for each label", nil,
				fmt.Sprintf("one for each label: class_weight = {%q: %v, %q: %v}", spec.Classes[0], w.list[0][0], spec.Classes[1], w.list[1][0]),
				fmt.Sprintf("or no and yes of both: class_weight = [[%v, %v], [%v, %v]]", w.list[0][0], w.list[1][0], w.list[0][0], w.list[1][0]))
		}
		r.classes = []float64{w.list[0][0], w.list[1][0]} // no and yes of every label
		return nil
	}
	list, refused := w.inOrder(spec.Classes, "label", "labels")
	if refused != nil {
		return refused
	}
	for _, numbers := range list {
		if flat {
			r.labels = append(r.labels, numbers[0])
			continue
		}
		r.pairs = append(r.pairs, [2]float64{numbers[0], numbers[len(numbers)-1]})
	}
	return nil
}

// inOrder returns the weights in the order of names; without names in their own.
func (w *classWeights) inOrder(names []string, one, several string) ([][]float64, graph.Diagnostics) {
	have := graph.Columns([]string{several, strings.Join(names, ", ")})
	switch {
	case len(names) == 0 && w.keys == nil:
		return w.list, nil
	case len(names) == 0:
		return w.byNumber(), nil
	case w.keys == nil && len(w.list) != len(names):
		return nil, w.refuse(fmt.Sprintf("class_weight lists %d weights, and the target has %d %s", len(w.list), len(names), several), have,
			fmt.Sprintf("give one for each %s, in this order, or a dict: {%q: 1, ...}", one, names[0]))
	case w.keys == nil:
		return w.list, nil
	}
	out := make([][]float64, len(names))
	for i, key := range w.keys {
		at, ok := find(names, key)
		if !ok {
			var fixes []string
			if near, ok := tracer.Nearest(key, names); ok {
				fixes = []string{fmt.Sprintf("%q", near)}
			}
			unknown := w.refuse(fmt.Sprintf("class_weight: the target has no %s %q", one, key), have, fixes...)
			unknown[0].Code = graph.CodeUnknownWord
			return nil, unknown
		}
		out[at] = w.list[i]
	}
	for at, numbers := range out {
		if numbers == nil {
			return nil, w.refuse(fmt.Sprintf("class_weight has no weight for %s %q", one, names[at]), have, fmt.Sprintf("%q: 1", names[at]))
		}
	}
	return out, nil
}

// byNumber returns the weights of a dict in the order of its keys where they count
// from 0, else as they stand.
func (w *classWeights) byNumber() [][]float64 {
	out := make([][]float64, len(w.list))
	for i, key := range w.keys {
		n, err := strconv.Atoi(key)
		if err != nil || n < 0 || n >= len(out) || out[n] != nil {
			return w.list
		}
		out[n] = w.list[i]
	}
	return out
}

// find returns the place of a class: by its name, else by its number.
func find(names []string, key string) (int, bool) {
	if at := slices.Index(names, key); at >= 0 {
		return at, true
	}
	n, err := strconv.Atoi(key)
	return n, err == nil && n >= 0 && n < len(names)
}

// in returns the number of the class in the data.
func (n *className) in(spec train.LossSpec) (int, graph.Diagnostics) {
	refuse := func(message string, fixes ...string) graph.Diagnostics {
		return graph.Diagnostics{{
			Code: graph.CodeUnknownWord, Pos: n.pos, Message: message,
			Notes: graph.Columns([]string{"classes", strings.Join(spec.Classes, ", ")}), Fixes: fixes,
		}}
	}
	at, ok := find(spec.Classes, n.text)
	switch {
	case len(spec.Classes) == 0:
		at, _ = strconv.Atoi(n.text)
		return max(at, 0), nil
	case !ok:
		var fixes []string
		if near, ok := tracer.Nearest(n.text, spec.Classes); ok {
			fixes = []string{fmt.Sprintf("positive = %q", near)}
		}
		return 0, refuse(fmt.Sprintf("the target has no class %q", n.text), fixes...)
	case spec.Task == data.Binary && at == 0:
		return 0, refuse(fmt.Sprintf("the model says how likely %q is, so no loss is of %q alone", spec.Classes[1], spec.Classes[0]),
			fmt.Sprintf("table(..., positive = %q)", spec.Classes[0]))
	}
	return at, nil
}
