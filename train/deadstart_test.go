package train

import (
	"strings"
	"testing"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/loss"
	"github.com/descent-ml/descent/nn"
)

// constant fills weights with one number.
type constant float32

func (c constant) Fill(dst []float32, _ []int, _ uint64, _ string) {
	for i := range dst {
		dst[i] = float32(c)
	}
}

func TestDeadStarts(t *testing.T) {
	chain := func(layers ...nn.Layer) nn.Layer { return nn.Chain(layers) }
	for name, tc := range map[string]struct {
		model nn.Layer
		want  string
	}{
		"a dead relu": {chain(
			&nn.Dense{In: 5, Out: 4, Act: nn.Relu, BiasInit: constant(-1000)},
			&nn.Dense{In: 4, Out: 1, Act: nn.Sigmoid},
		), `note: Dense[0] starts dead: relu gives 0 for every row of the first batch [dead-start]
	layer  [N 4]  from Dense[0] 5 -> 4 relu
	would  pass no derivative to the weights before it, which then stay as they are.
	fix: let a part through: Act: nn.LeakyRelu
	fix: or bring the columns to one scale, so that scores of both signs occur`},
		"a saturated sigmoid": {chain(
			&nn.Dense{In: 5, Out: 4, Act: nn.Sigmoid, BiasInit: constant(-1000)},
			&nn.Dense{In: 4, Out: 1, Act: nn.Sigmoid},
		), `note: Dense[0] starts saturated: every score of the first batch is beyond ±14, where sigmoid is flat [dead-start]
	layer  [N 4]  from Dense[0] 5 -> 4 sigmoid
	would  multiply every derivative by less than 1e-6, so that the weights before it hardly move.
	fix: bring the columns to one scale, or start with smaller weights`},
		"legal: half of them dead": {chain(
			&nn.Dense{In: 5, Out: 4, Act: nn.Relu},
			&nn.Dense{In: 4, Out: 1, Act: nn.Sigmoid},
		), ""},
		"legal: elu and silu far out": {chain(
			&nn.Dense{In: 5, Out: 4, Act: nn.Elu, BiasInit: constant(-1000)},
			&nn.Dense{In: 4, Out: 4, Act: nn.Silu, BiasInit: constant(1000)},
			&nn.Dense{In: 4, Out: 1, Act: nn.Sigmoid},
		), ""},
		"legal: a sure head, whose logarithm has a slope": {chain(
			&nn.Dense{In: 5, Out: 4, Act: nn.Tanh},
			&nn.Dense{In: 4, Out: 1, Act: nn.Sigmoid, BiasInit: constant(-1000)},
		), ""},
	} {
		t.Run(name, func(t *testing.T) {
			j := tableJob(table(80, yesNo))
			j.Model = func(ModelSpec) (nn.Layer, error) { return tc.model, nil }
			j.Loss, j.LossName = loss.Mean(loss.BCE), "bce"
			j.ModelPos = graph.Position{}
			p := prepare(t, j)
			var got []string
			for _, d := range p.Diagnostics {
				if d.Code == CodeDeadStart {
					e := *d
					e.Pos = graph.Position{}
					got = append(got, e.Error())
				}
			}
			text := strings.Join(got, "\n")
			if at := strings.Index(text, " ("); at >= 0 { // of this file
				text = text[:at] + text[strings.Index(text, ")")+1:]
			}
			if text != tc.want {
				t.Errorf("got\n%s\nwant\n%s", text, tc.want)
			}
			if tc.want != "" && len(p.Proof.Remarks) == 0 {
				t.Error("run.json does not hold it")
			}
		})
	}
}
