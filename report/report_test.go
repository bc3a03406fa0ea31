package report

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/sebdah/goldie/v2"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/metric"
	"github.com/descent-ml/descent/nn"
	"github.com/descent-ml/descent/optim"
	"github.com/descent-ml/descent/train"
)

// TestNumbers holds that every number of the result is on the page, and every
// number that the page says is run.json's is.
func TestNumbers(t *testing.T) {
	for kind := range kinds {
		t.Run(kind, func(t *testing.T) {
			dir := copyOf(t, kind)
			var file struct{ Result json.RawMessage }
			if err := json.Unmarshal([]byte(get(t, dir, "run.json")), &file); err != nil {
				t.Fatal(err)
			}
			want := flat(t, file.Result)
			info, err := train.ReadRun(dir)
			if err != nil {
				t.Fatal(err)
			}
			c := info.Result.Choice
			shown := map[bool]string{true: "valid.", false: "test."}[kind == "without-test"] // whose classes are shown
			chosen := c != nil && c.Kept == "" && kind != "fixed"                            // else the page says why not, in words
			seen := map[string]bool{}
			for _, e := range parse(t, write(t, dir, Options{})) {
				name, ok := e.attr["data-name"]
				if !ok {
					continue
				}
				seen[name] = true
				value, err := strconv.ParseFloat(e.attr["value"], 64)
				if err != nil || value != want[name] {
					t.Errorf("%s is %v in run.json and %q on the page", name, want[name], e.attr["value"])
				}
				if !printed(e.text, value) {
					t.Errorf("%s: %v is printed as %q", name, value, e.text)
				}
			}
			for name, v := range want {
				if seen[name] || name == "epochs" || name == "best_epoch" || strings.HasPrefix(name, "notes") || strings.HasPrefix(name, "threshold_choice") && (!chosen && !strings.HasSuffix(kind, "labels") && kind != "class-thresholds" || hidden(name)) ||
					strings.Contains(name, ".classes.") && (!strings.HasPrefix(name, shown) || strings.Contains(name, "at_half")) || strings.Contains(name, ".confusion.") && !strings.HasPrefix(name, shown) {
					continue
				}
				t.Errorf("%s = %v is not on the page", name, v)
			}
		})
	}
}

// hidden are the numbers of a choice that the other numbers say.
func hidden(name string) bool {
	return strings.HasSuffix(name, ".precision") || strings.HasSuffix(name, ".recall") || strings.HasSuffix(name, ".flagged")
}

// printed reports whether text is value rounded to its last digit, plain, in
// hundredths, or in units of a thousand, a million or more.
func printed(text string, value float64) bool {
	plain := strings.NewReplacer(",", "", "−", "-").Replace(text)
	got, err := strconv.ParseFloat(plain, 64)
	if err != nil {
		return false
	}
	digits := 0
	mantissa, exponent, _ := strings.Cut(plain, "e")
	if _, fraction, ok := strings.Cut(mantissa, "."); ok {
		digits = len(fraction)
	}
	e, _ := strconv.Atoi(exponent)
	for _, scale := range []float64{1, 0.01, 1e3, 1e6, 1e9} {
		if math.Abs(got*scale-value) <= 0.5000001*scale*math.Pow(10, float64(e-digits)) {
			return true
		}
	}
	return false
}

// TestBootstrap holds that the cloud is made of the draws of run.json's intervals:
// all of them give these intervals.
func TestBootstrap(t *testing.T) {
	for _, kind := range []string{"binary", "recall", "fixed", "few", "tune", "without-valid"} {
		t.Run(kind, func(t *testing.T) {
			r, err := read(copyOf(t, kind), Options{})
			if err != nil {
				t.Fatal(err)
			}
			draws := r.draws(rank(r.choosers()), rank(r.shown()), metric.DefaultResamples)
			got := metric.Interval95(draws.Threshold)
			if want := r.Result.Choice.Interval; want != nil && (got.Lo != want[0] || got.Hi != want[1]) {
				t.Errorf("threshold %v, want %v", got, want)
			}
			got = metric.Interval95(draws.Of(f1))
			if want := r.Result.Test.Intervals["f1"]; got.Lo != want[0] || got.Hi != want[1] {
				t.Errorf("f1 %v, want %v", got, want)
			}
		})
	}
}

// TestStructure compares the outline of each kind of page with a recorded one.
func TestStructure(t *testing.T) {
	for kind := range kinds {
		t.Run(kind, func(t *testing.T) {
			goldie.New(t).Assert(t, kind, []byte(outline(parse(t, write(t, copyOf(t, kind), sameDate)))))
		})
	}
}

// outline is what a page holds without its numbers.
func outline(all []*element) string {
	var b strings.Builder
	for _, e := range all {
		text := strings.Join(strings.Fields(e.text), " ")
		switch {
		case e.name == "section":
			fmt.Fprintf(&b, "section %s\n", e.attr["id"])
		case e.name == "h1", e.name == "h2", e.name == "title" && !slices.Contains(e.path, "svg"), e.name == "caption", e.name == "summary", e.name == "dt", e.name == "li" && slices.Contains(e.path, "nav"):
			fmt.Fprintf(&b, "\t%s: %s\n", e.name, text)
		case e.attr["scope"] == "col":
			fmt.Fprintf(&b, "\t\tcolumn: %s\n", digits(text))
		case e.name == "svg":
			fmt.Fprintf(&b, "\tplot: %s\n", e.attr["aria-labelledby"])
		case e.attr["class"] != "" && slices.Contains([]string{"path", "rect"}, e.name) && slices.Contains(e.path, "svg"):
			fmt.Fprintf(&b, "\t\t%s\n", e.attr["class"])
		case slices.Contains([]string{"warning", "note"}, e.attr["class"]):
			fmt.Fprintf(&b, "\t%s\n", digits(text))
		}
	}
	return b.String()
}

// digits replaces numbers, which may differ in their last bits between machines.
func digits(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r >= '0' && r <= '9' || r == '.' || r == ',' }), "#")
}

// TestSelfContained holds that a page asks for nothing outside it, runs nothing,
// and is of a size that can be mailed.
func TestSelfContained(t *testing.T) {
	for kind := range kinds {
		t.Run(kind, func(t *testing.T) {
			page := write(t, copyOf(t, kind), Options{})
			if len(page) > 200_000 {
				t.Errorf("%d bytes", len(page))
			}
			for _, bad := range []string{"http:", "https:", "//", "url(", "@import", "<script", "<link rel=\"stylesheet", "javascript:", " style=", "<iframe", "<img"} {
				if strings.Contains(page, bad) {
					t.Errorf("the page holds %s", bad)
				}
			}
			checkElements(t, parse(t, page))
		})
	}
}

// checkElements refuses elements and attributes that a page has no use for, and
// duplicate ids.
func checkElements(t *testing.T, all []*element) {
	t.Helper()
	names := strings.Fields("html head meta link title style body header main nav section p h1 h2 dl div dt dd ol ul li a b span code pre strong data table caption thead tbody tr th td figure figcaption details summary svg desc path rect text")
	ids := map[string]bool{}
	for _, e := range all {
		if !slices.Contains(names, e.name) {
			t.Errorf("the page has an element %s", e.name)
		}
		for name, value := range e.attr {
			if strings.HasPrefix(name, "on") || name == "style" || name == "src" {
				t.Errorf("<%s %s=%q>", e.name, name, value)
			}
			if name == "href" && !strings.HasPrefix(value, "#") && value != "data:," {
				t.Errorf("a link to %q", value)
			}
		}
		if id := e.attr["id"]; id != "" && ids[id] {
			t.Errorf("id %s is there twice", id)
		} else {
			ids[id] = true
		}
	}
	for _, e := range all {
		if e.name == "svg" {
			if e.attr["role"] != "img" {
				t.Error("a plot is no picture to a screen reader")
			}
			for _, id := range strings.Fields(e.attr["aria-labelledby"]) {
				if !ids[id] {
					t.Errorf("a plot is named by %s, which is not there", id)
				}
			}
		}
	}
}

// TestPolicy holds that the browser is allowed the style sheet as it is.
func TestPolicy(t *testing.T) {
	all := parse(t, write(t, copyOf(t, "binary"), Options{}))
	style := all[slices.IndexFunc(all, func(e *element) bool { return e.name == "style" })].text
	policy := all[slices.IndexFunc(all, func(e *element) bool { return e.attr["http-equiv"] != "" })].attr["content"]
	sum := sha256.Sum256([]byte(style))
	if want := "style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; !strings.Contains(policy, want) || !strings.Contains(policy, "default-src 'none'") {
		t.Errorf("policy %s, want %s", policy, want)
	}
}

// TestNoRows holds that no value of a row is on the page.
func TestNoRows(t *testing.T) {
	for _, target := range []func(float64) string{yesNo, realNumber} {
		text := table3(300, target)
		j := job(t.TempDir(), text)
		if _, err := j.Train(context.Background()); err != nil {
			t.Fatal(err)
		}
		page := write(t, j.RunDir, Options{})
		for _, line := range strings.Split(text, "\n")[1:] {
			for _, cell := range strings.Split(line, ",") {
				if len(cell) > 7 && strings.Contains(page, cell[:7]) {
					t.Errorf("%s is on the page", cell)
				}
			}
		}
	}
}

// TestEqual holds that a page depends on the run directory alone, and that equal
// runs with one date give equal pages.
func TestEqual(t *testing.T) {
	for _, kind := range []string{"binary", "multiclass", "regression"} {
		t.Run(kind, func(t *testing.T) {
			dir := copyOf(t, kind)
			first, second := write(t, dir, Options{}), write(t, dir, Options{})
			if first != second {
				t.Error("a second page of the same run is another")
			}
			again, err := trainKind(kind, t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			edit(t, dir, func(i *train.RunInfo) { i.Started = i.Started.AddDate(0, 0, 1); i.Result.StepMS++ })
			if a, b := write(t, dir, sameDate), write(t, again, sameDate); a != b {
				t.Error("equal runs give other pages")
			}
			if write(t, dir, Options{}) == write(t, again, Options{}) {
				t.Error("the date of the run is not shown")
			}
		})
	}
}

// TestSize holds the bound on a page of a run that is large in every way.
func TestSize(t *testing.T) {
	dir := copyOf(t, "binary")
	var log strings.Builder
	for i := range 30_000 {
		fmt.Fprintf(&log, `{"epoch":%d,"step":%d,"train":{"loss":%g},"valid":{"loss":%g,"average_precision":0.5}}`+"\n", i+1, i+1, 1/float64(i+1)+0.01*math.Sin(float64(i)), 2/float64(i+1))
	}
	put(t, dir, "metrics.jsonl", log.String())
	edit(t, dir, func(i *train.RunInfo) {
		s := i.Data.Schema
		for n := range 5_000 {
			f := *s.Fields[0]
			f.Name, f.Role, f.Kind, f.Levels = fmt.Sprintf("%s-%d", strings.Repeat("n", 200), n), data.UnusedRole, data.Numeric, nil
			s.Fields = append(s.Fields, &f)
		}
		s.Fingerprint.Columns = len(s.Fields)
		for range 2_000 {
			i.Model.Layers = append(i.Model.Layers, i.Model.Layers[0])
			i.Notes = append(i.Notes, data.Note{Code: "many", Text: strings.Repeat("text ", 1000)})
		}
	})
	page := write(t, dir, Options{})
	if len(page) > 500_000 {
		t.Errorf("%d bytes", len(page))
	}
	for _, e := range parse(t, page) {
		if n := strings.Count(e.attr["d"], "L"); n > maxPoints {
			t.Errorf("a line of %d points", n)
		}
	}
}

// TestSentence holds the sentence at the top.
func TestSentence(t *testing.T) {
	for _, c := range []struct {
		name   string
		judged train.Judged
		want   string
	}{
		{"often", train.Judged{Rows: 1000, Positives: 100, Metrics: metrics(0.554, 0.56), Intervals: map[string][2]float64{"precision": {0.3, 0.74}, "recall": {0.4, 0.82}}},
			"Of 100 rows that this model flags, 55 are Yes (30 to 74); it finds 56 of 100 Yes rows (40 to 82)."},
		{"without intervals", train.Judged{Rows: 1000, Positives: 100, Metrics: metrics(0.5, 0.25)}, "Of 100 rows that this model flags, 50 are Yes; it finds 25 of 100 Yes rows."},
		{"few flagged", train.Judged{Rows: 120, Positives: 40, Metrics: metrics(0.5, 0.1)}, "Of 120 test rows, this model flags 8; it finds 4 of the 40 Yes rows."},
		{"few positives", train.Judged{Rows: 120, Positives: 4, Metrics: metrics(0.1, 0.5)}, "Of 120 test rows, this model flags 20; it finds 2 of the 4 Yes rows."},
		{"nothing found", train.Judged{Rows: 120, Positives: 40, Metrics: metrics(0, 0)}, "This model finds none of the 40 Yes rows of the test part."},
	} {
		r, err := read(copyOf(t, "binary"), Options{})
		if err != nil {
			t.Fatal(err)
		}
		r.Result.Test = &c.judged
		got := ""
		for _, s := range r.sentence() {
			got += s.Text
		}
		if got != c.want {
			t.Errorf("%s: %s\nwant %s", c.name, got, c.want)
		}
	}
}

func metrics(precision, recall float64) train.Metrics {
	return train.Metrics{{Name: "precision", Value: precision}, {Name: "recall", Value: recall}}
}

// TestWarnings holds what a result says against itself.
func TestWarnings(t *testing.T) {
	for _, c := range []struct {
		code   string
		change func(*train.RunInfo)
	}{
		{"not-done", func(i *train.RunInfo) { i.State, i.Error = train.StateFailed, "a value was not finite" }},
		{"no-skill", func(i *train.RunInfo) { i.Result.Baseline[0].Value = 0 }},
		{"not-reached", func(i *train.RunInfo) { i.Result.Choice.Reached = false }},
		{"threshold-kept", func(i *train.RunInfo) { i.Result.Choice.Kept = "too few rows" }},
		{"wide-threshold", func(i *train.RunInfo) { i.Result.Choice.Interval = &[2]float64{0.1, 0.9} }},
		{"dead-path", func(i *train.RunInfo) { i.Proof.Remarks = []string{"warning: a path is dead [dead-path]"} }},
		{"no-test", func(i *train.RunInfo) { i.Result.Test = nil }},
	} {
		dir := copyOf(t, "binary")
		edit(t, dir, func(i *train.RunInfo) { i.Result.Choice.Interval = &[2]float64{0.3, 0.4} })
		if strings.Contains(write(t, dir, Options{}), "<code>"+c.code+"</code>") {
			t.Errorf("%s is there without a reason", c.code)
		}
		edit(t, dir, c.change)
		if !strings.Contains(write(t, dir, Options{}), "<code>"+c.code+"</code>") {
			t.Errorf("%s is not there", c.code)
		}
	}
}

func TestSourceDate(t *testing.T) {
	for text, want := range map[string]string{"": "0001-01-01", "0": "1970-01-01", "1700000000": "2023-11-14", "253402300799": "9999-12-31"} {
		d, err := SourceDate(text)
		if got := d.Format("2006-01-02"); err != nil || got != want {
			t.Errorf("%q: %s, %v", text, got, err)
		}
	}
	for _, text := range []string{"yesterday", "-1", "1e9", "253402300800", " 1"} {
		if d, err := SourceDate(text); err == nil {
			t.Errorf("%q: %v", text, d)
		}
	}
}

// TestCalibrationSaysWhatWasDone holds that the page tells probabilities as the model
// gives them from those that were corrected.
func TestCalibrationSaysWhatWasDone(t *testing.T) {
	for kind, want := range map[string]string{
		"binary":          "with the probabilities as the model gives them.",
		"calibrated":      "after platt() was fitted to ",
		"isotonic-labels": "after isotonic() was fitted to ",
		"unweighed":       "with the class weights of the loss taken out of the probabilities by prior_correction().",
		"balanced":        "with the probabilities moved from balanced classes to the classes as they are.",
	} {
		page := write(t, copyOf(t, kind), Options{})
		_, section, _ := strings.Cut(page, `id="calibration"`)
		section, _, _ = strings.Cut(section, "</section>")
		if !strings.Contains(section, want) {
			t.Errorf("%s: no %q in\n%.900s", kind, want, section)
		}
	}
}

// TestLearningRate holds that the learning rate under the curves is that of the schedule
// at each epoch's last step, and that one which never changes is said, not drawn.
func TestLearningRate(t *testing.T) {
	j := kinds["scheduled"](t.TempDir())
	if _, err := j.Train(context.Background()); err != nil {
		t.Fatal(err)
	}
	epochs := strings.Split(strings.TrimSpace(get(t, j.RunDir, "metrics.jsonl")), "\n")
	_, section, _ := strings.Cut(write(t, j.RunDir, Options{}), `aria-labelledby="learning-rate-title`)
	section, _, _ = strings.Cut(section, "</figure>")
	for i := range epochs {
		rate, _ := optim.LearningRate(j.Optimizer, int64(14*(i+1))) // 420 rows in batches of 32
		want := fmt.Sprintf(`<th scope="row">%d</th><td class="n">%s</td>`, i+1, strconv.FormatFloat(rate, 'g', 4, 64))
		if !strings.Contains(section, want) {
			t.Errorf("%s is missing in\n%s", want, section)
		}
	}
	if page := write(t, copyOf(t, "binary"), Options{}); !strings.Contains(page, "<dt>learning rate</dt><dd>0.02 in every epoch</dd>") || strings.Contains(page, "learning-rate-title") {
		t.Error("a learning rate that never changes is not said, or drawn")
	}
}

// TestWeights holds that the page says what weights do to the loss, of each prediction
// of known worth, and nothing of weights where there are none.
func TestWeights(t *testing.T) {
	dir := copyOf(t, "unweighed") // whose classes weigh 1, 2 and 6
	info, err := train.ReadRun(dir)
	if err != nil {
		t.Fatal(err)
	}
	page := write(t, dir, Options{})
	for _, v := range info.Proof.Probe.Values {
		want := fmt.Sprintf(`<td class="n">%s</td><td class="n">%s</td>`, decimal(v.Loss), decimal(v.Loss))
		if v.Unweighted != nil {
			want = fmt.Sprintf(`<td class="n">%s</td><td class="n">%s</td><td class="n">%s</td>`, decimal(v.Loss), decimal(*v.Unweighted), decimal(v.Loss / *v.Unweighted))
		}
		if !strings.Contains(page, want) {
			t.Errorf("%s: %s is missing", v.Text, want)
		}
	}
	if !strings.Contains(page, "without weights") || strings.Contains(write(t, copyOf(t, "binary"), Options{}), "without weights") {
		t.Error("weights are not told of, or where there are none")
	}
}

// TestCodes holds what the page of an autoencoder says, and what it says where run.json is not to be trusted.
func TestCodes(t *testing.T) {
	dir := t.TempDir()
	j := job(dir, table3(300, yesNo))
	j.Model, j.Loss, j.LossFor, j.Threshold, j.Metrics = nil, nil, nil, nil, nil
	j.VAE = &train.VAE{Model: func(s train.VAESpec) (*nn.VAE, error) {
		return nn.DenseVAE(nn.VAEConfig{In: s.Width, Given: s.Given, Hidden: []int{8}, Latent: 2, Normals: s.Likelihood.Normals()}), nil
	}}
	if _, err := j.Train(context.Background()); err != nil {
		t.Fatal(err)
	}
	page := func() string {
		text, err := render(j.RunDir, Options{})
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	text := page()
	for _, want := range []string{"nats: ", "dimensions of the code", `id="codes"`, `id="drawn"`, `id="curve-reconstruction-title"`, `id="divergence-title"`, `id="codes-of-rows-title"`, `id="marginal-2-title"`, "of the test part"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, wrong := range []string{"finds none", "At the threshold", "predictions/test.csv"} {
		if strings.Contains(text, wrong) {
			t.Errorf("the page says %q", wrong)
		}
	}
	path := filepath.Join(j.RunDir, "run.json")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var info map[string]any
	if err := json.Unmarshal(b, &info); err != nil {
		t.Fatal(err)
	}
	latent := info["result"].(map[string]any)["latent"].(map[string]any)
	sampled := info["result"].(map[string]any)["sampled"].(map[string]any)
	for _, spoil := range []func(){
		func() { latent["variance_of_mean"] = nil },
		func() { latent["labels"] = []string{"<b>", "c"} },
		func() { latent["points"] = [][]float64{{3e38, -3e38}} },
		func() { sampled["nearest"] = []float64{1} },
		func() { sampled["columns"].([]any)[0].(map[string]any)["edges"] = []float64{3, 1} },
		func() { sampled["columns"].([]any)[1].(map[string]any)["trained"] = []float64{1} },
		func() { latent["axes"] = []int{-5, 900} },
	} {
		spoil()
		if b, err = json.Marshal(info); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, b, 0o666); err != nil {
			t.Fatal(err)
		}
		page()
	}
}
