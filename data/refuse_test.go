package data_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/data/csv"
	"github.com/descent-ml/descent/internal/limits"
)

// prepare reads the text and prepares it.
func prepare(text string, o data.Options) (*data.Parts, error) {
	table, err := csv.Read(strings.NewReader(text), "data.csv", o)
	if err != nil {
		return nil, err
	}
	return data.Prepare(table, o)
}

// lines returns the header and n rows, the format of which takes the number of the row.
func lines(header, format string, n int) string {
	var b strings.Builder
	b.WriteString(header + "\n")
	for i := range n {
		fmt.Fprintf(&b, format+"\n", i)
	}
	return b.String()
}

// good has 40 rows of a number, a text, and a target of two classes.
var good = func() string {
	var b strings.Builder
	b.WriteString("x,s,y\n")
	for i := range 40 {
		fmt.Fprintf(&b, "%d,%s,%s\n", i, []string{"a", "b", "c"}[i%3], []string{"No", "Yes"}[i/5%2])
	}
	return b.String()
}()

// manyLevels makes a table of a column with the given levels, over and over, and a target.
func manyLevels(levels, rows int) *data.Table {
	texts := make([]string, levels)
	for i := range texts {
		texts[i] = fmt.Sprintf("%07d", i)
	}
	codes, y := make([]int32, rows), make([]float64, rows)
	for r := range rows {
		codes[r], y[r] = int32(r%levels), float64(r)
	}
	return &data.Table{File: "data.csv", Names: []string{"s", "y"}, Rows: rows, Lines: make([]int, rows),
		Columns: []*data.Column{data.TextColumn("s", 1, texts, codes), {Name: "y", Index: 2, Numbers: y}}}
}

// Limits are checked before memory is asked for.
func TestLimits(t *testing.T) {
	for _, tc := range []struct {
		levels, rows int
		want         string
	}{
		{limits.CSVCategories + 1, 2_000_010, `data.csv:1:1: column "s" has 1,000,001 levels, above the limit of 1,000,000 [level-limit]
	fix: drop = ["s"]`},
		{60_000, 120_000, `data.csv: 84,000 rows times 60,000 columns in are too many numbers [element-limit]
	limit  2,147,483,648
	fix: drop the columns with most levels`},
		{6, 120, ""},
	} {
		_, err := data.Prepare(manyLevels(tc.levels, tc.rows), data.Options{Target: "y", Task: data.Regression})
		got := ""
		if err != nil {
			got = err.Error()
		}
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%d levels (-want +got):\n%s", tc.levels, diff)
		}
	}
}

func TestPrepareRefuses(t *testing.T) {
	y := data.Options{Target: "y"}
	for _, tc := range []struct {
		name    string
		text    string
		options data.Options
		want    string
		legal   string
		also    data.Options
	}{
		{
			name:    "one class",
			text:    lines("x,y", "%d,no", 8101),
			options: y,
			want: `data.csv:1:2: only class "no" in 8,101 rows: nothing to learn [one-class]
	target  "y"
	fix: add rows of another class, or name another target`,
			legal: lines("x,y", "%d,no", 20) + strings.TrimPrefix(lines("", "%d,yes", 20), "\n"),
			also:  y,
		},
		{
			name:    "one number",
			text:    lines("x,y", "%d,2.5", 20),
			options: data.Options{Target: "y", Task: data.Regression},
			want: `data.csv:1:2: only value 2.5 in 20 rows: nothing to learn [one-class]
	target  "y"
	fix: name another target`,
			legal: lines("x,y", "%d,%[1]d", 20),
			also:  data.Options{Target: "y", Task: data.Regression},
		},
		{
			name:    "target missing",
			text:    good + "1,a,\n2,b,\n",
			options: y,
			want: `data.csv:42:3: target "y" has no value in 2 rows [missing-target]
	would  have trained on a guess.
	fix: fill the target in, or delete these rows`,
			legal: good + ",a,No\n2,,No\n",
			also:  y,
		},
		{
			name:    "positive class misspelt",
			text:    good,
			options: data.Options{Target: "y", Positive: "Yse"},
			want: `column "y" of data.csv has no class "Yse" [no-class]
	classes  No, Yes
	fix: positive = "Yes"`,
			legal: good,
			also:  data.Options{Target: "y", Positive: "No"},
		},
		{
			name:    "positive of three classes",
			text:    good,
			options: data.Options{Target: "s", Positive: "a"},
			want: `target "s" has 3 classes: none of them is the positive one [task]
	fix: leave positive out`,
			legal: good,
			also:  data.Options{Target: "s"},
		},
		{
			name:    "three classes, binary",
			text:    good,
			options: data.Options{Target: "s", Task: data.Binary},
			want: `data.csv:1:2: target "s" has 3 classes, a binary task has 2 [task]
	classes  a, b, c
	fix: task = "multiclass"`,
			legal: good,
			also:  data.Options{Target: "s", Task: data.MultiClass},
		},
		{
			name:    "regression target not exact in float32",
			text:    lines("x,y", "%d,1677721%[1]d", 9),
			options: y,
			want: `data.csv:9:2: target "y": 16777217 is not exact in float32 [float32-inexact]
	values  1 such
	would   have been learned as 16777216.
	fix: write the target in a larger unit, or subtract a constant from it
	fix: or task = "multiclass" if these are names of classes`,
			legal: lines("x,y", "%d,1677720%[1]d", 9),
			also:  y,
		},
		{
			name:    "regression target too large",
			text:    lines("x,y", "%d,%[1]d", 9) + "9,-1e39\n",
			options: y,
			want: `data.csv:11:2: target "y": -1e+39 is too large for float32 [float32-inexact]
	would  have been infinite.
	fix: write the target in a larger unit`,
			legal: lines("x,y", "%d,%[1]d", 9) + "9,-32768.5e30\n",
			also:  data.Options{Target: "x"},
		},
		{
			name:    "too few rows of a class",
			text:    lines("x,y", "%d,No", 40) + "1,Yes\n2,Yes\n3,Yes\n4,Yes\n5,Yes\n",
			options: y,
			want: `data.csv:1:2: class "Yes" of target "y" has 1 row in valid [few-rows]
	rows      5 in all: train 3, valid 1, test 1
	expected  at least 2 rows of each class in each part
	fix: add rows of this class, or join it with another
	fix: or give the part more: split(train = 0.6, valid = 0.2, test = 0.2)`,
			legal: lines("x,y", "%d,No", 40) + "1,Yes\n2,Yes\n3,Yes\n4,Yes\n5,Yes\n6,Yes\n",
			also:  data.Options{Target: "y", Split: data.Split{Train: 0.34, Valid: 0.33, Test: 0.33}},
		},
		{
			name:    "equal rows leave a class to one part",
			text:    lines("x,y", "%d,No", 40) + strings.Repeat("1,Yes\n", 20),
			options: y,
			want: `data.csv:1:2: class "Yes" of target "y" has 0 rows in valid [few-rows]
	rows      20 in all: train 20, valid 0, test 0
	expected  at least 2 rows of each class in each part
	equal     1 group of equal rows, each kept in one part
	fix: add rows of this class, or join it with another
	fix: or give the part more: split(train = 0.6, valid = 0.2, test = 0.2)
	fix: or name a column that says train, valid or test for each row; it may part equal rows: split = "part"`,
			legal: lines("x,y", "%d,No", 40) + strings.TrimPrefix(lines("", "%d,Yes", 20), "\n"),
			also:  y,
		},
		{
			name:    "a part that is none",
			text:    "x,y,part\n1,No,train\n2,Yes,Valid\n",
			options: data.Options{Target: "y", Split: data.Split{Column: "part"}},
			want: `data.csv:3:3: split column "part": "Valid" is no part [bad-value]
	expected  train, valid, tune or test
	found     Valid, train
	fix: write train, valid, tune or test in each row
	fix: or split = split() to have Descent choose`,
			legal: "x,y,part\n1,No,train\n2,Yes,train\n3,No,train\n4,Yes,train\n",
			also:  data.Options{Target: "y", Split: data.Split{Column: "part"}},
		},
		{
			name:    "nothing to train on",
			text:    "x,y,part\n1,2,test\n2,3,valid\n",
			options: data.Options{Target: "y", Task: data.Regression, Split: data.Split{Column: "part"}},
			want: `data.csv: no row is in the training part [few-rows]
	parts  train 0, valid 1, test 1`,
			legal: "x,y,part\n1,2,test\n2,3,train\n",
			also:  data.Options{Target: "y", Task: data.Regression, Split: data.Split{Column: "part"}},
		},
		{
			name:    "no features",
			text:    good,
			options: data.Options{Target: "y", Drop: []string{"x", "s"}},
			want: `data.csv:1: no column is left to learn from [no-features]
	columns  x, s, y`,
			legal: good,
			also:  data.Options{Target: "y", Drop: []string{"s"}},
		},
		{
			name:    "a column of names",
			text:    lines("name,x,y", "n%[1]d,%[1]d,%[1]d.5", 201),
			options: y,
			want: `data.csv:1:1: column "name" has 201 different texts in 201 rows [high-cardinality]
	texts  n0, n1, n10, n100, n101 and 196 more
	would  have made 201 columns in, most of them seen once.
	fix: drop = ["name"]
	fix: or id = "name"
	fix: or categorical = ["name"] to have it so`,
			legal: lines("name,x,y", "n%[1]d,%[1]d,%[1]d.5", 201),
			also:  data.Options{Target: "y", ID: "name"},
		},
		{
			name:    "a target of names",
			text:    lines("x,y", "%d,n%[1]d", 150),
			options: y,
			want: `data.csv:1:2: target "y" has 150 classes in 150 rows [high-cardinality]
	classes  n0, n1, n10, n100, n101 and 145 more
	would    have had fewer than two rows a class to learn from.
	fix: name another target`,
			legal: lines("x,y", "%d,%[1]d", 150),
			also:  y,
		},
		{
			name:    "a column without values",
			text:    lines("e,x,y", ",%d,%[1]d", 20),
			options: y,
			want: `data.csv:1:1: column "e" has no value in 20 rows [empty-column]
	fix: drop = ["e"]`,
			legal: lines("e,x,y", ",%d,%[1]d", 20) + "1,1,1\n",
			also:  y,
		},
		{
			name:    "missing values refused",
			text:    good + ",a,No\n",
			options: data.Options{Target: "y", Missing: data.RefuseMissing},
			want: `data.csv:42:1: column "x" has no value in 1 row [missing-value]
	fix: fill them in
	fix: or missing = "mean+indicator"
	fix: or drop = ["x"]`,
			legal: good,
			also:  data.Options{Target: "y", Missing: data.RefuseMissing},
		},
		{
			name:    "negative weight",
			text:    "x,y,w\n1,2,1\n2,3,-0.5\n",
			options: data.Options{Target: "y", Task: data.Regression, Weight: "w"},
			want: `data.csv:3:3: weight "w": -0.5 is negative [bad-weight]
	expected  a number of at least 0 in each row, above 0 in some`,
			legal: "x,y,w\n1,2,1\n2,3,0\n",
			also:  data.Options{Target: "y", Task: data.Regression, Weight: "w", Split: data.Split{Train: 1}},
		},
		{
			name:    "weights of zero",
			text:    "x,y,w\n1,2,0\n2,3,0\n",
			options: data.Options{Target: "y", Task: data.Regression, Weight: "w"},
			want: `data.csv:1:3: weight "w": 0 in every row [bad-weight]
	expected  a number of at least 0 in each row, above 0 in some`,
			legal: "x,y,w\n1,2,0.1\n2,3,0\n",
			also:  data.Options{Target: "y", Task: data.Regression, Weight: "w", Split: data.Split{Train: 1}},
		},
		{
			name:    "missing weight",
			text:    "x,y,w\n1,2,1\n2,3,\n",
			options: data.Options{Target: "y", Task: data.Regression, Weight: "w"},
			want: `data.csv:3:3: weight "w": no value [bad-weight]
	expected  a number of at least 0 in each row, above 0 in some`,
			legal: "x,y,w\n1,2,1\n2,3,1e-3\n",
			also:  data.Options{Target: "y", Task: data.Regression, Weight: "w", Split: data.Split{Train: 1}},
		},
		{
			name:    "far from the training rows",
			text:    "x,y,part\n1,1,train\n2,2,train\n1e39,3,valid\n",
			options: data.Options{Target: "y", Split: data.Split{Column: "part"}},
			want: `data.csv:4:1: column "x": 1e+39 is too far from the training rows for float32 [bad-value]
	expected  about 1.5, give or take 0.5
	would     have been infinite.
	fix: correct the cell`,
			legal: "x,y,part\n1,1,train\n2,2,train\n1e37,3,valid\n",
			also:  data.Options{Target: "y", Split: data.Split{Column: "part"}},
		},
		{
			name:    "a label of more than two values",
			text:    lines("x,a,b", "%[1]d,%[1]d,%[1]d", 40),
			options: data.Options{Targets: []string{"a", "b"}},
			want: `data.csv:1:2: target "a" has 40 values; each of several targets takes two, such as 0 and 1 [task]
	values  0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 30 more
	fix: name it alone: target = "a"
	fix: or leave it out of the list
data.csv:1:3: target "b" has 40 values; each of several targets takes two, such as 0 and 1 [task]
	values  0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 30 more
	fix: name it alone: target = "b"
	fix: or leave it out of the list`,
			legal: tickets(40),
			also:  data.Options{Targets: []string{"outage", "billing"}, Drop: []string{"refund"}},
		},
		{
			name:    "a label of three values",
			text:    "x,a,b\n" + strings.Repeat("1,p,yes\n2,q,no\n3,r,no\n", 20),
			options: data.Options{Targets: []string{"a", "b"}},
			want: `data.csv:1:2: target "a" has 3 values; each of several targets takes two, such as 0 and 1 [task]
	values  p, q, r
	fix: name it alone: target = "a"
	fix: or leave it out of the list`,
			legal: tickets(400),
			also:  labels,
		},
		{
			name:    "a label of few rows",
			text:    tickets(40),
			options: labels,
			want: `data.csv:1:2: class "0" of target "billing" has 1 row in test [few-rows]
	rows      20 in all: train 15, valid 4, test 1
	expected  at least 2 rows of each class in each part
	fix: add rows of this class, or join it with another
	fix: or give the part more: split(train = 0.6, valid = 0.2, test = 0.2)
data.csv:1:4: class "true" of target "refund" has 1 row in valid [few-rows]
	rows      4 in all: train 3, valid 1, test 0
	expected  at least 2 rows of each class in each part
	fix: add rows of this class, or join it with another
	fix: or give the part more: split(train = 0.6, valid = 0.2, test = 0.2)`,
			legal: tickets(200),
			also:  labels,
		},
		{
			name:    "labels and a positive class that one of them does not have",
			text:    tickets(400),
			options: data.Options{Targets: []string{"billing", "outage"}, Positive: "yes"},
			want: `column "billing" of data.csv has no class "yes" [no-class]
	classes  0, 1`,
			legal: tickets(400),
			also:  data.Options{Targets: []string{"billing", "outage"}},
		},
		{
			name:    "a target named twice",
			text:    tickets(400),
			options: data.Options{Targets: []string{"billing", "billing"}, Features: []string{"x"}},
			want: `column "billing" is named twice as a target [column-use]
	fix: name it once`,
			legal: tickets(400),
			also:  data.Options{Targets: []string{"billing", "refund"}, Features: []string{"x"}},
		},
		{
			name:    "a target of a list that is not there",
			text:    tickets(400),
			options: data.Options{Targets: []string{"billing", "outtage"}},
			want: `data.csv has no column "outtage" [no-column]
	columns  x, billing, outage, refund
	fix: target = ["outage"]`,
			legal: tickets(400),
			also:  data.Options{Targets: []string{"billing", "outage"}},
		},
		{
			name:    "several targets and a task for one",
			text:    tickets(400),
			options: data.Options{Targets: []string{"billing", "outage"}, Task: data.Regression},
			want: `several targets are labels, each of two values; the task cannot be regression [bad-option]
	fix: name one target, or leave task out`,
			legal: tickets(400),
			also:  data.Options{Targets: []string{"billing", "outage"}, Task: data.MultiLabel},
		},
		{
			name:    "one target and a task for several",
			text:    tickets(400),
			options: data.Options{Target: "billing", Task: data.MultiLabel},
			want: `labels are columns of their own, and one target is named [bad-option]
	fix: target = ["billing", "outage"]`,
			legal: tickets(400),
			also:  data.Options{Target: "billing", Task: data.Binary},
		},
		{
			name:    "shares that do not sum to one",
			text:    tickets(400),
			options: data.Options{Target: "billing", Split: data.Split{Train: 0.7, Valid: 0.15, Test: 0.15, Tune: 0.1}},
			want: `the shares of train, valid, tune and test must lie in [0, 1] and sum to 1, with some for train [bad-option]
	fix: split(train = 0.70, valid = 0.15, test = 0.15)`,
			legal: tickets(400),
			also:  data.Options{Target: "billing", Split: data.Split{Train: 0.6, Valid: 0.15, Test: 0.15, Tune: 0.1}},
		},
		{
			name:    "several at once",
			text:    lines("e,name,x,y", ",n%[1]d,%[1]d,no", 200),
			options: y,
			want: `data.csv:1:1: column "e" has no value in 200 rows [empty-column]
	fix: drop = ["e"]
data.csv:1:2: column "name" has 200 different texts in 200 rows [high-cardinality]
	texts  n0, n1, n10, n100, n101 and 195 more
	would  have made 200 columns in, most of them seen once.
	fix: drop = ["name"]
	fix: or id = "name"
	fix: or categorical = ["name"] to have it so
data.csv:1:4: only class "no" in 200 rows: nothing to learn [one-class]
	target  "y"
	fix: add rows of another class, or name another target`,
			legal: lines("e,name,x,y", ",n%[1]d,%[1]d,%[1]d", 200),
			also:  data.Options{Target: "y", Drop: []string{"e"}, Categorical: []string{"name"}},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			parts, err := prepare(tc.text, tc.options)
			if err == nil {
				t.Fatalf("prepared: %+v", parts)
			}
			if diff := cmp.Diff(tc.want, err.Error()); diff != "" {
				t.Errorf("message (-want +got):\n%s", diff)
			}
			if _, err := prepare(tc.legal, tc.also); err != nil {
				t.Errorf("the legal neighbour is refused: %v", err)
			}
		})
	}
}
