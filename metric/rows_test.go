package metric

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// The case has no numbers: rows that trained the model, or chose the threshold, are
// flagged when they serve again.
func TestCaseThresholdLeakage(t *testing.T) {
	var want struct{ Ours string }
	readCase(t, "threshold-leakage", &struct{}{}, &struct{}{}, &want)
	if !strings.Contains(want.Ours, "rows overlap") {
		t.Fatalf("the case asks for %q", want.Ours)
	}
	from := func(part string, first, last int64) Rows {
		r := Rows{Part: part, Source: "file"}
		for n := first; n <= last; n++ {
			r.Number = append(r.Number, n)
		}
		return r
	}
	train, valid, test := from("train", 1, 70), from("valid", 71, 85), from("test", 86, 100)
	if err := Apart(train, valid, test); err != nil {
		t.Errorf("parts that share no row: %v", err)
	}
	for _, tc := range []struct {
		parts []Rows
		want  string
	}{
		{[]Rows{train, from("valid", 69, 85), test}, "2 of 17 valid rows are train rows too: 69, 70"},
		{[]Rows{train, valid, from("test", 80, 100)}, "6 of 21 test rows are valid rows too: 80, 81, 82, 83, 84, 1 more"},
		{[]Rows{train, from("valid", 1, 70)}, "70 of 70 valid rows are train rows too: 1, 2, 3, 4, 5, 65 more"},
	} {
		err := Apart(tc.parts...)
		whole := "metric: " + tc.want + "; what is chosen on one of them says nothing about the other; fix: keep each row in one part"
		var overlap *OverlapError
		if !errors.As(err, &overlap) || err.Error() != whole {
			t.Errorf("error %v, want %q", err, whole)
		}
	}
	// A stored digest tells whether the rows at hand are those of the threshold.
	if valid.Digest() == test.Digest() || len(valid.Digest()) != 64 {
		t.Errorf("digests %s and %s", valid.Digest(), test.Digest())
	}
	other := valid
	other.Source = "other file"
	if valid.Digest() == other.Digest() {
		t.Error("rows of two files have one digest")
	}
	other = Rows{Part: "tune", Source: "file", Number: slices.Clone(valid.Number)}
	slices.Reverse(other.Number)
	if valid.Digest() != other.Digest() {
		t.Error("the same rows in another order have another digest")
	}
}

// The definition, pair by pair.
func TestApartIsEveryPair(t *testing.T) {
	draw := func(t *rapid.T, part string) Rows {
		r := Rows{Part: part, Source: rapid.SampledFrom([]string{"a", "b"}).Draw(t, "source")}
		for n := range rapid.IntRange(0, 8).Draw(t, "rows") {
			r.Number = append(r.Number, int64(3*n+rapid.IntRange(0, 2).Draw(t, "number")))
			r.Hash = append(r.Hash, uint64(rapid.IntRange(0, 20).Draw(t, "hash")))
		}
		if rapid.Bool().Draw(t, "no hashes") {
			r.Hash = nil
		}
		return r
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := draw(t, "train"), draw(t, "valid")
		same, hashed := a.Source == b.Source, a.Hash != nil && b.Hash != nil
		var want []int64
		for i, n := range b.Number {
			for j, m := range a.Number {
				if same && n == m || hashed && b.Hash[i] == a.Hash[j] {
					want = append(want, n)
					break
				}
			}
		}
		err := Apart(a, b)
		var overlap *OverlapError
		switch {
		case !same && !hashed:
			if err == nil || !strings.Contains(err.Error(), "different sources") {
				t.Errorf("error %v, want one that they cannot be compared", err)
			}
			return
		case len(want) == 0:
			if err != nil {
				t.Errorf("error %v of parts that share nothing", err)
			}
			return
		case !errors.As(err, &overlap):
			t.Fatalf("error %v, want an overlap of %v", err, want)
		}
		var got []int64
		for _, o := range overlap.Rows {
			got = append(got, o.Numbers[1])
			if o.Copy == (same && slices.Contains(a.Number, o.Numbers[1])) {
				t.Errorf("%+v is taken for the wrong kind", o)
			}
			if j := slices.Index(a.Number, o.Numbers[0]); j < 0 || o.Copy && a.Hash[j] != b.Hash[slices.Index(b.Number, o.Numbers[1])] {
				t.Errorf("%+v names no row of the first part that it equals", o)
			}
		}
		if !slices.Equal(got, want) || overlap.Of != len(b.Number) {
			t.Errorf("overlap %v of %d, want %v", got, overlap.Of, want)
		}
		// The other way round as many rows need not be shared, but some are.
		if Apart(b, a) == nil {
			t.Error("apart in the other order")
		}
	})
}

func TestApartNamesAll(t *testing.T) {
	one := Rows{Part: "train", Source: "f", Number: []int64{1, 2, 3}, Hash: []uint64{HashRow(1.0), HashRow(2.0), HashRow(1.0)}}
	two := Rows{Part: "valid", Source: "f", Number: []int64{2}}
	three := Rows{Part: "test", Source: "g", Number: []int64{9}, Hash: []uint64{HashRow(1.0)}}
	err := Apart(one, two, three)
	for _, want := range []string{
		"1 of 1 valid rows are train rows too: 2;",
		"1 of 1 test rows are train rows too: 9 (a copy of 1);",
		"valid and test come from different sources and not both have hashes",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
	one.Hash = one.Hash[:1]
	if err := Apart(one); err == nil || !strings.Contains(err.Error(), "train: 1 hashes for 3 rows") {
		t.Errorf("error %v", err)
	}
	if err := Apart(); err != nil {
		t.Error(err)
	}
}

func TestHashRow(t *testing.T) {
	nan := math.NaN()
	for _, pair := range [][2][]float64{{{0}, {math.Copysign(0, -1)}}, {{1, nan}, {1, -nan}}, {nil, {}}} {
		if HashRow(pair[0]...) != HashRow(pair[1]...) {
			t.Errorf("%v and %v differ", pair[0], pair[1])
		}
	}
	if HashRow(float32(0.5), 2) != HashRow(0.5, 2.0) {
		t.Error("the type of the numbers counts")
	}
	seen := map[uint64]string{}
	for _, row := range [][]float64{nil, {0}, {0, 0}, {1}, {1, 0}, {0, 1}, {nan}, {math.Inf(1)}, {math.Inf(-1)}, {1.0000000000000002}} {
		if other, ok := seen[HashRow(row...)]; ok {
			t.Errorf("%v and %v have one hash", row, other)
		}
		seen[HashRow(row...)] = fmt.Sprint(row)
	}
	// Stored hashes are compared with those of other machines and versions.
	if got := HashRow(1.0, -2.5); got != 0xde729a7b8aae38f1 {
		t.Errorf("hash %#x", got)
	}
}
