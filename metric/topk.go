package metric

import "fmt"

// TopK returns the share of rows whose class is among the top likeliest ones. score
// has k values a row. Of equal scores the first class goes first, as for the
// likeliest class, so the top 1 is the accuracy and a constant score earns nothing.
// NaN without rows.
func TopK(score []float64, k int, class []int, weight []float64, top int) (float64, error) {
	if err := checkClasses("scores", len(score), k, class, weight); err != nil {
		return 0, err
	}
	if err := finite("score", score); err != nil {
		return 0, err
	}
	if top < 1 {
		return 0, fmt.Errorf("metric: the top %d classes; at least 1 is needed", top)
	}
	return mean(len(class), weight, func(i int) float64 {
		ahead := 0
		for j, s := range score[i*k : (i+1)*k] {
			own := score[i*k+class[i]]
			if s > own || s == own && j < class[i] {
				ahead++
			}
		}
		if ahead < top {
			return 1
		}
		return 0
	}), nil
}
