package train

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/metric"
)

// Result is what came of a run. Its JSON is what run.json and train --json hold.
type Result struct {
	Run       string  `json:"run"`
	Epochs    int     `json:"epochs"`
	BestEpoch int     `json:"best_epoch,omitempty"` // whose weights are kept; 0 if none was chosen: then the last
	Stopped   bool    `json:"stopped_early"`
	Train     *Judged `json:"train"`
	Valid     *Judged `json:"valid,omitempty"`
	Test      *Judged `json:"test,omitempty"`

	Threshold *float64 `json:"threshold,omitempty"` // of a binary target: positive where the probability is at least this
	Choice    *Choice  `json:"threshold_choice,omitempty"`
	Baseline  Metrics  `json:"baseline,omitempty"` // what an answer that ignores the row gets on the test rows

	Parameters int         `json:"parameters"`
	StepMS     float64     `json:"step_ms_median"`
	PeakBytes  int64       `json:"peak_bytes"` // planned for training and judging, weights included
	Notes      []data.Note `json:"notes,omitempty"`
}

// Choice tells how the threshold came about.
type Choice struct {
	Rule      string      `json:"rule"`
	Rows      int         `json:"rows"` // of the valid part
	Positives int         `json:"positives"`
	Score     float64     `json:"score"`              // what the rule is after, on those rows
	Interval  *[2]float64 `json:"interval,omitempty"` // of the threshold, 95 %
	Reached   bool        `json:"reached"`            // the rule's condition holds
	Kept      string      `json:"kept,omitempty"`     // why it stayed at 0.5
}

// Judged are the metrics of one part. In JSON the metrics are keys of their own:
//
//	{"rows": 1500, "roc_auc": 0.959, "f1": 0.554, "at_half": {"f1": 0.521}, "intervals": {"f1": [0.41, 0.66]}}
type Judged struct {
	Rows      int
	Positives int // of a binary target
	Metrics   Metrics
	AtHalf    Metrics               // of a binary target: at threshold 0.5
	Intervals map[string][2]float64 // 95 %, over draws of rows and of the threshold's choice
}

type judgedTail struct {
	AtHalf    Metrics               `json:"at_half,omitempty"`
	Intervals map[string][2]float64 `json:"intervals,omitempty"`
}

// MarshalJSON implements [json.Marshaler].
func (j *Judged) MarshalJSON() ([]byte, error) {
	head := fmt.Sprintf(`{"rows":%d`, j.Rows)
	if j.Positives > 0 {
		head += fmt.Sprintf(`,"positives":%d`, j.Positives)
	}
	out := []byte(head)
	for _, part := range []any{j.Metrics, judgedTail{j.AtHalf, j.Intervals}} {
		text, err := json.Marshal(part)
		if err != nil {
			return nil, err
		}
		if fields := text[1 : len(text)-1]; len(fields) > 0 {
			out = append(append(out, ','), fields...)
		}
	}
	return append(out, '}'), nil
}

// UnmarshalJSON implements [json.Unmarshaler].
func (j *Judged) UnmarshalJSON(text []byte) error {
	*j = Judged{}
	return eachField(text, func(name string, value json.RawMessage) error {
		switch name {
		case "rows":
			return json.Unmarshal(value, &j.Rows)
		case "positives":
			return json.Unmarshal(value, &j.Positives)
		case "at_half":
			return json.Unmarshal(value, &j.AtHalf)
		case "intervals":
			return json.Unmarshal(value, &j.Intervals)
		}
		return j.Metrics.add(name, value)
	})
}

// scored is a part with its predictions.
type scored struct {
	name       string
	set        *data.Set
	prediction []float32
	judged     *Judged
}

// judge measures the kept weights on every part, and chooses the threshold.
func (p *Prepared) judge(ctx context.Context, r *Result) ([]*scored, error) {
	parts, err := p.score(ctx)
	if err != nil {
		return nil, err
	}
	r.Train, r.Valid, r.Test = judgedOf(parts, "train"), judgedOf(parts, "valid"), judgedOf(parts, "test")
	if p.task == data.Binary {
		if err := p.judgeBinary(parts, r); err != nil {
			return nil, err
		}
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
	parts := []*scored{{name: "train", set: p.Parts.Train}}
	for _, s := range []*scored{{name: "valid", set: p.Parts.Valid}, {name: "test", set: p.Parts.Test}} {
		if s.set != nil {
			parts = append(parts, s)
		}
	}
	for _, s := range parts {
		if s.prediction, err = predictor.run(ctx, Prediction, s.set); err != nil {
			return nil, err
		}
		s.judged = &Judged{Rows: s.set.Rows, Positives: s.set.Positives()}
		if s.name != "train" { // whose loss would need all its rows in memory at once
			m, err := p.trainer.evaluate(ctx, s.set)
			if err != nil {
				return nil, err
			}
			s.judged.Metrics = m
		}
		more, err := judge{p.task}.epoch(s.set, s.prediction)
		if err != nil {
			return nil, fmt.Errorf("%s rows: %w", s.name, err)
		}
		s.judged.Metrics = append(s.judged.Metrics, more...)
	}
	return parts, nil
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

// judgeBinary chooses the threshold on the valid rows and counts all parts at it.
// On the test rows the whole choice is repeated on draws of rows.
func (p *Prepared) judgeBinary(parts []*scored, r *Result) error {
	ranked := map[string]*metric.Ranking{}
	for _, s := range parts {
		ranking, err := metric.Rank(wide(s.prediction), labels(s.set), nil)
		if err != nil {
			return err
		}
		ranked[s.name] = ranking
	}
	rule, valid := p.Job.rule(), ranked["valid"]
	draws := metric.Bootstrap{Seed: p.Job.Seed}
	threshold := metric.DefaultThreshold
	if fixed, ok := rule.(metric.Fixed); ok {
		threshold = fixed.Value
	}
	r.Choice = &Choice{Rule: rule.String(), Kept: "there are no valid rows"}
	if valid != nil {
		c, err := draws.Choose(valid, rule)
		if err != nil {
			return err
		}
		threshold = c.Value
		r.Choice = &Choice{Rule: rule.String(), Rows: c.Rows, Positives: c.Positives, Score: c.Score, Reached: c.Reached, Kept: c.Reason}
	}
	r.Threshold = &threshold
	for _, s := range parts {
		if err := s.count(threshold); err != nil {
			return err
		}
	}
	if valid == nil || ranked["test"] == nil {
		return nil
	}
	drawn, err := draws.Run(valid, ranked["test"], rule)
	if err != nil {
		return err
	}
	r.Choice.Interval = interval(drawn.Threshold)
	r.Test.Intervals = intervals(drawn)
	return nil
}

// count adds the metrics at the threshold, and those at one half beside them.
func (s *scored) count(threshold float64) error {
	p, label := wide(s.prediction), labels(s.set)
	tuned, err := metric.CountAt(p, label, nil, threshold)
	if err != nil {
		return err
	}
	half, err := metric.CountAt(p, label, nil, metric.DefaultThreshold)
	if err != nil {
		return err
	}
	s.judged.Metrics = append(s.judged.Metrics, cut(tuned)...)
	s.judged.AtHalf = cut(half)
	return nil
}

func intervals(draws *metric.Resamples) map[string][2]float64 {
	out := map[string][2]float64{}
	add := func(name string, values []float64) {
		if i := interval(values); i != nil {
			out[name] = *i
		}
	}
	add("roc_auc", draws.ROCAUC)
	add("average_precision", draws.AveragePrecision)
	for i, m := range cut(metric.Counts{TP: 1}) {
		add(m.Name, draws.Of(func(c metric.Counts) float64 { return cut(c)[i].Value }))
	}
	return out
}

// interval returns the 95 % interval, or nil of values that are all undefined.
func interval(values []float64) *[2]float64 {
	i := metric.Interval95(values)
	if i.Lo != i.Lo {
		return nil
	}
	return &[2]float64{i.Lo, i.Hi}
}

// baseline measures, on the test rows, the answer that looks at no row: the rate
// of the classes among the training rows, the most frequent class, or the mean.
func (p *Prepared) baseline() (Metrics, error) {
	test := p.Parts.Test
	if test == nil {
		return nil, nil
	}
	constant := make([]float32, 0, len(test.Y))
	mean := targetMean(&data.Set{Rows: p.Parts.Train.Rows, TargetWidth: test.TargetWidth, Y: p.Parts.Train.Y}) // every row counts once
	for range test.Rows {
		for _, m := range mean {
			constant = append(constant, float32(m))
		}
	}
	m, err := judge{p.task}.epoch(test, constant)
	if err != nil || p.task != data.Binary {
		return m, err
	}
	counts, err := metric.CountAt(wide(constant), labels(test), nil, metric.DefaultThreshold)
	logLoss, _ := m.Get("log_loss")
	return Metrics{{"log_loss", logLoss}, {"accuracy", counts.Accuracy()}}, err
}
