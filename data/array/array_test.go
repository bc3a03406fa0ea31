package array

import (
	"encoding/binary"
	"math"
	"testing"

	"pgregory.net/rapid"
)

// raw returns v as elements of a kind.
func raw(v ...any) []byte {
	var b []byte
	for _, x := range v {
		b, _ = binary.Append(b, binary.LittleEndian, x)
	}
	return b
}

func TestAt(t *testing.T) {
	for _, tc := range []struct {
		kind Kind
		data []byte
		want []float64
	}{
		{Bool, []byte{0, 1}, []float64{0, 1}},
		{Uint8, []byte{0, 255}, []float64{0, 255}},
		{Int8, []byte{127, 128, 255}, []float64{127, -128, -1}},
		{Uint16, raw(uint16(1), uint16(65535)), []float64{1, 65535}},
		{Int16, raw(int16(-2), int16(-32768)), []float64{-2, -32768}},
		{Uint32, raw(uint32(math.MaxUint32)), []float64{math.MaxUint32}},
		{Int32, raw(int32(math.MinInt32)), []float64{math.MinInt32}},
		{Uint64, raw(uint64(1<<53), uint64(math.MaxUint64)), []float64{1 << 53, 1 << 64}},
		{Int64, raw(int64(-1<<53), int64(math.MinInt64)), []float64{-1 << 53, -1 << 63}},
		{Float32, raw(float32(0.1), float32(math.Inf(-1))), []float64{float64(float32(0.1)), math.Inf(-1)}},
		{Float64, raw(0.1), []float64{0.1}},
		// The values that IEEE 754-2008 and NumPy's float16 give these bits.
		{Float16, raw(uint16(0x3C00), uint16(0xC000), uint16(0x7BFF), uint16(0x0400), uint16(0x03FF), uint16(0x0001), uint16(0x3555), uint16(0x7C00), uint16(0xFC00), uint16(0)),
			[]float64{1, -2, 65504, 0x1p-14, 0x3FFp-24, 0x1p-24, 0.333251953125, math.Inf(1), math.Inf(-1), 0}},
	} {
		a := &Array{Kind: tc.kind, Shape: []int{len(tc.want)}, Data: tc.data}
		if a.Len() != len(tc.want) {
			t.Fatalf("%s: %d elements", tc.kind, a.Len())
		}
		for i, want := range tc.want {
			if got := a.At(i); got != want {
				t.Errorf("%s: element %d is %v, want %v", tc.kind, i, got, want)
			}
		}
	}
	nan := &Array{Kind: Float16, Shape: []int{1}, Data: raw(uint16(0x7E00))}
	if !math.IsNaN(nan.At(0)) || !math.Signbit((&Array{Kind: Float16, Data: raw(uint16(0x8000))}).At(0)) {
		t.Error("half: NaN or -0")
	}
}

func TestFloat32(t *testing.T) {
	for _, tc := range []struct {
		name    string
		a       Array
		inexact Inexact
		err     string
	}{
		{name: "fractions are rounded", a: Array{Kind: Float64, Shape: []int{2}, Data: raw(0.1, 1e-60)}},
		{name: "whole", a: Array{Kind: Int32, Shape: []int{1}, Data: raw(int32(16777216))}},
		{name: "inexact", a: Array{Kind: Int32, Shape: []int{3, 1}, Data: raw(int32(1), int32(16777217), int32(16777219))}, inexact: Inexact{2, "16777217 at [1 0]"}},
		{name: "NaN", a: Array{File: "x.npy", Kind: Float32, Shape: []int{2, 3}, Data: raw(float32(0), float32(0), float32(0), float32(0), float32(math.NaN()), float32(math.Inf(1)))},
			err: "x.npy: element [1 1]: NaN is not finite [not-finite]\n\talso   1 more element\n\twould  have made the loss not a number.\n\tfix: correct it, or leave its row out"},
		{name: "range", a: Array{File: "x.npy", Kind: Float64, Shape: []int{1}, Data: raw(1e39)},
			err: "x.npy: element [0]: 1e+39 is beyond the range of float32 [not-finite]\n\twould  have made the loss not a number.\n\tfix: correct it, or leave its row out"},
		{name: "the largest", a: Array{Kind: Float64, Shape: []int{1}, Data: raw(math.MaxFloat32)}},
	} {
		_, inexact, err := tc.a.Float32()
		got := ""
		if err != nil {
			got = err.Error()
		}
		if got != tc.err || inexact != tc.inexact {
			t.Errorf("%s: %v, %q; want %v, %q", tc.name, inexact, got, tc.inexact, tc.err)
		}
	}
}

// A half of any finite float32 that is one is that float32: the conversion written the other way round.
func TestHalf(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sign := rapid.SampledFrom([]float64{1, -1}).Draw(t, "sign")
		fraction, exponent := rapid.IntRange(0, 1023).Draw(t, "fraction"), rapid.IntRange(1, 30).Draw(t, "exponent")
		bits := uint16(exponent<<10 | fraction)
		if sign < 0 {
			bits |= 0x8000
		}
		want := sign * (1 + float64(fraction)/1024) * math.Pow(2, float64(exponent-15))
		if got := half(bits); got != want {
			t.Fatalf("half(%#x) = %v, want %v", bits, got, want)
		}
	})
}

func TestRowsAndWidth(t *testing.T) {
	for _, tc := range []struct {
		shape       []int
		rows, width int
	}{{nil, 1, 1}, {[]int{5}, 5, 1}, {[]int{5, 28, 28}, 5, 784}, {[]int{0, 3}, 0, 3}} {
		a := &Array{Shape: tc.shape}
		if a.Rows() != tc.rows || a.Width() != tc.width {
			t.Errorf("%v: %d rows of %d, want %d of %d", tc.shape, a.Rows(), a.Width(), tc.rows, tc.width)
		}
	}
}
