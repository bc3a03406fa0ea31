package data_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/descent-ml/descent/data"
)

func schemaJSON(t testing.TB) string {
	t.Helper()
	p, err := prepare(trained, data.Options{Target: "default", Split: data.Split{Column: "part"}})
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(p.Schema)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestSchemaRoundTrip(t *testing.T) {
	want := trainedSchema(t)
	var got data.Schema
	if err := json.Unmarshal([]byte(schemaJSON(t)), &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, &got); diff != "" {
		t.Errorf("schema (-want +got):\n%s", diff)
	}
	indented, err := json.MarshalIndent(want, "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(indented, &got); err != nil {
		t.Errorf("indented: %v", err)
	}
}

func TestSchemaRefuses(t *testing.T) {
	good := schemaJSON(t)
	for _, tc := range []struct{ name, old, new, want string }{
		{"version", `"version":1`, `"version":2`, "schema: version 2; this Descent reads 1"},
		{"unknown key", `"version":1`, `"version":1,"code":"x"`, `schema: json: unknown field "code"`},
		{"key of another case", `"train_rows"`, `"Train_rows"`, `schema: unknown key "Train_rows"`},
		{"key that folds to another", `"kind"`, `"Kind"`, `schema: unknown key "` + "\u212Aind" + `"`},
		{"key twice", `"version":1`, `"version":1,"version":1`, `schema: key "version" occurs twice`},
		{"missing key", `"version":1,`, ``, "schema: version 0; this Descent reads 1"},
		{"unknown kind", `"kind":"categorical"`, `"kind":"date"`, `schema: kind "date" is not one of numeric, binary, categorical`},
		{"column twice", `"name":"age"`, `"name":"income"`, "schema: a column without a name, or two of one name"},
		{"level twice", `"levels":["Mon","Sun","Tue"]`, `"levels":["Mon","Mon","Tue"]`, `schema: column "day": levels`},
		{"levels out of order", `"levels":["Mon","Sun","Tue"]`, `"levels":["Mon","Tue","Sun"]`, `schema: column "day": levels`},
		{"share", `"share":[0.75,0.25]`, `"share":[0.75,2.5]`, `schema: column "student": shares of levels`},
		{"shares", `"share":[0.75,0.25]`, `"share":[0.75]`, `schema: column "student": levels of a feature`},
		{"mode", `"mode":0,"share":[0.75,0.25]`, `"mode":2,"share":[0.75,0.25]`, `schema: column "student": levels of a feature`},
		{"std", `"std":`, `"std":-1e9,"mean":0,"x":`, `schema: key "mean" occurs twice`},
		{"negative std", `"std":1.118033988749895`, `"std":-1`, `schema: column "income": mean or standard deviation`},
		{"number too large", `"mean":2.5`, `"mean":1e999`, "schema: json: cannot unmarshal number 1e999"},
		{"rows", `"train_rows":4`, `"train_rows":5`, "schema: 5 of 4 rows, 6 of 6 columns"},
		{"missing values", `"train_missing":1`, `"train_missing":7`, `schema: column "age": counts of missing values`},
		{"classes", `"classes":["No","Yes"]`, `"classes":["No"]`, "schema: target: binary with 1 classes"},
		{"equal classes", `"classes":["No","Yes"]`, `"classes":["No","No"]`, "schema: target: classes"},
		{"target of another name", `"target":{"name":"default"`, `"target":{"name":"student"`, `schema: target "student" is not column "default"`},
		{"two targets", `"role":"feature"`, `"role":"target"`, "schema: two columns are target"},
		{"separator", `"sep":","`, `"sep":""`, `schema: format "", "."`},
		{"null column", `"columns":[`, `"columns":[null,`, "schema: 4 of 4 rows, 7 of 6 columns"},
		{"depth", `"na":[""]`, `"na":` + strings.Repeat("[", 200) + strings.Repeat("]", 200), "schema: nested deeper than 100"},
		{"not an object", good, `[]`, "schema: json: cannot unmarshal array"},
	} {
		bad := strings.Replace(good, tc.old, tc.new, 1)
		if tc.name == "key that folds to another" {
			bad = strings.Replace(good, `"kind"`, "\"\u212Aind\"", 1) // the Kelvin sign, which encoding/json takes for k
		}
		if bad == good {
			t.Errorf("%s: nothing was changed in %s", tc.name, good)
			continue
		}
		var s data.Schema
		err := json.Unmarshal([]byte(bad), &s)
		if err == nil || !strings.HasPrefix(err.Error(), tc.want) {
			t.Errorf("%s: error %v, want %s", tc.name, err, tc.want)
		}
	}
}

func TestFingerprint(t *testing.T) {
	print := func(text string) data.Fingerprint {
		t.Helper()
		p, err := prepare(text, data.Options{Target: "y", Task: data.Regression, Split: data.Split{Train: 1}})
		if err != nil {
			t.Fatal(err)
		}
		return p.Schema.Fingerprint
	}
	base := print("x,y\na,1\nb,2\n")
	if base.Rows != 2 || base.Columns != 2 || base.Diff(base) != nil || base != print("x,y\na,1\nb,2\n") {
		t.Errorf("fingerprint %+v", base)
	}
	for _, tc := range []struct {
		name, text string
		want       []string
	}{
		{"a value", "x,y\na,1\nb,3\n", []string{"sha256  "}},
		{"a level", "x,y\na,1\nc,2\n", []string{"types   names, kinds or categories of columns differ", "sha256  "}},
		{"a row", "x,y\na,1\nb,2\nb,2\n", []string{"rows    3, were 2", "sha256  "}},
		{"a column", "x,y,z\na,1,1\nb,2,2\n", []string{"columns  3, were 2", "types    names, kinds or categories of columns differ", "sha256   "}},
	} {
		diff := base.Diff(print(tc.text))
		same := len(diff) == len(tc.want)
		for i := range tc.want {
			same = same && strings.HasPrefix(diff[i], tc.want[i])
		}
		if !same {
			t.Errorf("%s: %q, want %q", tc.name, diff, tc.want)
		}
	}
}

// Whatever a schema file holds, it is refused or can encode rows; nothing panics.
func FuzzSchema(f *testing.F) {
	f.Add([]byte(schemaJSON(f)), "income,age,student,day\n1,,No,Mon\n")
	f.Add([]byte(schemaJSON(f)), "age,student,day,default\n1,No,Wed,Yes\n")
	f.Fuzz(func(t *testing.T, schema []byte, rows string) {
		var s data.Schema
		if json.Unmarshal(schema, &s) != nil {
			return
		}
		for _, judge := range []bool{false, true} {
			set, _, err := encode(&s, rows, data.Policy{FillMissing: true, AcceptUnseen: true, Judge: judge})
			if err == nil && len(set.X) != set.Rows*s.Width() {
				t.Fatalf("%d numbers for %d rows of %d", len(set.X), set.Rows, s.Width())
			}
		}
	})
}
