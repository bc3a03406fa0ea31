package train

import (
	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/metric"
)

// labels decides for each label by a threshold of its own.
func (d decider) labels(parts []*scored, r *Result) error {
	k := len(d.target.Labels)
	ranked := map[*scored]metric.Rankings{}
	for _, s := range parts {
		rankings, err := metric.RankLabels(wide(s.prediction), hasLabel(s.set), k, nil)
		if err != nil {
			return err
		}
		ranked[s] = rankings
	}
	by, test := whoChooses(parts), find(parts, "test")
	if by == nil {
		for range k {
			threshold, choice := unchosen(d.rule)
			r.Thresholds, r.Choices = append(r.Thresholds, threshold), append(r.Choices, choice)
		}
	} else {
		choices, err := d.bootstrap().ChooseEach(ranked[by], d.rule)
		if err != nil {
			return err
		}
		for _, c := range choices {
			r.Thresholds, r.Choices = append(r.Thresholds, c.Value), append(r.Choices, newChoice(by.rows(), d.rule, c))
		}
	}
	for _, s := range parts {
		if err := s.countLabels(d.target.Names(), r.Thresholds, ranked[s]); err != nil {
			return err
		}
	}
	if test == nil {
		return nil
	}
	return d.drawLabels(ranked[by], ranked[test], test, r)
}

// hasLabel tells for each row and label whether the row has it.
func hasLabel(set *data.Set) []bool {
	has := make([]bool, len(set.Y))
	for i, y := range set.Y {
		has[i] = y == 1
	}
	return has
}

// countLabels adds the metrics at the labels' thresholds, and those at one half
// beside them.
func (s *scored) countLabels(names []string, thresholds []float64, ranked metric.Rankings) error {
	at := func(t metric.Thresholds) (metric.Classes, Metrics, error) {
		said, err := t.Flag(wide(s.prediction))
		if err != nil {
			return nil, nil, err
		}
		return labelCut(said, hasLabel(s.set), len(names), nil)
	}
	tuned, metrics, err := at(thresholds)
	if err != nil {
		return err
	}
	half, halfMetrics, err := at(equalThresholds(len(names)))
	if err != nil {
		return err
	}
	j := s.judged
	j.replace(metrics)
	j.AtHalf, j.Classes = halfMetrics, nil
	for i, c := range tuned {
		j.Classes = append(j.Classes, ClassJudged{
			Name: names[i], Rows: int(c.TP + c.FN), Metrics: append(classCut(c), rankingMetrics(ranked[i])...), AtHalf: classCut(half[i]),
		})
	}
	return nil
}

// labelCut measures which labels were said of each row. Accuracy is the share of
// rows with all labels right.
func labelCut(said, has []bool, k int, weight []float64) (metric.Classes, Metrics, error) {
	counts, err := metric.CountLabels(said, has, k, weight)
	if err != nil {
		return nil, nil, err
	}
	all, err := metric.SampleMean(said, has, k, weight, func(c metric.Counts) float64 {
		if c.FP+c.FN > 0 {
			return 0
		}
		return 1
	})
	return counts, Metrics{
		{"f1_macro", counts.F1(metric.Macro, metric.Zero)},
		{"f1_micro", counts.F1(metric.Micro, metric.Zero)},
		{"f1_weighted", counts.F1(metric.Weighted, metric.Zero)},
		{"accuracy", all},
	}, err
}

// drawLabels repeats the choices on draws of rows. The averages over labels take
// the same draw of test rows for all of them.
func (d decider) drawLabels(by, judged metric.Rankings, test *scored, r *Result) error {
	k := len(judged)
	var thresholds []metric.Thresholds // of each draw
	for i := range k {
		var chosen *metric.Ranking
		if by != nil {
			chosen = by[i]
		}
		draws, err := d.draws(chosen, judged[i], r.Thresholds[i])
		if err != nil {
			return err
		}
		if by != nil {
			r.Choices[i].Interval = interval(draws.Threshold)
		}
		test.judged.Classes[i].Intervals = intervals(draws, classCut)
		for n, t := range draws.Threshold {
			if i == 0 {
				thresholds = append(thresholds, make(metric.Thresholds, k))
			}
			thresholds[n][i] = t
		}
	}
	score, has := wide(test.prediction), hasLabel(test.set)
	all, draw := map[string][]float64{}, 0
	err := d.bootstrap().Draw(test.set.Rows, nil, func(weight []float64) error {
		said, err := thresholds[draw].Flag(score)
		if err != nil {
			return err
		}
		draw++
		_, m, err := labelCut(said, has, k, weight)
		m.addTo(all)
		return err
	})
	if err != nil {
		return err
	}
	test.judged.Intervals = intervalsOf(all)
	return d.drawScores(test, judged)
}
