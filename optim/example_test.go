package optim_test

import (
	"fmt"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/optim"
)

func ExampleAdam() {
	g := graph.New(graph.Training)
	w := g.Param(graph.Param{Name: "w", Shape: []int{2}})
	loss := w.Square().Sum()
	for _, u := range (optim.Adam{LR: 0.1}).Updates(g, []*graph.Node{w}, graph.Gradient(loss, []*graph.Node{w})) {
		p, _ := u.Param.Param()
		fmt.Println(p.Name, p.Frozen)
	}
	// Output:
	// adam.m/w true
	// adam.v/w true
	// w false
}
