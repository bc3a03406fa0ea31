// Package data turns tables into numbers that a network can learn from, and remembers how.
//
//	table, err := csv.ReadFile("default.csv", options)      // what the file says
//	parts, err := data.Prepare(table, options)              // what it means: schema, parts, numbers
//	set, notes, err := parts.Schema.Encode(other, policy)   // the same for rows to predict
//
// A [Table] is a file as read. Prepare decides the use of each column, the task, the part of each row (train, valid, test),
// takes statistics from the training rows alone, and encodes: a number is standardised by mean and standard deviation; a
// text of one or two levels is one column of 0 and 1, of more levels one column each. A value that is missing is the mean
// or the most frequent level, and one column more tells so, if the training rows lack values too. Levels are those
// of the whole file, so that a level which happens to occur in no training row is not refused later; a note says that nothing was
// learned about it.
//
// What cannot be trusted is refused, as [Problems], with file, line, column and value; what is odd is noted. Everything is a
// function of the file and the options: no clock, no order of maps or goroutines.
package data

import (
	"fmt"
	"slices"

	"github.com/descent-ml/descent/data/internal/words"
)

// Prepare decides what the columns of a table are for, divides its rows into parts, and encodes them.
//
// Errors are a [*Problem] or [Problems].
func Prepare(t *Table, o Options) (*Parts, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	if err := o.CheckColumns(t.File, t.Names); err != nil {
		return nil, err
	}
	if t.Rows == 0 {
		return nil, &Problem{File: t.File, What: "0 rows", Code: "no-rows"}
	}
	if len(o.Targets) == 1 {
		o.Target, o.Targets = o.Targets[0], nil
	}
	p := preparation{table: t, options: &o, parts: &Parts{Notes: slices.Clone(t.Notes)}}
	p.schema()
	if err := p.problems.Err(); err != nil {
		return nil, err
	}
	part, err := p.divide()
	if err != nil {
		return nil, err
	}
	return p.parts, p.encode(part)
}

// preparation is the state of one call of Prepare.
type preparation struct {
	table    *Table
	options  *Options
	parts    *Parts
	class    [][]int32 // of each column of the target: the class of each row; nil unless the target has classes
	problems Problems
}

func (p *preparation) note(code, format string, args ...any) {
	p.parts.Notes = append(p.parts.Notes, Note{code, fmt.Sprintf(format, args...)})
}

// schema decides the use of the columns, and what the target is.
func (p *preparation) schema() {
	t, o := p.table, p.options
	s := &Schema{Version: schemaVersion, Format: t.Format, Fingerprint: t.Fingerprint(), Missing: o.Missing, Unseen: o.Unseen}
	p.parts.Schema = s
	features := 0
	for _, name := range t.Names {
		role, c := o.role(name), t.Column(name)
		s.Fields = append(s.Fields, newField(name, role, c))
		switch role {
		case FeatureRole:
			features++
			if problem := inspect(t, o, c); problem != nil {
				p.problems = append(p.problems, problem)
				continue
			}
			p.parts.Notes = append(p.parts.Notes, remarks(t, c)...)
		case WeightRole:
			if problem := checkWeights(t, c); problem != nil {
				p.problems = append(p.problems, problem)
			}
		}
	}
	if features == 0 {
		p.problems = append(p.problems, &Problem{File: t.File, Line: 1, What: "no column is left to learn from", Code: "no-features",
			Notes: words.Lines("columns", words.Names(t.Names, 20))})
	}
	p.target()
}

// target decides what the target is.
func (p *preparation) target() {
	t, o, s := p.table, p.options, p.parts.Schema
	if len(o.TargetColumns()) == 0 {
		return
	}
	var err Problems
	if o.labels() {
		s.Target, p.class, err = newLabels(t, o)
	} else {
		s.Target, p.class, err = newSingle(t, o)
	}
	if err != nil {
		p.problems = append(p.problems, err...)
		return
	}
	for _, target := range s.Target.columns() {
		if pair := similar(target.Classes); pair != nil {
			p.note("similar-levels", "target %s: %s and %s are two classes, though they differ only in blanks or case", words.Quote(target.Name), pair[0], pair[1])
		}
	}
}

// checkWeights refuses weights that are missing, negative, or all zero.
func checkWeights(t *Table, c *Column) *Problem {
	refuse := func(line int, what string) *Problem {
		return &Problem{File: t.File, Line: line, Col: c.Index, What: fmt.Sprintf("weight %s: %s", words.Quote(c.Name), what), Code: "bad-weight",
			Notes: words.Lines("expected", "a number of at least 0 in each row, above 0 in some"), Option: "weight"}
	}
	sum := float32(0)
	for r, w := range c.Numbers {
		switch v := float32(w); {
		case c.missing(r):
			return refuse(t.Lines[r], "no value")
		case w < 0:
			return refuse(t.Lines[r], exact(w)+" is negative")
		case v > largeWeight:
			return refuse(t.Lines[r], exact(w)+" is too large")
		default:
			sum = max(sum, v)
		}
	}
	if sum == 0 {
		return refuse(1, "0 in every row")
	}
	return nil
}

// largeWeight bounds weights so that the sum over 2^31 rows is finite in float32.
const largeWeight = 1e28

// divide decides the part of each row and checks that each class is in each part.
func (p *preparation) divide() (parted, error) {
	t, o, s := p.table, p.options, p.parts.Schema
	var content []*Column
	for _, f := range s.Fields {
		if f.Role == FeatureRole || f.Role == TargetRole {
			content = append(content, t.Column(f.Name))
		}
	}
	group := groups(t.Rows, content)
	var part parted
	if o.Split.Column != "" {
		var err error
		if part, err = named(t, t.Column(o.Split.Column)); err != nil {
			return nil, err
		}
	} else if o.Split.NoStratify || p.class == nil {
		part = divide(o.Split, nil, 0, group)
	} else {
		stratum, strata := s.Target.strata(p.class)
		part = divide(o.Split, stratum, strata, group)
	}
	p.parts.Equal, p.parts.Apart = shared(group, part)
	switch {
	case p.parts.Apart > 0:
		p.note("equal-rows", "equal rows lie in different parts (%s), as the split column says: results look better than on new rows", words.Of(p.parts.Apart, "group"))
	case p.parts.Equal > 0:
		p.note("equal-rows", "%s of equal rows, each kept in one part", words.Of(p.parts.Equal, "group"))
	}
	return part, p.checkParts(part)
}

// encode takes the statistics of the training rows and makes the sets.
func (p *preparation) encode(part parted) error {
	t, s := p.table, p.parts.Schema
	rows := part.rows()
	s.TrainRows = len(rows[0])
	for _, f := range s.Features() {
		c := t.Column(f.Name)
		f.measure(c, rows[0])
		if p.options.RankNormal && f.Kind == Numeric {
			f.rank(c, rows[0])
		}
		f.Indicator = f.TrainMissing > 0 && s.Missing == MeanIndicator
		p.trainRemarks(f, c)
	}
	for k, set := range p.parts.sets() {
		if len(rows[k]) == 0 {
			continue
		}
		var err error
		if *set, err = s.encode(t, rows[k], p.class, true); err != nil {
			return err
		}
	}
	p.fewPositives()
	return nil
}

// trainRemarks notes what the training rows do not tell about a feature.
func (p *preparation) trainRemarks(f *Field, c *Column) {
	name := words.Quote(f.Name)
	if f.Kind == Numeric && f.Std == 0 || len(f.Levels) == 1 {
		p.note("constant-column", "column %s has one value in the training rows: it is 0 throughout", name)
	}
	if f.Missing > 0 && f.TrainMissing == 0 {
		p.note("missing-untrained", "column %s lacks %s, none of them in a training row: filled, without an indicator", name, words.Of(f.Missing, "value"))
	}
	var untrained []string
	for k, share := range f.Share {
		if share == 0 {
			untrained = append(untrained, f.Levels[k])
		}
	}
	if len(untrained) > 0 {
		p.note("level-untrained", "column %s: nothing is learned about %s, in no training row", name, words.Quotes(untrained, 5))
	}
}
