package metric

import "fmt"

// CountLabels counts rows that may have several of k labels, or none: the two-class
// counts of each label. predicted and actual have k values a row, one row after another.
func CountLabels(predicted, actual []bool, k int, weight []float64) (Classes, error) {
	if err := checkLabels(len(predicted), len(actual), k, weight); err != nil {
		return nil, err
	}
	labels := make(Classes, k)
	for i, a := range actual {
		labels[i%k].add(predicted[i], a, weightOf(weight, i/k))
	}
	return labels, nil
}

// SampleMean averages a metric over rows instead of labels: the counts are those of
// the k labels of one row. A row whose value is NaN, as [Undefined] makes it where
// nothing is true or predicted, is left out. Of no rows it is NaN. It depends on
// each row, so it is not found from counts of labels, and batches do not add up to it.
//
//	f1, err := SampleMean(predicted, actual, k, nil, func(c Counts) float64 { return c.F1(Zero) })
func SampleMean(predicted, actual []bool, k int, weight []float64, of func(Counts) float64) (float64, error) {
	if err := checkLabels(len(predicted), len(actual), k, weight); err != nil {
		return 0, err
	}
	var m weightedMean
	for i := range len(actual) / k {
		var row Counts
		for j := i * k; j < (i+1)*k; j++ {
			row.add(predicted[j], actual[j], 1)
		}
		m.add(Weighted, weightOf(weight, i), of(row))
	}
	return m.value(Undefined), nil
}

// checkLabels checks predictions and targets of k labels a row, and the rows' weights.
func checkLabels(predictions, targets, k int, weight []float64) error {
	if err := checkWidth("labels", targets, k); err != nil {
		return err
	}
	if predictions != targets {
		return fmt.Errorf("metric: %d predictions and %d targets", predictions, targets)
	}
	return checkRows(targets/k, targets/k, weight)
}
