package recipe

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/descent-ml/descent/graph"
)

const (
	slopeDirections = 3
	slopeStarts     = 3       // random weights, of which one that moves the loss is enough
	slopeRows       = 8       // of the batch that slopes are compared on
	slopeNumbers    = 1 << 13 // bounds the prediction's; a larger row is looked at along one direction
)

// compareSlopes compares the derivatives of a proved loss with its slopes, for random
// weights and made up data, and returns a warning of a loss that no weight moves.
func (f *File) compareSlopes(proof *graph.Proof, o LossOptions, at graph.Position) *graph.Diagnostic {
	rows, directions := min(slopeRows, slopeNumbers/graph.Size(o.Pred.At(1))), slopeDirections
	if rows < 1 {
		rows, directions = 1, 1
	}
	for start := range slopeStarts {
		slopes, err := proof.Slopes(randomFeed(proof, rows, start), directions)
		if err != nil {
			return nil // a parameter of the loss's own, or an input that only training has
		}
		f.Slopes = &slopes
		if !slopes.Still {
			return nil
		}
	}
	return &graph.Diagnostic{
		Code: graph.CodeNoGradient, Severity: graph.Warning, Pos: at,
		Message: "no weight moves this loss: its derivative to every one is 0 for random weights and data",
		Notes:   []string{fmt.Sprintf("tried   %d starts of %d rows each", slopeStarts, rows), "would   train with every gradient 0, unless other data brings one."},
		Fixes:   []string{"look for terms that cancel, as x - x and the sum of a softmax do"},
	}
}

// randomFeed gives inputs and parameters random values: those of a target fit its
// range. Of one that is not known they are real numbers in one start, zeros and ones in
// the next: a loss may ask which of the two a target is.
func randomFeed(proof *graph.Proof, rows, start int) graph.Feed {
	rng := rand.New(rand.NewPCG(uint64(start), 7))
	feed := graph.Feed{Rows: rows, Step: 1, Values: map[*graph.Node]graph.Array{}, Random: func(_ string, d graph.Distribution, dst []float64) {
		for i := range dst {
			if dst[i] = rng.Float64(); d == graph.StandardNormal {
				dst[i] = rng.NormFloat64()
			}
		}
	}}
	for _, n := range graph.Reachable(proof.Loss) {
		_, isInput := n.InputName()
		if _, isParam := n.Param(); !isInput && !isParam {
			continue
		}
		v := graph.NewArray(n.Shape().At(rows)...)
		fill(v.Data, n, rng)
		if isInput && n.Range() == graph.Unknown && start%2 == 1 {
			for i := range v.Data {
				v.Data[i] = float64(rng.IntN(2))
			}
		}
		feed.Values[n] = v
	}
	return feed
}

// fill draws values of a node's range: one-hot rows, whole numbers, or any.
func fill(v []float64, n *graph.Node, rng *rand.Rand) {
	r := n.Range()
	k := 1
	if s := n.Shape(); len(s) > 1 && !s[len(s)-1].Depends() {
		k = max(s[len(s)-1].Const, 1)
	}
	for i := range v {
		switch {
		case r.Tag == graph.OneHot && k > 1:
			if i%k == i/k%k {
				v[i] = 1
			}
		case r.Tag == graph.Label || r.Tag == graph.OneHot:
			v[i] = float64(rng.IntN(2))
		case r.Tag == graph.Index:
			v[i] = float64(rng.IntN(1 + int(math.Min(r.Hi, 1))))
		case r.Lo > -math.MaxFloat64 && r.Hi < math.MaxFloat64:
			v[i] = r.Lo + (r.Hi-r.Lo)*rng.Float64()
		default:
			v[i] = rng.NormFloat64()
		}
	}
}
