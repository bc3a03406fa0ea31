package train

import (
	"context"
	"fmt"
	"slices"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/loss"
	"github.com/descent-ml/descent/nn"
)

// IsOwn reports whether the job trains an objective of its own, not a model against a
// target.
func (j *Job) IsOwn() bool { return j.VAE != nil || j.Objective != nil }

// prepareOwn is [Job.Prepare] of such a job.
func (j *Job) prepareOwn(read func(path string, o data.Options) (*data.Table, error)) (*Prepared, error) {
	p := &Prepared{Job: j, lossName: j.LossName}
	if err := p.readOwn(read); err != nil {
		return nil, err
	}
	if target := p.Parts.Schema.Target; target != nil {
		p.task = target.Task
	}
	objective, model, err := p.own()
	if err != nil {
		return nil, err
	}
	c := j.ownConfig(p, objective)
	if err := c.check(p.Parts.Train); err != nil {
		return nil, err
	}
	if p.trainer, err = newTrainer(newTableRows(p.Parts.Train, c), c); err != nil {
		return nil, err
	}
	p.rows = p.trainer.examiner.(*rowExaminer)
	if err := p.describeOwn(model); err != nil {
		p.Close()
		return nil, err
	}
	return p, nil
}

// readOwn reads the table, or the arrays.
func (p *Prepared) readOwn(read func(path string, o data.Options) (*data.Table, error)) (err error) {
	if p.Job.Arrays != nil {
		p.Parts, p.Arrays, err = p.Job.readArrays()
		return err
	}
	var o data.Options
	if p.Table, o, err = readTable(read, p.Job.TablePath, p.Job.Data); err == nil {
		p.Parts, err = data.Prepare(p.Table, o)
	}
	return err
}

// own builds the objective and, of an autoencoder, its model.
func (p *Prepared) own() (Objective, any, error) {
	j := p.Job
	if j.VAE == nil {
		spec := j.spec(p.Parts)
		if p.Arrays != nil {
			spec.Rows, spec.Likelihood = graph.Rows(p.Arrays.Shape...), nil
		}
		objective, err := j.Objective(spec)
		return objective, nil, err
	}
	if p.task == data.Regression || p.task == data.MultiLabel {
		return nil, nil, graph.Diagnostics{{
			Code: CodeConfig, Pos: j.ModelPos, Message: fmt.Sprintf("%s: the model is given the class of each row, but the target %q has none: its task is %s", j.ModelName, p.Parts.Schema.Target, p.task),
			Fixes: []string{"target = None: such columns are drawn with the others"},
		}}
	}
	v := &vae{VAE: j.VAE, likelihood: likelihoodOf(p.Parts.Schema), given: p.Parts.Schema.Target != nil, steps: j.steps(p.Parts.Train.Rows)}
	var err error
	if p.Arrays != nil {
		if v.likelihood, err = j.VAE.likelihood(p.Parts, p.Arrays, j.ModelPos); err != nil {
			return nil, nil, err
		}
	}
	v.model, err = j.VAE.Model(VAESpec{Width: p.Parts.Train.Width, Given: p.Parts.Train.TargetWidth, Likelihood: v.likelihood, Arrays: p.Arrays})
	p.vae = v
	if j.LossName == "" {
		p.lossName = "elbo"
	}
	return v.objective, v.model, err
}

func (j *Job) ownConfig(p *Prepared, objective Objective) Config {
	c := Config{
		Objective: objective, Optimizer: j.optimizer(p.Parts.Train.Rows),
		Epochs: j.Epochs, Batch: j.Batch, Accumulate: j.Accumulate, Balance: j.Balance, Seed: j.Seed,
		Validate: p.Parts.Valid, EarlyStop: j.EarlyStop,
		Workers: j.Workers, CheckpointEvery: j.CheckpointEvery, Events: j.Events, Language: j.Language,
	}
	if j.VAE != nil {
		c.rising = min(j.VAE.rising(j.epochs()), j.epochs()-1)
	}
	if c.EarlyStop != nil && j.VAE != nil {
		stop := *c.EarlyStop
		stop.After = max(stop.After, c.rising)
		c.EarlyStop = &stop
	}
	if t := p.Parts.Schema.Target; t != nil {
		c.Target, c.classes = t.String(), t.Classes
	}
	return c
}

// describeOwn fills in what is said about a job before it trains.
func (p *Prepared) describeOwn(model any) error {
	t := p.trainer
	for _, name := range []string{"tune", "test"} {
		if set := p.Parts.Part(name); set != nil {
			p.rows.sizes = append(p.rows.sizes, set.Rows)
		}
	}
	if err := t.checkMemory(); err != nil {
		return err
	}
	for _, l := range nn.LayersOf(model, t.judging.loss) {
		p.Layers = append(p.Layers, LayerInfo{l.Name, l.Size, l.Act, l.Out.String(), l.Params})
	}
	p.Parameters = t.state.Count()
	if err := p.describeTraining(); err != nil {
		return err
	}
	x := t.training.step.Input("x")
	p.Proof = newProofInfo(t.training.proof, t.training.loss, x, t.found)
	return nil
}

// judgeOwn measures loss and reports of the kept weights on every part, and what the codes
// carry, if there are any.
func (p *Prepared) judgeOwn(ctx context.Context, r *Result) ([]*scored, error) {
	into := map[string]**Judged{"train": &r.Train, "valid": &r.Valid, "tune": &r.Tune, "test": &r.Test}
	for _, part := range p.Parts.All() {
		j := &Judged{Rows: part.Rows}
		if part.Name != "train" || p.rows.whole.cut(part.Rows) { // else all its rows would be in memory at once
			var err error
			if j.Metrics, err = p.rows.evaluate(ctx, part.Set); err != nil {
				return nil, err
			}
		}
		*into[part.Name] = j
	}
	var err error
	if r.Latent, err = p.latentOf(ctx, p.lookedAt()); err != nil {
		return nil, err
	}
	if r.Latent != nil {
		r.Notes = append(slices.Clone(r.Notes), r.Latent.notes()...)
	}
	if p.vae == nil {
		return nil, nil
	}
	m, err := p.inUse()
	if err != nil {
		return nil, err
	}
	defer m.Close()
	if err := m.fitPrior(ctx, p.Parts.Train); err != nil {
		return nil, err
	}
	p.vae.codes = m.prior
	if p.vae.bounds, err = p.bounds(ctx, m); err != nil {
		return nil, err
	}
	if p.Arrays == nil {
		r.Sampled, err = p.sampled(ctx, m)
		return nil, err
	}
	return nil, p.drawCodes(ctx, m, r)
}

// inUse is the autoencoder as it is used after training.
func (p *Prepared) inUse() (*VAEModel, error) {
	m, err := newVAEModel(p.trainer.state, p.outputs(), p.vae.likelihood, p.Job.Workers)
	if err != nil {
		return nil, err
	}
	m.Arrays, m.rates = p.Arrays, p.givenRates()
	if m.Arrays == nil {
		m.Schema = p.Parts.Schema
	}
	return m, nil
}

// givenRates are those of the classes among the training rows.
func (p *Prepared) givenRates() []float64 {
	var rates []float64
	for _, n := range p.Parts.Train.Counts {
		rates = append(rates, float64(n)/float64(p.Parts.Train.Rows))
	}
	return rates
}

// lookedAt is the part that the codes are measured on: rows that did not train, if there
// are any.
func (p *Prepared) lookedAt() data.Part {
	for _, name := range []string{"test", "valid"} {
		if set := p.Parts.Part(name); set != nil {
			return data.Part{Name: name, Set: set}
		}
	}
	return data.Part{Name: "train", Set: p.Parts.Train}
}

// ownOutputs are the outputs that the model is used by: those of an autoencoder, or what
// the objective names and computes without random numbers.
func (p *Prepared) ownOutputs() map[string]*graph.Node {
	if p.vae != nil {
		return p.vae.inference(p.rows.of.in)
	}
	named := map[string]*graph.Node{}
	for _, o := range p.trainer.judging.step.outputs {
		if !slices.ContainsFunc(graph.Reachable(o.node), func(n *graph.Node) bool { _, _, random := n.Random(); return random }) {
			named[o.name] = o.node
		}
	}
	return named
}

// parameters are those of the objective.
func (t *trainer) parameters() []paramJSON { return modelParams(t.judging.loss) }

// bounds returns the least upper bounds of −ln p(x) of rows that did not train, in order.
func (p *Prepared) bounds(ctx context.Context, m *VAEModel) ([]float64, error) {
	bounds, err := m.bounds(ctx, p.lookedAt().Set, 0)
	if err != nil {
		return nil, err
	}
	all := make([]float64, len(bounds))
	for i, b := range bounds {
		all[i] = b.Total()
	}
	slices.Sort(all)
	marks := make([]float64, boundMarks)
	for k := range marks {
		marks[k] = all[k*(len(all)-1)/(boundMarks-1)]
	}
	return marks, nil
}

// boundMarks is how many bounds a model keeps, at ranks 0, 1/200, ..., 1.
const boundMarks = 201

// vaeJSON is what model.json holds of a variational autoencoder beside its graph.
type vaeJSON struct {
	Likelihood loss.Likelihood `json:"likelihood"`
	Bounds     []float64       `json:"bounds"`          // of −ln p of rows that did not train, at ranks 0, 1/200, ..., 1
	Codes      *codePrior      `json:"codes"`           // what they are drawn from
	Rates      []float64       `json:"rates,omitempty"` // of the classes that the model is given
}

func (p *Prepared) vaeJSON() *vaeJSON {
	if p.vae == nil {
		return nil
	}
	return &vaeJSON{Likelihood: p.vae.likelihood, Bounds: p.vae.bounds, Codes: p.vae.codes, Rates: p.givenRates()}
}
