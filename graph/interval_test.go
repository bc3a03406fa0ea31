package graph

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestIntervalText(t *testing.T) {
	for _, c := range []struct {
		i    Interval
		want string
	}{
		{Everything, "[-Inf, +Inf]"},
		{Within(0, 1), "[0, 1]"},
		{Interval{Lo: 0, Hi: 1, LoOpen: true, HiOpen: true}, "(0, 1)"},
		{Interval{Lo: 0, Hi: math.Inf(1), HiOpen: true}, "[0, +Inf)"},
		{Within(-1e-7, 1.0/3), "[-1e-07, 0.333333]"},
	} {
		if got := c.i.String(); got != c.want {
			t.Errorf("%s is written %s", c.want, got)
		}
	}
}

// TestIntervalSets holds that intervals are the sets that they stand for.
func TestIntervalSets(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		i, j := drawInterval(t), drawInterval(t)
		v, w := drawIn(t, i), drawIn(t, j)
		if !i.Has(v) && math.Abs(i.Lo) <= 300 && math.Abs(i.Hi) <= 300 {
			t.Fatalf("%v lacks %v", i, v)
		}
		if h := i.Hull(j); !h.Contains(i) || !h.Contains(j) {
			t.Errorf("the hull of %v and %v is %v", i, j, h)
		}
		if i.Contains(j) && !i.Has(w) {
			t.Errorf("%v contains %v but lacks its %v", i, j, w)
		}
		if !i.Contains(i) || !Everything.Contains(i) {
			t.Errorf("%v does not contain itself", i)
		}
		if n := i.neg(); i.Has(v) && !n.Has(-v) || n.neg() != i {
			t.Errorf("-%v is %v", i, n)
		}
		if r := i.inverse(); v != 0 && i.Has(v) && !nearly(r, 1/v) {
			t.Errorf("1/%v is %v, but 1/%v = %v", i, r, v, 1/v)
		}
		if i.IsZero() != (i == Within(0, 0)) {
			t.Errorf("%v is zero: %v", i, i.IsZero())
		}
	})
}

// TestTags holds what is known of values besides their interval.
func TestTags(t *testing.T) {
	g := New(Training)
	x := g.Input("x", Rows(4), Unknown)
	w := g.Param(Param{Name: "w", Shape: []int{4, 4}})
	bias := g.Param(Param{Name: "b", Shape: []int{4}})
	score := x.MatMul(w).Add(bias)
	probability := score.Softmax(1)
	oneHot := g.Input("y", Rows(4), Range{Interval: Within(0, 1), Tag: OneHot})
	label := g.Input("z", Rows(4), Range{Interval: Within(0, 1), Tag: Label})
	index := oneHot.ArgMax(1)
	half := g.Const(0.5)
	for _, c := range []struct {
		name string
		n    *Node
		want Range
	}{
		{"affine", score, Range{Everything, Score}},
		{"affine of data alone", x.MatMul(g.Array([]int{4, 1}, []float64{1, 2, 3, 4})), Range{Everything, Untagged}},
		{"affine of nothing", x.Scale(0).MatMul(w), Range{Within(0, 0), Untagged}},
		{"scaled score", score.Scale(-2), Range{Everything, Score}},
		{"score times 0", score.Scale(0), Range{Within(0, 0), Untagged}},
		{"score times data", score.Mul(x), Range{Everything, Untagged}},
		{"score and data", score.Add(x), Range{Everything, Score}},
		{"data less score", x.Sub(score), Range{Everything, Score}},
		{"score less its mean", score.Sub(score.MeanKeep(1)), Range{Everything, Untagged}},
		{"score less its largest", score.Sub(score.ReduceMaxKeep(1)), Range{Everything, Untagged}},
		{"negated score", score.Neg(), Range{Everything, Score}},
		{"score of part", score.Index(1, 2).ExpandDims(-1).Transpose(), Range{Everything, Score}},
		{"sum of scores", score.Sum(), Range{Everything, Score}},
		{"rectified score", score.Relu(), Range{Interval{Lo: 0, Hi: math.Inf(1)}, Score}},
		{"squared score", score.Square(), Range{Interval{Lo: 0, Hi: math.Inf(1)}, Untagged}},
		{"clipped score", score.Clip(0, 1), Range{Within(0, 1), Untagged}},
		{"score or nothing", score.Greater(half).Where(score, g.Const(0)), Range{Everything, Untagged}},
		{"sigmoid", score.Sigmoid(), Range{Interval{0, 1, true, true}, Probability}},
		{"softmax", probability, Range{Interval{0, 1, true, true}, Probability}},
		{"softmax of one class", score.Index(1, 0).ExpandDims(1).Softmax(1), Range{Within(1, 1), Probability}},
		{"softmax over the batch", score.Softmax(0), Range{Interval{0, 1, true, false}, Probability}},
		{"the other class", probability.OneMinus(), Range{Interval{0, 1, true, true}, Probability}},
		{"clipped probability", probability.Clip(1e-7, 1-1e-7), Range{Within(1e-7, 1-1e-7), Probability}},
		{"probability beyond", probability.Clip(-1, 1), Range{Interval{0, 1, true, true}, Untagged}},
		{"mixture", probability.Mul(half).Add(probability.Mul(half)), Range{Interval{0, 1, true, true}, Untagged}},
		{"one-hot", index.OneHot(4), Range{Within(0, 1), OneHot}},
		{"one-hot repeated", oneHot.BroadcastTo(Shape{Fixed(2), Batch, Fixed(4)}), Range{Within(0, 1), OneHot}},
		{"column of one-hot", oneHot.Slice(1, Fixed(0), Fixed(1)), Range{Within(0, 1), Label}},
		{"one-hot flat", oneHot.Reshape(-1), Range{Within(0, 1), Label}},
		{"one-hot turned", oneHot.Transpose(), Range{Within(0, 1), Label}},
		{"one-hot joined", Concat(1, oneHot, oneHot), Range{Within(0, 1), Label}},
		{"one-hot of two", label.Where(oneHot, oneHot), Range{Within(0, 1), Label}},
		{"labels joined with one-hot", Concat(1, oneHot, label), Range{Within(0, 1), Untagged}},
		{"position", index, Range{Within(0, 3), Index}},
		{"position in the batch", oneHot.ArgMax(0), Range{Interval{Lo: 0, Hi: math.Inf(1)}, Index}},
		{"position as int", index.Cast(Float).Cast(Int), Range{Within(0, 3), Index}},
		{"label as int", label.Cast(Int), Range{Within(0, 1), Label}},
		{"the other label", label.OneMinus(), Range{Within(0, 1), Label}},
		{"comparison", score.Greater(half), Range{Within(0, 1), Label}},
		{"comparison as number", score.Greater(half).Cast(Float), Range{Within(0, 1), Label}},
		{"whole part", score.Cast(Int), Range{Everything, Untagged}},
		{"count", g.Count(Batch), Range{Interval{Lo: 1, Hi: math.Inf(1)}, Untagged}},
		{"mean", probability.Mean(), Range{Interval{0, math.Inf(1), true, true}, Untagged}},
	} {
		if got := c.n.Range(); got != c.want {
			t.Errorf("%s: %v %v, want %v %v", c.name, got.Interval, got.Tag, c.want.Interval, c.want.Tag)
		}
	}
	if got := (Range{Tag: OneHot}).Tag.String(); got != "one-hot" {
		t.Errorf("the tag is written %q", got)
	}
}
