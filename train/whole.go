package train

import (
	"context"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/program"
)

// wholePart computes loss, reports and prediction of all rows of a part. A part of
// up to predictRows rows is one run; a larger one goes through memory piece by
// piece where pieces can stand for the whole, and the numbers are those of the
// whole all the same.
type wholePart struct {
	traced *traced
	inputs inputs
	once   *program.Program // everything at once
	pieces *program.Summed  // loss and reports; nil where only all rows at once will do
	rows   *predictor       // the prediction, with pieces
	last   []float32        // the prediction of the last part
}

func newWholePart(t *traced, in inputs, s *program.State, c Config) (*wholePart, error) {
	w := &wholePart{traced: t, inputs: in}
	loss := graph.Rewrite(t.loss)[0]
	results := t.results(loss)
	pieces, err := program.NewSummed(s, results, nil, c.Workers, c.Seed, nil)
	if err == nil {
		w.pieces = pieces
	}
	outputs := t.results(loss)
	prediction := t.step.output(Prediction)
	if prediction != nil {
		outputs[outputKey(Prediction)] = prediction
		if w.rows, err = newPredictor(s, map[string]*graph.Node{Prediction: prediction}, c.Workers); err != nil {
			w.rows = nil // it is computed with the loss
		}
	}
	if w.once, err = program.Compile(s, program.Spec{Outputs: outputs, Guard: []*graph.Node{loss}, Workers: c.Workers, Seed: c.Seed}); err != nil {
		w.close()
		return nil, err
	}
	return w, nil
}

// cut reports whether a part of that many rows goes through memory in pieces.
func (w *wholePart) cut(rows int) bool {
	return rows > predictRows && w.pieces != nil && (w.rows != nil || w.traced.step.output(Prediction) == nil)
}

// run computes a part; result and prediction then belong to it.
func (w *wholePart) run(ctx context.Context, set *data.Set, step int64) (result func(key string) float64, err error) {
	piece := func(from, to int) program.Batch {
		in := map[string][]float32{}
		for _, name := range w.traced.step.used {
			in[name] = w.inputs.rows(set, name, from, to)
		}
		return program.Batch{Rows: to - from, FirstRow: from, Step: step, Inputs: in}
	}
	if !w.cut(set.Rows) {
		if err := w.once.Run(ctx, piece(0, set.Rows)); err != nil {
			return nil, err
		}
		w.last = w.once.Output(outputKey(Prediction))
		return func(key string) float64 { return float64(w.once.Output(key)[0]) }, nil
	}
	err = w.pieces.Run(ctx, set.Rows, func(i int) (program.Batch, bool) {
		from := i * predictRows
		if from >= set.Rows {
			return program.Batch{}, false
		}
		return piece(from, min(from+predictRows, set.Rows)), true
	})
	if err != nil {
		return nil, err
	}
	if w.rows != nil {
		if w.last, err = w.rows.run(ctx, Prediction, set); err != nil {
			return nil, err
		}
	}
	return w.pieces.Result, nil
}

// peak is the memory that a part of that many rows needs, weights left out.
func (w *wholePart) peak(rows int, state *program.State) (int64, error) {
	if w.cut(rows) {
		rows = predictRows
	}
	n, err := w.once.Peak(rows)
	return n - state.Bytes(), err
}

func (w *wholePart) close() {
	if w.once != nil {
		w.once.Close()
	}
	if w.pieces != nil {
		w.pieces.Close()
	}
	if w.rows != nil {
		w.rows.close()
	}
}
