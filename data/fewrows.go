package data

import (
	"fmt"
	"strings"

	"github.com/descent-ml/descent/data/internal/words"
)

const (
	fewestOfClass  = 2   // rows of a class in a part below which the parts are refused
	fewOfPositives = 100 // rows of the rarest class in a part below which a note says so: 50 give F1 an interval of 0.12 each way
)

// checkParts refuses parts without rows to train on, and parts that hold fewer than two rows of a class.
func (p *preparation) checkParts(part parted) error {
	t, s, o := p.table, p.parts.Schema, p.options
	rows := part.rows()
	if len(rows[0]) == 0 {
		return &Problem{File: t.File, What: "no row is in the training part", Code: "few-rows",
			Notes:  words.Lines("parts", rowsOf([parts]int{0, len(rows[1]), len(rows[2]), len(rows[3])})),
			Option: "split"}
	}
	if p.class == nil {
		return nil
	}
	shares := o.Split.shares()
	var ps Problems
	for l, target := range s.Target.columns() {
		in := make([][parts]int, len(target.Classes))
		for r, k := range p.class[l] {
			in[k][part[r]]++
		}
		for k, class := range target.Classes {
			for i, n := range in[k] {
				used := len(rows[i]) > 0 || o.Split.Column == "" && shares[i] > 0
				if used && n < fewestOfClass {
					ps = append(ps, fewRows(t, target, class, in[k], i, p.parts.Equal))
					break
				}
			}
		}
	}
	return ps.Err()
}

// rowsOf lists the rows of the parts; those of tune only if there are any.
func rowsOf(in [parts]int) string {
	var list []string
	for i, n := range in {
		if name := partNames[i]; name != "tune" || n > 0 {
			list = append(list, name+" "+words.Count(n))
		}
	}
	return strings.Join(list, ", ")
}

func fewRows(t *Table, target *Target, class string, in [parts]int, part, equal int) *Problem {
	all := 0
	for _, n := range in {
		all += n
	}
	notes := []string{
		"rows", fmt.Sprintf("%s in all: %s", words.Count(all), rowsOf(in)),
		"expected", "at least 2 rows of each class in each part",
	}
	fixes := []string{"add rows of this class, or join it with another", "or give the part more: split(train = 0.6, valid = 0.2, test = 0.2)"}
	if equal > 0 {
		notes = append(notes, "equal", fmt.Sprintf("%s of equal rows, each kept in one part", words.Of(equal, "group")))
		fixes = append(fixes, "or name a column that says train, valid or test for each row; it may part equal rows: split = \"part\"")
	}
	return &Problem{File: t.File, Line: 1, Col: t.Column(target.Name).Index,
		What: fmt.Sprintf("class %s of target %s has %s in %s", words.Quote(class), words.Quote(target.Name), words.Of(in[part], "row"), partNames[part]),
		Code: "few-rows", Notes: words.Lines(notes...), Fixes: fixes, Option: "split"}
}

// fewPositives notes that the positive class of a binary target, or a label, has so few rows in a part that results are
// uncertain. Of the parts and labels it names the one with fewest.
func (p *preparation) fewPositives() {
	target := p.parts.Schema.Target
	if target == nil || target.Task != Binary && target.Task != MultiLabel {
		return
	}
	names, least, rarest := []string{target.Positive()}, -1, 0
	if target.Task == MultiLabel {
		names = target.Names()
	}
	for _, part := range p.parts.All()[1:] {
		positives := part.Counts[len(part.Counts)-len(names):] // of a binary target the second class
		for l, n := range positives {
			if least < 0 || n < least {
				least, rarest = n, l
			}
		}
	}
	if 0 <= least && least < fewOfPositives {
		p.note("few-positives", "%d %s rows leave a wide interval; more rows narrow it more than more epochs", least, words.Names(names[rarest:rarest+1], 1))
	}
}
