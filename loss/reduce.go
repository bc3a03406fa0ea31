package loss

import "github.com/descent-ml/descent/graph"

// Mean returns Σ w·f / n, where n is the number of terms.
//
// A weight of k counts a row k times above the line, but once in n: it scales the
// row's pull. Use [WeightedMean] where k should mean k copies of the row. Terms
// that [Mask] or [Ignore] leave out do not count in n. Without terms the value is 0
// and so is its gradient.
func Mean(f Pointwise, by ...Weighting) Loss { return reduced{f, by, mean} }

// WeightedMean returns Σ w·f / Σ w: a row of weight k is worth exactly k copies of
// it. Where all weights are 0 the value is 0 and so is its gradient.
func WeightedMean(f Pointwise, by ...Weighting) Loss { return reduced{f, by, weightedMean} }

// Sum returns Σ w·f over all terms: a row of weight k is worth exactly k copies of
// it, and the value grows with the batch.
func Sum(f Pointwise, by ...Weighting) Loss { return reduced{f, by, total} }

// SumPerSample returns Σ w·f / N: the sum over all axes but the batch, and the mean
// over the N rows of the batch, as an evidence lower bound needs.
func SumPerSample(f Pointwise, by ...Weighting) Loss { return reduced{f, by, sumPerSample} }

// reduced is a pointwise loss, weighted and made one number.
type reduced struct {
	of  Pointwise
	by  []Weighting
	how func(terms) *graph.Node
}

func (r reduced) Apply(in In) *graph.Node { return r.apply(r.of(in.Pred, in.Target), in) }

// apply weighs and reduces the terms v.
func (r reduced) apply(v *graph.Node, in In) *graph.Node {
	if v.Poisoned() {
		return v
	}
	t, refused := weigh(v, in, r.by)
	if refused != nil {
		return refused
	}
	return r.how(t)
}

// terms are the values of a pointwise loss with what weighs them, each of the
// values' shape.
type terms struct {
	values *graph.Node
	weight *graph.Node // nil where every term counts once
	kept   *graph.Node // 1 for terms that are terms at all, else 0; nil where all are
}

func mean(t terms) *graph.Node { return divide(t.sum(), t.count()) }

func weightedMean(t terms) *graph.Node {
	if f := t.factor(); f != nil {
		return divide(t.sum(), f.Sum())
	}
	return mean(t)
}

func total(t terms) *graph.Node { return t.sum() }

func sumPerSample(t terms) *graph.Node {
	if t.values.Rank() == 0 {
		return t.sum()
	}
	return t.sum().Div(t.values.Graph().Count(t.values.Shape()[0]))
}

// sum returns Σ w·f over the terms that are kept.
func (t terms) sum() *graph.Node {
	if f := t.factor(); f != nil {
		return t.values.Mul(f).Sum()
	}
	return t.values.Sum()
}

// factor returns the product of weight and mask, or nil where there is neither.
func (t terms) factor() *graph.Node {
	switch {
	case t.weight == nil:
		return t.kept
	case t.kept == nil:
		return t.weight
	}
	return t.weight.Mul(t.kept)
}

// count returns the number of terms.
func (t terms) count() *graph.Node {
	if t.kept != nil {
		return t.kept.Sum()
	}
	g := t.values.Graph()
	if size, ok := t.values.Shape().Size(); ok {
		return g.Count(size)
	}
	n := g.Const(1) // rows against rows: the number is no multiple of N
	for _, d := range t.values.Shape() {
		n = n.Mul(g.Count(d))
	}
	return n
}

// divide returns a / b, or a where b is 0: then every term of a weighs nothing.
func divide(a, b *graph.Node) *graph.Node {
	if b.Range().Lo > 0 {
		return a.Div(b)
	}
	g := b.Graph()
	return a.Div(b.Greater(g.Const(0)).Where(b, g.Const(1)))
}
