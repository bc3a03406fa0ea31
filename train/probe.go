package train

import (
	"slices"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/loss"
	"github.com/descent-ml/descent/probe"
)

// supervision is what [Supervised] compares, so that its loss can be tried alone.
type supervision struct {
	loss loss.Loss
	in   loss.In
	pos  graph.Position // where a recipe names the loss
}

// tryLoss tries the loss of a supervised objective on true targets. Of one that was
// refused because no gradient passes it, that too is worth knowing.
func (t *trainer) tryLoss() error {
	by := t.training.step.supervised
	if by == nil || t.training.loss.Poisoned() {
		return nil
	}
	for _, d := range t.found {
		if d.Severity == graph.Error && d.Code != graph.CodeNotDifferentiable {
			return nil
		}
	}
	if by.pos.IsZero() {
		by.pos = t.training.loss.Pos()
	}
	subject := probe.Subject{Loss: by.loss, In: by.in, Pos: by.pos, Classes: t.config.classes}
	rows, err := t.examples.tried()
	if err != nil {
		return err
	}
	report, found := probe.Run(subject, rows)
	t.probed, t.found = report, slices.Concat(t.found, found, noteWeights(subject, rows, report))
	return nil
}

// probeRows picks rows of every class, each class with its share of all, and at
// least one row.
func probeRows(set *data.Set) probe.Rows {
	n := probe.Fit(set.Rows, set.TargetWidth)
	at := allRows(set)
	if n < set.Rows {
		at = nil
		for _, rows := range byClass(set) {
			at = append(at, evenly(rows, max(1, n*len(rows)/set.Rows))...)
		}
		slices.Sort(at)
	}
	rows := probe.Rows{N: len(at)}
	for _, i := range at {
		for _, y := range set.Y[i*set.TargetWidth : (i+1)*set.TargetWidth] {
			rows.Target = append(rows.Target, float64(y))
		}
		if set.Weight != nil {
			rows.Weight = append(rows.Weight, float64(set.Weight[i]))
		}
	}
	return rows
}

func allRows(set *data.Set) []int {
	all := make([]int, set.Rows)
	for i := range all {
		all[i] = i
	}
	return all
}

// byClass returns the rows of each class, or all rows where there are none.
func byClass(set *data.Set) [][]int {
	if set.Class == nil {
		return [][]int{allRows(set)}
	}
	rows := make([][]int, slices.Max(set.Class)+1)
	for i, c := range set.Class {
		rows[c] = append(rows[c], i)
	}
	return slices.DeleteFunc(rows, func(r []int) bool { return len(r) == 0 })
}

// evenly returns up to n elements of a list, as far apart as they can be.
func evenly(list []int, n int) []int {
	if n >= len(list) {
		return list
	}
	out := make([]int, n)
	for i := range out {
		out[i] = list[i*len(list)/n]
	}
	return out
}
