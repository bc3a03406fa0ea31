package train

import (
	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/metric"
)

// baseline measures, on the test rows, the answer that looks at no row: the rate
// of the classes or labels among the training rows, the most frequent class, or the
// mean.
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
	if err != nil {
		return m, err
	}
	logLoss, _ := m.Get("log_loss")
	switch p.task {
	case data.Binary:
		counts, err := metric.CountAt(wide(constant), labels(test), nil, metric.DefaultThreshold)
		return Metrics{{"log_loss", logLoss}, {"accuracy", counts.Accuracy()}}, err
	case data.MultiLabel:
		said, err := equalThresholds(test.TargetWidth).Flag(wide(constant))
		if err != nil {
			return nil, err
		}
		_, cut, err := labelCut(said, hasLabel(test), test.TargetWidth, nil)
		return append(Metrics{{"log_loss", logLoss}}, cut...), err
	}
	return m, nil
}
