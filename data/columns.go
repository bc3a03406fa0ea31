package data

import (
	"fmt"
	"slices"

	"github.com/descent-ml/descent/data/internal/words"
)

// CheckColumns returns what is wrong with the columns that the options name, given those that the file has: names that it
// does not have, and columns with two uses. A reader calls it as soon as it knows the header.
func (o *Options) CheckColumns(file string, columns []string) error {
	if o.lenient {
		return nil
	}
	var ps Problems
	uses := map[string]string{}
	for _, n := range o.named() {
		if !slices.Contains(columns, n.column) {
			ps = append(ps, noColumn(file, n, columns))
			continue
		}
		if !n.exclusive {
			continue
		}
		if first, twice := uses[n.column]; twice && first != n.option {
			ps = append(ps, &Problem{
				What:   fmt.Sprintf("column %s cannot be both %s and %s", words.Quote(n.column), first, n.option),
				Code:   "column-use",
				Fixes:  []string{"name it once"},
				Option: n.option,
			})
			continue
		}
		uses[n.column] = n.option
	}
	for _, c := range o.Categorical {
		if slices.Contains(o.Numeric, c) {
			ps = append(ps, &Problem{
				What:   fmt.Sprintf("column %s cannot be both categorical and numeric", words.Quote(c)),
				Code:   "column-use",
				Fixes:  []string{"name it once"},
				Option: "numeric",
			})
		}
	}
	return ps.Err()
}

// naming is one place where the options name a column.
type naming struct {
	option, column string
	exclusive      bool // no other exclusive option may name the column
}

func (o *Options) named() []naming {
	var all []naming
	add := func(option string, exclusive bool, columns ...string) {
		for _, c := range columns {
			all = append(all, naming{option, c, exclusive})
		}
	}
	single := func(option, column string) {
		if column != "" {
			add(option, true, column)
		}
	}
	single("target", o.Target)
	add("features", true, o.Features...)
	add("drop", true, o.Drop...)
	single("id", o.ID)
	single("weight", o.Weight)
	single("label", o.Label)
	add("categorical", false, o.Categorical...)
	add("numeric", false, o.Numeric...)
	single("split", o.Split.Column)
	return all
}

func noColumn(file string, n naming, columns []string) *Problem {
	p := &Problem{
		What:   fmt.Sprintf("%s has no column %s", file, words.Quote(n.column)),
		Code:   "no-column",
		Notes:  words.Lines("columns", words.Names(columns, 20)),
		Option: n.option,
	}
	if near := words.Nearest(n.column, columns); near != "" {
		value := words.Quote(near)
		if list := []string{"features", "drop", "categorical", "numeric"}; slices.Contains(list, n.option) {
			value = "[" + value + "]"
		}
		p.Fixes = []string{n.option + " = " + value}
	}
	return p
}

// role returns what the column is used for.
func (o *Options) role(column string) Role {
	switch {
	case slices.Contains(o.Drop, column):
		return UnusedRole
	case column == o.Target && o.Target != "":
		return TargetRole
	case column == o.ID && o.ID != "":
		return IDRole
	case column == o.Weight && o.Weight != "":
		return WeightRole
	case column == o.Label && o.Label != "":
		return LabelRole
	case column == o.Split.Column && o.Split.Column != "":
		return SplitRole
	case o.Features != nil && !slices.Contains(o.Features, column):
		return UnusedRole
	}
	return FeatureRole
}
