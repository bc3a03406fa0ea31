package data

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/descent-ml/descent/data/internal/words"
)

// mismatch collects what differs between a table and the schema.
type mismatch struct {
	schema *Schema
	table  *Table
	policy Policy
	found  []difference
}

// difference is one thing that differs.
type difference struct {
	where, what string
	would       string // "have ..." if it were accepted; "" if another difference says so
	with        string // what it would have been filled with, instead of would
	fix         string
	flag        string // of predict, to accept it; "" if it cannot be
}

func (m *mismatch) add(d difference) { m.found = append(m.found, d) }

// field checks that the table has the field, with values that can be encoded.
func (m *mismatch) field(f *Field) {
	judged := m.policy.Judge && (f.Role == TargetRole || f.Role == WeightRole)
	if f.Role != FeatureRole && !judged {
		return
	}
	where := "column " + words.Quote(f.Name)
	c := m.table.Column(f.Name)
	switch {
	case c == nil:
		m.absent(f, where)
	case (c.Codes == nil) != (f.Kind == Numeric):
		m.add(difference{where: where, what: fmt.Sprintf("%s, was %s", c.Kind(), f.Kind), would: "have given the column another meaning", fix: "write it as in training"})
	case f.Role == FeatureRole:
		m.missing(f, c, where)
		m.unseen(f, c, where)
	case f.Role == WeightRole:
		if p := checkWeights(m.table, c); p != nil {
			m.add(difference{where: fmt.Sprintf("%s line %d", where, p.Line), what: p.What, would: "have weighed rows wrongly", fix: "correct the weights"})
		}
	case c.Missing > 0:
		m.add(difference{where: m.at(where, c.firstMissing()), what: "has no value" + more(c.Missing-1), would: "have been judged by a guess", fix: "fill it in"})
	}
}

// absent checks that the field may be missing in every row.
func (m *mismatch) absent(f *Field, where string) {
	if f.Role == FeatureRole && m.policy.FillMissing {
		return
	}
	d := difference{where: where, what: "missing", fix: "add the column"}
	known := func(name string) bool {
		return slices.ContainsFunc(m.schema.Fields, func(f *Field) bool { return f.Name == name })
	}
	if near := words.Nearest(f.Name, m.table.Names); near != "" && !known(near) {
		d.fix = fmt.Sprintf("rename column %s to %s", words.Quote(near), words.Quote(f.Name))
	}
	if f.Role == FeatureRole {
		d.with, d.flag = f.filling(), "--missing mean"
	}
	m.add(d)
}

// missing checks that the field may be missing in some rows.
func (m *mismatch) missing(f *Field, c *Column, where string) {
	known := f.TrainMissing > 0 && m.schema.Missing != RefuseMissing
	if c.Missing == 0 || known || m.policy.FillMissing {
		return
	}
	m.add(difference{where: m.at(where, c.firstMissing()), what: "has no value" + more(c.Missing-1) + "; no training row lacked one",
		with: f.filling(), fix: "fill it in", flag: "--missing mean"})
}

// filling names what a missing value of the field counts as.
func (f *Field) filling() string {
	if f.Kind == Numeric {
		return "the mean"
	}
	return "the most frequent level"
}

// shownUnseen is the number of unseen levels of one column that a message names.
const shownUnseen = 5

// unseen checks that the schema knows the levels of the column.
func (m *mismatch) unseen(f *Field, c *Column, where string) {
	if c.Codes == nil || m.policy.AcceptUnseen || m.schema.Unseen == Other {
		return
	}
	codes := f.recode(c)
	rows := make([]int, len(codes))
	var levels []int // unseen, in the order of their first rows
	first := make([]int, len(codes))
	for r, k := range c.Codes {
		if k < 0 || codes[k] != unseenLevel {
			continue
		}
		if rows[k] == 0 {
			levels = append(levels, int(k))
			first[k] = r
		}
		rows[k]++
	}
	for i, k := range levels {
		d := difference{with: `"other"`, flag: "--unseen other"}
		if i == shownUnseen {
			d.where, d.what = where, fmt.Sprintf("%s more unseen levels", words.Count(len(levels)-i))
			m.add(d)
			return
		}
		d.where, d.what = m.at(where, first[k]), fmt.Sprintf("%s is no level of (%s)%s", words.Quote(c.Levels[k]), words.Names(f.Levels, 10), more(rows[k]-1))
		if near := words.Nearest(c.Levels[k], f.Levels); near != "" {
			d.fix = "write " + words.Quote(near)
		}
		m.add(d)
	}
}

func (m *mismatch) at(where string, row int) string {
	return fmt.Sprintf("%s line %d", where, m.table.Lines[row])
}

// more says that n further rows are alike.
func more(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(", nor in %s", words.Of(n, "more row"))
}

// classes returns, for each column of the target, the class of each row; nil for a regression.
func (m *mismatch) classes() [][]int32 {
	var classes [][]int32
	for _, target := range m.schema.Target.columns() {
		if target.Task != Regression {
			classes = append(classes, m.class(target))
		}
	}
	return classes
}

// class returns the class of each row, or reports the first that the schema does not know.
func (m *mismatch) class(target *Target) []int32 {
	c := m.table.Column(target.Name)
	class := make([]int32, m.table.Rows)
	for r := range class {
		k, value := -1, ""
		if c.Codes != nil {
			value = words.Quote(c.Levels[c.Codes[r]])
			k = slices.Index(target.Classes, c.Levels[c.Codes[r]])
		} else {
			value = exact(c.Numbers[r])
			k = slices.Index(target.Values, c.Numbers[r])
		}
		if k < 0 {
			m.add(difference{where: m.at("column "+words.Quote(c.Name), r), what: fmt.Sprintf("%s is no class of (%s)", value, words.Names(target.Classes, 10)),
				would: "have been judged by a class that the model cannot name", fix: "correct the target"})
			return nil
		}
		class[r] = int32(k)
	}
	return class
}

// problem reports the differences, and nil if there are none.
func (m *mismatch) problem() *Problem {
	if len(m.found) == 0 {
		return nil
	}
	model := m.policy.Model
	if model == "" {
		model = "the model"
	}
	things := words.Of(len(m.found), "thing") + " differ"
	if len(m.found) == 1 {
		things += "s"
	}
	p := &Problem{File: m.table.File, What: fmt.Sprintf("%s from the table that %s was trained on", things, model), Code: "schema-mismatch"}
	var pairs, would, with, fixes, flags []string
	acceptable := true
	for _, d := range m.found {
		pairs = append(pairs, d.where, d.what)
		would, with, fixes, flags = once(would, d.would), once(with, d.with), once(fixes, d.fix), once(flags, d.flag)
		acceptable = acceptable && d.flag != ""
	}
	if len(with) > 0 {
		would = append([]string{"have been filled with " + strings.Join(with, " and with ")}, would...)
	}
	p.Notes = words.Lines(pairs...)
	if len(would) > 0 {
		p.Notes = append(p.Notes, words.Lines("would", strings.Join(would, ", ")+".")...)
	}
	if len(fixes) > 0 {
		p.Fixes = append(p.Fixes, strings.Join(fixes, "; "))
	}
	if acceptable {
		it := map[int]string{1: "it", 2: "both"}[len(m.found)]
		if it == "" {
			it = "all"
		}
		p.Fixes = append(p.Fixes, fmt.Sprintf("or accept %s, and count them: descent predict ... %s", it, strings.Join(flags, " ")))
	}
	return p
}

// once adds s to list unless it is empty or there already.
func once(list []string, s string) []string {
	if s == "" || slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

// absentColumn returns a column for the field without a value in any row.
func absentColumn(f *Field, rows int) *Column {
	c := &Column{Name: f.Name, Missing: rows}
	if f.Kind == Numeric {
		c.Numbers = make([]float64, rows)
		for r := range c.Numbers {
			c.Numbers[r] = math.NaN()
		}
		return c
	}
	c.Codes = make([]int32, rows)
	for r := range c.Codes {
		c.Codes[r] = -1
	}
	return c
}
