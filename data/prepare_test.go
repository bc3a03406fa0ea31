package data_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/data/csv"
)

const creditFile = "../examples/credit/default.csv"

func credit(t *testing.T, o data.Options) *data.Parts {
	t.Helper()
	table, err := csv.ReadFile(creditFile, o)
	if err != nil {
		t.Fatal(err)
	}
	parts, err := data.Prepare(table, o)
	if err != nil {
		t.Fatal(err)
	}
	return parts
}

func TestCredit(t *testing.T) {
	p := credit(t, data.Options{Target: "default"})
	type part struct{ rows, yes, width, targetWidth int }
	var got []part
	seen := make([]bool, 10_001)
	for _, s := range []*data.Set{p.Train, p.Valid, p.Test} {
		got = append(got, part{s.Rows, s.Positives(), s.Width, s.TargetWidth})
		ones := float32(0)
		for _, y := range s.Y {
			ones += y
		}
		if int(ones) != s.Positives() || len(s.X) != s.Rows*s.Width || len(s.Y) != s.Rows || s.Weight != nil {
			t.Errorf("%v positive targets of %d, %d numbers in, weights %v", ones, len(s.Y), len(s.X), s.Weight)
		}
		if !slices.IsSorted(s.RowID) {
			t.Error("rows are not in the file's order")
		}
		for _, id := range s.RowID {
			if seen[id] {
				t.Fatalf("row %d is in two parts", id)
			}
			seen[id] = true
		}
	}
	want := []part{{7000, 233, 3, 1}, {1500, 50, 3, 1}, {1500, 50, 3, 1}}
	if !slices.Equal(got, want) {
		t.Errorf("parts %v, want %v", got, want)
	}
	if diff := cmp.Diff([]string{"student=Yes", "balance", "income"}, p.Schema.Inputs()); diff != "" {
		t.Errorf("inputs (-want +got):\n%s", diff)
	}
	if target := p.Schema.Target; target.Task != data.Binary || target.Positive() != "Yes" || p.Equal != 0 || p.Apart != 0 {
		t.Errorf("target %+v, %d groups of equal rows", target, p.Equal)
	}
	wantNotes := []data.Note{{Code: "few-positives", Text: "50 Yes rows leave a wide interval; more rows narrow it more than more epochs"}}
	if diff := cmp.Diff(wantNotes, p.Notes); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
	for _, column := range []int{1, 2} {
		sum, squares := 0.0, 0.0
		for i := range p.Train.Rows {
			v := float64(p.Train.Row(i)[column])
			sum, squares = sum+v, squares+v*v
		}
		n := float64(p.Train.Rows)
		if math.Abs(sum/n) > 1e-6 || math.Abs(squares/n-1) > 1e-6 {
			t.Errorf("column %d of the training rows: mean %g, mean square %g", column, sum/n, squares/n)
		}
	}
}

// Every encoding there is, on six training rows, one that chooses and one that judges.
func TestEncoding(t *testing.T) {
	const text = `num,two,three,same,w,y,part,name
1,a,r,5,1,10,train,n1
3,b,g,5,2,20,train,n2
,b,,5,1,30,train,n3
5,b,g,5,0,40,train,n4
3,,b,5,1,50,train,n5
3,a,g,5,1,60,train,n6
7,a,g,9,1,70,valid,n7
,,y,,3,80,test,
`
	o := data.Options{Target: "y", Weight: "w", ID: "name", Split: data.Split{Column: "part"}}
	p, err := prepare(text, o)
	if err != nil {
		t.Fatal(err)
	}
	inputs := []string{"num", "num missing", "two=b", "two missing", "three=b", "three=g", "three=r", "three=y", "three missing", "same"}
	if diff := cmp.Diff(inputs, p.Schema.Inputs()); diff != "" || p.Schema.Width() != len(inputs) {
		t.Fatalf("inputs (-want +got):\n%s", diff)
	}
	// num: mean 3, standard deviation sqrt(8/5); two: b is most frequent; three: g is most frequent, y in no training row.
	a, b := -1.5811388, 1.5811388
	wantX := [][]float64{
		{a, 0, 0, 0, 0, 0, 1, 0, 0, 0},
		{0, 0, 1, 0, 0, 1, 0, 0, 0, 0},
		{0, 1, 1, 0, 0, 1, 0, 0, 1, 0},
		{b, 0, 1, 0, 0, 1, 0, 0, 0, 0},
		{0, 0, 1, 1, 1, 0, 0, 0, 0, 0},
		{0, 0, 0, 0, 0, 1, 0, 0, 0, 0},
		{2 * b, 0, 0, 0, 0, 1, 0, 0, 0, 0},
		{0, 1, 1, 1, 0, 0, 0, 1, 0, 0},
	}
	x := slices.Concat(p.Train.X, p.Valid.X, p.Test.X)
	for i, row := range wantX {
		for j, want := range row {
			if got := float64(x[i*len(inputs)+j]); math.Abs(got-want) > 1e-6 {
				t.Errorf("row %d, %s: %v, want %v", i+1, inputs[j], got, want)
			}
		}
	}
	if !slices.Equal(p.Train.Y, []float32{10, 20, 30, 40, 50, 60}) || !slices.Equal(p.Train.Weight, []float32{1, 2, 1, 0, 1, 1}) {
		t.Errorf("targets %v, weights %v", p.Train.Y, p.Train.Weight)
	}
	if !slices.Equal(p.Test.RowID, []int64{8}) || !slices.Equal(p.Test.ID, []string{""}) || p.Valid.ID[0] != "n7" || p.Train.Filled != 3 || p.Test.Filled != 3 {
		t.Errorf("rows %v, names %v %v, filled %d %d", p.Test.RowID, p.Valid.ID, p.Test.ID, p.Train.Filled, p.Test.Filled)
	}
	wantNotes := []data.Note{
		{Code: "level-untrained", Text: `column "three": nothing is learned about "y", in no training row`},
		{Code: "constant-column", Text: `column "same" has one value in the training rows: it is 0 throughout`},
		{Code: "missing-untrained", Text: `column "same" lacks 1 value, none of them in a training row: filled, without an indicator`},
	}
	if diff := cmp.Diff(wantNotes, p.Notes); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
}

// Numbers far from zero keep their differences: they are standardised before they become float32.
func TestEncodingIsExact(t *testing.T) {
	p, err := prepare(lines("x,y", "100000000%[1]d.5,%[1]d", 5), data.Options{Target: "y", Task: data.Regression, Split: data.Split{Train: 1}})
	if err != nil {
		t.Fatal(err)
	}
	for i, got := range p.Train.X {
		if want := (float64(i) - 2) / math.Sqrt2; math.Abs(float64(got)-want) > 1e-7 {
			t.Errorf("row %d: %v, want %v", i+1, got, want)
		}
	}
}

func TestMultiClass(t *testing.T) {
	p, err := prepare(lines("x,y", "%d,10", 20)+strings.TrimPrefix(lines("", "%d,9", 20), "\n")+strings.TrimPrefix(lines("", "%d,2", 20), "\n"),
		data.Options{Target: "y", Task: data.MultiClass})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"2", "9", "10"}, p.Schema.Target.Classes); diff != "" {
		t.Errorf("classes (-want +got):\n%s", diff)
	}
	s := p.Test
	if s.TargetWidth != 3 || !slices.Equal(s.Counts, []int{3, 3, 3}) || !slices.Equal(s.Class, []int32{2, 2, 2, 1, 1, 1, 0, 0, 0}) {
		t.Errorf("width %d, counts %v, classes %v", s.TargetWidth, s.Counts, s.Class)
	}
	if !slices.Equal(s.Y[6:12], []float32{0, 0, 1, 0, 1, 0}) {
		t.Errorf("targets %v", s.Y)
	}
}

func TestTask(t *testing.T) {
	for _, tc := range []struct {
		name   string
		cells  []string // of the target, over and over
		task   data.Task
		want   data.Task
		values []float64
	}{
		{"two texts", []string{"No", "Yes"}, data.Auto, data.Binary, nil},
		{"three texts", []string{"a", "b", "c"}, data.Auto, data.MultiClass, nil},
		{"two texts as classes", []string{"No", "Yes"}, data.MultiClass, data.MultiClass, nil},
		{"0 and 1", []string{"0", "1"}, data.Auto, data.Binary, []float64{0, 1}},
		{"0 and 1, written in two ways", []string{"-0", "1", "1.0", "0"}, data.Auto, data.Binary, []float64{0, 1}},
		{"minus 0 and 1", []string{"-0", "1"}, data.Auto, data.Binary, []float64{0, 1}},
		{"1 and 2", []string{"1", "2"}, data.Auto, data.Binary, []float64{1, 2}},
		{"0 and 1 as numbers", []string{"0", "1"}, data.Regression, data.Regression, nil},
		{"three numbers", []string{"0", "1", "2"}, data.Auto, data.Regression, nil},
		{"three numbers as classes", []string{"0", "1", "2"}, data.MultiClass, data.MultiClass, []float64{0, 1, 2}},
	} {
		var b strings.Builder
		b.WriteString("x,y\n")
		for i := range 120 {
			b.WriteString(strings.Repeat("1", i%50+1) + "." + strings.Repeat("2", i/50) + "," + tc.cells[i%len(tc.cells)] + "\n")
		}
		p, err := prepare(b.String(), data.Options{Target: "y", Task: tc.task})
		if err != nil {
			t.Errorf("%s: %v", tc.name, err)
			continue
		}
		if got := p.Schema.Target; got.Task != tc.want || !slices.Equal(got.Values, tc.values) || slices.Contains(got.Classes, "-0") {
			t.Errorf("%s: %v %v %q", tc.name, got.Task, got.Values, got.Classes)
		}
	}
}

func TestPositive(t *testing.T) {
	for _, tc := range []struct {
		a, b     string // a has 40 rows, b 20
		positive string
		want     string
	}{
		{"Yes", "No", "", "Yes"},
		{"yes", "no", "", "yes"},
		{"Y", "N", "", "Y"},
		{"true", "false", "", "true"},
		{"T", "F", "", "T"},
		{"1", "0", "", "1"},
		{"1.0", "0.0", "", "1"},
		{"pos", "neg", "", "pos"},
		{"Positive", "Negative", "", "Positive"},
		{"+", "-", "", "+"},
		{"good", "bad", "", "bad"}, // the rarer
		{"true", "yes", "", "yes"}, // both mean yes: the rarer
		{"Yes", "No", "No", "No"},  // as said
		{"1", "0", "0.0", "0"},     // as said, by value
		{"2", "3", "", "3"},        // the rarer
		{"benign", "positive", "", "positive"},
		{"1", "2", "", "2"}, // 1 means yes beside 0 alone
		{"-1", "1", "", "1"},
		{"t", "c", "", "c"},
	} {
		text := "x,y\n"
		for i := range 60 {
			y := tc.a
			if i%3 == 0 {
				y = tc.b
			}
			text += strings.Repeat("1", i+1) + "," + y + "\n"
		}
		p, err := prepare(text, data.Options{Target: "y", Positive: tc.positive})
		if err != nil {
			t.Errorf("%s, %s: %v", tc.a, tc.b, err)
			continue
		}
		if got := p.Schema.Target.Positive(); got != tc.want || p.Schema.Target.Classes[0] == tc.want {
			t.Errorf("%s (40 rows) and %s (20): positive %q, want %q", tc.a, tc.b, got, tc.want)
		}
		want := map[bool]int{true: 28, false: 14}[tc.want == tc.a || tc.want+".0" == tc.a]
		if got := p.Train.Positives(); got != want {
			t.Errorf("%s and %s: %d positive rows, want %d", tc.a, tc.b, got, want)
		}
	}
}

func TestNotes(t *testing.T) {
	o := data.Options{Target: "y", Split: data.Split{Column: "part"}}
	const head = "x,y,part\n"
	for _, tc := range []struct {
		name, text string
		want       []data.Note
	}{
		{"integers above 2^24", head + "1,1,train\n16777217,2,train\n16777219,3,valid\n16777216,4,test\n",
			[]data.Note{{"float32-inexact", `column "x": 2 values are not exact in float32, first at line 3 (16777217)`}}},
		{"integers up to 2^24 and fractions", head + "1,1,train\n16777216,2,train\n0.1,3,valid\n33554432,4,test\n", nil},
		{"-999 far below the rest", head + "1,1,train\n-999,2,train\n2.5,3,valid\n-999,4,test\n",
			[]data.Note{{"sentinel", `column "x": -999 may stand for a missing value: it is far below the rest, in 2 rows; na = ["", "-999"] would say so`}}},
		{"-999 among numbers like it", head + "1,1,train\n-999,2,train\n-500,3,valid\n400,4,test\n", nil},
		{"-998", head + "1,1,train\n-998,2,train\n2,3,valid\n3,4,test\n", nil},
		{"words for missing values", head + "NA,1,train\nb,2,train\na,3,train\n",
			[]data.Note{{"missing-word", `column "x": "NA" is read as a level; na = ["", "NA"] would make it a missing value`}}},
		{"levels that look alike", head + "yes,1,train\nYes ,2,train\nno,3,train\n",
			[]data.Note{{"similar-levels", `column "x": "Yes " and "yes" are two levels, though they differ only in blanks or case`}}},
		{"levels that differ", head + "yes,1,train\nyet,2,train\nno,3,train\n", nil},
		{"constant", head + "a,1,train\na,2,train\n",
			[]data.Note{{"constant-column", `column "x" has one value in the training rows: it is 0 throughout`}}},
		{"missing outside of training", head + "1,1,train\n2,2,train\n,3,valid\n",
			[]data.Note{{"missing-untrained", `column "x" lacks 1 value, none of them in a training row: filled, without an indicator`}}},
		{"equal rows apart", head + "1,1,train\n2,2,train\n1,1,valid\n1,1,test\n2,3,test\n",
			[]data.Note{{"equal-rows", "equal rows lie in different parts (1 group), as the split column says: results look better than on new rows"}}},
		{"equal rows together", head + "1,1,train\n1,1,train\n2,1,test\n2,3,valid\n",
			[]data.Note{{"equal-rows", "1 group of equal rows, each kept in one part"}, {"constant-column", `column "x" has one value in the training rows: it is 0 throughout`}}},
	} {
		task := o
		task.Task = data.Regression
		p, err := prepare(tc.text, task)
		if err != nil {
			t.Errorf("%s: %v", tc.name, err)
			continue
		}
		if diff := cmp.Diff(tc.want, p.Notes); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.name, diff)
		}
	}
}

// What valid and test rows hold changes neither the statistics nor the training rows.
func TestStatisticsAreOfTrainingRows(t *testing.T) {
	rows := strings.Split(strings.TrimSpace(good), "\n")
	o := data.Options{Target: "y", Split: data.Split{Seed: 7}}
	before, err := prepare(good, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, set := range []*data.Set{before.Valid, before.Test} {
		for _, id := range set.RowID {
			cells := strings.Split(rows[id], ",")
			cells[0] = fmt.Sprint(1_000_000 + id) // each another, so that no rows become equal
			rows[id] = strings.Join(cells, ",")
		}
	}
	after, err := prepare(strings.Join(rows, "\n"), o)
	if err != nil {
		t.Fatal(err)
	}
	before.Schema.Fingerprint = after.Schema.Fingerprint
	if diff := cmp.Diff(before.Schema, after.Schema); diff != "" {
		t.Errorf("schema (-before +after):\n%s", diff)
	}
	if !slices.Equal(before.Train.X, after.Train.X) || slices.Equal(before.Test.X, after.Test.X) {
		t.Error("the training rows changed, or the test rows did not")
	}
}
