package train

import (
	"cmp"
	"context"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/program"
)

// stepper takes optimiser steps on rows of an epoch's order.
type stepper interface {
	// step trains on rows places of the order from the given one.
	step(ctx context.Context, b batches, number int64, from, rows int) error
	// result is a number of the last step's rows: the loss, or a report.
	result(key string) float64
	peak() (int64, error)
	plan(rows int, timed bool) (string, int64, error)
	close()
}

// newStepper compiles the steps of a traced objective. With c.Accumulate above 1 a
// step's rows go through memory part by part; an objective in which parts cannot
// stand for the whole is refused as [graph.Diagnostics].
func (t *traced) newStepper(s *program.State, c Config) (stepper, error) {
	var params, grads []*graph.Node
	for i, dy := range t.proof.Grads {
		if dy != nil {
			params, grads = append(params, t.proof.Params[i]), append(grads, dy)
		}
	}
	g := t.step.g
	updates := func(grads []*graph.Node) []graph.Update {
		return append(c.Optimizer.Updates(g, params, grads), g.Updates()...)
	}
	if c.Accumulate > 1 {
		return t.newPartSteps(s, c, params, updates)
	}
	spec := program.Spec{
		Outputs: t.results(t.proof.Loss),
		Updates: updates(grads),
		Guard:   append([]*graph.Node{t.proof.Loss}, grads...),
		Workers: c.Workers,
		Seed:    c.Seed,
	}
	if err := g.Diagnostics().Err(); err != nil { // of the optimiser
		return nil, err
	}
	p, err := program.Compile(s, spec)
	return &wholeSteps{p, c.Batch}, err
}

// wholeSteps computes all rows of a step at once.
type wholeSteps struct {
	program *program.Program
	rows    int
}

func (w *wholeSteps) step(ctx context.Context, b batches, number int64, from, rows int) error {
	in, err := b.take(ctx, from, rows)
	if err != nil {
		return err
	}
	return w.program.Run(ctx, program.Batch{Rows: rows, Step: number, Inputs: in})
}

func (w *wholeSteps) result(key string) float64 { return float64(w.program.Output(key)[0]) }
func (w *wholeSteps) peak() (int64, error)      { return w.program.Peak(w.rows) }
func (w *wholeSteps) close()                    { w.program.Close() }
func (w *wholeSteps) plan(rows int, timed bool) (string, int64, error) {
	text, err := w.program.Describe(rows, timed)
	if err != nil {
		return "", 0, err
	}
	peak, err := w.program.Peak(rows)
	return text, peak, err
}

// partSteps computes the rows of a step in parts, with the gradient of the whole.
type partSteps struct {
	program *program.Accumulated
	rows    int // of a part
}

func (t *traced) newPartSteps(s *program.State, c Config, params []*graph.Node, updates func([]*graph.Node) []graph.Update) (stepper, error) {
	if len(t.step.g.Updates()) > 0 {
		return nil, graph.Diagnostics{{
			Code: graph.CodeBatchSum, Pos: t.proof.Loss.Pos(),
			Message: "parts of a batch cannot stand for the whole in this model: a layer learns statistics of the batch",
			Notes:   []string{"would   normalise each part by its own mean and variance"},
			Fixes:   []string{t.step.g.Say("normalise each row: &nn.LayerNorm{}", "normalise each row: layers.LayerNormalization()"), t.step.g.Say("or train on whole batches: Accumulate: 1", "or train on whole batches: accumulate = 1")},
		}}
	}
	reports := t.results(t.proof.Loss)
	delete(reports, lossKey)
	a, err := program.NewAccumulated(s, program.Training{
		Loss: t.proof.Loss, Params: params, Updates: updates, Reports: reports, Workers: c.Workers, Seed: c.Seed,
	})
	if d, refused := err.(*graph.Diagnostic); refused {
		return nil, graph.Diagnostics{d}
	}
	if err != nil {
		return nil, err
	}
	return &partSteps{a, c.Batch}, nil
}

func (p *partSteps) step(ctx context.Context, b batches, number int64, from, rows int) error {
	var unread error
	err := p.program.Run(ctx, rows, number, func(i int) (program.Batch, bool) {
		at := i * p.rows
		if at >= rows || unread != nil {
			return program.Batch{}, false
		}
		n := min(p.rows, rows-at)
		in, err := b.take(ctx, from+at, n)
		if err != nil {
			unread = err
			return program.Batch{}, false
		}
		return program.Batch{Rows: n, Step: number, FirstRow: at, Inputs: in}, true
	})
	return cmp.Or(unread, err)
}

func (p *partSteps) result(key string) float64 { return p.program.Result(key) }
func (p *partSteps) peak() (int64, error)      { return p.program.Peak(p.rows) }
func (p *partSteps) close()                    { p.program.Close() }
func (p *partSteps) plan(rows int, timed bool) (string, int64, error) {
	text, err := p.program.Describe(rows, timed)
	if err != nil {
		return "", 0, err
	}
	peak, err := p.program.Peak(rows)
	return text, peak, err
}
