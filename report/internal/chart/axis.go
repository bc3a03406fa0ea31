package chart

import (
	"math"
	"strconv"
	"strings"
)

// An Axis is a range of values. Min and Max are the ends of the axis as it is
// drawn; [Nice] gives round ones.
type Axis struct {
	Label    string
	Min, Max float64
}

// maxTicks is how many ticks an axis has at most.
const maxTicks = 6

// Nice returns an axis with round ends around values; those that are not finite
// are passed over. Of no values it is 0 to 1.
func Nice(label string, values ...float64) Axis {
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, v := range values {
		if finite(v) {
			v = min(max(v, -largest), largest)
			lo, hi = min(lo, v), max(hi, v)
		}
	}
	switch {
	case lo > hi:
		lo, hi = 0, 1
	case lo == hi: // half of the value on both sides, so that the axis has a length
		half := math.Max(math.Abs(lo)/2, 0.5)
		lo, hi = lo-half, hi+half
	}
	step := step(hi-lo, maxTicks)
	return Axis{label, math.Floor(lo/step+rounding) * step, math.Ceil(hi/step-rounding) * step}
}

// largest is the end of an axis: beyond it, differences might not be finite.
const largest = math.MaxFloat64 / 8

// rounding is how much of a step may be lost to rounding.
const rounding = 1e-9

// step returns the smallest of 1, 2 and 5 times a power of ten that divides a
// length into fewer than n parts.
//
// Source: Heckbert, “Nice Numbers for Graph Labels”, Graphics Gems (1990).
func step(length float64, n int) float64 {
	least := length / float64(n-1)
	power := math.Pow(10, math.Floor(math.Log10(least)))
	for _, nice := range []float64{1, 2, 5} {
		if nice*power >= least*(1-rounding) {
			return nice * power
		}
	}
	return 10 * power
}

type tick struct {
	value float64
	text  string
}

// ticks returns the multiples of a nice step on the axis.
func (a Axis) ticks() []tick {
	if !(a.Max > a.Min) || math.IsInf(a.Max-a.Min, 0) {
		return nil
	}
	step := step(a.Max-a.Min, maxTicks)
	first := math.Ceil(a.Min/step - rounding)
	var ticks []tick
	for i := 0; i <= maxTicks; i++ {
		v := (first + float64(i)) * step
		if v > a.Max+rounding*step {
			break
		}
		ticks = append(ticks, tick{v, a.format(v, step)})
	}
	return ticks
}

// format prints a multiple of step with as many digits as step needs.
func (a Axis) format(v, step float64) string {
	if v == 0 {
		return "0" // not "-0"
	}
	text := ""
	if largest := max(math.Abs(a.Min), math.Abs(a.Max)); largest >= 1e6 || largest < 1e-3 {
		digits := 1 + max(0, int(math.Floor(math.Log10(math.Abs(v))+rounding)-math.Floor(math.Log10(step)+rounding)))
		mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(math.Abs(v), 'e', digits-1, 64), "e")
		n, _ := strconv.Atoi(exponent) // of two digits at least, and a sign
		text = mantissa + "e" + strconv.Itoa(n)
	} else {
		text = strconv.FormatFloat(math.Abs(v), 'f', max(0, int(math.Ceil(-math.Log10(step)-rounding))), 64)
		if whole, _, _ := strings.Cut(text, "."); len(whole) > 3 {
			text = whole[:len(whole)-3] + "," + text[len(whole)-3:]
		}
	}
	if v < 0 {
		return "−" + text
	}
	return text
}

// A scale maps an axis to a side of the plot.
type scale struct{ min, max, from, to float64 }

func (a Axis) scale(from, to float64) scale { return scale{a.Min, a.Max, from, to} }

// at returns the place of a value. One beyond an end is put there, so that
// nothing is drawn outside.
func (s scale) at(v float64) float64 {
	share := (v - s.min) / (s.max - s.min)
	return s.from + min(max(share, 0), 1)*(s.to-s.from)
}
