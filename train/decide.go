package train

import (
	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/metric"
)

// A decider chooses thresholds on the part that chooses, counts all parts at them,
// and repeats the whole choice on draws of rows to tell how sure the result of the
// test part is.
type decider struct {
	target *data.Target
	rule   metric.Rule // nil takes the likeliest of several classes
	seed   uint64
}

// decide fills in what follows from thresholds, in the parts and in r.
func (d decider) decide(parts []*scored, r *Result) error {
	switch d.target.Task {
	case data.Binary:
		return d.binary(parts, r)
	case data.MultiClass:
		return d.classes(parts, r)
	case data.MultiLabel:
		return d.labels(parts, r)
	}
	return d.numbers(parts)
}

func (d decider) bootstrap() metric.Bootstrap { return metric.Bootstrap{Seed: d.seed} }

// whoChooses returns the part whose rows choose, nil if there is none.
func whoChooses(parts []*scored) *scored {
	for _, s := range parts {
		if s.chooses {
			return s
		}
	}
	return nil
}

// binary decides between two classes.
func (d decider) binary(parts []*scored, r *Result) error {
	ranked := map[*scored]*metric.Ranking{}
	for _, s := range parts {
		ranking, err := metric.Rank(wide(s.prediction), labels(s.set), nil)
		if err != nil {
			return err
		}
		ranked[s] = ranking
	}
	threshold, choice := unchosen(d.rule)
	by, test := whoChooses(parts), find(parts, "test")
	if by != nil {
		c, err := d.bootstrap().Choose(ranked[by], d.rule)
		if err != nil {
			return err
		}
		threshold, choice = c.Value, newChoice(by.rows(), d.rule, c)
	}
	r.Threshold, r.Choice = &threshold, choice
	for _, s := range parts {
		if err := s.count(threshold); err != nil {
			return err
		}
	}
	if test == nil {
		return nil
	}
	draws, err := d.draws(ranked[by], ranked[test], threshold)
	if err != nil {
		return err
	}
	if by != nil {
		r.Choice.Interval = interval(draws.Threshold)
	}
	test.judged.Intervals = intervals(draws, cut)
	return d.drawScores(test, nil)
}

// drawScores adds the intervals of what needs no threshold: of log loss, and of the
// means of the classes' or labels' areas.
func (d decider) drawScores(test *scored, ranked metric.Rankings) error {
	add := func(name string, draws []float64) {
		if i := interval(draws); i != nil {
			test.judged.Intervals[name] = *i
		}
	}
	if losses, err := test.losses(d.target.Task); err == nil { // not of values that are no probabilities
		means, err := d.bootstrap().Means(losses)
		if err != nil {
			return err
		}
		add("log_loss", means)
	}
	if ranked == nil {
		return nil
	}
	roc, precision, err := d.bootstrap().Areas(ranked)
	add("roc_auc", roc)
	add("average_precision", precision)
	return err
}

// losses returns the log loss of each row, of labels the mean of theirs.
func (s *scored) losses(task data.Task) ([]float64, error) {
	p, k := wide(s.prediction), s.set.TargetWidth
	switch task {
	case data.Binary:
		return metric.LogLosses(p, labels(s.set))
	case data.MultiClass:
		return metric.MultiLogLosses(p, k, classOf(s.set))
	}
	each, err := metric.LogLosses(p, hasLabel(s.set))
	if err != nil {
		return nil, err
	}
	rows := make([]float64, s.set.Rows)
	for i, loss := range each {
		rows[i/k] += loss / float64(k)
	}
	return rows, nil
}

// draws repeats a choice; without rows that chose, the threshold stays.
func (d decider) draws(by, test *metric.Ranking, threshold float64) (*metric.Resamples, error) {
	if by == nil {
		return d.bootstrap().Run(test, test, metric.Fixed{Value: threshold})
	}
	return d.bootstrap().Run(by, test, d.rule)
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
	s.judged.replace(cut(tuned))
	s.judged.AtHalf = cut(half)
	return nil
}

// cut measures classes of a binary target chosen by a threshold.
func cut(c metric.Counts) Metrics {
	return append(classCut(c), Metrics{
		{"accuracy", c.Accuracy()},
		{"balanced_accuracy", c.BalancedAccuracy()},
	}...)
}

// classCut measures one class against all others.
func classCut(c metric.Counts) Metrics {
	return Metrics{
		{"f1", c.F1(metric.Zero)},
		{"precision", c.Precision(metric.Zero)},
		{"recall", c.Recall(metric.Zero)},
	}
}

// intervals are those of the scores, and of what a cut of them measures.
func intervals(draws *metric.Resamples, cut func(metric.Counts) Metrics) map[string][2]float64 {
	all := map[string][]float64{"roc_auc": draws.ROCAUC, "average_precision": draws.AveragePrecision}
	for _, c := range draws.Counts {
		cut(c).addTo(all)
	}
	return intervalsOf(all)
}

// intervalsOf returns the intervals of metrics by the values of draws.
func intervalsOf(draws map[string][]float64) map[string][2]float64 {
	out := map[string][2]float64{}
	for name, values := range draws {
		if i := interval(values); i != nil {
			out[name] = *i
		}
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

// addTo appends the values of metrics to those of earlier draws.
func (m Metrics) addTo(draws map[string][]float64) {
	for _, x := range m {
		draws[x.Name] = append(draws[x.Name], x.Value)
	}
}

// numbers measures how sure the result of a regression is.
func (d decider) numbers(parts []*scored) error {
	test := find(parts, "test")
	if test == nil {
		return nil
	}
	p, y := wide(test.prediction), wide(test.set.Y)
	draws := map[string][]float64{}
	err := d.bootstrap().Draw(test.set.Rows, nil, func(weight []float64) error {
		m, err := distances(p, y, weight)
		m.addTo(draws)
		return err
	})
	test.judged.Intervals = intervalsOf(draws)
	return err
}
