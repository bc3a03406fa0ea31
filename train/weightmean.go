package train

import (
	"fmt"
	"math"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/probe"
)

// CodeWeightMean notes weights that make the mean loss larger or smaller.
const CodeWeightMean graph.Code = "weight-mean"

// WeightMeanNear1 is how far from 1 a mean weight is passed over.
const WeightMeanNear1 = 0.05

// noteWeights says by how much the data's weights scale the loss, where they do: a loss
// that is not divided by their sum grows with them.
func noteWeights(s probe.Subject, rows probe.Rows, as *probe.Report) graph.Diagnostics {
	if as == nil || len(as.Values) == 0 || len(rows.Weight) == 0 {
		return nil
	}
	mean := 0.0
	for _, w := range rows.Weight {
		mean += w / float64(len(rows.Weight))
	}
	if mean == 0 || math.Abs(mean-1) <= WeightMeanNear1 {
		return nil
	}
	even := rows
	even.Weight = make([]float64, len(rows.Weight))
	for i, w := range rows.Weight {
		even.Weight[i] = w / mean
	}
	evened, _ := probe.Run(s, even)
	if evened == nil || len(evened.Values) != len(as.Values) {
		return nil
	}
	for i, v := range as.Values {
		if scaled := mean * evened.Values[i].Loss; math.Abs(v.Loss-scaled) > 1e-6*math.Abs(scaled) {
			return nil
		}
	}
	of := fmt.Sprintf("%d training rows", rows.N)
	if len(rows.Weight) > rows.N {
		of = fmt.Sprintf("the %d pixels of a training image", len(rows.Weight))
	}
	g := s.In.Pred.Graph()
	return graph.Diagnostics{{
		Code: CodeWeightMean, Severity: graph.Note, Pos: s.Pos,
		Message: fmt.Sprintf("the data's weights make the mean loss %.3g times as large: that is their mean in %s", mean, of),
		Notes:   graph.Columns([]string{"would", fmt.Sprintf("scale every gradient %.3g times, as a larger learning rate does.", mean)}),
		Fixes: []string{
			g.Say("divide by their sum: loss.WeightedMean in place of loss.Mean", `divide by their sum: reduction = "weighted_mean", or weighted_mean(f) of a function of your own`),
			fmt.Sprintf("or divide the weights by %.3g", mean),
		},
	}}
}
