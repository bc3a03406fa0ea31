package metric

import (
	"errors"
	"slices"
)

// Draw calls visit with the weights of the rows in each draw: the row's own, nil for
// 1 each, times how often it was drawn. Any metric that takes weights gets its
// bootstrap from it:
//
//	var f1 []float64
//	err := b.Draw(len(actual), nil, func(weight []float64) error {
//		m, err := Confuse(predicted, actual, weight, k)
//		f1 = append(f1, m.F1(Macro, Zero))
//		return err
//	})
//
// A draw depends on the seed, its number and the order of the rows. The weights hold
// until visit returns. Parts that are drawn side by side take seeds of their own,
// or row i of each would be drawn together.
func (b Bootstrap) Draw(rows int, weight []float64, visit func(weight []float64) error) error {
	if b.Resamples < 0 {
		return errors.New("metric: a negative number of resamples")
	}
	if err := checkRows(rows, rows, weight); err != nil {
		return err
	}
	if rows == 0 {
		return errors.New("metric: no rows to draw from")
	}
	from := newLots(b.Seed, 2, rows) // 0 and 1 are the parts of Run
	for i := range b.resamples() {
		drawn := from.draw(i)
		for j, w := range weight {
			drawn[j] *= w
		}
		if err := visit(drawn); err != nil {
			return err
		}
	}
	return nil
}

// Means returns the mean of each draw of the values, one a row.
func (b Bootstrap) Means(values []float64) ([]float64, error) {
	var means []float64
	err := b.Draw(len(values), nil, func(weight []float64) error {
		means = append(means, mean(len(values), weight, func(i int) float64 { return values[i] }))
		return nil
	})
	return means, err
}

// Areas returns the means of the classes' areas under the ROC curve, and of their
// average precisions, of each draw of the rows: the same rows for every class. A class
// that a draw lacks is left out of its mean. The rankings are of the same rows, all of a
// weight above 0.
func (b Bootstrap) Areas(r Rankings) (roc, precision []float64, err error) {
	if len(r) == 0 {
		return nil, nil, errors.New("metric: no classes to draw rows of")
	}
	for _, class := range r {
		if len(class.rows) == 0 || len(class.rows) != len(r[0].rows) || slices.ContainsFunc(class.rows, func(row row) bool { return row.at >= len(class.rows) }) {
			return nil, nil, errors.New("metric: rows are drawn for all classes together, so none may have a weight of 0")
		}
	}
	times := make([]float64, len(r[0].rows))
	err = b.Draw(len(times), nil, func(weight []float64) error {
		var rocs, precisions weightedMean
		for _, class := range r {
			for i, row := range class.rows {
				times[i] = weight[row.at]
			}
			s := newSample(class.rows, times)
			var a area
			s.sweep(a.add)
			rocs.add(Macro, s.p, a.roc())
			precisions.add(Macro, s.p, a.precision())
		}
		roc, precision = append(roc, rocs.value(Undefined)), append(precision, precisions.value(Undefined))
		return nil
	})
	return roc, precision, err
}

// Confuse returns the counts of each draw of rows of k classes. [Interval95] of a
// metric of them is its interval:
//
//	draws, err := Bootstrap{Seed: 1}.Confuse(predicted, actual, nil, k)
//	f1 := Interval95(draws.Of(func(m Confusion) float64 { return m.F1(Macro, Zero) }))
func (b Bootstrap) Confuse(predicted, actual []int, weight []float64, k int) (Confusions, error) {
	if _, err := Confuse(predicted, actual, weight, k); err != nil {
		return nil, err
	}
	var draws Confusions
	err := b.Draw(len(actual), weight, func(weight []float64) error {
		m, err := Confuse(predicted, actual, weight, k)
		draws = append(draws, m)
		return err
	})
	return draws, err
}

// Confusions are the counts of draws.
type Confusions []Confusion

// Of returns a metric of each draw's counts.
func (c Confusions) Of(metric func(Confusion) float64) []float64 {
	values := make([]float64, len(c))
	for i, m := range c {
		values[i] = metric(m)
	}
	return values
}

// Images returns a metric of each draw of images with replacement. Pixels of one
// image are alike, so they say less than as many pixels of different ones: drawing
// them would make the interval far too narrow.
//
//	iou, err := b.Images(images, func(m Images) float64 { return m.Global().IoU(Zero) })
func (b Bootstrap) Images(images Images, of func(Images) float64) ([]float64, error) {
	drawn := make(Images, len(images))
	var values []float64
	err := b.Draw(len(images), nil, func(times []float64) error {
		for i, m := range images {
			drawn[i] = Image{m.Counts, m.Weight * times[i]}
		}
		values = append(values, of(drawn))
		return nil
	})
	return values, err
}
