package data_test

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/data/csv"
)

// trained has a number without gaps, one with, a text of two levels and one of three.
const trained = `income,age,student,day,default,part
1,30,No,Mon,No,train
2,,Yes,Tue,Yes,train
3,40,No,Sun,No,train
4,50,No,Mon,Yes,train
`

func trainedSchema(t *testing.T) *data.Schema {
	t.Helper()
	p, err := prepare(trained, data.Options{Target: "default", Split: data.Split{Column: "part"}})
	if err != nil {
		t.Fatal(err)
	}
	return p.Schema
}

func encode(s *data.Schema, text string, p data.Policy) (*data.Set, []data.Note, error) {
	table, err := csv.Read(strings.NewReader(text), "new.csv", s.Options(p.Judge))
	if err != nil {
		return nil, nil, err
	}
	return s.Encode(table, p)
}

func TestEncodeFindsColumnsByName(t *testing.T) {
	o := data.Options{Target: "default"}
	table, err := csv.ReadFile(creditFile, o)
	if err != nil {
		t.Fatal(err)
	}
	p, err := data.Prepare(table, o)
	if err != nil {
		t.Fatal(err)
	}
	written, err := json.Marshal(p.Schema)
	if err != nil {
		t.Fatal(err)
	}
	var s data.Schema // as a run stores it
	if err := json.Unmarshal(written, &s); err != nil {
		t.Fatal(err)
	}
	want, _, err := s.Encode(table, data.Policy{Judge: true})
	if err != nil {
		t.Fatal(err)
	}
	for i, set := range []*data.Set{p.Train, p.Valid, p.Test} {
		for r, id := range set.RowID {
			if !slices.Equal(set.Row(r), want.Row(int(id)-1)) || set.Y[r] != want.Y[id-1] {
				t.Fatalf("part %d, row %d: %v, %v when predicted", i, id, set.Row(r), want.Row(int(id)-1))
			}
		}
	}
	// Any order of the columns, with others between them, gives the same bits.
	random := rand.New(rand.NewPCG(1, 2))
	for range 5 {
		order := random.Perm(len(table.Columns))
		shuffled := *table
		shuffled.Columns, shuffled.Names = nil, []string{"extra"}
		for _, c := range order {
			shuffled.Columns = append(shuffled.Columns, table.Columns[c])
			shuffled.Names = append(shuffled.Names, table.Names[c])
		}
		got, notes, err := s.Encode(&shuffled, data.Policy{})
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got.X, want.X) || got.Y != nil {
			t.Fatalf("columns in the order %v give other numbers", order)
		}
		if diff := cmp.Diff([]data.Note{{Code: "extra-column", Text: "not seen in training and ignored: extra"}}, notes); diff != "" {
			t.Errorf("notes (-want +got):\n%s", diff)
		}
	}
}

func TestEncodeRefuses(t *testing.T) {
	s := trainedSchema(t)
	const run = "runs/credit-1"
	for _, tc := range []struct {
		name   string
		text   string
		policy data.Policy
		want   string
		legal  string
	}{
		{
			name: "a column missing, a level unseen",
			text: "age,student,day\n" + strings.Repeat("30,No,Mon\n", 15) + "31,yes,Mon\n",
			want: `new.csv: 2 things differ from the table that runs/credit-1 was trained on [schema-mismatch]
	column "income"           missing
	column "student" line 17  "yes" is no level of (No, Yes)
	would  have been filled with the mean and with "other".
	fix: add the column; write "Yes"
	fix: or accept both, and count them: descent predict ... --missing mean --unseen other`,
			legal: "day,student,income,age\nMon,Yes,1,31\n",
		},
		{
			name: "a column renamed",
			text: "Income,age,student,day\n1,30,No,Mon\n",
			want: `new.csv: 1 thing differs from the table that runs/credit-1 was trained on [schema-mismatch]
	column "income"  missing
	would  have been filled with the mean.
	fix: rename column "Income" to "income"
	fix: or accept it, and count them: descent predict ... --missing mean`,
			legal: "income,age,student,day,Income\n1,30,No,Mon,7\n",
		},
		{
			name: "missing values where training had none",
			text: "income,age,student,day\n1,,No,Mon\n,30,,Mon\n,30,No,Mon\n",
			want: `new.csv: 2 things differ from the table that runs/credit-1 was trained on [schema-mismatch]
	column "income" line 3   has no value, nor in 1 more row; no training row lacked one
	column "student" line 3  has no value; no training row lacked one
	would  have been filled with the mean and with the most frequent level.
	fix: fill it in
	fix: or accept both, and count them: descent predict ... --missing mean`,
			legal: "income,age,student,day\n1,,No,Mon\n",
		},
		{
			name: "many unseen levels",
			text: "income,age,student,day\n1,2,No,a\n1,2,No,c\n1,2,No,b\n1,2,No,d\n1,2,No,e\n1,2,No,f\n1,2,No,g\n1,2,No,a\n",
			want: `new.csv: 6 things differ from the table that runs/credit-1 was trained on [schema-mismatch]
	column "day" line 2  "a" is no level of (Mon, Sun, Tue), nor in 1 more row
	column "day" line 3  "c" is no level of (Mon, Sun, Tue)
	column "day" line 4  "b" is no level of (Mon, Sun, Tue)
	column "day" line 5  "d" is no level of (Mon, Sun, Tue)
	column "day" line 6  "e" is no level of (Mon, Sun, Tue)
	column "day"         2 more unseen levels
	would  have been filled with "other".
	fix: or accept all, and count them: descent predict ... --unseen other`,
			legal: "income,age,student,day\n1,2,No,Sun\n",
		},
		{
			name: "a number that is none",
			text: "income,age,student,day\nhigh,30,No,Mon\n",
			want: `new.csv:2:1: column "income": "high" is not a number [bad-value]
	expected  a number like 1204.5
	fix: correct the cell`,
			legal: "income,age,student,day\n1e3,30,No,Mon\n",
		},
		{
			name:   "a class unseen",
			text:   "income,age,student,day,default\n1,30,No,Mon,Maybe\n",
			policy: data.Policy{Judge: true},
			want: `new.csv: 1 thing differs from the table that runs/credit-1 was trained on [schema-mismatch]
	column "default" line 2  "Maybe" is no class of (No, Yes)
	would  have been judged by a class that the model cannot name.
	fix: correct the target`,
			legal: "income,age,student,day,default\n1,30,No,Mon,Yes\n",
		},
		{
			name:   "no target to judge by",
			text:   "income,age,student,day\n1,30,No,Mon\n",
			policy: data.Policy{Judge: true},
			want: `new.csv: 1 thing differs from the table that runs/credit-1 was trained on [schema-mismatch]
	column "default"  missing
	fix: add the column`,
			legal: "default,income,age,student,day\nNo,1,30,No,Mon\n",
		},
		{
			name:  "no rows",
			text:  "income,age,student,day\n",
			want:  "new.csv: 0 rows [no-rows]\n\tfound  a line of column names, and nothing below it",
			legal: "income,age,student,day,default\n1,30,No,Mon,\n",
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tc.policy.Model = run
			set, _, err := encode(s, tc.text, tc.policy)
			if err == nil {
				t.Fatalf("encoded: %+v", set)
			}
			if diff := cmp.Diff(tc.want, err.Error()); diff != "" {
				t.Errorf("message (-want +got):\n%s", diff)
			}
			if _, _, err := encode(s, tc.legal, tc.policy); err != nil {
				t.Errorf("the legal neighbour is refused: %v", err)
			}
		})
	}
}

// Missing values that only rows apart from training had were not learned about.
func TestEncodeRefusesUntrainedMissing(t *testing.T) {
	p, err := prepare("x,y,part\n1,1,train\n2,2,train\n,3,valid\n", data.Options{Target: "y", Split: data.Split{Column: "part"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := encode(p.Schema, "x\n1\n\"\"\n", data.Policy{}); err == nil || !strings.Contains(err.Error(), "no training row lacked one") {
		t.Errorf("error %v", err)
	}
	if _, _, err := encode(p.Schema, "x\n1\n", data.Policy{}); err != nil {
		t.Errorf("error %v", err)
	}
}

// A column that another reader found to be of another kind is refused rather than read anew.
func TestEncodeRefusesKinds(t *testing.T) {
	s := trainedSchema(t)
	table, err := csv.Read(strings.NewReader("income,age,student,day\nlow,30,1,Mon\nhigh,30,0,Mon\n"), "new.csv", data.Options{})
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = s.Encode(table, data.Policy{FillMissing: true, AcceptUnseen: true})
	want := `new.csv: 2 things differ from the table that the model was trained on [schema-mismatch]
	column "income"   binary, was numeric
	column "student"  numeric, was binary
	would  have given the column another meaning.
	fix: write it as in training`
	if err == nil || err.Error() != want {
		t.Errorf("error %v", err)
	}
}

func TestEncodeAccepts(t *testing.T) {
	s := trainedSchema(t)
	policy := data.Policy{FillMissing: true, AcceptUnseen: true}
	set, notes, err := encode(s, "age,student,day\n,yes,Wed\n40,,Tue\n", policy)
	if err != nil {
		t.Fatal(err)
	}
	inputs := []string{"income", "age", "age missing", "student=Yes", "day=Mon", "day=Sun", "day=Tue"}
	if diff := cmp.Diff(inputs, s.Inputs()); diff != "" {
		t.Fatalf("inputs (-want +got):\n%s", diff)
	}
	// An unseen level is the mean of the training rows' encoding; a missing one is the most frequent.
	want := []float32{0, 0, 1, 0.25, 0.5, 0.25, 0.25, 0, 0, 0, 0, 0, 0, 1}
	if !slices.Equal(set.X, want) || set.Filled != 4 || set.Unseen != 2 || set.Y != nil {
		t.Errorf("numbers %v, filled %d, unseen %d", set.X, set.Filled, set.Unseen)
	}
	wantNotes := []data.Note{
		{Code: "filled", Text: "4 missing values filled with the mean or the most frequent level of the training rows"},
		{Code: "unseen-level", Text: "2 cells of levels not seen in training, taken as other"},
	}
	if diff := cmp.Diff(wantNotes, notes); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
	s.Unseen = data.Other
	if _, _, err := encode(s, "income,age,student,day\n1,30,No,Wed\n", data.Policy{}); err != nil {
		t.Errorf("unseen = other: %v", err)
	}
}

// Classes of numbers are found by value, and texts that look like numbers stay texts.
func TestEncodeNumbersAndCodes(t *testing.T) {
	const text = "zip,y,part\n01,0,train\n02,1,train\n1,1.0,train\n01,-0,train\n"
	p, err := prepare(text, data.Options{Target: "y", Categorical: []string{"zip"}, Split: data.Split{Column: "part"}})
	if err != nil {
		t.Fatal(err)
	}
	set, _, err := encode(p.Schema, "y,zip\n0.0,1\n1e0,02\n", data.Policy{Judge: true})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(set.X, []float32{0, 0, 1, 0, 1, 0}) || !slices.Equal(set.Y, []float32{0, 1}) {
		t.Errorf("numbers %v, targets %v", set.X, set.Y)
	}
}
