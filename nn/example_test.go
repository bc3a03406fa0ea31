package nn_test

import (
	"fmt"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/nn"
)

func ExampleBind() {
	m := nn.Chain{&nn.Dense{In: 3, Out: 16, Act: nn.Relu}, &nn.Dense{In: 16, Out: 1, Act: nn.Sigmoid}}
	g := graph.New(graph.Training)
	nn.Bind(g, m)
	p := m.Forward(g.Input("x", graph.Rows(3), graph.Unknown))
	fmt.Println(p.Shape(), p.Range().Interval)
	for _, n := range g.Params() {
		p, _ := n.Param()
		fmt.Println(p.Name, p.Shape)
	}
	// Output:
	// [N 1] (0, 1)
	// Dense[0].Weight [3 16]
	// Dense[0].Bias [16]
	// Dense[1].Weight [16 1]
	// Dense[1].Bias [1]
}

func ExampleMLP() {
	m := nn.MLP(nn.MLPConfig{In: 3, Hidden: []int{64, 32}, Head: nn.BinaryHead(0.033)})
	layers, err := nn.Layers(m, graph.Rows(3))
	if err != nil {
		fmt.Println(err)
	}
	for _, l := range layers {
		fmt.Printf("%s  %8s  %-7s  %-6v  %d\n", l.Name, l.Size, l.Act, l.Out, l.Params)
	}
	// Output:
	// Dense[0]   3 -> 64  relu     [N 64]  256
	// Dense[1]  64 -> 32  relu     [N 32]  2080
	// Dense[2]   32 -> 1  sigmoid  [N 1]   33
}

// The middle of a variational autoencoder: two plain layers, and a sample between them.
func ExampleGaussianSample() {
	g := graph.New(graph.Training)
	h := g.Input("h", graph.Rows(64), graph.Unknown)
	mean, logVar := (&nn.Dense{In: 64, Out: 2}).Forward(h), (&nn.Dense{In: 64, Out: 2}).Forward(h)
	z := (&nn.GaussianSample{}).Forward(mean, logVar)
	fmt.Println(z.Shape(), len(g.Trainable()))
	// Output: [N 2] 4
}

func ExampleBatchNorm() {
	g := graph.New(graph.Training)
	m := nn.Chain{&nn.Dense{In: 3, Out: 16, NoBias: true}, &nn.BatchNorm{Size: 16}}
	nn.Bind(g, m)
	m.Forward(g.Input("x", graph.Rows(3), graph.Unknown))
	for _, u := range g.Updates() { // of the running statistics, at the end of each step
		p, _ := u.Param.Param()
		fmt.Println(p.Name, p.Frozen)
	}
	// Output:
	// BatchNorm[0].Mean true
	// BatchNorm[0].Variance true
}
