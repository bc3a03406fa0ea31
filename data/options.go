package data

import (
	"fmt"
	"math"
	"slices"

	"github.com/descent-ml/descent/data/internal/words"
)

// Options says how a table is read and what its columns are for: the keywords of table(...) in a recipe.
// The zero value reads every column as a feature, without a target.
type Options struct {
	Target   string   // column to predict; "" for none
	Targets  []string // several columns to predict, of two values each, instead of Target: a row may have any of these labels
	Task     Task     // what the target is
	Positive string   // class of a binary target, or of each label, that counts as positive; "" chooses, see [Target]
	Features []string // columns to learn from; nil for all that have no other use
	Drop     []string // columns to ignore
	ID       string   // column that names a row; not learned from
	Weight   string   // column of row weights, numbers of at least 0
	Label    string   // column to show beside results; not learned from

	Categorical []string // columns whose cells are texts, even where they look like numbers
	Numeric     []string // columns whose cells are numbers, every one
	Sep         rune     // between cells; 0 for ','
	Decimal     rune     // before the fraction of a number, '.' or ','; 0 for '.'. With ',' a '.' sets thousands apart
	NA          []string // cells that count as missing; nil for the empty cell alone

	Missing Missing // encoding of missing values
	Unseen  Unseen  // encoding of levels that the training file does not have

	// RankNormal encodes numbers by their rank among the training rows, as a normal variable: see [Quantiles]. It is for
	// models of the rows themselves, such as a variational autoencoder.
	RankNormal bool
	Split      Split // which rows train, which choose, which judge

	lenient bool // names of columns are checked by Schema.Encode instead
}

// Split says which rows belong to which part.
type Split struct {
	Train, Valid, Test float64 // shares of the rows, together with Tune 1; all zero for 0.70, less Tune, 0.15 and 0.15
	Tune               float64 // share of rows that choose the threshold and nothing else; 0 has the valid rows choose it
	Seed               uint64  // apart from the seed of training
	NoStratify         bool    // do not keep the shares within each class
	Column             string  // column that says train, valid, tune or test for each row, instead of the shares
}

// shares returns the share of each part, in the order of the parts.
func (s Split) shares() [parts]float64 {
	if s.Train == 0 && s.Valid == 0 && s.Test == 0 {
		return [parts]float64{0.70 - s.Tune, 0.15, s.Tune, 0.15}
	}
	return [parts]float64{s.Train, s.Valid, s.Tune, s.Test}
}

// TargetColumns returns the names of the columns to predict.
func (o *Options) TargetColumns() []string {
	if len(o.Targets) > 0 || o.Target == "" {
		return o.Targets
	}
	return []string{o.Target}
}

// labels reports whether there are several columns to predict.
func (o *Options) labels() bool { return len(o.Targets) > 1 }

// Use says how a reader treats a column.
type Use uint8

// The uses.
const (
	Skip     Use = iota // not read
	Infer               // numbers if they are, else texts
	AsNumber            // every cell is a number or missing
	AsText              // every cell is a text or missing
)

// Use returns how the column of this name is read.
func (o *Options) Use(column string) Use {
	switch {
	case slices.Contains(o.Drop, column):
		return Skip
	case slices.Contains(o.TargetColumns(), column) && o.Task == Regression:
		return AsNumber
	case slices.Contains(o.TargetColumns(), column):
	case column == o.ID || column == o.Label || column == o.Split.Column:
		return AsText
	case column == o.Weight:
		return AsNumber
	case o.Features != nil && !slices.Contains(o.Features, column):
		return Skip
	}
	switch {
	case slices.Contains(o.Categorical, column):
		return AsText
	case slices.Contains(o.Numeric, column):
		return AsNumber
	}
	return Infer
}

// Check returns what is wrong with the options themselves, before any file is read.
func (o *Options) Check() error {
	var ps Problems
	fault := func(option, what, fix string) {
		ps = append(ps, &Problem{What: what, Code: "bad-option", Fixes: []string{fix}, Option: option})
	}
	if o.Sep != 0 && !separates(o.Sep) {
		fault("sep", words.Quote(string(o.Sep))+" cannot separate cells", `sep = ",", ";", "|" or "\t"`)
	}
	if o.Decimal != 0 && o.Decimal != '.' && o.Decimal != ',' {
		fault("decimal", words.Quote(string(o.Decimal))+" cannot begin the fraction of a number", `decimal = "." or ","`)
	}
	switch {
	case len(o.Targets) > 0 && o.Target != "":
		fault("target", "Target and Targets are both given", "leave one of them out")
	case len(o.Targets) < 2:
		if o.Task == MultiLabel {
			fault("task", "labels are columns of their own, and one target is named", `target = ["billing", "outage"]`)
		}
	case o.Task != Auto && o.Task != MultiLabel:
		fault("task", fmt.Sprintf("several targets are labels, each of two values; the task cannot be %s", o.Task), "name one target, or leave task out")
	}
	if o.Split.Column == "" {
		sum := 0.0
		for _, s := range o.Split.shares() {
			if !(s >= 0 && s <= 1) {
				sum = math.NaN()
			}
			sum += s
		}
		if !(math.Abs(sum-1) < 1e-9) || o.Split.shares()[0] == 0 {
			fault("split", "the shares of train, valid, tune and test must lie in [0, 1] and sum to 1, with some for train", "split(train = 0.70, valid = 0.15, test = 0.15)")
		}
	}
	return ps.Err()
}

// separates tells whether a table's cells may be separated by r: printable ASCII or a tab, but nothing that occurs in a
// number or has a meaning in CSV.
func separates(r rune) bool {
	switch {
	case r == '\t':
		return true
	case r < ' ' || r > '~' || r == '"' || r == '+' || r == '-' || r == '.' || r == '\'':
		return false
	case '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z':
		return false
	}
	return true
}
