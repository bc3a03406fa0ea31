package torch

import (
	"slices"
	"testing"

	"github.com/descent-ml/descent/graph"
)

// TestUnwatched holds the derivatives of what is changed in place where no gradient is
// watched: PyTorch keeps those that the tensor had before.
func TestUnwatched(t *testing.T) {
	for _, tc := range []struct {
		change       string
		value, slope float64
	}{
		{"y.mul_(2)", 12, 3},
		{"y += 1", 7, 3},
		{"y.view(-1).mul_(2)", 12, 3},
		{"y.zero_()", 0, 3},
		{"F.relu(y, inplace=True)", 6, 3},
		{"z = y.detach(); z.mul_(2)", 12, 3},
		{"y = y * 2", 12, 0},
	} {
		source := "def f(x):\n    y = x * 3\n    with torch.no_grad():\n        " + tc.change + "\n    return y.sum()\n"
		x, y := apply(t, source, graph.Training, 1)
		dx := graph.Gradient(y, []*graph.Node{x})[0]
		if dx == nil {
			dx = x.Graph().Const(0)
		}
		out, err := graph.Eval(graph.Feed{Rows: 1, Values: map[*graph.Node]graph.Array{x: {Dims: []int{1}, Data: []float64{2}}}}, y, dx)
		if err != nil {
			t.Fatal(err)
		}
		if got := []float64{out[0].Data[0], out[1].Data[0]}; !slices.Equal(got, []float64{tc.value, tc.slope}) {
			t.Errorf("%s: value and slope %v, want %v", tc.change, got, []float64{tc.value, tc.slope})
		}
	}
}
