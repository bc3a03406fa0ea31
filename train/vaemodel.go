package train

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/internal/limits"
	"github.com/descent-ml/descent/loss"
	"github.com/descent-ml/descent/program"
)

// A VAEModel is a trained variational autoencoder. It is used by one goroutine at a
// time. What it draws is a function of the seed and the row's place alone.
type VAEModel struct {
	Schema *data.Schema // nil of arrays
	Arrays *ArraysInfo  // nil of a table

	path       string
	likelihood loss.Likelihood
	marks      []float64
	rates      []float64 // of the classes that the model is given
	prior      *codePrior
	latent     int
	given      int
	code       *rowsProgram // x → mean, log_var
	scores     *rowsProgram // z → scores, log_std
	terms      *rowsProgram // x, z → reconstruction
}

// LoadVAE reads the variational autoencoder of a run directory, as [Load] reads a model
// of a target.
func LoadVAE(path string, workers int) (*VAEModel, error) {
	dir, err := openDir(path)
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	m, outputs, state, err := readModel(dir, path)
	if err != nil {
		return nil, err
	}
	if m.VAE == nil && m.Schema != nil && m.Schema.Target == nil {
		return nil, refuse(Refused, CodeModel, path, "this run has an objective of its own: which of its parts would draw rows is not known", nil, "train(data, vae())")
	}
	if m.VAE == nil {
		return nil, refuse(Refused, CodeModel, path, "this run's model predicts a target; it has no codes, and cannot draw rows", nil, "descent predict "+path+" new.csv")
	}
	if err := m.checkVAE(outputs); err != nil {
		return nil, badModel(path, err.Error())
	}
	v, err := newVAEModel(state, outputs, m.VAE.Likelihood, workers)
	if err != nil {
		return nil, err
	}
	v.Schema, v.Arrays, v.path, v.marks, v.rates, v.prior = m.Schema, m.Arrays, path, m.VAE.Bounds, m.VAE.Rates, m.VAE.Codes
	for _, p := range []*rowsProgram{v.code, v.scores, v.terms} {
		need, err := p.program.Peak(predictRows)
		if err == nil && need > limits.Memory().Bytes {
			err = &limits.Refusal{Where: path, What: "memory to draw rows", Value: need, Limit: limits.Memory().Bytes, Unit: limits.Bytes}
		}
		if err != nil {
			v.Close()
			return nil, err
		}
	}
	return v, nil
}

// checkVAE refuses a graph whose shapes do not belong together.
func (m *modelJSON) checkVAE(outputs map[string]*graph.Node) error {
	width, given, classes := 0, 0, 0
	switch {
	case m.Arrays != nil:
		width = m.Arrays.Width()
	case m.Schema != nil:
		width = m.Schema.Width()
		if m.Schema.Target != nil {
			given, classes = m.Schema.Target.Width(), len(m.Schema.Target.Classes)
		}
	}
	l := m.VAE.Likelihood
	for _, g := range l {
		if g.Columns < 1 || g.Columns > width || g.Of != loss.Categorical && g.Optional && g.Columns != 1 {
			return fmt.Errorf("its likelihood has a group of %d columns", g.Columns)
		}
	}
	mean := outputs[MeanOutput]
	switch {
	case m.Arrays != nil && (len(l) != 1 || l[0].Of == loss.Categorical || l[0].Optional):
		return fmt.Errorf("its likelihood is none of arrays")
	case l.Width() != width:
		return fmt.Errorf("its likelihood has %d columns, the schema %d", l.Width(), width)
	case len(m.VAE.Rates) != classes || slices.ContainsFunc(m.VAE.Rates, func(r float64) bool { return !(r >= 0 && r <= 1) }):
		return fmt.Errorf("it has rates of %d classes, the schema %d", len(m.VAE.Rates), classes)
	case mean == nil || mean.Rank() != 2:
		return fmt.Errorf("its graph has no code of each row")
	case len(m.VAE.Bounds) != boundMarks || !slices.IsSorted(m.VAE.Bounds) || math.IsNaN(m.VAE.Bounds[0]):
		return fmt.Errorf("its bounds are not %d in order", boundMarks)
	}
	if err := m.VAE.Codes.check(graph.Size(mean.Shape().At(1))); err != nil {
		return err
	}
	shapes := map[string]graph.Shape{
		MeanOutput: mean.Shape(), LogVarOutput: mean.Shape(), scoresOutput: graph.Rows(width), reconstructionOutput: graph.Rows(),
	}
	if l.Normals() > 0 && outputs[logStdOutput] != nil {
		shapes[logStdOutput] = graph.Rows(l.Normals())
	}
	if len(shapes) != len(outputs) {
		return fmt.Errorf("its graph has %d outputs, not %d", len(outputs), len(shapes))
	}
	for name, want := range shapes {
		if n := outputs[name]; n == nil || !n.Shape().Equal(want) {
			return fmt.Errorf("its graph has no output %s of %v", name, want)
		}
	}
	inputs := map[string]graph.Shape{"x": graph.Rows(width), "z": mean.Shape()}
	if given > 0 {
		inputs["y"] = graph.Rows(given)
	}
	may := map[string]string{MeanOutput: "xy", LogVarOutput: "xy", scoresOutput: "zy", logStdOutput: "", reconstructionOutput: "xyz"}
	for name, n := range outputs {
		for _, n := range graph.Reachable(n) {
			in, isInput := n.InputName()
			if isInput && (!slices.Contains([]byte(may[name]), append([]byte(in), 0)[0]) || !n.Shape().Equal(inputs[in])) {
				return fmt.Errorf("output %s is computed from %.40q of %v", name, in, n.Shape())
			}
		}
	}
	return nil
}

func newVAEModel(s *program.State, outputs map[string]*graph.Node, l loss.Likelihood, workers int) (*VAEModel, error) {
	v := &VAEModel{likelihood: l, latent: graph.Size(outputs[MeanOutput].Shape().At(1))}
	for _, p := range []struct {
		into  **rowsProgram
		names []string
	}{{&v.code, []string{MeanOutput, LogVarOutput}}, {&v.scores, []string{scoresOutput, logStdOutput}}, {&v.terms, []string{reconstructionOutput}}} {
		some := map[string]*graph.Node{}
		for _, name := range p.names {
			if n := outputs[name]; n != nil {
				some[name] = n
			}
		}
		var err error
		if *p.into, err = newRows(s, some, workers); err != nil {
			v.Close()
			return nil, err
		}
	}
	for _, n := range graph.Reachable(outputs[MeanOutput]) {
		if name, _ := n.InputName(); name == "y" {
			v.given = graph.Size(n.Shape().At(1))
		}
	}
	return v, nil
}

// Close ends the model's workers.
func (v *VAEModel) Close() {
	for _, p := range []*rowsProgram{v.code, v.scores, v.terms} {
		if p != nil {
			p.close()
		}
	}
}

// Width returns how many numbers a row has.
func (v *VAEModel) Width() int { return v.likelihood.Width() }

// Latent returns how many numbers a code has.
func (v *VAEModel) Latent() int { return v.latent }

// Encode returns mean and log-variance of the code of each row, [Rows Latent].
func (v *VAEModel) Encode(ctx context.Context, set *data.Set) (mean, logVar []float32, err error) {
	out, err := v.code.run(ctx, set.Rows, v.feed(set, nil))
	return out[MeanOutput], out[LogVarOutput], err
}

// Likeliest returns, for each code in z, [Rows Latent], the row at the middle of its
// distribution: the mean of a number, and the likelier of levels.
func (v *VAEModel) Likeliest(ctx context.Context, z, y []float32) ([]float32, error) {
	return v.decode(ctx, z, y, func(int) drawer { return nil })
}

// Draw returns a row for each code in z, drawn from the distribution that the model
// gives it. Of arrays it is the mean of that distribution, since the noise of single
// pixels is none of a picture.
func (v *VAEModel) Draw(ctx context.Context, z, y []float32, seed uint64) ([]float32, error) {
	if v.Arrays != nil {
		return v.Likeliest(ctx, z, y)
	}
	return v.decode(ctx, z, y, func(row int) drawer { return newDrawer(seed, row, rowDraws) })
}

// Codes draws n codes from the normal distribution that the codes of the training rows have on the whole: nearly N(0, 1).
func (v *VAEModel) Codes(n int, seed uint64) []float32 {
	z := make([]float32, 0, n*v.latent)
	code := make([]float64, v.latent)
	for i := range n {
		r := newDrawer(seed, i, codeDraws)
		for d := range code {
			code[d] = r.NormFloat64()
		}
		v.prior.move(code)
		for _, c := range code {
			z = append(z, float32(c))
		}
	}
	return z
}

// Classes draws the classes of n rows at the rates of the training rows, or, if class is at
// least 0, returns n of that one, as the model is given them. It returns nil for a model
// that is given nothing.
func (v *VAEModel) Classes(class, n int, seed uint64) []float32 {
	if v.given == 0 {
		return nil
	}
	y := make([]float32, n*v.given)
	for i := range n {
		k := class
		if k < 0 {
			k = drawn(v.rates, newDrawer(seed, i, classDraws).Float64())
		}
		switch {
		case v.given > 1:
			y[i*v.given+k] = 1
		default:
			y[i] = float32(k)
		}
	}
	return y
}

// A Bound is the negative evidence lower bound of a row, in nats, by its two terms: an
// upper bound on −ln p(row). The larger, the less the row is like those that trained.
type Bound struct {
	Reconstruction, KL float64
	Quantile           float64 // share of rows apart from training that have less
}

// Total is the bound.
func (b Bound) Total() float64 { return b.Reconstruction + b.KL }

// Bounds returns the bound of each row, by one code drawn for it.
func (v *VAEModel) Bounds(ctx context.Context, set *data.Set, seed uint64) ([]Bound, error) {
	all, err := v.bounds(ctx, set, seed)
	for i := range all {
		at, _ := slices.BinarySearch(v.marks, all[i].Total())
		all[i].Quantile = float64(at) / float64(len(v.marks))
	}
	return all, err
}

func (v *VAEModel) bounds(ctx context.Context, set *data.Set, seed uint64) ([]Bound, error) {
	mean, logVar, err := v.Encode(ctx, set)
	if err != nil {
		return nil, err
	}
	z := make([]float32, len(mean))
	all := make([]Bound, set.Rows)
	for i := range all {
		r := newDrawer(seed, i, codeDraws)
		for d := i * v.latent; d < (i+1)*v.latent; d++ {
			m, lv := float64(mean[d]), float64(logVar[d])
			z[d] = float32(m + math.Exp(0.5*lv)*r.NormFloat64())
			all[i].KL += 0.5 * (m*m + math.Expm1(lv) - lv)
		}
	}
	out, err := v.terms.run(ctx, set.Rows, v.feed(set, z))
	if err != nil {
		return nil, err
	}
	for i, r := range out[reconstructionOutput] {
		all[i].Reconstruction = float64(r)
	}
	return all, nil
}

// feed gives the inputs of rows of a set and their codes.
func (v *VAEModel) feed(set *data.Set, z []float32) func(name string, from, to int) []float32 {
	return func(name string, from, to int) []float32 {
		switch name {
		case "x":
			return set.X[from*set.Width : to*set.Width]
		case "y":
			return set.Y[from*v.given : to*v.given]
		}
		return z[from*v.latent : to*v.latent]
	}
}

// drawer draws the numbers of one row.
type drawer = *rand.Rand

// The streams of draws of a row.
const (
	codeDraws = iota
	classDraws
	rowDraws
	streams
)

func newDrawer(seed uint64, row, stream int) drawer {
	return rand.New(rand.NewPCG(seed, uint64(row)*streams+uint64(stream)))
}

// decode makes a row of each code; without a drawer it is the likeliest one.
func (v *VAEModel) decode(ctx context.Context, z, y []float32, drawer func(row int) drawer) ([]float32, error) {
	rows := len(z) / v.latent
	set := &data.Set{Rows: rows, Y: y}
	out, err := v.scores.run(ctx, rows, v.feed(set, z))
	if err != nil {
		return nil, err
	}
	x, width, normals := out[scoresOutput], v.likelihood.Width(), v.likelihood.Normals()
	if v.Arrays != nil {
		v.means(x)
		return x, nil
	}
	var deviations []float64
	if logStd := out[logStdOutput]; logStd != nil { // the same for every row
		for _, ls := range logStd[:normals] {
			deviations = append(deviations, math.Exp(float64(ls)))
		}
	}
	for i := range rows {
		v.realise(x[i*width:(i+1)*width], deviations, drawer(i))
	}
	return x, nil
}

// means turns scores of arrays into the means of their distributions.
func (v *VAEModel) means(x []float32) {
	if v.likelihood[0].Of == loss.Bernoulli {
		for i, score := range x {
			x[i] = float32(1 / (1 + math.Exp(-float64(score))))
		}
	}
}

// realise turns scores of a row into a row.
func (v *VAEModel) realise(x []float32, deviations []float64, r drawer) {
	yes := func(score float32) float32 {
		cut := 0.5
		if r != nil {
			cut = r.Float64()
		}
		if 1/(1+math.Exp(-float64(score))) > cut {
			return 1
		}
		return 0
	}
	for _, g := range v.likelihood {
		own := x[:g.Columns]
		switch g.Of {
		case loss.Normal:
			for k := range own {
				deviation := 1.0
				if deviations != nil {
					deviation, deviations = deviations[0], deviations[1:]
				}
				if r != nil {
					own[k] += float32(deviation * r.NormFloat64())
				}
			}
		case loss.Bernoulli:
			for k := range own {
				own[k] = yes(own[k])
			}
		case loss.Categorical:
			k := likeliest(own, len(own))[0]
			if r != nil {
				k = drawn(softmax(own), r.Float64())
			}
			clear(own)
			own[k] = 1
		}
		x = x[g.Columns:]
		if g.Optional {
			x[0] = yes(x[0])
			x = x[1:]
		}
	}
}

// softmax returns probabilities of scores.
func softmax(scores []float32) []float64 {
	p, sum := make([]float64, len(scores)), 0.0
	top := slices.Max(scores)
	for k, s := range scores {
		p[k] = math.Exp(float64(s - top))
		sum += p[k]
	}
	for k := range p {
		p[k] /= sum
	}
	return p
}

// drawn returns the class in which u, from [0, 1), falls.
func drawn(p []float64, u float64) int {
	for k, share := range p {
		if u -= share; u < 0 {
			return k
		}
	}
	last := len(p) - 1 // rounding left a little; a class without rows is never drawn
	for last > 0 && p[last] == 0 {
		last--
	}
	return last
}
