package array

import (
	"encoding/binary"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/descent-ml/descent/data"
)

// bytesOf is an array of bytes.
func bytesOf(file string, shape []int, v ...byte) *Array {
	return &Array{File: file, SHA256: file, Kind: Uint8, Shape: shape, Data: v}
}

// floatsOf is an array of float32.
func floatsOf(file string, shape []int, v ...float32) *Array {
	b, _ := binary.Append(nil, binary.LittleEndian, v)
	return &Array{File: file, SHA256: file, Kind: Float32, Shape: shape, Data: b}
}

// counting is n rows of different numbers, w a row.
func counting(n, w int) *Array {
	var v []float32
	for i := range n * w {
		v = append(v, float32(i))
	}
	return floatsOf("x.npy", []int{n, w}, v...)
}

// repeated is n numbers, the given ones over and over.
func repeated(n int, v ...byte) *Array {
	var all []byte
	for i := range n {
		all = append(all, v[i%len(v)])
	}
	return bytesOf("y.npy", []int{n}, all...)
}

func TestPrepare(t *testing.T) {
	weight := floatsOf("w.npy", []int{100}, slices.Repeat([]float32{1, 2}, 50)...)
	p, err := Prepare(Input{X: counting(100, 3), Target: repeated(100, 4, 7, 9), Label: repeated(100, 5, 6), Weight: weight}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(p.Shape, []int{3}) || p.Target.Task != data.MultiClass || !slices.Equal(p.Target.Classes, []string{"4", "7", "9"}) || p.Test.Rows+p.Valid.Rows+p.Train.Rows != 100 || p.Train.Rows != 70 {
		t.Errorf("%+v of %+v", p, p.Target)
	}
	seen := map[int64]bool{}
	for _, part := range p.All() {
		for i := range part.Rows {
			r := int(part.RowID[i] - 1)
			if seen[part.RowID[i]] {
				t.Errorf("row %d twice", r)
			}
			seen[part.RowID[i]] = true
			k := part.Class[i]
			if part.Row(i)[1] != float32(3*r+1) || []int32{0, 1, 2}[r%3] != k || part.Weight[i] != float32(1+r%2) || part.Label[i] != []string{"5", "6"}[r%2] {
				t.Errorf("row %d: %v, class %d, weight %v, label %s", r, part.Row(i), k, part.Weight[i], part.Label[i])
			}
			want := make([]float32, 3)
			want[k] = 1
			if !slices.Equal(part.Y[3*i:3*i+3], want) {
				t.Errorf("row %d: target %v", r, part.Y[3*i:3*i+3])
			}
		}
	}
	if len(p.Sources) != 4 || p.Sources[1].Word != "target" || p.Fingerprint.Rows != 100 || p.Fingerprint.Columns != 3 {
		t.Errorf("%+v, %+v", p.Sources, p.Fingerprint)
	}
}

func TestTargets(t *testing.T) {
	x := counting(40, 2)
	for _, tc := range []struct {
		name  string
		y     *Array
		task  data.Task
		want  data.Task
		width int
	}{
		{"none", nil, data.Auto, data.Auto, 0},
		{"two whole numbers", repeated(40, 1, 0), data.Auto, data.Binary, 1},
		{"several", repeated(40, 0, 1, 2), data.Auto, data.MultiClass, 3},
		{"several, to be predicted", repeated(40, 0, 1, 2), data.Regression, data.Regression, 1},
		{"fractions", floatsOf("y.npy", []int{40}, slices.Repeat([]float32{0.5, 1}, 20)...), data.Auto, data.Regression, 1},
		{"fractions that are classes", floatsOf("y.npy", []int{40, 1}, slices.Repeat([]float32{0.5, 1}, 20)...), data.MultiClass, data.Binary, 1},
		{"several numbers", bytesOf("y.npy", []int{40, 2}, slices.Repeat([]byte{0, 1}, 40)...), data.Auto, data.Regression, 2},
	} {
		p, err := Prepare(Input{X: x, Target: tc.y}, Options{Task: tc.task})
		if err != nil {
			t.Errorf("%s: %v", tc.name, err)
			continue
		}
		if tc.y == nil {
			if p.Target != nil || p.Train.Y != nil {
				t.Errorf("%s: %+v", tc.name, p.Target)
			}
			continue
		}
		if p.Target.Task != tc.want || p.Train.TargetWidth != tc.width || len(p.Train.Y) != p.Train.Rows*tc.width {
			t.Errorf("%s: %+v, %d wide", tc.name, p.Target, p.Train.TargetWidth)
		}
	}
}

// Bytes of pictures are divided by 255; other arrays mean themselves.
func TestScale(t *testing.T) {
	pictures := bytesOf("x", []int{2, 1, 2}, 0, 51, 255, 102)
	p, err := Prepare(Input{X: pictures}, Options{Split: data.Split{Train: 1}})
	if err != nil || !slices.Equal(p.Train.X, []float32{0, 0.2, 1, 0.4}) || len(p.Notes) != 1 || p.Notes[0].Code != "scaled" || !slices.Equal(p.Shape, []int{1, 2}) {
		t.Errorf("%+v, %v", p, err)
	}
	pictures.Shape = []int{2, 2}
	p, err = Prepare(Input{X: pictures}, Options{Split: data.Split{Train: 1}})
	if err != nil || !slices.Equal(p.Train.X, []float32{0, 51, 255, 102}) || len(p.Notes) != 0 {
		t.Errorf("%+v, %v", p, err)
	}
}

// Rows given as valid or test are all in that part, and the rest is divided between the others.
func TestGivenParts(t *testing.T) {
	in := func(n int) *Input { return &Input{X: counting(n, 1), Target: repeated(n, 0, 1)} }
	p, err := Prepare(*in(100), Options{Test: in(10)})
	if err != nil || p.Test.Rows != 10 || p.Train.Rows != 82 || p.Valid.Rows != 18 || p.Test.RowID[9] != 10 {
		t.Errorf("%+v, %v", p, err)
	}
	p, err = Prepare(*in(100), Options{Valid: in(20), Test: in(10)})
	if err != nil || p.Train.Rows != 100 || p.Valid.Rows != 20 || len(p.Sources) != 6 || p.Sources[2].Word != "valid.x" {
		t.Errorf("%+v, %v", p, err)
	}
}

// Equal rows are in one part.
func TestEqualRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.SliceOfN(rapid.ByteRange(0, 30), 60, 60).Draw(t, "x")
		p, err := Prepare(Input{X: bytesOf("x", []int{60, 1}, v...)}, Options{Split: data.Split{Train: 0.5, Valid: 0.5, Seed: rapid.Uint64().Draw(t, "seed")}})
		if err != nil {
			t.Skip(err)
		}
		part := map[float32]string{}
		for _, s := range p.All() {
			for _, x := range s.X {
				if was, ok := part[x]; ok && was != s.Name {
					t.Fatalf("%v is in %s and %s", x, was, s.Name)
				}
				part[x] = s.Name
			}
		}
	})
}

func TestPrepareRefusals(t *testing.T) {
	x := counting(40, 2)
	legal := Input{X: x, Target: repeated(40, 0, 1)}
	for _, tc := range []struct {
		name string
		in   Input
		o    Options
		want string
	}{
		{"no x", Input{}, Options{}, "arrays(...) without x [bad-option]\n\tfix: arrays(\"x.npy\", target = \"y.npy\")"},
		{"no rows", Input{X: bytesOf("x.npy", []int{0, 3})}, Options{}, "x.npy: an array of shape [0 3] has no rows to learn from [no-rows]\n\texpected  [rows ...]"},
		{"a number", Input{X: bytesOf("x.npy", nil, 1)}, Options{}, "x.npy: an array of shape [] has no rows to learn from [no-rows]\n\texpected  [rows ...]"},
		{"rows", Input{X: x, Target: repeated(39, 0, 1)}, Options{}, "y.npy: target has shape [39], x has 40 rows [array-rows]\n\tx       [40 2] of x.npy\n\ttarget  [39] of y.npy"},
		{"wide label", Input{X: x, Label: counting(40, 2)}, Options{}, "x.npy: label has shape [40 2]: one number a row is expected [array-shape]"},
		{"one class", Input{X: x, Target: repeated(40, 3)}, Options{}, "y.npy: the target is 3 in every row: nothing to learn [one-class]"},
		{"three classes", Input{X: x, Target: repeated(40, 3, 4, 5)}, Options{Task: data.Binary}, "y.npy: the target has 3 different numbers, a binary task two [task]\n\tfix: task = \"multiclass\""},
		{"wide classes", Input{X: x, Target: counting(40, 2)}, Options{Task: data.MultiClass}, "x.npy: a target of shape [40 2] is no multiclass [task]\n\tfix: task = \"regression\""},
		{"negative weight", Input{X: x, Weight: floatsOf("w.npy", []int{40}, slices.Repeat([]float32{1, -2}, 20)...)}, Options{}, "w.npy: row 1 has weight -2 [bad-weight]\n\texpected  at least 0, and at most 1e28"},
		{"zero weights", Input{X: x, Weight: repeated(40, 0)}, Options{}, "y.npy: 0 in every row [bad-weight]"},
		{"other shape", legal, Options{Test: &Input{X: counting(40, 3), Target: repeated(40, 0, 1)}}, "x.npy: rows of shape [3], those of x.npy have [2] [array-shape]"},
		{"other kind", legal, Options{Test: &Input{X: bytesOf("z.npy", []int{40, 2}, make([]byte, 80)...), Target: repeated(40, 0, 1)}}, "z.npy: numbers of kind uint8, those of x.npy are float32 [array-kind]\n\twould  have been scaled otherwise."},
		{"a target in one", legal, Options{Test: &Input{X: x}}, "x.npy: a target in some parts and none in others [bad-option]\n\tfix: give each part its target"},
		{"column", legal, Options{Split: data.Split{Column: "part"}}, "arrays have no column that names parts [bad-option]\n\tfix: split = split()"},
		{"few rows", Input{X: counting(2, 2)}, Options{}, "x.npy: no row is in valid [few-rows]\n\tfix: add rows, or give the part more: split(train = 0.6, valid = 0.2, test = 0.2)\nx.npy: no row is in test [few-rows]\n\tfix: add rows, or give the part more: split(train = 0.6, valid = 0.2, test = 0.2)"},
		{"few of a class", Input{X: x, Target: repeated(40, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)}, Options{}, "x.npy: class 1 has 0 rows in valid [few-rows]\n\texpected  at least 2 rows of each class in each part\n\tfix: add rows of this class, or give the part more: split(train = 0.6, valid = 0.2, test = 0.2)\n" +
			"x.npy: class 1 has 1 row in test [few-rows]\n\texpected  at least 2 rows of each class in each part\n\tfix: add rows of this class, or give the part more: split(train = 0.6, valid = 0.2, test = 0.2)"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := Prepare(tc.in, tc.o)
			if err == nil {
				t.Fatal("taken")
			}
			if diff := cmp.Diff(tc.want, err.Error()); diff != "" {
				t.Errorf("message (-want +got):\n%s", diff)
			}
		})
	}
	if _, err := Prepare(legal, Options{}); err != nil {
		t.Errorf("the legal neighbour is refused: %v", err)
	}
}

func ExamplePrepare() {
	x := &Array{Kind: Uint8, Shape: []int{20, 1}, Data: []byte("abcdefghijklmnopqrst")}
	y := &Array{Kind: Uint8, Shape: []int{20}, Data: []byte{0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1}}
	parts, err := Prepare(Input{X: x, Target: y}, Options{Split: data.Split{Train: 0.6, Valid: 0.2, Test: 0.2}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(parts.Target.Task, parts.Train.Rows, parts.Valid.Rows, parts.Test.Rows)
	// Output: binary 12 4 4
}
