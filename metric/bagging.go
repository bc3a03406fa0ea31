package metric

// Choose is [Ranking.Choose] made steadier where that helps: the threshold of
// [BestF] is the mean of those chosen on draws of the rows, instead of the one
// that is best on the rows at hand.
//
// F as a function of the threshold is flat around its top and, on some tens of
// positive rows, rough: which of many near-equal scores wins is chance, and the
// mean of the winners is closer to where the top will be on other rows. Rules
// with a condition, such as a precision to be reached, are chosen on the rows
// themselves, since a mean of thresholds that meet a condition need not meet it.
//
// Source: Breiman, “Bagging Predictors”, Machine Learning 24 (1996).
func (b Bootstrap) Choose(valid *Ranking, rule Rule) (Choice, error) {
	c, err := valid.Choose(rule)
	if _, bag := rule.(BestF); err != nil || !bag || c.Kept {
		return c, err
	}
	n := b.resamples()
	from := newDrawer(b.Seed, 0, valid)
	sum := 0.0
	for i := range n {
		sum += from.draw(i).best(rule)
	}
	c.Value = sum / float64(n)
	c.Counts = valid.all.at(c.Value)
	c.Score = rule.score(c.Counts)
	return c, nil
}
