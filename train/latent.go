package train

import (
	"context"
	"fmt"
	"math"
	"strings"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/program"
)

// CodePosteriorCollapse warns of codes that tell nothing about their rows.
const CodePosteriorCollapse graph.Code = "posterior-collapse"

// Latent tells what the codes of an autoencoder carry, on the rows of one part.
type Latent struct {
	Part     string    `json:"part"`
	Rows     int       `json:"rows"`
	Beta     float64   `json:"beta,omitempty"`   // weight of the divergence at the end of training; 0 where the objective is the user's own
	KL       []float64 `json:"kl"`               // of each dimension, nats, mean over rows
	Variance []float64 `json:"variance_of_mean"` // of each dimension's mean, over rows
	Active   int       `json:"active_units"`     // dimensions with a variance above 0.01

	Axes   [2]int       `json:"axes"`             // the two dimensions whose means vary most
	Points [][2]float32 `json:"points,omitempty"` // means of some rows in these dimensions; nil of codes of one number
	Labels []string     `json:"labels,omitempty"` // of these rows
}

// mostPoints is how many rows have a point.
const mostPoints = 1000

// place keeps the means of the first rows, for a picture of the codes.
func (l *Latent) place(mean []float32, set *data.Set) {
	width := len(l.KL)
	if width < 2 {
		return
	}
	l.Axes = [2]int{0, 1}
	if l.Variance[1] > l.Variance[0] {
		l.Axes = [2]int{1, 0}
	}
	for d := 2; d < width; d++ {
		switch {
		case l.Variance[d] > l.Variance[l.Axes[0]]:
			l.Axes = [2]int{d, l.Axes[0]}
		case l.Variance[d] > l.Variance[l.Axes[1]]:
			l.Axes[1] = d
		}
	}
	if width == 2 {
		l.Axes = [2]int{0, 1} // as the map of codes has them
	}
	for i := range min(l.Rows, mostPoints) {
		l.Points = append(l.Points, [2]float32{mean[i*width+l.Axes[0]], mean[i*width+l.Axes[1]]})
		if set.Label != nil {
			l.Labels = append(l.Labels, set.Label[i])
		}
	}
}

// newLatent measures codes given as rows of means and log-variances.
func newLatent(mean, logVar []float32, rows int) *Latent {
	width := len(mean) / max(rows, 1)
	l := &Latent{Rows: rows, KL: make([]float64, width), Variance: make([]float64, width)}
	for d := range width {
		sum, squares := 0.0, 0.0
		for i := range rows {
			m, v := float64(mean[i*width+d]), float64(logVar[i*width+d])
			l.KL[d] += 0.5 * (m*m + math.Expm1(v) - v) / float64(rows)
			sum += m
		}
		for i := range rows {
			off := float64(mean[i*width+d]) - sum/float64(rows)
			squares += off * off
		}
		l.Variance[d] = squares / float64(rows)
		if l.Variance[d] > ActiveVariance {
			l.Active++
		}
	}
	return l
}

// notes warns of dimensions without information.
func (l *Latent) notes() []data.Note {
	var idle []string
	for d, v := range l.Variance {
		if v <= ActiveVariance {
			idle = append(idle, fmt.Sprintf("latent %d carries no information (KL %.3g nat, variance of its mean %.3g)", d, l.KL[d], v))
		}
	}
	if len(idle) == 0 {
		return nil
	}
	const shown = 4
	text := strings.Join(idle[:min(shown, len(idle))], "; ")
	if n := len(idle) - shown; n > 0 {
		text += fmt.Sprintf("; and %d more", n)
	}
	if l.Active == 0 {
		beta := ""
		if l.Beta > 1 {
			beta = fmt.Sprintf(", beta is %.4g", l.Beta)
		}
		text = fmt.Sprintf("posterior collapse: no dimension of the code tells anything about its row%s: %s. The decoder draws every row from one distribution. "+
			"Ways out: a smaller beta, a warm-up of beta, free bits", beta, text)
	}
	return []data.Note{{Code: string(CodePosteriorCollapse), Text: text}}
}

// idleEpochs is how many epochs in a row without a dimension that is used are told.
const idleEpochs = 5

// idle counts epochs at whose end codes tell nothing, once the weight of the divergence has risen, and says so when there are
// several in a row.
func (t *trainer) idle(train, valid Metrics) *Note {
	used, known := valid.Get(activeReport)
	if !known {
		used, known = train.Get(activeReport)
	}
	if !known || t.at.Epoch <= t.config.rising || used >= 1 {
		t.at.Idle = 0
		return nil
	}
	if t.at.Idle++; t.at.Idle != idleEpochs {
		return nil
	}
	return &Note{string(CodePosteriorCollapse), fmt.Sprintf(
		"posterior collapse: for %d epochs no dimension of the code has told anything about its row. Ways out: a smaller beta, a warm-up of beta, free bits", idleEpochs)}
}

// latentOf measures the codes of a part, if the objective has any.
func (p *Prepared) latentOf(ctx context.Context, part data.Part) (*Latent, error) {
	step := p.trainer.judging.step
	mean, logVar := step.output(MeanOutput), step.output(LogVarOutput)
	if mean == nil || logVar == nil {
		return nil, nil
	}
	r, err := newRows(p.trainer.state, map[string]*graph.Node{MeanOutput: mean, LogVarOutput: logVar}, p.Job.Workers)
	if err != nil {
		return nil, err
	}
	defer r.close()
	out, err := r.run(ctx, part.Rows, func(name string, from, to int) []float32 { return p.rows.of.in.rows(part.Set, name, from, to) })
	if err != nil {
		return nil, err
	}
	l := newLatent(out[MeanOutput], out[LogVarOutput], part.Rows)
	l.Part = part.Name
	l.place(out[MeanOutput], part.Set)
	if p.Job.VAE != nil {
		l.Beta = p.Job.VAE.fullBeta()
	}
	return l, nil
}

// rowsProgram computes outputs with a row for each row of the batch, piece by piece.
type rowsProgram struct {
	program *program.Program
	outputs map[string]*graph.Node
}

func newRows(s *program.State, outputs map[string]*graph.Node, workers int) (*rowsProgram, error) {
	for name, n := range outputs {
		if n.Poisoned() || n.Rank() == 0 || n.Shape()[0] != graph.Batch {
			return nil, refuse(Refused, graph.CodeShape, "", "output "+name+" has no row for each row of the batch", nil)
		}
	}
	p, err := program.Compile(s, program.Spec{Outputs: outputs, Workers: workers})
	if err != nil {
		return nil, err
	}
	return &rowsProgram{p, outputs}, nil
}

func (r *rowsProgram) close() { r.program.Close() }

// run computes the outputs of rows rows, whose inputs come by name and place.
func (r *rowsProgram) run(ctx context.Context, rows int, input func(name string, from, to int) []float32) (map[string][]float32, error) {
	out := map[string][]float32{}
	for from := 0; from < rows; from += predictRows {
		to := min(from+predictRows, rows)
		in := map[string][]float32{}
		for _, name := range r.program.Inputs() {
			in[name] = input(name, from, to)
		}
		if err := r.program.Run(ctx, program.Batch{Rows: to - from, FirstRow: from, Step: 1, Inputs: in}); err != nil {
			return nil, err
		}
		for name := range r.outputs {
			out[name] = append(out[name], r.program.Output(name)...)
		}
	}
	return out, nil
}
