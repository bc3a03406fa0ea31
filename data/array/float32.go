package array

import (
	"fmt"
	"math"
	"strconv"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/data/internal/words"
)

// Inexact counts whole numbers that float32 cannot hold as they are, such as 16777217.
type Inexact struct {
	Count int
	First string // the first of them with its place: "16777217 at [2 0]"
}

// Float32 returns the elements as float32: a fraction is rounded to the nearest, and whole numbers that have no float32 are
// counted. A value that is not finite, or too large for float32, is refused.
func (a *Array) Float32() ([]float32, Inexact, error) {
	out := make([]float32, a.Len())
	var inexact Inexact
	for i := range out {
		v := a.At(i)
		out[i] = float32(v)
		if d := float64(out[i]) - v; d == 0 {
			continue
		}
		if math.IsNaN(v) || math.IsInf(float64(out[i]), 0) {
			return nil, inexact, a.notFinite(i)
		}
		if a.Kind.Whole() {
			if inexact.Count++; inexact.Count == 1 {
				inexact.First = number(v) + " at " + a.place(i)
			}
		}
	}
	return out, inexact, nil
}

// notFinite refuses the array for its element i, and counts others like it.
func (a *Array) notFinite(first int) *data.Problem {
	more := 0
	for i := first + 1; i < a.Len(); i++ {
		if v := float32(a.At(i)); v-v != 0 {
			more++
		}
	}
	notes := []string{"would", "have made the loss not a number."}
	if more > 0 {
		notes = append([]string{"also", words.Of(more, "more element")}, notes...)
	}
	v, what := a.At(first), "is not finite"
	if !math.IsNaN(v) && !math.IsInf(v, 0) {
		what = "is beyond the range of float32"
	}
	return &data.Problem{File: a.File, What: fmt.Sprintf("element %s: %s %s", a.place(first), number(v), what), Code: "not-finite",
		Notes: words.Lines(notes...), Fixes: []string{"correct it, or leave its row out"}}
}

// number prints v exactly, a whole number below 2^63 without an exponent.
func number(v float64) string {
	if v == math.Trunc(v) && math.Abs(v) < 1<<63 {
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}
