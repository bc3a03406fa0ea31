// One draws with the three formulas of the question, for a variance of 4.
//
//	go run ./examples/questions/1
package main

import (
	"fmt"
	"log"
	"math"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/nn"
)

func main() {
	g := graph.New(graph.Training)
	mean := g.Input("mean", graph.Rows(), graph.Unknown)
	logVar := g.Input("log_var", graph.Rows(), graph.Unknown)
	noise := g.Input("noise", graph.Rows(), graph.Unknown)

	z := (&nn.GaussianSample{}).Forward(mean, logVar) // mean + e^(½·log_var)·noise
	withoutHalf := mean.Add(logVar.Exp().Mul(noise))
	withoutExp := mean.Add(logVar.Mul(noise))

	feed := graph.Feed{
		Rows: 1,
		Values: map[*graph.Node]graph.Array{
			mean: graph.ArrayOf([]float64{0}, 1), logVar: graph.ArrayOf([]float64{math.Log(4)}, 1), noise: graph.ArrayOf([]float64{1}, 1),
		},
		Random: func(_ string, _ graph.Distribution, dst []float64) { dst[0] = 1 },
	}
	out, err := graph.Eval(feed, z, withoutHalf, withoutExp)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("a noise of 1 and a variance of 4, whose root is 2, give")
	fmt.Printf("exp(0.5 * log_var) * noise  %.2f\n", out[0].Data[0])
	fmt.Printf("exp(log_var) * noise        %.2f\n", out[1].Data[0])
	fmt.Printf("log_var * noise             %.2f\n", out[2].Data[0])
}
