package data

import (
	"fmt"

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
			Notes:  words.Lines("parts", fmt.Sprintf("train 0, valid %s, test %s", words.Count(len(rows[1])), words.Count(len(rows[2])))),
			Option: "split"}
	}
	if s.Target == nil || s.Target.Classes == nil {
		return nil
	}
	shares := o.Split.shares()
	var ps Problems
	for k, class := range s.Target.Classes {
		var in [3]int
		for r, c := range p.class {
			if int(c) == k {
				in[part[r]]++
			}
		}
		for i, n := range in {
			used := len(rows[i]) > 0 || o.Split.Column == "" && shares[i] > 0
			if used && n < fewestOfClass {
				ps = append(ps, fewRows(t, s.Target, class, in, i, p.parts.Equal))
				break
			}
		}
	}
	return ps.Err()
}

func fewRows(t *Table, target *Target, class string, in [3]int, part, equal int) *Problem {
	notes := []string{
		"rows", fmt.Sprintf("%s in all: train %s, valid %s, test %s", words.Count(in[0]+in[1]+in[2]), words.Count(in[0]), words.Count(in[1]), words.Count(in[2])),
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

// fewPositives notes that the positive class of a binary target has so few rows in a part that results are uncertain. Of the
// parts it names the one with fewest.
func (p *preparation) fewPositives() {
	target := p.parts.Schema.Target
	if target == nil || target.Task != Binary {
		return
	}
	least := -1
	for _, set := range []*Set{p.parts.Valid, p.parts.Test} {
		if set != nil && (least < 0 || set.Positives() < least) {
			least = set.Positives()
		}
	}
	if 0 <= least && least < fewOfPositives {
		p.note("few-positives", "%d %s rows leave a wide interval; more rows narrow it more than more epochs", least, words.Names([]string{target.Positive()}, 1))
	}
}
