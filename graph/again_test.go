package graph

import (
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestAgain makes every row once more in another graph: it must compute the same bits.
func TestAgain(t *testing.T) {
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			tr := r.apply(t, unknown(len(r.in)))
			tr.fill(r, 3, rand.New(rand.NewPCG(2, 2)))
			g, other := New(Training), map[*Node]*Node{}
			feed := tr.feed
			feed.Values = map[*Node]Array{}
			for _, n := range Reachable(tr.out) {
				var in []*Node
				for _, x := range n.in {
					in = append(in, other[x])
				}
				other[n] = g.Again(n, in...)
				if v, fed := tr.feed.Values[n]; fed {
					feed.Values[other[n]] = v
				}
			}
			again := other[tr.out]
			if again.g != g || !again.shape.Equal(tr.out.shape) || again.dtype != tr.out.dtype || again.label != tr.out.label {
				t.Fatalf("%v %v was made again as %v %v", tr.out.shape, tr.out.dtype, again.shape, again.dtype)
			}
			got, err := Eval(feed, again)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(bits(tr.eval(t, tr.out)[0]), bits(got[0])); diff != "" {
				t.Errorf("made again (-first +again):\n%s", diff)
			}
		})
	}
	g := New(Training)
	if n := g.Again(g.poison()); !n.Poisoned() {
		t.Error("a poisoned node was made again")
	}
}
