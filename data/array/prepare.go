package array

import (
	"fmt"
	"slices"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/data/internal/deal"
	"github.com/descent-ml/descent/data/internal/words"
)

// Input is the arrays of one data set, the words of arrays(...) in a recipe. Row i of each belongs together; all but X may be nil.
type Input struct {
	X      *Array // [N ...]: what to learn from
	Target *Array // [N] or [N 1]: whole numbers are classes, others are to be predicted; [N ...]: several numbers to predict
	Label  *Array // [N]: shown beside results, not learned from
	Weight *Array // [N]: how much each row counts, at least 0
}

// Options says what the target is and which rows belong to which part.
type Options struct {
	Task  data.Task
	Split data.Split // of Input, or of what Valid and Test leave of it
	Valid *Input     // rows that choose; nil to take them from the input
	Test  *Input     // rows that judge; nil to take them from the input
}

// Parts are rows ready to train on. X of bytes with more than two axes is pictures: its numbers are divided by 255.
type Parts struct {
	data.Parts               // the schema is nil: arrays have no columns
	Shape       []int        // of one row of X: [28 28]
	Target      *data.Target // nil without a target
	Sources     []Source     // of the arrays, in the order of the parts and words
	Fingerprint data.Fingerprint
}

// Source says which file an array came from.
type Source struct {
	Word   string `json:"word"` // "x", "target", "label", "weight", "valid.x", ...
	File   string `json:"file"`
	SHA256 string `json:"sha256"`
	Kind   string `json:"kind"`
	Shape  []int  `json:"shape"`
}

// Prepare holds arrays against each other, divides the rows of the input into parts, and makes them into numbers to learn from.
// Rows of equal content stay in one part, and classes are divided apart.
//
// Errors are a [*data.Problem] or [data.Problems].
func Prepare(in Input, o Options) (*Parts, error) {
	p := &preparation{options: &o, parts: &Parts{}}
	for _, s := range []struct {
		prefix string
		in     *Input
	}{{"", &in}, {"valid.", o.Valid}, {"test.", o.Test}} {
		if s.in == nil {
			continue
		}
		if err := p.add(s.prefix, s.in); err != nil {
			return nil, err
		}
	}
	if err := p.targets(); err != nil {
		return nil, err
	}
	if err := p.divide(); err != nil {
		return nil, err
	}
	p.fingerprint()
	return p.parts, nil
}

// preparation is the state of one call of Prepare.
type preparation struct {
	options *Options
	parts   *Parts
	inputs  []*input
}

// input is an Input as numbers.
type input struct {
	*Input
	prefix string // of the words that name its arrays
	x      []float32
	y      []float32 // of the target; nil without one
	weight []float32 // nil without weights
	class  []int32   // nil unless the target is classes
}

// add checks an input and makes it into numbers.
func (p *preparation) add(prefix string, in *Input) error {
	n := &input{Input: in, prefix: prefix}
	if in.X == nil {
		return &data.Problem{What: fmt.Sprintf("arrays(...) without %sx", prefix), Code: "bad-option", Fixes: []string{`arrays("x.npy", target = "y.npy")`}, Option: prefix + "x"}
	}
	rows := in.X.Rows()
	if len(in.X.Shape) == 0 || rows*in.X.Width() == 0 {
		return &data.Problem{File: in.X.File, What: fmt.Sprintf("an array of shape %v has no rows to learn from", in.X.Shape), Code: "no-rows", Notes: words.Lines("expected", "[rows ...]")}
	}
	if first := p.inputs; len(first) > 0 && !slices.Equal(first[0].X.Shape[1:], in.X.Shape[1:]) {
		return &data.Problem{File: in.X.File, What: fmt.Sprintf("rows of shape %v, those of %s have %v", in.X.Shape[1:], first[0].X.File, first[0].X.Shape[1:]), Code: "array-shape"}
	}
	if first := p.inputs; len(first) > 0 && first[0].X.Kind != in.X.Kind {
		return &data.Problem{File: in.X.File, What: fmt.Sprintf("numbers of kind %s, those of %s are %s", in.X.Kind, first[0].X.File, first[0].X.Kind), Code: "array-kind",
			Notes: words.Lines("would", "have been scaled otherwise.")}
	}
	for _, a := range []struct {
		word string
		*Array
	}{{"x", in.X}, {"target", in.Target}, {"label", in.Label}, {"weight", in.Weight}} {
		if a.Array == nil {
			continue
		}
		if len(a.Shape) == 0 || a.Rows() != rows {
			return &data.Problem{File: a.File, What: fmt.Sprintf("%s%s has shape %v, x has %s", prefix, a.word, a.Shape, words.Of(rows, "row")), Code: "array-rows",
				Notes: words.Lines("x", fmt.Sprintf("%v of %s", in.X.Shape, in.X.File), prefix+a.word, fmt.Sprintf("%v of %s", a.Shape, a.File)), Option: a.word}
		}
		if (a.word == "label" || a.word == "weight") && a.Width() != 1 {
			return &data.Problem{File: a.File, What: fmt.Sprintf("%s%s has shape %v: one number a row is expected", prefix, a.word, a.Shape), Code: "array-shape", Option: a.word}
		}
		p.parts.Sources = append(p.parts.Sources, Source{prefix + a.word, a.File, a.SHA256, a.Kind.String(), a.Shape})
	}
	if err := n.numbers(p); err != nil {
		return err
	}
	p.inputs = append(p.inputs, n)
	return nil
}

// numbers makes the arrays into float32.
func (n *input) numbers(p *preparation) error {
	x, inexact, err := n.X.Float32()
	if err != nil {
		return err
	}
	if inexact.Count > 0 {
		p.note("float32-inexact", "%sx: %s not exact in float32, the first %s", n.prefix, words.Of(inexact.Count, "whole number"), inexact.First)
	}
	if n.x = x; n.X.Kind == Uint8 && len(n.X.Shape) > 2 {
		for i := range x {
			x[i] = float32(float64(x[i]) / 255)
		}
		p.note("scaled", "%sx: bytes with %d axes are pictures: divided by 255", n.prefix, len(n.X.Shape))
	}
	if n.Target != nil {
		if n.y, inexact, err = n.Target.Float32(); err != nil {
			return err
		}
		if inexact.Count > 0 {
			return &data.Problem{File: n.Target.File, What: inexact.First + " has no float32", Code: "float32-inexact", Fixes: []string{"subtract a constant, or use a larger unit"}, Option: "target"}
		}
	}
	if n.Weight == nil {
		return nil
	}
	if n.weight, _, err = n.Weight.Float32(); err != nil {
		return err
	}
	heaviest := float32(0)
	for i, w := range n.weight {
		if w < 0 || w > largeWeight {
			return &data.Problem{File: n.Weight.File, What: fmt.Sprintf("row %d has weight %v", i, w), Code: "bad-weight", Notes: words.Lines("expected", "at least 0, and at most 1e28"), Option: "weight"}
		}
		heaviest = max(heaviest, w)
	}
	if heaviest == 0 {
		return &data.Problem{File: n.Weight.File, What: "0 in every row", Code: "bad-weight", Option: "weight"}
	}
	return nil
}

// largeWeight bounds weights so that the sum over 2^31 rows is finite in float32.
const largeWeight = 1e28

func (p *preparation) note(code, format string, args ...any) {
	p.parts.Notes = append(p.parts.Notes, data.Note{Code: code, Text: fmt.Sprintf(format, args...)})
}

// divide gives each row a part.
func (p *preparation) divide() error {
	if err := (&data.Options{Split: p.options.Split}).Check(); err != nil || p.options.Split.Column != "" {
		if err == nil {
			err = &data.Problem{What: "arrays have no column that names parts", Code: "bad-option", Fixes: []string{"split = split()"}, Option: "split"}
		}
		return err
	}
	shares := deal.Shares(p.options.Split)
	if p.options.Valid != nil {
		shares[1] = 0
	}
	if p.options.Test != nil {
		shares[3] = 0
	}
	rows := p.rows(shares)
	whole := p.inputs[0]
	sets := []**data.Set{&p.parts.Train, &p.parts.Valid, &p.parts.Tune, &p.parts.Test}
	for k, set := range sets {
		if len(rows[k]) > 0 {
			*set = p.set(whole, rows[k])
		}
	}
	for _, n := range p.inputs[1:] {
		all := make([]int, n.X.Rows())
		for r := range all {
			all[r] = r
		}
		if n.prefix == "valid." {
			p.parts.Valid = p.set(n, all)
		} else {
			p.parts.Test = p.set(n, all)
		}
	}
	return p.checkParts(shares)
}

// rows divides the rows of the input by shares.
func (p *preparation) rows(shares [4]float64) (rows [4][]int) {
	in := p.inputs[0]
	groups := in.groups()
	equal := 0
	for i := range groups {
		if len(groups[i].Members) > 1 {
			equal++
		}
		if in.class != nil && !p.options.Split.NoStratify {
			groups[i].Stratum = int(in.class[groups[i].Members[0]])
		}
	}
	if equal > 0 {
		p.parts.Equal = equal
		p.note("equal-rows", "%s of equal rows, each kept in one part", words.Of(equal, "group"))
	}
	part := deal.Deal(p.options.Split.Seed, shares, groups)
	for r := range in.X.Rows() {
		rows[part[r]] = append(rows[part[r]], r)
	}
	return rows
}

// checkParts refuses parts that should have rows, or two of each class, and have not.
func (p *preparation) checkParts(shares [4]float64) error {
	var ps data.Problems
	file := p.inputs[0].X.File
	for k, set := range []*data.Set{p.parts.Train, p.parts.Valid, p.parts.Tune, p.parts.Test} {
		if set == nil {
			if shares[k] > 0 {
				ps = append(ps, &data.Problem{File: file, What: fmt.Sprintf("no row is in %s", deal.Parts[k]), Code: "few-rows", Fixes: []string{"add rows, or give the part more: split(train = 0.6, valid = 0.2, test = 0.2)"}, Option: "split"})
			}
			continue
		}
		for c, n := range set.Counts {
			if n < fewestOfClass {
				ps = append(ps, &data.Problem{File: file, What: fmt.Sprintf("class %s has %s in %s", p.parts.Target.Classes[c], words.Of(n, "row"), deal.Parts[k]), Code: "few-rows",
					Notes: words.Lines("expected", "at least 2 rows of each class in each part"), Fixes: []string{"add rows of this class, or give the part more: split(train = 0.6, valid = 0.2, test = 0.2)"}, Option: "split"})
			}
		}
	}
	return ps.Err()
}

const fewestOfClass = 2 // rows of a class in a part below which the parts are refused, as of a table
