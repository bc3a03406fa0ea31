package csv

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestNumber(t *testing.T) {
	for _, tc := range []struct {
		cell    string
		decimal byte
		want    float64
		verdict verdict
	}{
		{"0", '.', 0, isNumber},
		{"-0", '.', math.Copysign(0, -1), isNumber},
		{"+1.50", '.', 1.5, isNumber},
		{".5", '.', 0.5, isNumber},
		{"5.", '.', 5, isNumber},
		{"\t7 ", '.', 7, isNumber},
		{"1E-3", '.', 1e-3, isNumber},
		{"1e+03", '.', 1000, isNumber},
		{"9007199254740993", '.', 9007199254740992, isNumber},
		{"9007199254740993.0000000000000000000000000000001", '.', 9007199254740994, isNumber},
		{"0." + strings.Repeat("0", 400) + "1e400", '.', 0.1, isNumber},
		{strings.Repeat("9", 308), '.', 1e308, isNumber},
		{"100693156.97783869", '.', 100693156.9778387, isNumber}, // its digits are above 2^53
		{"1340141935310810.9", '.', 1340141935310811.0, isNumber},
		{"18446744073709551617", '.', 18446744073709551616, isNumber}, // 2^64 + 1
		{"1e22", '.', 1e22, isNumber},
		{"1e23", '.', 1e23, isNumber},
		{"3e-22", '.', 3e-22, isNumber},
		{"3e-23", '.', 3e-23, isNumber},
		{"5e-324", '.', 5e-324, isNumber},
		{"2e-324", '.', 0, tooSmall},
		{"1e309", '.', 0, tooLarge},
		{"-1e99999999999999999999", '.', 0, tooLarge},
		{"0e99999999999999999999", '.', 0, isNumber},
		{"1,5", ',', 1.5, isNumber},
		{"1.234,5", ',', 1234.5, isNumber},
		{"-1.234.567", ',', -1234567, isNumber},
		{"1,5e2", ',', 150, isNumber},
		{"", '.', 0, noNumber},
		{"-", '.', 0, noNumber},
		{".", '.', 0, noNumber},
		{"1.2.3", '.', 0, noNumber},
		{"1 2", '.', 0, noNumber},
		{"1e", '.', 0, noNumber},
		{"1e+", '.', 0, noNumber},
		{"e5", '.', 0, noNumber},
		{"--1", '.', 0, noNumber},
		{"0x10", '.', 0, noNumber},
		{"1_0", '.', 0, noNumber},
		{"inf", '.', 0, noNumber},
		{"NaN", '.', 0, noNumber},
		{"１", '.', 0, noNumber}, // a full-width digit
		{"1,5", '.', 0, noNumber},
		{"1.5", ',', 0, noNumber},
		{"0.123", ',', 0, noNumber},
		{"1.23,4", ',', 0, noNumber},
		{"1,234.5", ',', 0, noNumber},
		{"1234.567", ',', 0, noNumber},
	} {
		got, v := number([]byte(tc.cell), tc.decimal)
		if v != tc.verdict || math.Float64bits(got) != math.Float64bits(tc.want) {
			t.Errorf("number(%q, %q) = %v, %d, want %v, %d", tc.cell, tc.decimal, got, v, tc.want, tc.verdict)
		}
	}
}

// Every decimal text is read as strconv reads it, to the bit.
func TestNumberAgainstStrconv(t *testing.T) {
	digits := rapid.StringMatching(`[+-]?[0-9]{0,22}\.?[0-9]{1,22}`)
	power := rapid.OneOf(rapid.Just(""), rapid.StringMatching(`[eE][+-]?[0-9]{1,3}`))
	rapid.Check(t, func(t *rapid.T) {
		s := digits.Draw(t, "digits") + power.Draw(t, "power")
		want, err := strconv.ParseFloat(s, 64)
		got, v := number([]byte(s), '.')
		switch {
		case err != nil && v != tooLarge, err == nil && v == tooLarge, v == noNumber:
			t.Fatalf("%s: verdict %d, strconv says %v", s, v, err)
		case v == isNumber && math.Float64bits(got) != math.Float64bits(want):
			t.Fatalf("%s: %v, strconv says %v", s, got, want)
		case v == tooSmall && want != 0:
			t.Fatalf("%s: too small, strconv says %v", s, want)
		}
	})
}
