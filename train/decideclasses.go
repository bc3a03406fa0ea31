package train

import (
	"github.com/descent-ml/descent/metric"
)

// classes decides among several classes: for the likeliest, or with a rule by
// thresholds of each class against the rest, as [metric.Thresholds.Decide] does.
func (d decider) classes(parts []*scored, r *Result) error {
	k := len(d.target.Classes)
	thresholds := equalThresholds(k)
	by, test := whoChooses(parts), find(parts, "test")
	var choices []metric.Choice
	if d.rule != nil && by != nil {
		ranked, err := by.oneVsRest()
		if err != nil {
			return err
		}
		if choices, err = d.bootstrap().ChooseEach(ranked, d.rule); err != nil {
			return err
		}
		thresholds = metric.ClassThresholds(choices)
		r.Thresholds = thresholds
		for _, c := range choices {
			r.Choices = append(r.Choices, newChoice(by.rows(), d.rule, c))
		}
	}
	for _, s := range parts {
		if err := s.countClasses(d.target.Classes, thresholds, choices != nil); err != nil {
			return err
		}
	}
	if test == nil {
		return nil
	}
	return d.drawClasses(by, test, choices, r)
}

// equalThresholds takes the likeliest class.
func equalThresholds(k int) metric.Thresholds {
	t := make(metric.Thresholds, k)
	for j := range t {
		t[j] = metric.DefaultThreshold
	}
	return t
}

func (s *scored) oneVsRest() (metric.Rankings, error) {
	return metric.OneVsRest(wide(s.prediction), s.set.TargetWidth, classOf(s.set), nil)
}

// decideBy says the class of each row.
func (s *scored) decideBy(t metric.Thresholds, chosen bool) ([]int, error) {
	if !chosen {
		return likeliest(s.prediction, s.set.TargetWidth), nil
	}
	return t.Decide(wide(s.prediction))
}

// countClasses adds the metrics of decisions by thresholds; beside chosen ones those
// of the likeliest class.
func (s *scored) countClasses(names []string, t metric.Thresholds, chosen bool) error {
	actual := classOf(s.set)
	said, err := s.decideBy(t, chosen)
	if err != nil {
		return err
	}
	m, err := metric.Confuse(said, actual, nil, len(names))
	if err != nil {
		return err
	}
	plain, err := metric.Confuse(likeliest(s.prediction, len(names)), actual, nil, len(names))
	if err != nil {
		return err
	}
	ranked, err := s.oneVsRest()
	if err != nil {
		return err
	}
	j := s.judged
	j.replace(append(Metrics{
		{"roc_auc", ranked.ROCAUC(metric.Macro, metric.Undefined)},
		{"average_precision", ranked.AveragePrecision(metric.Macro, metric.Undefined)},
	}, confusionCut(m)...))
	j.AtHalf, j.Classes, j.Confusion = nil, nil, table2D(m)
	if chosen {
		j.AtHalf = confusionCut(plain)
	}
	half := plain.Classes()
	for i, c := range m.Classes() {
		class := ClassJudged{Name: names[i], Rows: int(c.TP + c.FN), Metrics: append(classCut(c), rankingMetrics(ranked[i])...)}
		if chosen {
			class.AtHalf = classCut(half[i])
		}
		j.Classes = append(j.Classes, class)
	}
	return nil
}

// rankingMetrics are those of scores alone.
func rankingMetrics(r *metric.Ranking) Metrics {
	return Metrics{{"average_precision", r.AveragePrecision()}, {"roc_auc", r.ROCAUC()}}
}

// confusionCut measures decisions among several classes.
func confusionCut(m metric.Confusion) Metrics {
	return Metrics{
		{"accuracy", m.Accuracy()},
		{"balanced_accuracy", m.BalancedAccuracy()},
		{"f1_macro", m.F1(metric.Macro, metric.Zero)},
		{"f1_weighted", m.F1(metric.Weighted, metric.Zero)},
	}
}

func table2D(m metric.Confusion) [][]int {
	rows := make([][]int, m.K)
	for t := range rows {
		for p := range m.K {
			rows[t] = append(rows[t], int(m.N[t*m.K+p]))
		}
	}
	return rows
}

// drawClasses repeats decisions on draws of rows, with thresholds that draws of the
// rows that chose give.
func (d decider) drawClasses(by, test *scored, choices []metric.Choice, r *Result) error {
	k := len(d.target.Classes)
	said, err := test.decideBy(nil, false)
	if err != nil {
		return err
	}
	var drawn [][]metric.Choice // of each draw
	if choices != nil {
		if drawn, err = d.drawThresholds(by, test, choices, r); err != nil {
			return err
		}
	}
	actual, p := classOf(test.set), wide(test.prediction)
	all, each := map[string][]float64{}, make([]map[string][]float64, k)
	for i := range each {
		each[i] = map[string][]float64{}
	}
	draw := 0
	err = d.bootstrap().Draw(test.set.Rows, nil, func(weight []float64) error {
		if drawn != nil {
			if said, err = metric.ClassThresholds(drawn[draw]).Decide(p); err != nil {
				return err
			}
		}
		draw++
		m, err := metric.Confuse(said, actual, weight, k)
		if err != nil {
			return err
		}
		confusionCut(m).addTo(all)
		for i, c := range m.Classes() {
			classCut(c).addTo(each[i])
		}
		return nil
	})
	if err != nil {
		return err
	}
	test.judged.Intervals = intervalsOf(all)
	for i := range each {
		test.judged.Classes[i].Intervals = intervalsOf(each[i])
	}
	ranked, err := test.oneVsRest()
	if err != nil {
		return err
	}
	return d.drawScores(test, ranked)
}

// drawThresholds chooses each class's threshold on draws of rows, and fills in the
// intervals of the choices.
func (d decider) drawThresholds(by, test *scored, choices []metric.Choice, r *Result) ([][]metric.Choice, error) {
	ranked, err := by.oneVsRest()
	if err != nil {
		return nil, err
	}
	judged, err := test.oneVsRest()
	if err != nil {
		return nil, err
	}
	var drawn [][]metric.Choice
	for i, c := range choices {
		draws, err := d.bootstrap().Run(ranked[i], judged[i], d.rule)
		if err != nil {
			return nil, err
		}
		r.Choices[i].Interval = interval(draws.Threshold)
		for n, threshold := range draws.Threshold {
			if i == 0 {
				drawn = append(drawn, make([]metric.Choice, len(choices)))
			}
			drawn[n][i] = metric.Choice{Value: threshold, Kept: c.Kept}
		}
	}
	return drawn, nil
}
