package train

import (
	"context"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/program"
)

// predictRows is how many rows a predictor takes at once: enough to keep the
// processor busy, and few enough that memory does not grow with the table.
const predictRows = 4096

// predictor computes outputs from x alone, row by row.
type predictor struct {
	program *program.Program
	width   map[string]int // numbers a row of each output
}

func newPredictor(s *program.State, outputs map[string]*graph.Node, workers int) (*predictor, error) {
	p := &predictor{width: map[string]int{}}
	for name, n := range outputs {
		if n.Poisoned() || n.Rank() == 0 || n.Shape()[0] != graph.Batch {
			return nil, refuse(Refused, graph.CodeShape, "", "output "+name+" has no row for each row of the batch", nil)
		}
		p.width[name] = graph.Size(n.Shape().At(1))
	}
	var err error
	p.program, err = program.Compile(s, program.Spec{Outputs: outputs, Workers: workers})
	return p, err
}

func (p *predictor) close() { p.program.Close() }

// run returns the output of that name for all rows of set.
func (p *predictor) run(ctx context.Context, name string, set *data.Set) ([]float32, error) {
	out := make([]float32, 0, set.Rows*p.width[name])
	for from := 0; from < set.Rows; from += predictRows {
		to := min(from+predictRows, set.Rows)
		in := map[string][]float32{"x": set.X[from*set.Width : to*set.Width]}
		if err := p.program.Run(ctx, program.Batch{Rows: to - from, Step: 1, FirstRow: from, Inputs: in}); err != nil {
			return nil, err
		}
		out = append(out, p.program.Output(name)...)
	}
	return out, nil
}
