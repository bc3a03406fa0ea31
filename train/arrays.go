package train

import (
	"fmt"
	"slices"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/data/array"
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/loss"
)

// Arrays are rows of numbers in place of a table: of any shape, pictures above all.
type Arrays struct {
	Read func() (array.Input, array.Options, error)
}

// ArraysInfo describes arrays in run.json and model.json.
type ArraysInfo struct {
	Shape       []int            `json:"shape"`  // of a row: [28 28]
	Scaled      bool             `json:"scaled"` // bytes that were divided by 255
	Sources     []array.Source   `json:"sources,omitempty"`
	Fingerprint data.Fingerprint `json:"fingerprint"`
}

// Width is how many numbers a row has.
func (a *ArraysInfo) Width() int {
	n := 1
	for _, side := range a.Shape {
		n *= side
	}
	return n
}

// Picture returns the sides and channels of a row that is a picture: [H W], or [H W C] with one channel or three.
func (a *ArraysInfo) Picture() (h, w, channels int, ok bool) {
	switch s := a.Shape; {
	case len(s) == 2:
		return s[0], s[1], 1, true
	case len(s) == 3 && (s[2] == 1 || s[2] == 3):
		return s[0], s[1], s[2], true
	}
	return 0, 0, 0, false
}

// check refuses a description that cannot be one.
func (a *ArraysInfo) check() error {
	const most = 1 << 28
	n := 1
	for _, side := range a.Shape {
		if side < 1 || side > most/n {
			return fmt.Errorf("its rows have shape %v", a.Shape)
		}
		n *= side
	}
	if len(a.Shape) == 0 {
		return fmt.Errorf("its rows have no shape")
	}
	return nil
}

// Rows makes an array into rows as the model was trained on.
func (a *ArraysInfo) Rows(x *array.Array) (*data.Set, error) {
	scaled := x.Kind == array.Uint8 && len(x.Shape) > 2
	switch {
	case len(x.Shape) == 0 || x.Rows() == 0 || !slices.Equal(x.Shape[1:], a.Shape):
		return nil, refuse(Refused, graph.CodeShape, x.File, fmt.Sprintf("an array of shape %v; the model takes rows of %v", x.Shape, a.Shape), nil)
	case scaled != a.Scaled:
		return nil, refuse(Refused, graph.CodeShape, x.File, fmt.Sprintf("numbers of kind %s; the model was trained on others, so they would be scaled otherwise", x.Kind), nil)
	}
	numbers, _, err := x.Float32()
	if err != nil {
		return nil, err
	}
	set := &data.Set{Rows: x.Rows(), Width: x.Width(), X: numbers}
	for i := range numbers {
		if scaled {
			numbers[i] /= maxByte
		}
	}
	for i := range set.Rows {
		set.RowID = append(set.RowID, int64(i+1))
	}
	return set, nil
}

// maxByte is what pictures of bytes are divided by.
const maxByte = 255

// readArrays reads the arrays of a job and divides their rows.
func (j *Job) readArrays() (*data.Parts, *ArraysInfo, error) {
	in, o, err := j.Arrays.Read()
	if err != nil {
		return nil, nil, err
	}
	read, err := array.Prepare(in, o)
	if err != nil {
		return nil, nil, err
	}
	parts := read.Parts
	parts.Schema = &data.Schema{Fingerprint: read.Fingerprint}
	return &parts, &ArraysInfo{Shape: read.Shape, Scaled: in.X.Kind == array.Uint8 && len(in.X.Shape) > 2, Sources: read.Sources, Fingerprint: read.Fingerprint}, nil
}

// likelihood is that of the numbers of a row: all alike.
func (v *VAE) likelihood(parts *data.Parts, a *ArraysInfo, pos graph.Position) (loss.Likelihood, error) {
	if v.Numbers != loss.Normal {
		for _, part := range parts.All() {
			if slices.ContainsFunc(part.X, func(x float32) bool { return !(x >= 0 && x <= 1) }) {
				return nil, graph.Diagnostics{{
					Code: CodeConfig, Pos: pos, Message: "a Bernoulli likelihood is of numbers from 0 to 1, and the " + part.Name + " rows have others",
					Fixes: []string{"likelihood = \"normal\""},
				}}
			}
		}
	}
	return loss.Likelihood{{Of: v.Numbers, Columns: a.Width()}}, nil
}
