package graph

import (
	"fmt"
	"math"
	"strconv"
)

// Interval is the set of values that an element may take. An end may be open:
// a sigmoid lies in (0, 1).
type Interval struct {
	Lo, Hi         float64
	LoOpen, HiOpen bool
}

// Everything is the interval of all numbers.
var Everything = Interval{Lo: math.Inf(-1), Hi: math.Inf(1)}

// Within returns the closed interval [lo, hi].
func Within(lo, hi float64) Interval { return Interval{Lo: lo, Hi: hi} }

func (i Interval) String() string {
	open, end := "[", "]"
	if i.LoOpen {
		open = "("
	}
	if i.HiOpen {
		end = ")"
	}
	return fmt.Sprintf("%s%s, %s%s", open, number(i.Lo), number(i.Hi), end)
}

func number(v float64) string {
	switch {
	case math.IsInf(v, 1):
		return "+Inf"
	case math.IsInf(v, -1):
		return "-Inf"
	}
	return strconv.FormatFloat(v, 'g', 6, 64)
}

// Contains reports whether every value of j lies in i. Open ends of j inside a
// closed end of i are fine, and so are equal open ends.
func (i Interval) Contains(j Interval) bool {
	lo := j.Lo > i.Lo || j.Lo == i.Lo && (!i.LoOpen || j.LoOpen)
	hi := j.Hi < i.Hi || j.Hi == i.Hi && (!i.HiOpen || j.HiOpen)
	return lo && hi
}

// Has reports whether v lies in the interval.
func (i Interval) Has(v float64) bool {
	return i.Contains(Within(v, v))
}

// IsZero reports whether the only possible value is 0.
func (i Interval) IsZero() bool { return i.Lo == 0 && i.Hi == 0 }

// Hull returns the smallest interval that holds both.
func (i Interval) Hull(j Interval) Interval {
	out := i
	if j.Lo < i.Lo || j.Lo == i.Lo && !j.LoOpen {
		out.Lo, out.LoOpen = j.Lo, j.LoOpen
	}
	if j.Hi > i.Hi || j.Hi == i.Hi && !j.HiOpen {
		out.Hi, out.HiOpen = j.Hi, j.HiOpen
	}
	return out
}

func (i Interval) neg() Interval {
	return Interval{Lo: -i.Hi, Hi: -i.Lo, LoOpen: i.HiOpen, HiOpen: i.LoOpen}
}

func (i Interval) add(j Interval) Interval {
	return Interval{
		Lo: i.Lo + j.Lo, LoOpen: i.LoOpen || j.LoOpen,
		Hi: i.Hi + j.Hi, HiOpen: i.HiOpen || j.HiOpen,
	}.known()
}

// mul multiplies end points; 0·Inf is 0, since an infinite end stands for
// values that are large but finite.
func (i Interval) mul(j Interval) Interval {
	out := Interval{Lo: math.Inf(1), Hi: math.Inf(-1)}
	for _, a := range [2]end{{i.Lo, i.LoOpen}, {i.Hi, i.HiOpen}} {
		for _, b := range [2]end{{j.Lo, j.LoOpen}, {j.Hi, j.HiOpen}} {
			p := end{v: a.v * b.v, open: a.open || b.open}
			if a.v == 0 || b.v == 0 {
				// 0 is reached as soon as one factor reaches it.
				p = end{v: 0, open: (a.v != 0 || a.open) && (b.v != 0 || b.open)}
			}
			out = out.Hull(Interval{Lo: p.v, Hi: p.v, LoOpen: p.open, HiOpen: p.open})
		}
	}
	return out.known()
}

type end struct {
	v    float64
	open bool
}

// inverse returns the interval of 1/x. An interval with 0 inside gives
// everything.
func (i Interval) inverse() Interval {
	switch {
	case i.Lo > 0 || i.Lo == 0 && i.LoOpen, i.Hi < 0 || i.Hi == 0 && i.HiOpen:
		out := Interval{Lo: 1 / i.Hi, LoOpen: i.HiOpen || math.IsInf(i.Hi, 0), Hi: 1 / i.Lo, HiOpen: i.LoOpen}
		if i.Hi == 0 {
			out.Lo = math.Inf(-1)
		}
		if i.Lo == 0 {
			out.Hi = math.Inf(1)
		}
		return out
	case i.Lo == 0 && i.Hi > 0:
		return Interval{Lo: 1 / i.Hi, Hi: math.Inf(1)}
	}
	return Everything
}

// monotone maps the ends of the interval through an increasing function.
func (i Interval) monotone(f func(float64) float64) Interval {
	return Interval{Lo: f(i.Lo), Hi: f(i.Hi), LoOpen: i.LoOpen, HiOpen: i.HiOpen}.known()
}

// known replaces ends that are not numbers by infinities.
func (i Interval) known() Interval {
	if math.IsNaN(i.Lo) {
		i.Lo, i.LoOpen = math.Inf(-1), false
	}
	if math.IsNaN(i.Hi) {
		i.Hi, i.HiOpen = math.Inf(1), false
	}
	return i
}

// Tag says what a value is, where its interval alone does not.
type Tag uint8

const (
	// Untagged values are known by their interval only.
	Untagged Tag = iota
	// Score values come from an affine layer and really reach every value of
	// their interval: a witness for a refusal.
	Score
	// Probability values come from a sigmoid or softmax, or are declared so by data.
	Probability
	// OneHot rows hold a single 1.
	OneHot
	// Index values count classes from 0.
	Index
	// Label values are 0 or 1.
	Label
	// Seen values were read: both ends of their interval occur among the rows.
	Seen
)

func (t Tag) String() string {
	return [...]string{"", "score", "probability", "one-hot", "index", "label", "seen"}[t]
}

// whole reports whether tagged values are whole numbers.
func (t Tag) whole() bool { return t == OneHot || t == Index || t == Label }

// Range is what is known of a node's values before it runs.
type Range struct {
	Interval
	Tag Tag
}

// Unknown is the range of a value of which nothing is known.
var Unknown = Range{Interval: Everything}

func only(i Interval) Range { return Range{Interval: i} }

// rearranged is the range of the same elements in another arrangement, where a row
// need no longer hold a single 1.
func (r Range) rearranged() Range {
	if r.Tag == OneHot {
		r.Tag = Label
	}
	return r
}

// limit returns the interval of values moved to the nearer of lo and hi where they
// lie outside. An end that values are moved to is closed.
func (i Interval) limit(lo, hi float64) Interval {
	return Interval{
		Lo: clamp(i.Lo, lo, hi), LoOpen: i.LoOpen && lo <= i.Lo && i.Lo < hi,
		Hi: clamp(i.Hi, lo, hi), HiOpen: i.HiOpen && lo < i.Hi && i.Hi <= hi,
	}
}

func clamp(x, lo, hi float64) float64 { return math.Min(math.Max(x, lo), hi) }

// open marks ends that equal an unreachable limit as open.
func (i Interval) open(lo, hi float64) Interval {
	i.LoOpen = i.LoOpen || i.Lo == lo
	i.HiOpen = i.HiOpen || i.Hi == hi
	return i
}

// closed includes both ends.
func (i Interval) closed() Interval {
	i.LoOpen, i.HiOpen = false, false
	return i
}
