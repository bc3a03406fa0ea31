package train

import (
	"fmt"

	"github.com/descent-ml/descent/program"
)

// Plan is what a program will run for one batch, stage by stage, as text, and the
// memory that it takes, weights included.
type Plan struct {
	Text      fmt.Stringer
	PeakBytes int64
}

// Plans returns the plan of a training step and that of a prediction for that
// many rows; 0 stands for the batch size.
func (p *Prepared) Plans(rows int) (step, prediction Plan, err error) {
	if rows == 0 {
		rows = p.trainer.config.Batch
	}
	if step.Text, step.PeakBytes, err = p.trainer.steps.plan(rows); err != nil {
		return step, prediction, err
	}
	predictor, err := newPredictor(p.trainer.state, p.outputs(), p.Job.Workers)
	if err != nil {
		return step, prediction, err
	}
	defer predictor.close()
	prediction, err = planOf(predictor.program, rows)
	return step, prediction, err
}

func planOf(p *program.Program, rows int) (Plan, error) {
	text, err := p.Plan(rows)
	if err != nil {
		return Plan{}, err
	}
	peak, err := p.Peak(rows)
	return Plan{text, peak}, err
}
