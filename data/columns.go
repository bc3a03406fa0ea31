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
		first, twice := uses[n.column]
		what := fmt.Sprintf("cannot be both %s and %s", first, n.option)
		if first == "target" && n.option == "target" {
			what = "is named twice as a target"
		}
		if twice && (first != n.option || first == "target") {
			ps = append(ps, &Problem{
				What:   fmt.Sprintf("column %s %s", words.Quote(n.column), what),
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
	list           bool // the option is a list of columns
}

func (o *Options) named() []naming {
	var all []naming
	add := func(option string, exclusive bool, columns ...string) {
		for _, c := range columns {
			all = append(all, naming{option, c, exclusive, true})
		}
	}
	single := func(option, column string) {
		if column != "" {
			all = append(all, naming{option, column, true, false})
		}
	}
	single("target", o.Target)
	add("target", true, o.Targets...)
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
		if n.list {
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
	case slices.Contains(o.TargetColumns(), column):
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
