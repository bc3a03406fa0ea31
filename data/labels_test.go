package data_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/descent-ml/descent/data"
)

// tickets has rows with labels of different kinds: numbers, texts, and one that is rare.
func tickets(rows int) string {
	var b strings.Builder
	b.WriteString("x,billing,outage,refund\n")
	for i := range rows {
		fmt.Fprintf(&b, "%d,%d,%s,%v\n", i, i%2, []string{"no", "yes", "no"}[i%3], i%10 == 0)
	}
	return b.String()
}

var labels = data.Options{Targets: []string{"billing", "outage", "refund"}}

func TestLabels(t *testing.T) {
	p, err := prepare(tickets(400), labels)
	if err != nil {
		t.Fatal(err)
	}
	target := p.Schema.Target
	if target.Task != data.MultiLabel || target.Width() != 3 || target.String() != "billing, outage, refund" || target.Positive() != "" {
		t.Errorf("target %+v", target)
	}
	for i, want := range [][]string{{"0", "1"}, {"no", "yes"}, {"false", "true"}} {
		if diff := cmp.Diff(want, target.Labels[i].Classes); diff != "" {
			t.Errorf("label %d (-want +got):\n%s", i, diff)
		}
	}
	all := [3]int{}
	for _, part := range p.All() {
		if part.TargetWidth != 3 || !part.MultiLabel || part.Class != nil || len(part.Y) != 3*part.Rows || part.Positives() != 0 {
			t.Errorf("%s: %+v", part.Name, part.Set)
		}
		for l := range all {
			all[l] += part.Counts[l]
		}
		for i, id := range part.RowID {
			r := int(id) - 1
			want := []float32{float32(r % 2), []float32{0, 1, 0}[r%3], 0}
			if r%10 == 0 {
				want[2] = 1
			}
			if diff := cmp.Diff(want, part.Y[3*i:3*i+3]); diff != "" {
				t.Fatalf("row %d of %s (-want +got):\n%s", id, part.Name, diff)
			}
		}
		if got := float64(part.Counts[2]) / float64(part.Rows); got != 0.1 {
			t.Errorf("%s: %v of the rows have the rarest label, want 0.1", part.Name, got)
		}
	}
	if all != [3]int{200, 133, 40} {
		t.Errorf("rows with each label: %v", all)
	}
	wantNotes := []data.Note{{Code: "few-positives", Text: "6 refund rows leave a wide interval; more rows narrow it more than more epochs"}}
	if diff := cmp.Diff(wantNotes, p.Notes); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
}

// The rarest label is divided by its shares wherever it stands in the list.
func TestRarestLabelIsStratified(t *testing.T) {
	p, err := prepare(tickets(400), data.Options{Targets: []string{"refund", "outage", "billing"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range p.All() {
		if got := float64(part.Counts[0]) / float64(part.Rows); got != 0.1 {
			t.Errorf("%s: %v of the rows have it, want 0.1", part.Name, got)
		}
	}
}

// A list of one target is that target.
func TestOneLabelIsATarget(t *testing.T) {
	one, err := prepare(tickets(400), data.Options{Targets: []string{"outage"}})
	if err != nil {
		t.Fatal(err)
	}
	single, err := prepare(tickets(400), data.Options{Target: "outage"})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(single, one); diff != "" {
		t.Errorf("(-single +list):\n%s", diff)
	}
}

func TestLabelsAreEncodedAsInTraining(t *testing.T) {
	p, err := prepare(tickets(400), labels)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(p.Schema)
	if err != nil {
		t.Fatal(err)
	}
	var s data.Schema
	if err := json.Unmarshal(text, &s); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(p.Schema, &s); diff != "" {
		t.Errorf("schema (-want +got):\n%s", diff)
	}
	set, _, err := encode(&s, "refund,outage,billing,x\ntrue,no,1,7\nfalse,yes,0,8\n", data.Policy{Judge: true})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]float32{1, 0, 1, 0, 1, 0}, set.Y); diff != "" {
		t.Errorf("labels (-want +got):\n%s", diff)
	}
	if set, _, err = encode(&s, "x\n7\n", data.Policy{}); err != nil || set.Y != nil {
		t.Errorf("without labels: %v, %v", set, err)
	}
	_, _, err = encode(&s, "x,billing,outage,refund\n7,2,maybe,true\n", data.Policy{Judge: true})
	want := `new.csv: 2 things differ from the table that the model was trained on [schema-mismatch]
	column "billing" line 2  2 is no class of (0, 1)
	column "outage" line 2   "maybe" is no class of (no, yes)
	would  have been judged by a class that the model cannot name.
	fix: correct the target`
	if err == nil || err.Error() != want {
		t.Errorf("error %v", err)
	}
}

func TestLabelSchemaRefuses(t *testing.T) {
	p, err := prepare(tickets(400), labels)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(p.Schema)
	if err != nil {
		t.Fatal(err)
	}
	good := string(text)
	for _, tc := range []struct{ name, old, new, want string }{
		{"a name", `"target":{"task"`, `"target":{"name":"billing","task"`, "schema: target: 3 labels in 3 columns"},
		{"another task", `"task":"multilabel"`, `"task":"multiclass"`, "schema: two columns are target"},
		{"a label twice", `{"name":"outage","task":"binary","classes":["no","yes"]}`, `{"name":"billing","task":"binary","classes":["0","1"],"values":[0,1]}`, "schema: target: a label that is no column of two values"},
		{"a label less", `{"name":"outage","task":"binary","classes":["no","yes"]},`, ``, "schema: target: 2 labels in 3 columns"},
		{"a label of three classes", `"classes":["no","yes"]`, `"classes":["no","yes","maybe"]`, "schema: target: binary with 3 classes"},
		{"labels of a label", `"classes":["no","yes"]}`, `"classes":["no","yes"],"labels":[]}`, "schema: target: classes"},
		{"null", `{"name":"outage","task":"binary","classes":["no","yes"]}`, `null`, "schema: target: a label that is no column of two values"},
	} {
		bad := strings.Replace(good, tc.old, tc.new, 1)
		if bad == good {
			t.Errorf("%s: nothing was changed in %s", tc.name, good)
			continue
		}
		var s data.Schema
		if err := json.Unmarshal([]byte(bad), &s); err == nil || !strings.HasPrefix(err.Error(), tc.want) {
			t.Errorf("%s: error %v, want %s", tc.name, err, tc.want)
		}
	}
}

// Tune gives the threshold rows of its own. The other parts but train stay as they are without it.
func TestTuneRows(t *testing.T) {
	with := credit(t, data.Options{Target: "default", Split: data.Split{Tune: 0.1}})
	var got []string
	for _, p := range with.All() {
		got = append(got, fmt.Sprintf("%s %d (%d)", p.Name, p.Rows, p.Positives()))
		if with.Part(p.Name) != p.Set {
			t.Errorf("part %s is another one", p.Name)
		}
	}
	if want := "train 6000 (200), valid 1500 (50), tune 1000 (33), test 1500 (50)"; strings.Join(got, ", ") != want {
		t.Errorf("parts %v, want %s", got, want)
	}
	if with.Part("none") != nil {
		t.Error("a part that is not there")
	}
	column, err := prepare("x,y,part\n1,a,train\n2,b,train\n3,a,train\n4,b,train\n5,a,tune\n6,b,tune\n7,a,tune\n8,b,tune\n", data.Options{Target: "y", Split: data.Split{Column: "part"}})
	if err != nil {
		t.Fatal(err)
	}
	if column.Tune.Rows != 4 || column.Valid != nil || column.Test != nil {
		t.Errorf("parts %+v", column)
	}
}
