package metric

import "math"

// Counts are the sums of weights of the rows of a two-class problem: true and
// false, as predicted, positives and negatives.
type Counts struct {
	TP, FP, FN, TN float64
}

// CountAt counts rows, predicting positive where score >= threshold.
func CountAt[F Float](score []F, label []bool, weight []F, threshold float64) (Counts, error) {
	if err := checkRows(len(score), len(label), weight); err != nil {
		return Counts{}, err
	}
	if err := finite("score", score); err != nil {
		return Counts{}, err
	}
	var c Counts
	for i, s := range score {
		c.add(float64(s) >= threshold, label[i], weightOf(weight, i))
	}
	return c, nil
}

func (c *Counts) add(predicted, actual bool, w float64) {
	switch {
	case predicted && actual:
		c.TP += w
	case predicted:
		c.FP += w
	case actual:
		c.FN += w
	default:
		c.TN += w
	}
}

// Add returns the counts of both sets of rows together.
func (c Counts) Add(d Counts) Counts {
	return Counts{c.TP + d.TP, c.FP + d.FP, c.FN + d.FN, c.TN + d.TN}
}

// Times returns the counts of as many copies of the rows.
func (c Counts) Times(copies float64) Counts {
	return Counts{copies * c.TP, copies * c.FP, copies * c.FN, copies * c.TN}
}

// Precision is TP / (TP + FP): of the rows predicted positive, how many are.
func (c Counts) Precision(z ZeroDivision) float64 { return ratio(c.TP, c.TP+c.FP, z) }

// Recall is TP / (TP + FN): of the positive rows, how many are found.
func (c Counts) Recall(z ZeroDivision) float64 { return ratio(c.TP, c.TP+c.FN, z) }

// Specificity is TN / (TN + FP): the recall of the negative class.
func (c Counts) Specificity(z ZeroDivision) float64 { return ratio(c.TN, c.TN+c.FP, z) }

// F1 is 2·TP / (2·TP + FP + FN), the harmonic mean of precision and recall. Of
// pixels it is called the Dice coefficient.
func (c Counts) F1(z ZeroDivision) float64 { return c.FBeta(1, z) }

// FBeta is (1+β²)·TP / ((1+β²)·TP + FP + β²·FN): recall counts β times as much
// as precision. It is computed from the counts, since precision and recall may
// be undefined where it is 0.
//
// Source: van Rijsbergen, Information Retrieval (1979), chapter 7.
func (c Counts) FBeta(beta float64, z ZeroDivision) float64 {
	square := beta * beta
	hit := float64((1 + square) * c.TP)
	return ratio(hit, hit+c.FP+float64(square*c.FN), z)
}

// IoU is TP / (TP + FP + FN), the Jaccard index.
func (c Counts) IoU(z ZeroDivision) float64 { return ratio(c.TP, c.TP+c.FP+c.FN, z) }

// Accuracy is (TP + TN) / all; NaN without rows.
func (c Counts) Accuracy() float64 {
	return ratio(c.TP+c.TN, c.TP+c.FP+c.FN+c.TN, Undefined)
}

// BalancedAccuracy is the mean of recall and specificity, or the one of them
// whose class has rows; NaN without rows.
func (c Counts) BalancedAccuracy() float64 {
	return meanDefined(c.Recall(Undefined), c.Specificity(Undefined))
}

// Matthews is the correlation of prediction and truth,
// (TP·TN − FP·FN) / √((TP+FP)·(TP+FN)·(TN+FP)·(TN+FN)): 1 if all is right, 0 for
// answers that do not depend on the row. It is undefined if either has one class.
//
// Source: Matthews, Biochim. Biophys. Acta 405 (1975).
func (c Counts) Matthews(z ZeroDivision) float64 {
	scale := math.Sqrt((c.TP+c.FP)*(c.TP+c.FN)) * math.Sqrt((c.TN+c.FP)*(c.TN+c.FN))
	return ratio(float64(c.TP*c.TN)-float64(c.FP*c.FN), scale, z)
}

// meanDefined returns the mean of the values that are not NaN.
func meanDefined(values ...float64) float64 {
	sum, n := 0.0, 0.0
	for _, x := range values {
		if !math.IsNaN(x) {
			sum += x
			n++
		}
	}
	return sum / n
}
