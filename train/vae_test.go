package train

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/nn"
	"github.com/descent-ml/descent/program"
)

// vaeJob is a small autoencoder of the rows of a table.
func vaeJob(rows int) *Job {
	j := tableJob(table(rows, yesNo))
	j.Model, j.Loss, j.Data.Target = nil, nil, ""
	j.VAE = &VAE{Model: func(s VAESpec) (*nn.VAE, error) {
		return nn.DenseVAE(nn.VAEConfig{In: s.Width, Given: s.Given, Hidden: []int{12}, Latent: 4, Normals: s.Likelihood.Normals()}), nil
	}}
	return j
}

// TestVAEGradient compares the gradients that the engine computes of the bound with those
// of the float64 reference, for the same noise.
func TestVAEGradient(t *testing.T) {
	p, err := vaeJob(300).Prepare()
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	traced, state := p.trainer.training, p.trainer.state
	outputs := map[string]*graph.Node{lossKey: traced.proof.Loss}
	var noise []*graph.Node
	for i, grad := range traced.proof.Grads {
		outputs[fmt.Sprint("grad ", i)] = grad
	}
	for _, n := range graph.Reachable(traced.proof.Loss) {
		if name, _, random := n.Random(); random {
			noise = append(noise, n)
			outputs["noise "+name] = n
		}
	}
	engine, err := program.Compile(state, program.Spec{Outputs: outputs, Workers: 1, Seed: 3})
	if err != nil {
		t.Fatal(err)
	}
	defer engine.Close()
	rows := fewRows(p.Parts.Train, 64)
	in := map[string][]float32{"x": rows.X}
	if err := engine.Run(context.Background(), program.Batch{Rows: rows.Rows, Step: 1, Inputs: in}); err != nil {
		t.Fatal(err)
	}
	feed := referenceFeed(traced, state, rows.Rows, func(name string) []float32 { return p.rows.of.in.rows(rows, name, 0, rows.Rows) })
	feed.Random = func(name string, _ graph.Distribution, dst []float64) {
		copy(dst, wide(engine.Output("noise "+name)))
	}
	if len(noise) != 1 {
		t.Fatalf("%d draws", len(noise))
	}
	want, err := graph.Eval(feed, append([]*graph.Node{traced.proof.Loss}, traced.proof.Grads...)...)
	if err != nil {
		t.Fatal(err)
	}
	for i, w := range want {
		key, name := lossKey, "loss"
		if i > 0 {
			key = fmt.Sprint("grad ", i-1)
			d, _ := traced.proof.Params[i-1].Param()
			name = d.Name
		}
		for k, got := range engine.Output(key) {
			if math.Abs(float64(got)-w.Data[k]) > 1e-5*(1+math.Abs(w.Data[k])) {
				t.Errorf("%s, element %d: engine %v, reference %v", name, k, got, w.Data[k])
				break
			}
		}
	}
}

// TestVAERun trains, loads what the run left, and draws: the same seed gives the same
// rows for any number of workers, the first of many are those of few, and columns keep
// their kinds.
func TestVAERun(t *testing.T) {
	dir := t.TempDir()
	j := vaeJob(400)
	j.RunDir, j.Epochs, j.Seed, j.EarlyStop = filepath.Join(dir, "run"), 12, 1, nil
	j.VAE.Warmup = 3
	r, err := j.Train(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	m := r.Test.Metrics
	value := func(name string) float64 { v, _ := m.Get(name); return v }
	if got := value("reconstruction") + value("kl"); math.Abs(got-value("loss")) > 1e-4 {
		t.Errorf("reconstruction and KL make %v, the loss is %v", got, value("loss"))
	}
	sum := 0.0
	for _, kl := range r.Latent.KL {
		sum += kl
	}
	if r.Latent.Part != "test" || math.Abs(sum-value("kl")) > 1e-4*value("kl") {
		t.Errorf("dimensions of the %s part make %v, its KL is %v", r.Latent.Part, sum, value("kl"))
	}
	draw := func(workers, n int) []float32 {
		v, err := LoadVAE(j.RunDir, workers)
		if err != nil {
			t.Fatal(err)
		}
		defer v.Close()
		x, err := v.Draw(context.Background(), v.Codes(n, 5), v.Classes(-1, n, 5), 5)
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	few, many := draw(1, 10), draw(3, 2000)
	if !slices.Equal(few, many[:len(few)]) {
		t.Error("the first of many rows are others than those of few")
	}
	v, err := LoadVAE(j.RunDir, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	for i := range 10 {
		cells := v.Schema.RowCells(few[i*v.Schema.Width():(i+1)*v.Schema.Width()], nil)
		if len(cells) != 4 || !slices.Contains([]string{"red", "green", "blue"}, cells[2]) || !slices.Contains([]string{"yes", "no"}, cells[3]) ||
			len(strings.TrimPrefix(cells[0], "10")) < 6 || !strings.Contains(cells[0], ".") {
			t.Errorf("row %d: %q", i, cells)
		}
	}
	if _, err := Load(j.RunDir, 1); err == nil || !strings.Contains(err.Error(), "descent sample") {
		t.Errorf("loaded to predict: %v", err)
	}
}

// TestVAEGiven holds that a model that is given a class draws rows of the one asked for.
func TestVAEGiven(t *testing.T) {
	j := vaeJob(300)
	j.Data.Target, j.RunDir, j.Epochs, j.EarlyStop = "target", filepath.Join(t.TempDir(), "run"), 2, nil
	if _, err := j.Train(context.Background()); err != nil {
		t.Fatal(err)
	}
	v, err := LoadVAE(j.RunDir, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	y := v.Classes(1, 4, 0)
	x, err := v.Draw(context.Background(), v.Codes(4, 0), y, 0)
	if err != nil {
		t.Fatal(err)
	}
	if cells := v.Schema.RowCells(x[:v.Schema.Width()], y[:1]); cells[3] != "yes" {
		t.Errorf("%q", cells)
	}
	rates := 0.0
	for _, c := range v.Classes(-1, 1000, 0) {
		rates += float64(c) / 1000
	}
	if want := v.rates[1]; math.Abs(rates-want) > 0.06 {
		t.Errorf("%v of the rows drawn are positive, %v of those that trained", rates, want)
	}
	j = vaeJob(300)
	j.Data.Target, j.Data.Task = "z", data.Regression
	if _, err := j.Prepare(); err == nil || !strings.Contains(err.Error(), "is a number") && !strings.Contains(err.Error(), "regression") {
		t.Errorf("a number is given: %v", err)
	}
}

// TestVAEResume holds that a run that was interrupted goes on to the same bits.
func TestVAEResume(t *testing.T) {
	weights := func(interrupt bool) []byte {
		dir := filepath.Join(t.TempDir(), "run")
		j := vaeJob(300)
		j.RunDir, j.Epochs, j.EarlyStop, j.VAE.Warmup = dir, 4, nil, 2
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		if interrupt {
			j.Events = func(e Event) {
				if end, ok := e.(*EpochEnd); ok && end.Epoch == 2 {
					cancel()
				}
			}
		}
		if _, err := j.Train(ctx); interrupt {
			if ClassOf(err) != Interrupted {
				t.Skip("it ended before it was told to")
			}
			j.Events = nil
			if _, err := Resume(context.Background(), dir, j); err != nil {
				t.Fatal(err)
			}
		} else if err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(filepath.Join(dir, weightsFile))
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	if !bytes.Equal(weights(false), weights(true)) {
		t.Error("the weights differ")
	}
}

// TestLatent compares with the golden numbers of the case vae-collapse-alarm, and the
// divergence with its Monte Carlo estimate.
func TestLatent(t *testing.T) {
	mean, logVar := []float32{0, 1, 0, -1, 0.05, 2, -0.05, -2}, []float32{0, -2, 0, -2, 0, -2, 0, -2}
	l := newLatent(mean, logVar, 4)
	for d, want := range []struct{ kl, variance float64 }{{0.000625, 0.00125}, {1.81766764162, 2.5}} {
		if math.Abs(l.KL[d]-want.kl) > 1e-8 || math.Abs(l.Variance[d]-want.variance) > 1e-8 {
			t.Errorf("dimension %d: %v and %v, want %v", d, l.KL[d], l.Variance[d], want)
		}
	}
	notes := l.notes()
	if l.Active != 1 || len(notes) != 1 || notes[0].Text != "latent 0 carries no information (KL 0.000625 nat, variance of its mean 0.00125)" {
		t.Errorf("%d active, %v", l.Active, notes)
	}
	const draws = 200_000
	r := rand.New(rand.NewPCG(1, 1))
	m, lv := 0.8, -0.7
	sum, squares := 0.0, 0.0
	for range draws {
		eps := r.NormFloat64()
		z := m + math.Exp(0.5*lv)*eps
		ratio := 0.5 * (z*z - eps*eps - lv) // ln q(z) − ln p(z)
		sum, squares = sum+ratio, squares+ratio*ratio
	}
	estimate := sum / draws
	deviation := math.Sqrt((squares/draws - estimate*estimate) / draws)
	if exact := newLatent([]float32{float32(m)}, []float32{float32(lv)}, 1).KL[0]; math.Abs(exact-estimate) > 3*deviation {
		t.Errorf("KL is %v, its estimate %v with standard error %v", exact, estimate, deviation)
	}
}

// TestPosteriorCollapse plants a collapse: the divergence weighs 50 times what it should.
func TestPosteriorCollapse(t *testing.T) {
	j := vaeJob(300)
	j.RunDir, j.Epochs, j.EarlyStop, j.VAE.Beta = filepath.Join(t.TempDir(), "run"), 40, nil, 50
	told := 0
	j.Events = func(e Event) {
		if n, ok := e.(*Note); ok && n.Code == string(CodePosteriorCollapse) {
			told++
		}
	}
	defer func() {
		if told != 1 {
			t.Errorf("it was told %d times while it trained", told)
		}
	}()
	r, err := j.Train(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range r.Notes {
		if n.Code == string(CodePosteriorCollapse) && strings.Contains(n.Text, "beta is 50") {
			return
		}
	}
	t.Errorf("no alarm: %v, %v", r.Latent, r.Notes)
}

// TestBeta holds the weight of the divergence at some steps.
func TestBeta(t *testing.T) {
	steps := Steps{Epoch: 10, Run: 100}
	for _, c := range []struct {
		v    VAE
		step int64
		want float64
	}{
		{VAE{}, 1, 1}, {VAE{Beta: 4}, 1, 4}, {VAE{Beta: 4, Warmup: 2}, 5, 1}, {VAE{Beta: 4, Warmup: 2}, 20, 4}, {VAE{Warmup: 2}, 90, 1},
		{VAE{Cycles: 2}, 1, 0}, {VAE{Cycles: 2}, 26, 1}, {VAE{Cycles: 2, Beta: 2}, 51, 0}, {VAE{Cycles: 2}, 61, 0.4}, {VAE{Cycles: 2}, 100, 1},
	} {
		if got := c.v.weight(steps)(c.step); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%+v: %v at step %d, want %v", c.v, got, c.step, c.want)
		}
	}
}

// TestOverflow plants a log-variance whose exponential float32 does not hold: the layer
// is named, and a limit keeps it.
func TestOverflow(t *testing.T) {
	for limit, refused := range map[float64]bool{0: true, 20: false} {
		j := vaeJob(300)
		j.RunDir, j.Epochs, j.EarlyStop = filepath.Join(t.TempDir(), "run"), 1, nil
		j.VAE.Model = func(s VAESpec) (*nn.VAE, error) {
			m := nn.DenseVAE(nn.VAEConfig{In: s.Width, Hidden: []int{4}, Latent: 2, Normals: s.Likelihood.Normals(), Limit: limit})
			m.LogVar.BiasInit = nn.Constant(100)
			return m, nil
		}
		_, err := j.Train(context.Background())
		var found *program.NonFinite
		switch {
		case errors.As(err, &found) != refused:
			t.Errorf("limit %v: %v", limit, err)
		case refused && (found.Code() != program.CodeLogVarOverflow || !strings.Contains(err.Error(), "LogVar")):
			t.Errorf("the layer is not named: %v", err)
		}
	}
}
