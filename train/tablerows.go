package train

import (
	"context"
	"fmt"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/probe"
)

// tableRows are examples that are rows of a table.
type tableRows struct {
	set, validate *data.Set // the latter may be nil
	sampler       sampler
	in            inputs
	measure       func(set *data.Set, prediction []float32) (Metrics, error) // beside the loss; may be nil
}

func newTableRows(set *data.Set, c Config) *tableRows {
	return &tableRows{set, c.Validate, newSampler(set, c.Balance, c.Seed), inputsOf(set, c.Validate, c.Target), c.Judge}
}

func (r *tableRows) count() int                            { return r.sampler.rows }
func (r *tableRows) inputs() (training, judging inputs)    { return r.in, r.in }
func (r *tableRows) judges() bool                          { return r.validate != nil }
func (r *tableRows) metricNames() ([]string, bool)         { return nil, r.measure == nil }
func (r *tableRows) batches(s *Step, c Config) batches     { return newBatch(r.set, s, c, r.sampler) }
func (r *tableRows) tried() (probe.Rows, error)            { return probeRows(r.set), nil }
func (r *tableRows) fingerprint() string                   { return fingerprint(r.set, r.validate) }
func (r *tableRows) examiner(t *trainer) (examiner, error) { return newRowExaminer(r, t) }

// rowExaminer measures rows of tables.
type rowExaminer struct {
	of      *tableRows
	trainer *trainer
	whole   *wholePart
	sizes   []int // rows of each part that is measured
}

func newRowExaminer(r *tableRows, t *trainer) (*rowExaminer, error) {
	whole, err := newWholePart(t.judging, r.in, t.state, t.config)
	if err != nil {
		return nil, err
	}
	e := &rowExaminer{of: r, trainer: t, whole: whole}
	if r.validate != nil {
		e.sizes = []int{r.validate.Rows}
	}
	return e, nil
}

func (e *rowExaminer) examine(ctx context.Context) (Metrics, error) {
	set := e.of.validate
	m, err := e.evaluate(ctx, set)
	if err != nil {
		return nil, fmt.Errorf("on the %d valid rows after epoch %d: %w", set.Rows, e.trainer.at.Epoch+1, err)
	}
	if e.of.measure == nil {
		return m, nil
	}
	more, err := e.of.measure(set, e.whole.last)
	return append(m, more...), err
}

// evaluate computes loss and reports of all rows of a set together.
func (e *rowExaminer) evaluate(ctx context.Context, set *data.Set) (Metrics, error) {
	result, err := e.whole.run(ctx, set, max(e.trainer.at.Step, 1))
	if err != nil {
		return nil, err
	}
	return e.trainer.results(result), nil
}

func (e *rowExaminer) peak() (need int64, err error) {
	for _, rows := range e.sizes {
		n, err := e.whole.peak(rows, e.trainer.state)
		if err != nil {
			return 0, err
		}
		need += n
	}
	return need, nil
}

func (e *rowExaminer) close() { e.whole.close() }
