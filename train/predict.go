package train

import (
	"context"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/program"
)

// predictRows is how many rows a predictor takes at once: enough to keep the
// processor busy, and few enough that memory does not grow with the table.
const predictRows = 1024

// predictor computes outputs from x alone, row by row.
type predictor struct {
	program *program.Program
	width   map[string]int       // numbers a row of each output
	inputs  map[string][]float32 // of the last run, used again
}

func newPredictor(s *program.State, outputs map[string]*graph.Node, workers int) (*predictor, error) {
	p := &predictor{width: map[string]int{}, inputs: map[string][]float32{}}
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
		n := to - from
		out = out[:len(out)+n*p.width[name]]
		if err := p.fill(ctx, name, out[len(out)-n*p.width[name]:], set.X[from*set.Width:to*set.Width], n); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// fill computes an output of rows rows into dst.
func (p *predictor) fill(ctx context.Context, name string, dst, x []float32, rows int) error {
	p.inputs["x"] = x
	if err := p.program.Run(ctx, program.Batch{Rows: rows, Step: 1, Inputs: p.inputs}); err != nil {
		return err
	}
	copy(dst, p.program.Output(name))
	return nil
}
