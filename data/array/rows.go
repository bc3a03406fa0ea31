package array

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/data/internal/deal"
	"github.com/descent-ml/descent/data/internal/words"
)

// mostClasses is the most classes that a target of whole numbers has unless its task is said: above, it is a number to predict.
const mostClasses = 1000

// targets decides what the target is.
func (p *preparation) targets() error {
	first := p.inputs[0].Target
	for _, n := range p.inputs {
		if (n.Target == nil) != (first == nil) {
			return &data.Problem{File: n.X.File, What: "a target in some parts and none in others", Code: "bad-option", Fixes: []string{"give each part its target"}, Option: "target"}
		}
		if first != nil && n.Target.Width() != first.Width() {
			return &data.Problem{File: n.Target.File, What: fmt.Sprintf("targets of %d numbers a row, those of %s have %d", n.Target.Width(), first.File, first.Width()), Code: "array-shape", Option: "target"}
		}
	}
	if first == nil {
		return nil
	}
	task := p.options.Task
	classes := p.distinct()
	if task == data.Auto {
		task = data.Regression
		if whole := first.Kind.Whole() && first.Width() == 1; whole && len(classes) <= mostClasses {
			task = data.MultiClass
		}
	}
	if task == data.MultiClass && len(classes) == 2 {
		task = data.Binary
	}
	t := &data.Target{Name: "target", Task: task}
	p.parts.Target = t
	refuse := func(what, fix string) error {
		return &data.Problem{File: first.File, What: what, Code: "task", Fixes: []string{fix}, Option: "task"}
	}
	switch {
	case task == data.Regression:
		return nil
	case task == data.MultiLabel || first.Width() != 1:
		return refuse(fmt.Sprintf("a target of shape %v is no %s", first.Shape, task), `task = "regression"`)
	case len(classes) < 2:
		return &data.Problem{File: first.File, What: fmt.Sprintf("the target is %s in every row: nothing to learn", number(classes[0])), Code: "one-class", Option: "target"}
	case task == data.Binary && len(classes) > 2:
		return refuse(fmt.Sprintf("the target has %s different numbers, a binary task two", words.Count(len(classes))), `task = "multiclass"`)
	}
	for _, v := range classes {
		t.Values, t.Classes = append(t.Values, v), append(t.Classes, number(v))
	}
	for _, n := range p.inputs {
		n.class = make([]int32, len(n.y))
		for r, v := range n.y {
			k, _ := slices.BinarySearch(classes, float64(v))
			n.class[r] = int32(k)
		}
	}
	return nil
}

// distinct returns the different numbers of the target, ascending.
func (p *preparation) distinct() []float64 {
	seen := map[float32]bool{}
	for _, n := range p.inputs {
		for _, v := range n.y {
			seen[v] = true
		}
	}
	var all []float64
	for v := range seen {
		all = append(all, float64(v))
	}
	slices.Sort(all)
	return all
}

// groups returns the rows of the input in groups of equal content.
func (n *input) groups() []deal.Group {
	var groups []deal.Group
	at := map[[sha256.Size]byte]int{}
	var buf []byte
	size := n.X.Width() * n.X.Kind.Size()
	for r := range n.X.Rows() {
		buf = append(buf[:0], n.X.Data[r*size:(r+1)*size]...)
		if n.Target != nil {
			own := n.Target.Width() * n.Target.Kind.Size()
			buf = append(buf, n.Target.Data[r*own:(r+1)*own]...)
		}
		sum := sha256.Sum256(buf)
		k, seen := at[sum]
		if !seen {
			k = len(groups)
			at[sum] = k
			groups = append(groups, deal.Group{Key: binary.LittleEndian.Uint64(sum[:])})
		}
		groups[k].Members = append(groups[k].Members, r)
	}
	return groups
}

// set returns the given rows of an input.
func (p *preparation) set(n *input, rows []int) *data.Set {
	s := &data.Set{Rows: len(rows), Width: n.X.Width()}
	p.parts.Shape = n.X.Shape[1:]
	for _, r := range rows {
		s.X = append(s.X, n.x[r*s.Width:(r+1)*s.Width]...)
		s.RowID = append(s.RowID, int64(r+1))
		if n.weight != nil {
			s.Weight = append(s.Weight, n.weight[r])
		}
		if n.Label != nil {
			s.Label = append(s.Label, strconv.FormatFloat(n.Label.At(r), 'f', -1, 64))
		}
	}
	if t := p.parts.Target; t != nil {
		p.target(s, n, rows, t)
	}
	return s
}

// target fills Y of a set.
func (p *preparation) target(s *data.Set, n *input, rows []int, t *data.Target) {
	if n.class == nil {
		s.TargetWidth = n.Target.Width()
		for _, r := range rows {
			s.Y = append(s.Y, n.y[r*s.TargetWidth:(r+1)*s.TargetWidth]...)
		}
		return
	}
	s.TargetWidth, s.Counts = t.Width(), make([]int, len(t.Classes))
	s.Y = make([]float32, len(rows)*s.TargetWidth)
	for i, r := range rows {
		k := n.class[r]
		s.Class = append(s.Class, k)
		s.Counts[k]++
		if s.TargetWidth > 1 {
			s.Y[i*s.TargetWidth+int(k)] = 1
		} else {
			s.Y[i] = float32(k)
		}
	}
}

// fingerprint tells whether the arrays are the ones that were read.
func (p *preparation) fingerprint() {
	content, kinds := sha256.New(), sha256.New()
	for _, s := range p.parts.Sources {
		fmt.Fprintf(content, "%q %s\n", s.Word, s.SHA256)
		fmt.Fprintf(kinds, "%q %s %v\n", s.Word, s.Kind, s.Shape)
	}
	rows := 0
	for _, n := range p.inputs {
		rows += n.X.Rows()
	}
	p.parts.Fingerprint = data.Fingerprint{SHA256: hex.EncodeToString(content.Sum(nil)), Rows: rows, Columns: p.inputs[0].X.Width(), Types: hex.EncodeToString(kinds.Sum(nil))}
}
