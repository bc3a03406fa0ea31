package train

import (
	"context"
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/data/csv"
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/internal/fsx/faultfs"
	"github.com/descent-ml/descent/nn"
)

// loadFrom reads the model of a run in memory.
func loadFrom(t testing.TB, disk *faultfs.FS) (*Model, error) {
	t.Helper()
	model, err := loadIn(disk, "run", 1)
	if err == nil {
		t.Cleanup(model.Close)
	}
	return model, err
}

func predict(t *testing.T, m *Model, text string, policy data.Policy) (*Predictions, error) {
	t.Helper()
	table, err := csv.Read(strings.NewReader(text), "new.csv", m.Schema.Options(policy.Judge))
	if err != nil {
		t.Fatal(err)
	}
	p, _, err := m.Predict(context.Background(), table, policy)
	return p, err
}

// A loaded model says of the rows what the run wrote of them, to the bit.
func TestLoadedModelPredictsTheSame(t *testing.T) {
	for name, text := range map[string]string{"binary": table(200, yesNo), "classes": table(200, threeClasses), "number": table(200, realNumber)} {
		t.Run(name, func(t *testing.T) {
			disk := undisturbed(t, tableJob(text))
			m, err := loadFrom(t, disk)
			if err != nil {
				t.Fatal(err)
			}
			got, err := predict(t, m, text, data.Policy{})
			if err != nil {
				t.Fatal(err)
			}
			lines := strings.Split(strings.TrimSpace(read(t, disk, predictionsDir+"/test.csv")), "\n")[1:]
			for _, line := range lines {
				cells := strings.Split(line, ",")
				row, err := strconv.Atoi(cells[0])
				if err != nil {
					t.Fatal(err)
				}
				for k, cell := range cells[3:] {
					v, err := strconv.ParseFloat(cell, 32)
					if err != nil {
						t.Fatal(err)
					}
					if g := got.Scores[(row-1)*got.Width+k]; g != float32(v) {
						t.Fatalf("row %d: %v, want %v", row, g, v)
					}
				}
			}
			for i, c := range got.Class {
				s := got.Scores[i*got.Width : (i+1)*got.Width]
				if got.Width > 1 && s[c] != slices.Max(s) || got.Width == 1 && (float64(s[0]) >= m.Threshold) != (c == 1) {
					t.Fatalf("row %d: class %d of %v at threshold %v", i, c, s, m.Threshold)
				}
			}
		})
	}
}

// Columns are found by name: in another order, with others between them, the same.
func TestPredictByName(t *testing.T) {
	text := table(60, yesNo)
	m, err := loadFrom(t, undisturbed(t, smallJob()))
	if err != nil {
		t.Fatal(err)
	}
	want, err := predict(t, m, text, data.Policy{})
	if err != nil {
		t.Fatal(err)
	}
	var shuffled strings.Builder
	for line := range strings.Lines(text) {
		c := strings.Split(strings.TrimSpace(line), ",")
		shuffled.WriteString(strings.Join([]string{c[2], "1", c[0], c[1]}, ",") + "\n")
	}
	other := strings.Replace(shuffled.String(), "colour,1,x,z", "colour,extra,x,z", 1)
	got, err := predict(t, m, other, data.Policy{})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got.Scores, want.Scores) {
		t.Error("other scores for the columns in another order")
	}
	for name, text := range map[string]string{
		"missing":   strings.Replace(other, "x,z", "q,z", 1),
		"new level": strings.Replace(other, "red", "pink", 1),
	} {
		_, err := predict(t, m, text, data.Policy{})
		if ClassOf(err) != Refused || !strings.Contains(err.Error(), "schema-mismatch") || !strings.Contains(err.Error(), "run") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The weights have the names and the layout that load_state_dict takes.
func TestWeightsFile(t *testing.T) {
	disk := undisturbed(t, smallJob())
	shapes := map[string][]int{"dense.0.weight": {6, 5}, "dense.0.bias": {6}, "dense.1.weight": {1, 6}, "dense.1.bias": {1}}
	tensors := loadTensors(t, disk, weightsFile)
	if len(tensors) != len(shapes) {
		t.Errorf("%d tensors", len(tensors))
	}
	for _, tensor := range tensors {
		if !slices.Equal(tensor.Shape, shapes[tensor.Name]) {
			t.Errorf("%s is %v, want %v", tensor.Name, tensor.Shape, shapes[tensor.Name])
		}
	}
	p := prepare(t, smallJob())
	v, _ := p.trainer.state.Get("Dense[0].Weight")
	numbers := v.Numbers()
	for i := range numbers {
		numbers[i] = float32(i)
	}
	v.Set(numbers)
	for _, tensor := range fileTensors(p.trainer.state, modelParams(p.trainer.judging.step.output(Prediction))) {
		if tensor.Name == "dense.0.weight" && tensor.F32[1] != 6 { // [out in]: second input of the first output
			t.Errorf("layout: %v", tensor.F32)
		}
	}
}

// modelOf changes model.json as data.
func modelOf(t *testing.T, change func(m map[string]any)) *faultfs.FS {
	t.Helper()
	disk := undisturbed(t, smallJob())
	var m map[string]any
	if err := json.Unmarshal([]byte(read(t, disk, modelFile)), &m); err != nil {
		t.Fatal(err)
	}
	change(m)
	text, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	write(t, disk, modelFile, string(text))
	return disk
}

func TestModelRefusals(t *testing.T) {
	params := func(m map[string]any) []any { return m["parameters"].([]any) }
	first := func(m map[string]any) map[string]any { return params(m)[0].(map[string]any) }
	nodes := func(m map[string]any) []any { return m["graph"].(map[string]any)["nodes"].([]any) }
	for name, change := range map[string]func(m map[string]any){
		"newer":             func(m map[string]any) { m["version"] = 2 },
		"unknown field":     func(m map[string]any) { m["path"] = "../../etc/passwd" },
		"no graph":          func(m map[string]any) { delete(m, "graph") },
		"no schema":         func(m map[string]any) { delete(m, "schema") },
		"unknown op":        func(m map[string]any) { nodes(m)[2].(map[string]any)["op"] = "Exec" },
		"cycle":             func(m map[string]any) { nodes(m)[2].(map[string]any)["in"] = []any{5, 5} },
		"no output":         func(m map[string]any) { m["graph"].(map[string]any)["outputs"] = map[string]any{} },
		"other output":      func(m map[string]any) { m["graph"].(map[string]any)["outputs"] = map[string]any{"prediction": 0} },
		"other shape":       func(m map[string]any) { first(m)["shape"] = []any{5, 7} },
		"huge shape":        func(m map[string]any) { first(m)["shape"] = []any{4194305, 4194305} },
		"no shape":          func(m map[string]any) { first(m)["shape"] = nil },
		"other file name":   func(m map[string]any) { first(m)["file"] = "../weights" },
		"parameter missing": func(m map[string]any) { m["parameters"] = params(m)[1:] },
		"parameter twice":   func(m map[string]any) { m["parameters"] = append(params(m), params(m)[0]) },
		"parameter invented": func(m map[string]any) {
			m["parameters"] = append(params(m), map[string]any{"name": "a", "file": "a", "shape": []any{1}})
		},
		"axes of a matrix for a bias": func(m map[string]any) { first(m)["axes"] = []any{1, 0}; first(m)["shape"] = []any{6} },
		"an axis twice":               func(m map[string]any) { first(m)["axes"] = []any{0, 0} },
		"an axis below 0":             func(m map[string]any) { first(m)["axes"] = []any{-1, 0} },
		"an axis too many":            func(m map[string]any) { first(m)["axes"] = []any{0, 1, 2} },
		"schema of no target":         func(m map[string]any) { delete(m["schema"].(map[string]any), "target") },
	} {
		_, err := loadFrom(t, modelOf(t, change))
		if ClassOf(err) != Refused {
			t.Errorf("%s: class %d, error %v", name, ClassOf(err), err)
		}
	}
	if _, err := loadFrom(t, modelOf(t, func(m map[string]any) {})); err != nil {
		t.Errorf("unchanged: %v", err)
	}
	disk := undisturbed(t, smallJob())
	write(t, disk, modelFile, strings.Replace(read(t, disk, modelFile), `"version": 1`, `"version": 1, "version": 1`, 1))
	if _, err := loadFrom(t, disk); ClassOf(err) != Refused || !strings.Contains(err.Error(), "version") {
		t.Errorf("twice the same key: %v", err)
	}
}

func TestWeightsWithNaNAreRefused(t *testing.T) {
	disk := undisturbed(t, smallJob())
	text := []byte(read(t, disk, weightsFile))
	copy(text[len(text)-4:], []byte{0, 0, 0xc0, 0x7f})
	write(t, disk, weightsFile, string(text))
	if _, err := loadFrom(t, disk); ClassOf(err) != Refused || !strings.Contains(err.Error(), "not finite") {
		t.Errorf("%v", err)
	}
}

// A run directory that was damaged anywhere gives a model or an error, never a panic.
func TestMutatedModel(t *testing.T) {
	disk := undisturbed(t, smallJob())
	files := map[string]string{modelFile: read(t, disk, modelFile), weightsFile: read(t, disk, weightsFile)}
	random := rand.New(rand.NewPCG(1, 2))
	for i := range 1500 {
		name := []string{modelFile, weightsFile}[i%2]
		b := []byte(files[name])
		switch at := random.IntN(len(b)); random.IntN(4) {
		case 0:
			b[at] ^= 1 << random.IntN(8)
		case 1:
			b[at] = byte(random.IntN(256))
		case 2:
			b = b[:at]
		case 3:
			b = slices.Concat(b[:at], b[random.IntN(len(b)):])
		}
		write(t, disk, name, string(b))
		if m, err := loadFrom(t, disk); err == nil {
			p, err := predict(t, m, table(5, yesNo), data.Policy{})
			if err == nil && slices.ContainsFunc(p.Scores, func(s float32) bool { return math.IsNaN(float64(s)) }) {
				t.Logf("mutation %d of %s predicts NaN", i, name)
			}
			m.Close()
		}
		write(t, disk, name, files[name])
	}
}

func FuzzModelJSON(f *testing.F) {
	disk := faultfs.New()
	run, err := create(disk, "run")
	if err != nil {
		f.Fatal(err)
	}
	p, err := smallJob().Prepare()
	if err != nil {
		f.Fatal(err)
	}
	if _, err := p.start(context.Background(), run); err != nil {
		f.Fatal(err)
	}
	p.Close()
	f.Add([]byte(read(f, disk, modelFile)))
	f.Add([]byte(`{"version":1,"graph":{"nodes":[{"op":"Input","attrs":{"name":"x","shape":[[1,0],5]}}],"outputs":{"prediction":0}},"parameters":[],"schema":null}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		write(t, disk, modelFile, string(text))
		if m, err := loadFrom(t, disk); err == nil && m.Schema == nil {
			t.Error("a model without a schema")
		}
	})
}

func TestFileNames(t *testing.T) {
	for param, want := range map[string]string{
		"Decode[0].Weight": "decode.0.weight", "[2].Bias": "2.bias", "Dense[0].Weight": "dense.0.weight", "LogVar.Weight": "log_var.weight",
		"Block.Left[1].Weight": "block.left.1.weight", "fc1.Weight": "fc1.weight", "MyConv2D[0].Weight": "my_conv2_d.0.weight",
		"Down[0].FirstNorm.Gamma": "down.0.first_norm.weight", "Norm.Beta": "norm.bias", "Norm.Mean": "norm.running_mean", "Norm.Variance": "norm.running_var",
		"Mean.Weight": "mean.weight",
	} {
		if got := fileName(param); got != want {
			t.Errorf("%s: %q, want %q", param, got, want)
		}
	}
	if got := fileNames([]string{"A.Weight", "a.Weight"}); !slices.Equal(got, []string{"A.Weight", "a.Weight"}) {
		t.Errorf("two parameters of one name: %q", got)
	}
}

// Run directories on a real disk.
func TestRunDirectories(t *testing.T) {
	runs := filepath.Join(t.TempDir(), "deep", "runs")
	job := func() *Job { j := smallJob(); j.Runs = runs; return j }
	first, err := job().Train(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	second, err := job().Train(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if first.Run != filepath.Join(runs, "small-1") || second.Run != filepath.Join(runs, "small-2") {
		t.Errorf("runs %s and %s", first.Run, second.Run)
	}
	for _, name := range []string{weightsFile, metricsFile, modelFile} {
		a, errA := os.ReadFile(filepath.Join(first.Run, name))
		b, errB := os.ReadFile(filepath.Join(second.Run, name))
		if errA != nil || errB != nil || string(a) != string(b) {
			t.Errorf("%s of equal runs differs (%v, %v)", name, errA, errB)
		}
	}
	if _, err := os.Stat(filepath.Join(first.Run, lockFile)); !os.IsNotExist(err) {
		t.Errorf("the lock stays: %v", err)
	}

	j := job()
	j.RunDir = first.Run
	if _, err := j.Train(context.Background()); ClassOf(err) != Refused || !strings.Contains(err.Error(), "[run-exists]") {
		t.Errorf("over a run: %v", err)
	}
	j.RunDir = t.TempDir()
	if err := os.WriteFile(filepath.Join(j.RunDir, "thesis.txt"), []byte("x"), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := j.Train(context.Background()); ClassOf(err) != Unreadable || !strings.Contains(err.Error(), "thesis.txt") {
		t.Errorf("in a folder of something else: %v", err)
	}
	if entries, _ := os.ReadDir(j.RunDir); len(entries) != 1 {
		t.Errorf("something was written: %v", entries)
	}
	if _, err := Resume(context.Background(), j.RunDir, j); ClassOf(err) != Unreadable {
		t.Errorf("resume of no run: %v", err)
	}
	if _, err := Load(filepath.Join(runs, "small-9"), 1); ClassOf(err) != Unreadable {
		t.Errorf("load of nothing: %v", err)
	}
	m, err := Load(second.Run, 1)
	if err != nil {
		t.Fatal(err)
	}
	m.Close()
	info, err := ReadRun(second.Run)
	if err != nil || info.State != StateDone || info.Result.Run != "small-2" {
		t.Errorf("%+v, %v", info, err)
	}
}

// A run can be interrupted and resumed on a real disk.
func TestResumeOnDisk(t *testing.T) {
	j := smallJob()
	j.RunDir = filepath.Join(t.TempDir(), "a")
	if _, err := j.Train(cancelAfter(9)); ClassOf(err) != Interrupted || ClassOf(err).ExitCode() != 130 {
		t.Fatal(err)
	}
	got, err := Resume(context.Background(), j.RunDir, j)
	if err != nil {
		t.Fatal(err)
	}
	want := undisturbed(t, smallJob())
	text, err := os.ReadFile(filepath.Join(j.RunDir, weightsFile))
	if err != nil || string(text) != read(t, want, weightsFile) {
		t.Errorf("other weights (%v)", err)
	}
	if got.Epochs == 0 {
		t.Errorf("%+v", got)
	}
}

// A model on a graph that is not a multilayer perceptron is stored and loaded all
// the same: no recipe is needed.
func TestCustomForward(t *testing.T) {
	j := smallJob()
	j.Model = func(s ModelSpec) (nn.Layer, error) { return &gated{width: s.Width}, nil }
	disk := undisturbed(t, j)
	m, err := loadFrom(t, disk)
	if err != nil {
		t.Fatal(err)
	}
	p, err := predict(t, m, table(20, yesNo), data.Policy{})
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Scores) != 20 {
		t.Errorf("%d scores", len(p.Scores))
	}
}

// gated multiplies two affine functions of the row.
type gated struct{ width int }

func (l *gated) Forward(x *graph.Node) *graph.Node {
	g := x.Graph()
	name := g.NameOf(l, "Gated")
	param := func(kind string, start float32) *graph.Node {
		return g.Param(graph.Param{Name: name + "." + kind, Shape: []int{l.width, 1}, Init: ramp(start)})
	}
	return x.MatMul(param("A", 0.1)).Tanh().Mul(x.MatMul(param("B", -0.2))).Sigmoid()
}

type ramp float32

func (r ramp) Fill(dst []float32, shape []int, seed uint64, name string) {
	for i := range dst {
		dst[i] = float32(r) * float32(i+1)
	}
}
