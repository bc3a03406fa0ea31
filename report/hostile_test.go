package report

import (
	"context"
	"strings"
	"testing"
	"unicode"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/train"
)

// hostile is a text that would run, load, break out or turn around.
const hostile = `"'><script>alert(1)</script><img src=http://x.example onerror=alert(2)></style></title></svg>` + "\x00\x01\x1b[31m\u202e\u2066{{.}}`${1}"

func checkHostile(t *testing.T, page string) {
	t.Helper()
	checkElements(t, parse(t, page))
	for _, bad := range []string{"<script", "<img", "</style></title>"} {
		if strings.Contains(page, bad) {
			t.Errorf("the page holds %s", bad)
		}
	}
	for _, r := range page {
		if r != '\n' && r != '\t' && unicode.IsControl(r) || bidi(r) {
			t.Fatalf("the page holds %U", r)
		}
	}
	if !strings.Contains(page, "script") {
		t.Error("the hostile text is not on the page at all")
	}
	if len(page) > MaxBytes {
		t.Errorf("%d bytes", len(page))
	}
}

// TestHostileTable trains on a table whose names, classes and levels are hostile.
func TestHostileTable(t *testing.T) {
	bad := strings.ReplaceAll(strings.Map(func(r rune) rune {
		if r < ' ' || r == unicode.ReplacementChar {
			return -1
		}
		return r
	}, hostile), `"`, `""`)
	long := strings.Repeat("level ", 1700)
	text := table3(900, yesNo)
	text = strings.NewReplacer("colour", `"column `+bad+`"`, "red", `"`+bad+`"`, "green", long, "Yes", `"yes `+bad+`"`, "No", `"`+long+`"`).Replace(text)
	j := job(t.TempDir(), text)
	j.Data.Positive = "yes " + strings.ReplaceAll(bad, `""`, `"`)
	if _, err := j.Train(context.Background()); err != nil {
		t.Fatal(err)
	}
	page := write(t, j.RunDir, Options{})
	checkHostile(t, page)
	if strings.Contains(page, long[:200]) {
		t.Error("a level of 10,000 letters is on the page as it is")
	}
	for _, id := range []string{"threshold", "confusion", "calibration"} {
		if !strings.Contains(page, `<section id="`+id+`">`) {
			t.Errorf("section %s is not there", id)
		}
	}
}

// TestHostileFiles puts hostile texts wherever a run directory holds any.
func TestHostileFiles(t *testing.T) {
	for _, kind := range []string{"binary", "multiclass", "regression", "labels", "class-thresholds"} {
		t.Run(kind, func(t *testing.T) {
			dir := copyOf(t, kind)
			long := hostile + strings.Repeat("long ", 3000)
			edit(t, dir, func(i *train.RunInfo) {
				i.Name, i.Error = hostile, long
				i.Platform = train.Platform{Descent: hostile, Go: hostile, OS: hostile, Arch: hostile, Kernels: hostile, CPU: []string{hostile, long}}
				i.Recipe.Path, i.Recipe.SHA256, i.Recipe.Settings = hostile, hostile, []string{hostile, long}
				i.Data.Path = hostile
				for n := range i.Data.Parts {
					i.Data.Parts[n].SHA256 = hostile
				}
				i.Data.Parts = append(i.Data.Parts, train.PartInfo{Name: long, Rows: -5, Counts: []int{1}})
				i.Data.Schema.Fingerprint.SHA256 = hostile
				i.Model.Name = hostile
				i.Model.Layers = append(i.Model.Layers, train.LayerInfo{Name: hostile, Size: long, Act: hostile, Out: hostile, Parameters: -1})
				i.Training.Loss, i.Training.Optimizer, i.Training.Threshold = hostile, long, hostile
				i.Training.EarlyStop = &train.EarlyStop{Metric: "valid." + hostile}
				v := train.ValueInfo{Shape: hostile, Interval: hostile, Tag: hostile, Origin: long}
				i.Proof = &train.ProofInfo{Prediction: v, Target: v, Parameters: -1, Cuts: 1, Remarks: []string{hostile, "warning: " + hostile + " [" + hostile + "]"}}
				i.Notes = []data.Note{{Code: hostile, Text: long}}
				i.Result.Run = hostile
				i.Result.Test.Metrics = append(i.Result.Test.Metrics, train.Metric{Name: hostile, Value: 1e300})
				for _, c := range append(i.Result.Choices, i.Result.Choice) {
					if c != nil {
						c.Rule, c.Part = hostile, hostile
					}
				}
				for n := range i.Result.Test.Classes {
					c := &i.Result.Test.Classes[n]
					c.Name, c.Metrics = long, append(c.Metrics, train.Metric{Name: hostile})
				}
			})
			put(t, dir, "recipe.py", hostile+"\xff\n</code></pre>"+hostile)
			name := `x<script>`
			put(t, dir, "metrics.jsonl", `{"epoch":1,"step":1,"learning_rate":1e308,"train":{"loss":1e308,"`+name+`":1},"valid":{"loss":-1e308,"`+name+`":-1e308}}`+"\n"+
				`{"epoch":-7,"step":1,"learning_rate":-1e308,"train":{"loss":null},"valid":{"loss":5}}`+"\n")
			checkHostile(t, write(t, dir, Options{}))
			edit(t, dir, func(i *train.RunInfo) { i.State, i.Training.EarlyStop.Metric = "strange"+hostile, "valid."+name })
			checkHostile(t, write(t, dir, Options{}))
			put(t, dir, "predictions/test.csv", hostile)
			checkHostile(t, write(t, dir, Options{}))
		})
	}
}
