package data

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/descent-ml/descent/data/internal/words"
)

// Target is the column that a model learns to predict, or several columns, its labels, of which a row may have any.
//
// The classes of a binary target are the negative one, then the positive one. Unless Options.Positive says which is
// positive, it is the one whose name means yes ("yes", "true", "1" beside "0", ...), if only one does; else the one with fewer
// rows; else the second by name. Other classes are in the order of their names, or numbers.
type Target struct {
	Name    string    `json:"name,omitempty"`    // "" of labels
	Task    Task      `json:"task"`              // never Auto
	Classes []string  `json:"classes,omitempty"` // nil for a regression, and of labels
	Values  []float64 `json:"values,omitempty"`  // the classes of a column of numbers, as numbers; nil for texts
	Labels  []*Target `json:"labels,omitempty"`  // the columns of a MultiLabel target, each Binary
}

// columns returns the target of each column.
func (t *Target) columns() []*Target {
	if t.Task == MultiLabel {
		return t.Labels
	}
	return []*Target{t}
}

// Names returns the names of the columns.
func (t *Target) Names() []string {
	var names []string
	for _, c := range t.columns() {
		names = append(names, c.Name)
	}
	return names
}

// String returns the names of the columns, "none" of no target.
func (t *Target) String() string {
	if t == nil {
		return "none"
	}
	return strings.Join(t.Names(), ", ")
}

// Positive returns the name of the positive class of a binary target, else "".
func (t *Target) Positive() string {
	if t == nil || t.Task != Binary {
		return ""
	}
	return t.Classes[1]
}

// Width returns the number of columns of Y, and of what a model puts out: the number of classes if there are more than two,
// or of labels, else 1.
func (t *Target) Width() int {
	switch t.Task {
	case MultiClass:
		return len(t.Classes)
	case MultiLabel:
		return len(t.Labels)
	}
	return 1
}

// affirmative tells whether the class name, in any case of letters, means that something is the case; short names do so only
// beside their opposites.
func affirmative(name, other string) bool {
	name, other = strings.ToLower(name), strings.ToLower(other)
	switch name {
	case "yes", "true", "positive", "pos":
		return true
	}
	return slices.Contains([]string{"y n", "t f", "1 0", "1 -1", "+ -"}, name+" "+other)
}

// newSingle is newTarget of the one column that the options name.
func newSingle(t *Table, o *Options) (*Target, [][]int32, Problems) {
	target, class, err := newTarget(t, o)
	switch {
	case err != nil:
		return nil, nil, Problems{err.(*Problem)}
	case class == nil:
		return target, nil, nil
	}
	return target, [][]int32{class}, nil
}

// newTarget decides what the target column is; class gives the class of each row, nil for a regression.
func newTarget(t *Table, o *Options) (target *Target, class []int32, err error) {
	c := t.Column(o.Target)
	if row := c.firstMissing(); row >= 0 {
		return nil, nil, &Problem{File: t.File, Line: t.Lines[row], Col: c.Index,
			What:  fmt.Sprintf("target %s has no value in %s", words.Quote(c.Name), words.Of(c.Missing, "row")),
			Code:  "missing-target",
			Notes: words.Lines("would", "have trained on a guess."),
			Fixes: []string{"fill the target in, or delete these rows"}, Option: "target"}
	}
	task := o.Task
	if task == Regression && c.Codes != nil {
		return nil, nil, &Problem{File: t.File, Line: 1, Col: c.Index,
			What:  fmt.Sprintf("target %s holds texts, a regression needs numbers", words.Quote(c.Name)),
			Code:  "task",
			Notes: words.Lines("texts", words.Names(c.Levels, 5)),
			Fixes: []string{`task = "multiclass"`}, Option: "task"}
	}
	classes := c.Levels
	var values []float64
	if c.Codes == nil && task != Regression {
		values, classes = distinct(c.Numbers)
		if task == Auto && len(values) > 2 {
			task = Regression
		}
	}
	if task == Regression {
		target := &Target{Name: c.Name, Task: Regression}
		return target, nil, checkNumbers(t, c)
	}
	if len(classes) == 1 {
		return nil, nil, oneClass(t, c, classes[0])
	}
	if task == Auto {
		task = MultiClass
		if len(classes) == 2 {
			task = Binary
		}
	}
	if task == Binary && len(classes) != 2 {
		return nil, nil, &Problem{File: t.File, Line: 1, Col: c.Index,
			What:  fmt.Sprintf("target %s has %s classes, a binary task has 2", words.Quote(c.Name), words.Count(len(classes))),
			Code:  "task",
			Notes: words.Lines("classes", words.Names(classes, 10)),
			Fixes: []string{`task = "multiclass"`}, Option: "task"}
	}
	if p := tooManyClasses(t, c, classes); p != nil {
		return nil, nil, p
	}
	class = c.Codes
	if values != nil {
		class = make([]int32, t.Rows)
		for r, v := range c.Numbers {
			i, _ := slices.BinarySearch(values, v)
			class[r] = int32(i)
		}
	}
	target = &Target{Name: c.Name, Task: task, Classes: slices.Clone(classes), Values: values}
	if task == Binary {
		first, p := positive(t, o, c, target, class)
		if p != nil {
			return nil, nil, p
		}
		if first {
			class = target.swap(class)
		}
	} else if o.Positive != "" {
		return nil, nil, &Problem{What: fmt.Sprintf("target %s has %s classes: none of them is the positive one", words.Quote(c.Name), words.Count(len(classes))),
			Code: "task", Fixes: []string{"leave positive out"}, Option: "positive"}
	}
	return target, class, nil
}

// distinct returns the different numbers in x, ascending, and their names. Zeros of both signs are one.
func distinct(x []float64) ([]float64, []string) {
	values := slices.Clone(x)
	for i, v := range values {
		values[i] = v + 0 // -0 + 0 is 0
	}
	slices.Sort(values)
	values = slices.Clone(slices.Compact(values))
	names := make([]string, len(values))
	for i, v := range values {
		names[i] = exact(v)
	}
	return values, names
}

// positive tells whether the first class is the positive one.
func positive(t *Table, o *Options, c *Column, target *Target, class []int32) (first bool, p *Problem) {
	if o.Positive != "" {
		if i := target.class(o.Positive); i >= 0 {
			return i == 0, nil
		}
		p := &Problem{What: fmt.Sprintf("column %s of %s has no class %s", words.Quote(c.Name), t.File, words.Quote(o.Positive)),
			Code: "no-class", Notes: words.Lines("classes", words.Names(target.Classes, 10)), Option: "positive"}
		if near := words.Nearest(o.Positive, target.Classes); near != "" {
			p.Fixes = []string{"positive = " + words.Quote(near)}
		}
		return false, p
	}
	a, b := affirmative(target.Classes[0], target.Classes[1]), affirmative(target.Classes[1], target.Classes[0])
	if a != b {
		return a, nil
	}
	ones := 0
	for _, k := range class {
		ones += int(k)
	}
	return len(class)-ones < ones, nil
}

// class returns the index of the class of this name, or -1. Classes that are numbers are found by value: "1.0" is "1".
func (t *Target) class(name string) int {
	if i := slices.Index(t.Classes, name); i >= 0 {
		return i
	}
	if v, err := strconv.ParseFloat(name, 64); err == nil {
		return slices.Index(t.Values, v)
	}
	return -1
}

// swap makes the first of two classes the second, here and in the classes of rows, which are copied.
func (t *Target) swap(class []int32) []int32 {
	slices.Reverse(t.Classes)
	slices.Reverse(t.Values)
	swapped := make([]int32, len(class))
	for i, k := range class {
		swapped[i] = 1 - k
	}
	return swapped
}

func oneClass(t *Table, c *Column, class string) *Problem {
	return &Problem{File: t.File, Line: 1, Col: c.Index,
		What: fmt.Sprintf("only class %s in %s: nothing to learn", words.Quote(class), words.Of(t.Rows, "row")), Code: "one-class",
		Notes:  words.Lines("target", words.Quote(c.Name)),
		Fixes:  []string{"add rows of another class, or name another target"},
		Option: "target"}
}

// tooManyClasses refuses a target whose texts are names of rows rather than classes.
func tooManyClasses(t *Table, c *Column, classes []string) *Problem {
	if len(classes) <= crowded || 2*len(classes) <= t.Rows {
		return nil
	}
	return &Problem{File: t.File, Line: 1, Col: c.Index,
		What:   fmt.Sprintf("target %s has %s classes in %s", words.Quote(c.Name), words.Count(len(classes)), words.Of(t.Rows, "row")),
		Code:   "high-cardinality",
		Notes:  words.Lines("classes", words.Names(classes, 5), "would", "have had fewer than two rows a class to learn from."),
		Fixes:  []string{"name another target"},
		Option: "target"}
}

// checkNumbers refuses numbers that a float32 target cannot hold, and those that are all the same.
func checkNumbers(t *Table, c *Column) error {
	if lo, hi := slices.Min(c.Numbers), slices.Max(c.Numbers); lo == hi {
		return &Problem{File: t.File, Line: 1, Col: c.Index,
			What: fmt.Sprintf("only value %v in %s: nothing to learn", lo, words.Of(t.Rows, "row")), Code: "one-class",
			Notes: words.Lines("target", words.Quote(c.Name)), Fixes: []string{"name another target"}, Option: "target"}
	}
	for r, v := range c.Numbers {
		if math.Abs(v) > math.MaxFloat32 {
			return &Problem{File: t.File, Line: t.Lines[r], Col: c.Index,
				What: fmt.Sprintf("target %s: %v is too large for float32", words.Quote(c.Name), v), Code: "float32-inexact",
				Notes: words.Lines("would", "have been infinite."), Fixes: []string{"write the target in a larger unit"}, Option: "target"}
		}
	}
	n, first := inexact(c.Numbers)
	if n == 0 {
		return nil
	}
	v := c.Numbers[first]
	return &Problem{File: t.File, Line: t.Lines[first], Col: c.Index,
		What: fmt.Sprintf("target %s: %s is not exact in float32", words.Quote(c.Name), exact(v)), Code: "float32-inexact",
		Notes:  words.Lines("values", words.Count(n)+" such", "would", fmt.Sprintf("have been learned as %s.", exact(float64(float32(v))))),
		Fixes:  []string{"write the target in a larger unit, or subtract a constant from it", `or task = "multiclass" if these are names of classes`},
		Option: "target"}
}

// inexact counts the whole numbers that float32 cannot hold, and returns the row of the first. Fractions are rounded
// everywhere and are not counted.
func inexact(x []float64) (n, first int) {
	for r, v := range x {
		if v == math.Trunc(v) && float64(float32(v)) != v {
			if n == 0 {
				first = r
			}
			n++
		}
	}
	return n, first
}

func exact(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
