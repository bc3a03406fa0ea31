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
	p := r.shown()
	if p == nil || len(r.classes()) == 0 {
		return nil
	}
	said := p.said(r.threshold())
	k := len(r.classes())
	m, err := metric.Confuse(said, p.class, nil, k)
	if err != nil {
		return nil // read refuses classes that the target does not have
	}
	part := r.judged()[0]
	s := &section{ID: "confusion", Title: "Confusion matrix", Lead: say("What was said of ", part.rows(), ", by what they are. Shares are of a line.")}
	if r.task() == data.Binary {
		t := r.threshold()
		s.Lead = say(s.Lead, " The threshold is ", fromRun("threshold", t, decimal(t)), ".")
	}
	if k <= maxMatrix {
		s.Blocks = append(s.Blocks, block{Table: r.matrix(m)})
	} else {
		s.Blocks = append(s.Blocks, block{Table: r.mixups(m)})
	}
	if r.task() == data.MultiClass {
		s.Blocks = append(s.Blocks, block{Table: r.classTable(m)})
	}
	return s
}

// classes are the names of the target's classes.
func (r *run) classes() []string {
	if t := r.target(); t != nil {
		return t.Classes
	}
	return nil
}

// said is the class that the model says of each row.
func (p *predictions) said(threshold float64) []int {
	if p.k > 1 {
		class, _ := p.likeliest()
		return class
	}
	class := make([]int, len(p.score))
	for i, s := range p.score {
		if s >= threshold {
			class[i] = 1
		}
	}
	return class
}

func (r *run) matrix(m metric.Confusion) *table {
	t := &table{Head: []cell{words("is")}}
	for _, c := range r.classes() {
		t.Head = append(t.Head, number("said ", name(c)))
	}
	t.Head = append(t.Head, number("rows"))
	for is, c := range r.classes() {
		line := m.N[is*m.K : (is+1)*m.K]
		total := 0.0
		for _, n := range line {
			total += n
		}
		cells := []cell{words(name(c))}
		for said, n := range line {
			at := number(count(n), share(n, total))
			at.Hit = said == is
			if total > 0 {
				at.Shade = int(math.Ceil(10 * n / total))
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
func (r *run) mixups(m metric.Confusion) *table {
	type mixup struct {
		is, said int
		n        float64
	}
	var all []mixup
	for i, n := range m.N {
		if is, said := i/m.K, i%m.K; is != said && n > 0 {
			all = append(all, mixup{is, said, n})
		}
	}
	slices.SortStableFunc(all, func(a, b mixup) int { return cmp.Compare(b.n, a.n) })
	t := &table{Caption: "The most frequent mistakes", Head: []cell{words("is"), words("said"), number("rows")}}
	for _, x := range all[:min(len(all), 20)] {
		t.Rows = append(t.Rows, row{Cells: []cell{words(name(r.classes()[x.is])), words(name(r.classes()[x.said])), number(count(x.n))}})
	}
	return t
}

// classTable judges each class against all others.
func (r *run) classTable(m metric.Confusion) *table {
	t := &table{Caption: "By class", Head: heads("class", "precision", "recall", "f1", "rows")}
	for i, class := range r.classes()[:min(len(r.classes()), maxClasses)] {
		c := m.Class(i)
		t.Rows = append(t.Rows, row{Cells: []cell{words(name(class)), number(decimal(precision(c))), number(decimal(recall(c))), number(decimal(f1(c))), number(count(c.TP + c.FN))}})
	}
	if more := len(r.classes()) - maxClasses; more > 0 {
		t.Caption += fmt.Sprintf(": the first %d, without %s more", maxClasses, count(more))
	}
	return t
}
