package metric

import "math"

// Rankings hold the rows once for each class or label, each time with that one as
// the positive class.
type Rankings []*Ranking

// OneVsRest ranks rows of k classes by the score of each class. score has k values a
// row, one row after another; softmax probabilities will do.
func OneVsRest(score []float64, k int, class []int, weight []float64) (Rankings, error) {
	if err := checkClasses("scores", len(score), k, class, weight); err != nil {
		return nil, err
	}
	return rankEach(score, k, weight, func(row, j int) bool { return class[row] == j })
}

// RankLabels ranks rows that may have several of k labels by the score of each label.
func RankLabels(score []float64, actual []bool, k int, weight []float64) (Rankings, error) {
	if err := checkLabels(len(score), len(actual), k, weight); err != nil {
		return nil, err
	}
	return rankEach(score, k, weight, func(row, j int) bool { return actual[row*k+j] })
}

func rankEach(score []float64, k int, weight []float64, positive func(row, j int) bool) (Rankings, error) {
	if err := finite("score", score); err != nil {
		return nil, err
	}
	rows := len(score) / k
	column, label := make([]float64, rows), make([]bool, rows)
	each := make(Rankings, k)
	for j := range k {
		for i := range rows {
			column[i], label[i] = score[i*k+j], positive(i, j)
		}
		r, err := Rank(column, label, weight)
		if err != nil {
			return nil, err
		}
		each[j] = r
	}
	return each, nil
}

// ROCAUC averages [Ranking.ROCAUC]. z says what the area is of a class without rows
// or with all of them; [Undefined] leaves it out. [Micro] is the area of all pairs of
// a row and a class ranked together.
func (r Rankings) ROCAUC(a Average, z ZeroDivision) float64 {
	return r.average(a, z, (*Ranking).ROCAUC)
}

// AveragePrecision averages [Ranking.AveragePrecision]. z says what it is of a class
// without rows; [Undefined] leaves it out, and [Zero] is scikit-learn's answer.
func (r Rankings) AveragePrecision(a Average, z ZeroDivision) float64 {
	return r.average(a, z, (*Ranking).AveragePrecision)
}

func (r Rankings) average(a Average, z ZeroDivision, of func(*Ranking) float64) float64 {
	if a == Micro {
		return of(r.together())
	}
	var m weightedMean
	for _, class := range r {
		value := of(class)
		if math.IsNaN(value) {
			value = z.value()
		}
		m.add(a, class.all.p, value)
	}
	return m.value(z)
}

func (r Rankings) together() *Ranking {
	var rows []row
	for _, class := range r {
		rows = append(rows, class.rows...)
	}
	return newRanking(rows)
}

// Choose returns the best threshold of each class against the rest, or of each
// label; see [Ranking.Choose]. [ClassThresholds] and [LabelThresholds] make them usable.
func (r Rankings) Choose(rule Rule) ([]Choice, error) {
	return r.each(func(class *Ranking) (Choice, error) { return class.Choose(rule) })
}

// ChooseEach is [Rankings.Choose] made steadier as [Bootstrap.Choose] is.
func (b Bootstrap) ChooseEach(valid Rankings, rule Rule) ([]Choice, error) {
	return valid.each(func(class *Ranking) (Choice, error) { return b.Choose(class, rule) })
}

func (r Rankings) each(choose func(*Ranking) (Choice, error)) ([]Choice, error) {
	choices := make([]Choice, len(r))
	for j, class := range r {
		c, err := choose(class)
		if err != nil {
			return nil, err
		}
		choices[j] = c
	}
	return choices, nil
}
