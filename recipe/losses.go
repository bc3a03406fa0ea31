package recipe

import (
	"math"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/loss"
	"github.com/descent-ml/descent/recipe/syntax"
	"github.com/descent-ml/descent/recipe/tracer"
)

// reductions make one number of a value per element.
var reductions = map[string]func(loss.Pointwise, ...loss.Weighting) loss.Loss{
	"mean": loss.Mean, "weighted_mean": loss.WeightedMean, "sum": loss.Sum, "sum_per_sample": loss.SumPerSample,
}

// pointwise declares a loss with the keywords that all of them have.
func pointwise(c *tracer.Call, f, fromLogits loss.Pointwise) tracer.Value {
	var weights []loss.Weighting
	how, scores := "mean", false
	for i, p := range c.Fn.Params() {
		switch p.Name {
		case "class_weight":
			weights = classWeight(c, i)
		case "reduction":
			how = c.Choice(i, "mean", "weighted_mean", "sum", "sum_per_sample")
		case "from_logits":
			scores = c.Bool(i)
		}
	}
	if !c.OK() {
		return tracer.Poison
	}
	if scores {
		f = fromLogits
	}
	return &lossValue{declaration{"loss", c}, located{reductions[how](f, weights...), c.Position(c.At)}}
}

// located is a loss whose nodes stand where a word of the recipe stands.
type located struct {
	loss.Loss
	pos graph.Position
}

func (l located) Apply(in loss.In) *graph.Node {
	defer in.Pred.Graph().At(l.pos)()
	return l.Loss.Apply(in)
}

func bceWord(c *tracer.Call) tracer.Value { return pointwise(c, loss.BCE, loss.BCEWithLogits) }

func crossEntropyWord(c *tracer.Call) tracer.Value {
	return pointwise(c, loss.CrossEntropy, loss.CrossEntropyWithLogits)
}

func focalWord(c *tracer.Call) tracer.Value {
	f := loss.Focal{Gamma: within(c, 0, 0, math.MaxFloat64, "a finite number of at least 0")}
	if !c.IsNone(1) {
		f.Alpha = within(c, 1, positive, 1, "a number above 0, up to 1")
	}
	return pointwise(c, f.Pointwise, f.WithLogits)
}

func mseWord(c *tracer.Call) tracer.Value { return pointwise(c, loss.SquaredError, nil) }

// classWeight reads a list of weights, that of class 0 first, or a dict from class
// numbers to weights.
func classWeight(c *tracer.Call, i int) []loss.Weighting {
	if c.IsNone(i) {
		return nil
	}
	list, ok := weightList(c.Arg(i))
	if !ok {
		c.Want(i, "a list of weights, that of class 0 first")
		return nil
	}
	weights := make([]float64, len(list))
	for k, v := range list {
		w, ok := tracer.Number(v)
		if !ok || !(w >= 0 && w <= math.MaxFloat64) {
			c.RefuseArg(i, tracer.CodeValue, "a class weight is a finite number of at least 0, not %s", tracer.Repr(v))
			return nil
		}
		weights[k] = w
	}
	return []loss.Weighting{loss.ByClass(weights...)}
}

func weightList(v tracer.Value) ([]tracer.Value, bool) {
	switch v := v.(type) {
	case *tracer.List:
		return v.Elems, len(v.Elems) > 1
	case tracer.Tuple:
		return v, len(v) > 1
	case *tracer.Dict:
		list := make([]tracer.Value, v.Len())
		for k := range list {
			w, ok := v.Get(tracer.NewInt(int64(k)))
			if !ok {
				return nil, false
			}
			list[k] = w
		}
		return list, len(list) > 1
	}
	return nil, false
}

// reduceWord is mean(f), weighted_mean(f) and sum_per_sample(f).
func (f *File) reduceWord(c *tracer.Call) tracer.Value {
	fn, ok := f.function(c.Arg(0), c.Span(0))
	if !ok {
		c.Want(0, "a function of y_true and y_pred")
	}
	weights := classWeight(c, 1)
	if !c.OK() {
		return tracer.Poison
	}
	return &lossValue{declaration{"loss", c}, located{reductions[c.Fn.Name](fn, weights...), c.Position(c.At)}}
}

// loss makes a loss of a value: a loss already, or something that can be called.
func (f *File) loss(v tracer.Value, at syntax.Span) (loss.Loss, bool) {
	if l, ok := v.(*lossValue); ok {
		return l.loss, true
	}
	fn, ok := f.function(v, at)
	if !ok {
		return nil, false
	}
	return loss.Func(fn), true
}

// combine adds and scales losses: bce() + 0.5 * f.
func (f *File) combine(t *tracer.Tracer, op syntax.Operator, a, b tracer.Value, at syntax.Span) (tracer.Value, bool) {
	of := func(l loss.Loss) (tracer.Value, bool) { return &lossValue{declaration{"loss", nil}, l}, true }
	la, isLossA := f.loss(a, at)
	lb, isLossB := f.loss(b, at)
	na, isNumberA := tracer.Number(a)
	nb, isNumberB := tracer.Number(b)
	switch {
	case op == syntax.Add && isLossA && isLossB:
		return of(loss.Add(la, lb))
	case op == syntax.Sub && isLossA && isLossB:
		return of(loss.Add(la, loss.Scale(-1, lb)))
	case op == syntax.Mult && isNumberA && isLossB:
		return of(loss.Scale(na, lb))
	case op == syntax.Mult && isLossA && isNumberB:
		return of(loss.Scale(nb, la))
	case op == syntax.Div && isLossA && isNumberB && nb != 0:
		return of(loss.Scale(1/nb, la))
	}
	return nil, false
}

// function makes a function over nodes of one of the file's, whose parameters are
// y_true and y_pred, in this order; a class derived from PyTorch's takes them the
// other way round, as its forward does.
func (f *File) function(v tracer.Value, at syntax.Span) (loss.Pointwise, bool) {
	if !callable(f.tracer, v) {
		return nil, false
	}
	return func(p, y *graph.Node) *graph.Node {
		names, swapped := f.parameters(v)
		first, second := y, p
		if swapped {
			first, second = p, y
		}
		if len(names) >= 2 {
			first.Named(names[0])
			second.Named(names[1])
		}
		g := p.Graph()
		return f.node(g, f.tracer.Invoke(g, v, at, first, second), v, at)
	}, true
}

func callable(t *tracer.Tracer, v tracer.Value) bool {
	switch v := v.(type) {
	case *tracer.Function, *tracer.Method, *tracer.Builtin:
		return true
	case *tracer.Instance:
		_, _, ok := t.Callee(v)
		return ok
	}
	return false
}

// parameters returns the names of what a function is called with, and whether the
// prediction comes first.
func (f *File) parameters(v tracer.Value) (names []string, predictionFirst bool) {
	switch v := v.(type) {
	case *tracer.Function:
		names, _ = v.Params()
	case *tracer.Method:
		names = v.Params()
	case *tracer.Instance:
		name, fn, _ := f.tracer.Callee(v)
		if m, ok := fn.(*tracer.Method); ok {
			names = m.Params()
		}
		predictionFirst = name == "forward"
	}
	return names, predictionFirst
}

// node is what a loss of the file returned, as a node.
func (f *File) node(g *graph.Graph, v tracer.Value, fn tracer.Value, at syntax.Span) *graph.Node {
	if n, ok := v.(*graph.Node); ok {
		return n
	}
	if place, ok := fn.(*tracer.Function); ok {
		at = place.NameSpan()
	}
	if !tracer.Poisoned(v) {
		if x, ok := tracer.Number(v); ok {
			defer g.At(f.tracer.Position(at))()
			return g.Const(x)
		}
		d := graph.Diagnostic{
			Code: tracer.CodeType, Pos: f.tracer.Position(at),
			Message: "a loss returns a tensor, but this one returns " + tracer.Repr(v),
		}
		if _, none := v.(tracer.None); none {
			d.Message = "a loss returns a tensor, but this one returns nothing"
			d.Fixes = []string{"end it with: return ..."}
		}
		return g.Poison(d)
	}
	return f.poison(g)
}

// poison returns a poisoned node for what was refused already: a graph keeps a
// message once.
func (f *File) poison(g *graph.Graph) *graph.Node {
	found := g.Diagnostics()
	if !found.Refused() {
		found = f.graph.Diagnostics() // of a value of the top level
	}
	for _, d := range found {
		if d.Severity == graph.Error {
			return g.Poison(*d)
		}
	}
	panic("recipe: a value is poisoned without a message")
}
