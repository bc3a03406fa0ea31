// Five weighs the pixels of a mask by class, and says what the weights do to the size
// of the loss. One pixel in ten is positive.
//
//	go run ./examples/questions/5
package main

import (
	"fmt"
	"log"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/loss"
)

const side = 20

func main() {
	for _, l := range []struct {
		name string
		loss loss.Loss
	}{
		{"no weights            ", loss.Mean(loss.BCE)},
		{"1000/900 and 1000/100 ", loss.Mean(loss.BCE, loss.ByClass(1000./900, 1000./100))},
		{"balanced: 0.556 and 5 ", loss.Mean(loss.BCE, loss.Balanced(900, 100))},
		{"balanced, plus Dice   ", loss.Add(loss.Mean(loss.BCE, loss.Balanced(900, 100)), loss.Dice{Per: loss.Image, Smooth: 1})},
	} {
		fmt.Printf("%s %.3f\n", l.name, value(l.loss))
	}
}

// value is what a loss costs where every pixel's probability is one half.
func value(l loss.Loss) float64 {
	g := graph.New(graph.Training)
	image := graph.Rows(side, side, 1)
	p := g.Input("p", image, graph.Range{Interval: graph.Within(0, 1), Tag: graph.Probability})
	y := g.Input("y", image, graph.Range{Interval: graph.Within(0, 1), Tag: graph.Label})
	half, mask := make([]float64, side*side), make([]float64, side*side)
	for i := range mask {
		half[i] = 0.5
		if i%10 == 0 {
			mask[i] = 1
		}
	}
	v := l.Apply(loss.In{Pred: p, Target: y})
	if err := g.Diagnostics().Err(); err != nil {
		log.Fatal(err)
	}
	out, err := graph.Eval(graph.Feed{Rows: 1, Values: map[*graph.Node]graph.Array{
		p: graph.ArrayOf(half, 1, side, side, 1), y: graph.ArrayOf(mask, 1, side, side, 1),
	}}, v)
	if err != nil {
		log.Fatal(err)
	}
	return out[0].Data[0]
}
