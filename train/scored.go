package train

import (
	"context"
	"fmt"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/metric"
)

// scored is a part with its predictions.
type scored struct {
	name       string
	source     string // SHA-256 of the file that the rows come from
	set        *data.Set
	prediction []float32
	judged     *Judged
	chooses    bool // the threshold is chosen on its rows
}

// judge measures the kept weights on every part, and chooses the threshold.
func (p *Prepared) judge(ctx context.Context, r *Result) ([]*scored, error) {
	if err := p.calibrate(ctx, r); err != nil {
		return nil, err
	}
	parts, err := p.score(ctx)
	if err != nil {
		return nil, err
	}
	r.Train, r.Valid, r.Tune, r.Test = judgedOf(parts, "train"), judgedOf(parts, "valid"), judgedOf(parts, "tune"), judgedOf(parts, "test")
	d := decider{target: p.Parts.Schema.Target, rule: p.Job.rule(p.task), seed: p.Job.Seed}
	if err := d.decide(parts, r); err != nil {
		return nil, err
	}
	r.Baseline, err = p.baseline()
	return parts, err
}

// score computes predictions and the metrics that need no threshold.
func (p *Prepared) score(ctx context.Context) ([]*scored, error) {
	predictor, err := newPredictor(p.trainer.state, p.outputs(), p.Job.Workers)
	if err != nil {
		return nil, err
	}
	defer predictor.close()
	var parts []*scored
	for _, part := range p.Parts.All() {
		s := &scored{name: part.Name, source: p.Parts.Schema.Fingerprint.SHA256, set: part.Set, judged: &Judged{Rows: part.Rows, Positives: part.Positives()}}
		if s.prediction, err = predictor.run(ctx, Prediction, s.set); err != nil {
			return nil, err
		}
		if s.name != "train" { // whose loss would need all its rows in memory at once
			if s.judged.Metrics, err = p.rows.evaluate(ctx, s.set); err != nil {
				return nil, err
			}
		}
		more, err := judge{p.task}.scores(s.set, s.prediction)
		if err != nil {
			return nil, fmt.Errorf("%s rows: %w", s.name, err)
		}
		s.judged.Metrics = append(s.judged.Metrics, more...)
		parts = append(parts, s)
	}
	if s := choosing(parts); s != nil {
		s.chooses = true
	}
	return parts, nil
}

// rows names the rows.
func (s *scored) rows() metric.Rows {
	return metric.Rows{Part: s.name, Source: s.source, Number: s.set.RowID}
}

// choosing returns the part that chooses the threshold: that of its own, or else
// the valid one.
func choosing(parts []*scored) *scored {
	if s := find(parts, "tune"); s != nil {
		return s
	}
	return find(parts, "valid")
}

func judgedOf(parts []*scored, name string) *Judged {
	if s := find(parts, name); s != nil {
		return s.judged
	}
	return nil
}

func find(parts []*scored, name string) *scored {
	for _, s := range parts {
		if s.name == name {
			return s
		}
	}
	return nil
}

// replace puts metrics in the place of those of the same names, at the end.
func (j *Judged) replace(m Metrics) {
	var kept Metrics
	for _, x := range j.Metrics {
		if _, replaced := m.Get(x.Name); !replaced {
			kept = append(kept, x)
		}
	}
	j.Metrics = append(kept, m...)
}
