package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/metric"
)

// The classes that are shown: in a matrix, or not at all; and in a table.
const (
	maxMatrix  = 12
	maxClasses = 100
)

// confusionSection counts what was taken for what.
func (r *run) confusionSection() *section {
	parts := r.judged()
	if len(parts) == 0 || len(r.classes()) == 0 {
		return nil
	}
	p := parts[0]
	s := &section{ID: "confusion", Title: "Confusion matrix", Lead: say("What was said of ", p.rows(), ", by what they are. Shares are of a line.")}
	var counts [][]tally
	if r.task() == data.Binary {
		counts = r.binaryCounts()
		t := r.threshold()
		s.Lead = say(s.Lead, " The threshold is ", fromRun("threshold", t, decimal(t)), ".")
	} else {
		counts = p.confusion(len(r.classes()))
	}
	switch {
	case counts == nil:
		return nil
	case len(counts) <= maxMatrix:
		s.Blocks = []block{{Table: r.matrix(counts)}}
	default:
		s.Blocks = []block{{Table: r.mixups(counts)}}
	}
	return s
}

// classes are the names of the classes of a target that has them.
func (r *run) classes() []string {
	if t := r.target(); t != nil {
		return t.Classes
	}
	return nil
}

// binaryCounts counts the rows that are shown by class and by what was said.
func (r *run) binaryCounts() [][]tally {
	p := r.shown()
	if p == nil {
		return nil
	}
	c, err := metric.CountAt(p.score, p.labels(), nil, r.threshold())
	if err != nil {
		return nil // read refuses scores that are not finite
	}
	n := func(v float64) tally { return tally{v, span{Text: count(v)}} }
	return [][]tally{{n(c.TN), n(c.FP)}, {n(c.FN), n(c.TP)}}
}

// confusion is the matrix of run.json, if it has one of k classes.
func (p part) confusion(k int) [][]tally {
	if len(p.judged.Confusion) != k {
		return nil
	}
	counts := make([][]tally, k)
	for is, line := range p.judged.Confusion {
		if len(line) != k {
			return nil
		}
		for said, n := range line {
			counts[is] = append(counts[is], tally{float64(n), fromRun(fmt.Sprintf("%s.confusion.%d.%d", p.name, is, said), float64(n), count(n))})
		}
	}
	return counts
}

// A tally is a number of rows, and how it is shown.
type tally struct {
	n float64
	span
}

func (r *run) matrix(counts [][]tally) *table {
	t := &table{Head: []cell{words("is")}}
	for _, c := range r.classes() {
		t.Head = append(t.Head, number("said ", name(c)))
	}
	t.Head = append(t.Head, number("rows"))
	for is, line := range counts {
		total := 0.0
		for _, n := range line {
			total += n.n
		}
		cells := []cell{words(name(r.classes()[is]))}
		for said, n := range line {
			at := number(n.span, share(n.n, total))
			at.Hit = said == is
			if total > 0 {
				at.Shade = int(math.Ceil(10 * n.n / total))
			}
			cells = append(cells, at)
		}
		t.Rows = append(t.Rows, row{Cells: append(cells, number(count(total)))})
	}
	return t
}

// share is n of total, in brackets.
func share(n, total float64) string {
	if total == 0 {
		return ""
	}
	return " (" + percent(n/total) + ")"
}

// mixups lists the most frequent mistakes of many classes.
func (r *run) mixups(counts [][]tally) *table {
	type mixup struct {
		is, said int
		tally
	}
	var all []mixup
	for is, line := range counts {
		for said, n := range line {
			if is != said && n.n > 0 {
				all = append(all, mixup{is, said, n})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b mixup) int { return cmp.Compare(b.n, a.n) })
	t := &table{Caption: "The most frequent mistakes", Head: []cell{words("is"), words("said"), number("rows")}}
	for _, x := range all[:min(len(all), 20)] {
		t.Rows = append(t.Rows, row{Cells: []cell{words(name(r.classes()[x.is])), words(name(r.classes()[x.said])), number(x.span)}})
	}
	return t
}
