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

// A run of 1000 steps: warmed up, lowered along a cosine, its gradient kept short and
// its weights averaged.
func ExampleCosine() {
	o := optim.EMA{Of: optim.ClipNorm{Max: 1, Of: optim.AdamW{LR: 1e-3, Schedule: optim.Cosine{Warmup: 50, Steps: 1000}}}}
	g := graph.New(graph.Training)
	w := g.Param(graph.Param{Name: "w", Shape: []int{2}})
	for _, u := range o.Updates(g, []*graph.Node{w}, graph.Gradient(w.Square().Sum(), []*graph.Node{w})) {
		p, _ := u.Param.Param()
		fmt.Println(p.Name)
	}
	schedule := optim.Cosine{Warmup: 50, Steps: 1000}
	fmt.Printf("%.3f %.3f %.3f\n", schedule.At(1), schedule.At(50), schedule.At(525))
	// Output:
	// adamw.m/w
	// adamw.v/w
	// w
	// ema/w
	// 0.020 1.000 0.500
}
