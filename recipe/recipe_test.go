package recipe

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/loss"
	"github.com/descent-ml/descent/train"
)

// folder makes a folder with the tables that the test recipes name, below one that
// holds a file they must not read.
func folder(t *testing.T) string {
	t.Helper()
	outer := t.TempDir()
	dir := filepath.Join(outer, "recipes")
	if err := os.Mkdir(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	write(t, outer, "secret.csv", "a,b\n1,2\n")
	var credit, hpc, deliveries, labels strings.Builder
	credit.WriteString("default,student,balance,income\n")
	hpc.WriteString("class,protocol,compounds\n")
	deliveries.WriteString("minutes,distance,orders\n")
	labels.WriteString("billing,outage,days,age\n")
	for i := range 60 {
		fmt.Fprintf(&labels, "%d,%s,%d,%d\n", i%2, []string{"no", "yes", "no"}[i%3], i%7, 20+i)
		fmt.Fprintf(&credit, "%s,%s,%d.5,%d\n", []string{"No", "No", "Yes"}[i%3], []string{"No", "Yes"}[i/2%2], 700+13*i%37, 20000+311*i)
		fmt.Fprintf(&hpc, "%s,%s,%d\n", []string{"VF", "F", "M", "L"}[i%4], []string{"A", "B", "C"}[i/3%3], 100+7*i)
		fmt.Fprintf(&deliveries, "%d.25,%d,%d\n", 10+i*7%31, 1+i, 1+i%4)
	}
	write(t, dir, "default.csv", credit.String())
	write(t, dir, "hpc.csv", hpc.String())
	write(t, dir, "deliveries.csv", deliveries.String())
	write(t, dir, "labels.csv", labels.String())
	var skewed, tags strings.Builder
	skewed.WriteString("ill,age\n")
	tags.WriteString("red,big,old,size\n")
	for i := range 1000 {
		fmt.Fprintf(&skewed, "%d,%d.%03d\n", i%10/9, 20+i%50, i)
		if i < 60 {
			fmt.Fprintf(&tags, "%d,%d,%d,%d\n", i%2, i%5/4, i%3/2, 10+7*i)
		}
	}
	write(t, dir, "skewed.csv", skewed.String())
	write(t, dir, "tags.csv", tags.String())
	return dir
}

// Each section is a recipe, the settings of its head are those of --set, and its text
// is what it declares, then what is found while it is read and prepared.
func TestRecipes(t *testing.T) {
	golden(t, "testdata/recipes.txt", func(t *testing.T, settings []string, source string) string {
		dir := folder(t)
		f, found := Load(write(t, dir, "x.py", source), Options{Set: settings})
		var out strings.Builder
		if f != nil && f.Job != nil {
			describe(&out, f.Job)
			prepared, err := f.Job.Prepare()
			if err != nil {
				found = append(found, f.Diagnose(err)...)
			} else {
				found = append(found, prepared.Diagnostics...)
				prepared.Close()
			}
		}
		if f != nil {
			out.WriteString(f.Output)
		}
		return regexp.MustCompile(`available  .*`).ReplaceAllString(strings.ReplaceAll(out.String()+found.Error(), dir+"/", ""), "available  ...")
	})
}

// describe writes what a recipe declared.
func describe(out *strings.Builder, j *train.Job) {
	fmt.Fprintf(out, "%s on %s, target %q", j.Name, j.TablePath, strings.Join(j.Data.TargetColumns(), ", "))
	if j.Data.Positive != "" {
		fmt.Fprintf(out, ", positive %q", j.Data.Positive)
	}
	fmt.Fprintf(out, "; %s, loss %s at %d:%d; %s; epochs %d, batch %d, seed %d", j.ModelName, j.LossName, j.LossPos.Line, j.LossPos.Col, j.OptimizerName, j.Epochs, j.Batch, j.Seed)
	if j.Accumulate != 0 && j.Accumulate != 1 {
		fmt.Fprintf(out, ", accumulate %d", j.Accumulate)
	}
	if j.EarlyStop != nil {
		fmt.Fprintf(out, "; stop by %s after %d", j.EarlyStop.Metric, j.EarlyStop.Patience)
	}
	if j.Threshold != nil {
		fmt.Fprintf(out, "; %v", j.Threshold)
	}
	if j.Calibrate != "" {
		fmt.Fprintf(out, "; calibrate by %s", j.Calibrate)
	}
	for _, name := range j.Metrics {
		fmt.Fprintf(out, "; metric %s", name)
	}
	for _, m := range j.OwnMetrics {
		fmt.Fprintf(out, "; own metric %s", m.Name)
	}
	if j.Balance != train.Unbalanced {
		fmt.Fprintf(out, "; balance %s", j.Balance)
	}
	if s := j.Data.Split; s.Seed != 0 || s.Column != "" || s.NoStratify || s.Train != 0 {
		fmt.Fprintf(out, "; split %v %v %v seed %d column %q", s.Train, s.Valid, s.Test, s.Seed, s.Column)
		if s.Tune > 0 {
			fmt.Fprintf(out, " tune %v", s.Tune)
		}
	}
	fmt.Fprintf(out, "; checkpoints %v; prior bias %v\n", j.CheckpointEvery, !j.NoPriorBias)
}

// A recipe trains with a loss of its own, traced in several graphs.
func TestTrainOwnLoss(t *testing.T) {
	dir := folder(t)
	path := write(t, dir, "own.py", `
scale = K.constant([2.0])

class Squares:
    def __init__(self, power = 2): self.power = power
    def __call__(self, true, pred): return scale * (true - pred) ** self.power

train(table("default.csv", target = "default"), mlp(hidden = [4]), loss = bce() + 0.5 * Squares() + mean(lambda y, p: K.abs(y - p)), epochs = 2)
`)
	f, found := Load(path, Options{})
	if found.Refused() {
		t.Fatal(found)
	}
	f.Job.Runs = t.TempDir()
	result, err := f.Job.Train(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if result.Epochs != 2 {
		t.Errorf("trained %d epochs", result.Epochs)
	}
}

// A loss of the file calculates what Python would.
func TestLossValue(t *testing.T) {
	dir := folder(t)
	f, found := Load(write(t, dir, "x.py", `
def loss(y_true, y_pred, smooth = 1.0):
    inter = K.sum(y_true * y_pred)
    total = K.sum(y_true) + K.sum(y_pred)
    best = [0.0]
    for k in range(3):
        best[0] += 0.1 * k
    return 1 - (2 * inter + smooth) / (total + smooth) + best[0]
`), Options{})
	if found.Refused() {
		t.Fatal(found)
	}
	l, _, ok := f.findLoss()
	if !ok {
		t.Fatal("no loss found")
	}
	g := graph.New(graph.Training)
	p := g.Input("p", graph.Rows(1), graph.Unknown)
	y := g.Input("y", graph.Rows(1), graph.Unknown)
	value := l.Apply(loss.In{Pred: p, Target: y})
	out, err := graph.Eval(graph.Feed{Rows: 3, Values: map[*graph.Node]graph.Array{
		p: graph.ArrayOf([]float64{0.9, 0.2, 0.4}, 3, 1),
		y: graph.ArrayOf([]float64{1, 0, 1}, 3, 1),
	}}, value)
	if err != nil {
		t.Fatal(err)
	}
	want := 1 - (2*1.3+1)/(2+1.5+1) + 0.1 + 0.1*2
	if got := out[0].Data[0]; got < want-1e-12 || got > want+1e-12 {
		t.Errorf("loss %v, want %v", got, want)
	}
}

func TestReadable(t *testing.T) {
	dir := folder(t)
	write(t, dir, "credit.py", "x = 1\n")
	for name, tc := range map[string]struct{ path, want string }{
		"missing": {"credti.py", "credti.py: there is no such file [unreadable]\n\tfix: credit.py"},
		"folder":  {".", "this is a folder, not a recipe [unreadable]\n\tfix: one of those beside it: credit.py"},
		"syntax":  {"bad.py", "bad.py:1:4: "},
	} {
		t.Run(name, func(t *testing.T) {
			write(t, dir, "bad.py", "x =\n")
			defer os.Remove(filepath.Join(dir, "bad.py"))
			if name != "syntax" {
				os.Remove(filepath.Join(dir, "bad.py"))
			}
			f, found := Load(filepath.Join(dir, tc.path), Options{})
			if got := strings.ReplaceAll(found.Error(), dir+"/", ""); f != nil || !strings.Contains(got, tc.want) {
				t.Errorf("file %v, %s", f, got)
			}
		})
	}
}

// What a recipe may read: below its folder, and below those that the command line allows.
func TestPaths(t *testing.T) {
	dir := folder(t)
	outer := filepath.Dir(dir)
	if err := os.Symlink("../secret.csv", filepath.Join(dir, "link.csv")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("default.csv", filepath.Join(dir, "inside.csv")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "sub"), 0o777); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "sub"), "deep.csv", "a,b\n1,2\n")
	const outside = "outside the recipe's folder [outside-folder]"
	for _, tc := range []struct {
		path  string
		allow []string
		want  string // "" for accepted
	}{
		{"default.csv", nil, ""},
		{"./sub/../default.csv", nil, ""},
		{"sub/deep.csv", nil, ""},
		{"inside.csv", nil, ""},
		{filepath.Join(dir, "default.csv"), nil, ""},
		{"../secret.csv", nil, "\"../secret.csv\" is " + outside},
		{"sub/../../secret.csv", nil, outside},
		{filepath.Join(outer, "secret.csv"), nil, outside},
		{"/etc/passwd", nil, outside},
		{"../../../../../../../etc/passwd", nil, outside},
		{"link.csv", nil, "\"link.csv\" is " + outside},
		{"../secret.csv", []string{outer}, ""},
		{"link.csv", []string{outer}, ""},
		{"/etc/passwd", []string{outer}, outside},
		{"defualt.csv", nil, "x.py:1:7: there is no file \"defualt.csv\" in the recipe's folder [no-file]\n\tfix: \"default.csv\""},
		{"sub/deep.cvs", nil, "\tfix: \"sub/deep.csv\""},
	} {
		t.Run(fmt.Sprint(tc.path, tc.allow), func(t *testing.T) {
			source := fmt.Sprintf("table(%q)\n", tc.path)
			_, found := Load(write(t, dir, "x.py", source), Options{AllowRead: tc.allow})
			text := strings.ReplaceAll(found.Error(), dir+"/", "")
			if tc.want == "" && text != "" || !strings.Contains(text, tc.want) {
				t.Errorf("got %q, want %q", text, tc.want)
			}
			if strings.Contains(text, "root:") {
				t.Errorf("the message shows what is in the file: %s", text)
			}
		})
	}
}

// --data replaces the table, wherever it is.
func TestDataFlag(t *testing.T) {
	dir := folder(t)
	path := write(t, dir, "x.py", "train(table(\"nowhere.csv\", target = \"minutes\"), mlp())\n")
	f, found := Load(path, Options{Data: filepath.Join(dir, "deliveries.csv")})
	if found.Refused() {
		t.Fatal(found)
	}
	prepared, err := f.Job.Prepare()
	if err != nil {
		t.Fatal(err)
	}
	prepared.Close()
}

// prepare reads a recipe and what it trains on, and returns what is wrong with them.
func prepare(recipe string) string {
	f, found := Load("x.py", Options{Source: []byte(recipe), AllowRead: []string{".."}})
	if found.Refused() {
		return found.Error()
	}
	if f.Job == nil {
		return ""
	}
	p, err := f.Job.Prepare()
	if err != nil {
		return err.Error()
	}
	p.Close()
	return ""
}
