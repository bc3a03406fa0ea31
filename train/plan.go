package train

// Plan is what a program will run for one batch, stage by stage, as text, and the
// memory that it takes, weights included.
type Plan struct {
	Text      string
	PeakBytes int64
}

// Plans returns the plan of a training step and that of a prediction for that
// many rows; 0 stands for the batch size. With timed each step is run a few times,
// on rows of zeros and one thread, and its time is in the text; the job should not
// be trained after that.
func (p *Prepared) Plans(rows int, timed bool) (step, prediction Plan, err error) {
	if rows == 0 {
		rows = p.trainer.config.Batch
	}
	predictor, err := newPredictor(p.trainer.state, p.outputs(), p.Job.Workers)
	if err != nil {
		return step, prediction, err
	}
	defer predictor.close()
	if prediction.Text, err = predictor.program.Describe(rows, timed); err != nil {
		return step, prediction, err
	}
	if prediction.PeakBytes, err = predictor.program.Peak(rows); err != nil {
		return step, prediction, err
	}
	step.Text, step.PeakBytes, err = p.trainer.steps.plan(rows, timed)
	return step, prediction, err
}
