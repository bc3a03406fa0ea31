package report

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/data/csv"
	"github.com/descent-ml/descent/loss"
	"github.com/descent-ml/descent/metric"
	"github.com/descent-ml/descent/nn"
	"github.com/descent-ml/descent/optim"
	"github.com/descent-ml/descent/train"
)

// table3 writes a CSV table of three features and a target made of two of them.
func table3(rows int, target func(x float64) string) string {
	r := rand.New(rand.NewPCG(1, 2))
	var b strings.Builder
	b.WriteString("x,z,colour,target\n")
	for range rows {
		x, z := r.Float64(), r.Float64()
		fmt.Fprintf(&b, "%.13f,%.13f,%s,%s\n", x, 100*z, []string{"red", "green", "blue"}[r.IntN(3)], target(x+z+0.4*r.NormFloat64()))
	}
	return b.String()
}

func yesNo(x float64) string { return map[bool]string{true: "Yes", false: "No"}[x > 1.3] }
func threeClasses(x float64) string {
	return []string{"low", "middle", "high"}[min(2, max(0, int(1.5*x)))]
}
func realNumber(x float64) string { return fmt.Sprintf("%.9f", 1000*x) }

// job is a small job on a table.
func job(dir, text string) *train.Job {
	return &train.Job{
		RunDir: filepath.Join(dir, "small-1"), TablePath: "small.csv", RecipePath: "small.py", RecipeSource: []byte("train(table(\"small.csv\", target = \"target\"), mlp([8]))\n"),
		Settings: []string{"epochs=6", "name='it is'"}, Data: data.Options{Target: "target"},
		ReadTable: func(path string, o data.Options) (*data.Table, error) {
			return csv.Read(strings.NewReader(text), path, o)
		},
		Model: func(s train.ModelSpec) (nn.Layer, error) {
			head := nn.RealHead(1)
			switch s.Task {
			case data.Binary:
				head = nn.BinaryHead()
			case data.MultiClass:
				head = nn.ClassHead(s.Outputs)
			case data.MultiLabel:
				head = nn.LabelHead(s.Outputs)
			}
			return nn.MLP(nn.MLPConfig{In: s.Width, Hidden: []int{8}, Head: head}), nil
		},
		ModelName: "mlp", OptimizerName: "adam, learning rate 0.02", Optimizer: optim.Adam{LR: 0.02}, Epochs: 6, Batch: 32, Seed: 3, EarlyStop: &train.EarlyStop{Patience: 4}, Workers: 1,
	}
}

// kinds are the runs that a page is tested on.
var kinds = map[string]func(dir string) *train.Job{
	"binary":     func(dir string) *train.Job { return job(dir, table3(1500, yesNo)) },
	"multiclass": func(dir string) *train.Job { return job(dir, table3(500, threeClasses)) },
	"regression": func(dir string) *train.Job { return job(dir, table3(400, realNumber)) },
	"recall": func(dir string) *train.Job {
		j := job(dir, table3(1500, yesNo))
		j.Threshold, j.RecipeSource = metric.RecallAtPrecision{Precision: 0.6}, nil
		return j
	},
	"calibrated": func(dir string) *train.Job {
		j := job(dir, table3(1500, yesNo))
		j.Calibrate, j.Balance = train.Platt, train.BalancedBatches
		return j
	},
	"isotonic-labels": func(dir string) *train.Job {
		text := strings.Replace(table3(900, func(x float64) string { return yesNo(x) + "," + yesNo(2-x) }), "target", "billing,refund", 1)
		j := job(dir, text)
		j.Data, j.Calibrate = data.Options{Targets: []string{"billing", "refund"}}, train.Isotonic
		return j
	},
	"unweighed": func(dir string) *train.Job {
		j := job(dir, table3(900, threeClasses))
		j.Loss, j.LossName, j.Calibrate = loss.Mean(loss.CrossEntropy, loss.ByClass(1, 2, 6)), "cross_entropy", train.PriorCorrection
		return j
	},
	"balanced": func(dir string) *train.Job {
		j := job(dir, table3(1500, yesNo))
		j.Balance = train.Oversample
		return j
	},
	"fixed": func(dir string) *train.Job {
		j := job(dir, table3(600, yesNo))
		j.Threshold = metric.Fixed{Value: 0.3}
		return j
	},
	"tune": func(dir string) *train.Job {
		j := job(dir, table3(1500, yesNo))
		j.Data.Split = data.Split{Tune: 0.2}
		return j
	},
	"labels": func(dir string) *train.Job {
		text := strings.Replace(table3(900, func(x float64) string { return yesNo(x) + "," + yesNo(2-x) }), "target", "billing,refund", 1)
		j := job(dir, text)
		j.Data = data.Options{Targets: []string{"billing", "refund"}}
		return j
	},
	"class-thresholds": func(dir string) *train.Job {
		j := job(dir, table3(900, threeClasses))
		j.Threshold = metric.BestF{}
		return j
	},
	"scheduled": func(dir string) *train.Job {
		j := job(dir, table3(600, yesNo))
		j.Optimizer = optim.ClipNorm{Max: 1, Of: optim.AdamW{LR: 0.02, Schedule: optim.Cosine{Warmup: 13, Steps: 78}}}
		return j
	},
	"few": func(dir string) *train.Job { return job(dir, table3(120, yesNo)) },
	"without-valid": func(dir string) *train.Job {
		j := job(dir, table3(600, yesNo))
		j.EarlyStop, j.Data.Split = nil, data.Split{Train: 0.7, Test: 0.3}
		return j
	},
	"without-test": func(dir string) *train.Job {
		j := job(dir, table3(600, yesNo))
		j.Data.Split = data.Split{Train: 0.7, Valid: 0.3}
		return j
	},
}

var trained sync.Map // of the kinds: func() (string, error)

// trainKind trains a run of a kind below dir.
func trainKind(kind, dir string) (string, error) {
	j := kinds[kind](dir)
	_, err := j.Train(context.Background())
	return j.RunDir, err
}

// copyOf returns a run directory of a kind that the test may change.
func copyOf(t *testing.T, kind string) string {
	t.Helper()
	once, _ := trained.LoadOrStore(kind, sync.OnceValues(func() (string, error) {
		dir, err := os.MkdirTemp("", "report")
		if err != nil {
			return "", err
		}
		return trainKind(kind, dir)
	}))
	from, err := once.(func() (string, error))()
	if err != nil {
		t.Fatal(err)
	}
	to := filepath.Join(t.TempDir(), "small-1")
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	return to
}

func TestMain(m *testing.M) {
	code := m.Run()
	trained.Range(func(_, once any) bool {
		if dir, err := once.(func() (string, error))(); err == nil {
			os.RemoveAll(filepath.Dir(dir))
		}
		return true
	})
	os.Exit(code)
}

// write makes the page of a run and returns it.
func write(t *testing.T, dir string, o Options) string {
	t.Helper()
	if err := Write(dir, o); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, File))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// edit changes run.json.
func edit(t *testing.T, dir string, change func(*train.RunInfo)) {
	t.Helper()
	info, err := train.ReadRun(dir)
	if err != nil {
		t.Fatal(err)
	}
	change(info)
	text, err := json.Marshal(info)
	if err != nil {
		t.Fatal(err)
	}
	put(t, dir, "run.json", string(text))
}

func put(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

func get(t *testing.T, dir, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// An element of a page, with the text in it and below it.
type element struct {
	name string
	attr map[string]string
	text string
	path []string // the names of those around it
}

// parse reads a page. That it can be read as XML shows that every element is closed.
func parse(t *testing.T, text string) []*element {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(text))
	d.Strict, d.AutoClose, d.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	var all, open []*element
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatalf("the page cannot be read: %v", err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			e := &element{name: token.Name.Local, attr: map[string]string{}}
			for _, a := range token.Attr {
				e.attr[a.Name.Local] = a.Value
			}
			for _, o := range open {
				e.path = append(e.path, o.name)
			}
			all, open = append(all, e), append(open, e)
		case xml.EndElement:
			if last := open[len(open)-1]; last.name != token.Name.Local {
				t.Fatalf("</%s> closes <%s>", token.Name.Local, last.name)
			}
			open = open[:len(open)-1]
		case xml.CharData:
			for _, o := range open {
				o.text += string(token)
			}
		}
	}
}

// sections are the ids of a page's sections.
func sections(all []*element) []string {
	var ids []string
	for _, e := range all {
		if e.name == "section" {
			ids = append(ids, e.attr["id"])
		}
	}
	return ids
}

// flat returns the numbers of a JSON value by their paths.
func flat(t *testing.T, text []byte) map[string]float64 {
	t.Helper()
	var v any
	d := json.NewDecoder(bytes.NewReader(text))
	if err := d.Decode(&v); err != nil {
		t.Fatal(err)
	}
	numbers := map[string]float64{}
	var walk func(path string, v any)
	walk = func(path string, v any) {
		join := func(name string) string { return strings.TrimPrefix(path+"."+name, ".") }
		switch v := v.(type) {
		case float64:
			numbers[path] = v
		case map[string]any:
			for name, inner := range v {
				walk(join(name), inner)
			}
		case []any:
			for i, inner := range v {
				walk(join(fmt.Sprint(i)), inner)
			}
		}
	}
	walk("", v)
	return numbers
}

var sameDate = Options{Date: time.Unix(1_700_000_000, 0)}
