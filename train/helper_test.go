package train

import (
	"context"
	"fmt"
	"math"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/data/csv"
	"github.com/descent-ml/descent/internal/fsx"
	"github.com/descent-ml/descent/internal/limits"
	"github.com/descent-ml/descent/nn"
	"github.com/descent-ml/descent/optim"
)

// table writes a CSV table of three features and a target that follows from two
// of them, with some noise.
func table(rows int, target func(x, z, noise float64) string) string {
	var b strings.Builder
	b.WriteString("x,z,colour,target\n")
	for i := range rows {
		u := func(k int) float64 { return uniform(mix(77+uint64(k)), uint64(i)) }
		colour := []string{"red", "green", "blue"}[int(3*u(3))]
		fmt.Fprintf(&b, "%.4f,%.4f,%s,%s\n", 10*u(0), u(1)-0.5, colour, target(u(0), u(1), u(2)))
	}
	return b.String()
}

func yesNo(x, z, noise float64) string {
	if x+z+0.3*noise > 1.35 {
		return "yes"
	}
	return "no"
}

func threeClasses(x, z, noise float64) string {
	return []string{"low", "middle", "high"}[min(2, int(1.5*(x+z)+0.2*noise))]
}

// labelTable has two labels that follow from the features, and may both be there.
func labelTable(rows int) string {
	text := table(rows, func(x, z, noise float64) string {
		has := func(yes bool) string { return map[bool]string{true: "yes", false: "no"}[yes] }
		return has(x+0.2*noise > 0.6) + "," + map[string]string{"yes": "1", "no": "0"}[has(z+0.3*noise > 0.7)]
	})
	return strings.Replace(text, "target", "high,late", 1)
}

func labelJob(rows int) *Job {
	j := tableJob(labelTable(rows))
	j.Data.Target, j.Data.Targets = "", []string{"high", "late"}
	return j
}

func realNumber(x, z, noise float64) string {
	return fmt.Sprintf("%.4f", 30+5*x-3*z*z+0.1*noise)
}

// tableJob is a small job on that table: hidden layer, dropout, Adam, early stopping.
func tableJob(text string) *Job {
	return &Job{
		Name: "small", RecipePath: "small.py", RecipeSource: []byte("train(table(\"small.csv\"), mlp([6]))\n"), TablePath: "small.csv",
		Data: data.Options{Target: "target"},
		ReadTable: func(path string, o data.Options) (*data.Table, error) {
			return csv.Read(strings.NewReader(text), path, o)
		},
		Model: func(s ModelSpec) (nn.Layer, error) {
			head := nn.RealHead(1)
			switch s.Task {
			case data.Binary:
				head = nn.BinaryHead()
			case data.MultiClass:
				head = nn.ClassHead(s.Outputs)
			case data.MultiLabel:
				head = nn.LabelHead(s.Outputs)
			}
			return nn.MLP(nn.MLPConfig{In: s.Width, Hidden: []int{6}, Dropout: 0.1, Head: head}), nil
		},
		ModelName: "mlp", Optimizer: optim.Adam{LR: 0.02}, Epochs: 4, Batch: 16, Seed: 3, EarlyStop: &EarlyStop{Patience: 2}, Workers: 1,
	}
}

func smallJob() *Job { return tableJob(table(80, yesNo)) }

func prepare(t testing.TB, j *Job) *Prepared {
	t.Helper()
	p, err := j.Prepare()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

// trainIn trains a job in an empty folder.
func trainIn(t testing.TB, ctx context.Context, fsys fsx.FS, j *Job) (*Result, error) {
	t.Helper()
	run, err := create(fsys, "runs/small-1")
	if err != nil {
		return nil, err
	}
	run.pause = 0
	p, err := j.Prepare()
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	return p.start(ctx, run)
}

func resumeIn(t testing.TB, ctx context.Context, fsys fsx.FS, j *Job) (*Result, error) {
	t.Helper()
	run, err := open(fsys, "runs/small-1")
	if err != nil {
		return nil, err
	}
	run.pause = 0
	p, err := j.Prepare()
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	return p.goOn(ctx, run)
}

// promised are the files that equal runs write equally.
var promised = []string{weightsFile, metricsFile, modelFile, predictionsDir + "/valid.csv", predictionsDir + "/test.csv"}

func read(t testing.TB, fsys fsx.FS, name string) string {
	t.Helper()
	text, err := fsx.ReadFile(fsys, name, limits.ModelJSONBytes)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// sameRun reports the promised files in which two runs differ.
func sameRun(t testing.TB, got, want fsx.FS) {
	t.Helper()
	for _, name := range promised {
		if g, w := read(t, got, name), read(t, want, name); g != w {
			t.Errorf("%s differs:\ngot  %.300q\nwant %.300q", name, g, w)
		}
	}
}

// countdown is a context that is cancelled once its error was asked for n times:
// training asks before each step.
type countdown struct {
	context.Context
	left atomic.Int64
}

func cancelAfter(n int) *countdown {
	c := &countdown{Context: context.Background()}
	c.left.Store(int64(n))
	return c
}

func (c *countdown) Err() error {
	if c.left.Add(-1) < 0 {
		return context.Canceled
	}
	return nil
}

// rows makes a set with one target column, whose classes are 0 and 1 if classes is set.
func rows(n, width int, classes bool, target func(x []float32) float32) *data.Set {
	s := &data.Set{Rows: n, Width: width, TargetWidth: 1, X: make([]float32, n*width), Y: make([]float32, n)}
	for i := range s.X {
		s.X[i] = float32(2*uniform(mix(5), uint64(i)) - 1)
	}
	if classes {
		s.Class, s.Counts = make([]int32, n), make([]int, 2)
	}
	for i := range n {
		s.Y[i] = target(s.Row(i))
		if classes {
			s.Class[i] = int32(s.Y[i])
			s.Counts[s.Class[i]]++
		}
	}
	return s
}

func near(a, b, tolerance float64) bool { return math.Abs(a-b) <= tolerance*max(1, math.Abs(b)) }
