package train

import (
	"context"
	"fmt"
	stdimage "image"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/data/csv"
	"github.com/descent-ml/descent/data/image"
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/loss"
	"github.com/descent-ml/descent/nn"
)

// Prepared is a job whose data was read, whose model was built and whose loss
// was proved. Nothing is written yet.
type Prepared struct {
	Job         *Job
	Table       *data.Table // nil of images and arrays
	Images      *image.Set  // nil of a table
	Arrays      *ArraysInfo // nil of a table
	Parts       *data.Parts // of images each is a row, and the pixels of each class are counted
	Layers      []LayerInfo
	Parameters  int // numbers that training moves
	Proof       ProofInfo
	Diagnostics graph.Diagnostics // warnings and notes of the proof
	Training    TrainingInfo      // with every default filled in
	PriorBias   bool              // the head's bias starts at the rate of the classes, or the mean of the numbers

	trainer  *trainer
	rows     *rowExaminer // measures rows; nil of images
	pictures *pictures    // nil of rows
	task     data.Task
	loss     loss.Loss
	lossName string

	drawn        []*stdimage.RGBA // the result's pictures
	masks        []*maskPart      // what was seen of images with two classes, of each part that is judged
	classWeights [][]float64      // that are taken out of the probabilities; nil for none
	calibrated   *graph.Node      // the prediction as it is kept; nil leaves that of the objective
	vae          *vae             // nil unless the job declares one
}

// Prepare reads the table, divides it into parts, builds the model and proves
// the loss. Errors of the data are [*data.Problem] or [data.Problems], those of
// model and loss [graph.Diagnostics].
//
// Close ends what Prepare started.
func (j *Job) Prepare() (*Prepared, error) {
	if j.Images != nil {
		return j.prepareImages(context.Background())
	}
	read := j.ReadTable
	if read == nil {
		read = csv.ReadFile
	}
	if j.IsOwn() {
		return j.prepareOwn(read)
	}
	if len(j.Data.TargetColumns()) == 0 {
		return nil, refuse(Refused, CodeConfig, j.TablePath, "no target is named: there is nothing to predict", nil, `name its column: target = "..."`)
	}
	table, err := read(j.TablePath, j.Data)
	if err != nil {
		return nil, err
	}
	parts, err := data.Prepare(table, j.Data)
	if err != nil {
		return nil, err
	}
	p := &Prepared{Job: j, Table: table, Parts: parts, task: parts.Schema.Target.Task}
	if err := j.checkCalibrate(p.task); err != nil {
		return nil, err
	}
	if err := j.checkMetrics(p.task); err != nil {
		return nil, err
	}
	if err := j.checkBalance(p.task); err != nil {
		return nil, err
	}
	var found graph.Diagnostics
	p.loss, p.lossName, found = j.loss(j.lossSpec(parts))
	if found.Refused() {
		return nil, found
	}
	model, err := j.Model(j.spec(parts))
	if err != nil {
		return nil, err
	}
	c := j.config(p, model)
	if err := c.check(parts.Train); err != nil {
		return nil, err
	}
	if p.trainer, err = newTrainer(newTableRows(parts.Train, c), c); err != nil {
		return nil, err
	}
	p.rows = p.trainer.examiner.(*rowExaminer)
	p.trainer.found = append(found, p.trainer.found...)
	if err := p.describe(model); err != nil {
		p.Close()
		return nil, err
	}
	return p, nil
}

// Close ends the workers.
func (p *Prepared) Close() { p.trainer.close() }

// describe fills in what is said about a job before it trains.
func (p *Prepared) describe(model nn.Layer) error {
	j, t := p.Job, p.trainer
	prediction, target := t.training.step.output(Prediction), t.training.step.Input("y")
	if got, want := prediction.Shape(), graph.Rows(p.Parts.Train.TargetWidth); !got.Equal(want) && !got.Equal(graph.Rows()) {
		return graph.Diagnostics{{
			Code: CodePrediction, Pos: prediction.Pos(), Message: fmt.Sprintf("the model puts out %v where the target needs %v", got, want),
			Notes: graph.Columns([]string{"prediction", got.String(), prediction.Origin()}, []string{"target", target.Shape().String(), target.Origin()}),
		}}
	}
	if err := t.checkMetric(j.epochJudge(p.task).names()); err != nil {
		return err
	}
	for _, name := range []string{"tune", "test"} {
		if set := p.Parts.Part(name); set != nil {
			p.rows.sizes = append(p.rows.sizes, set.Rows)
		}
	}
	if err := t.checkMemory(); err != nil {
		return err
	}
	var err error
	if p.classWeights, err = p.weightsToCorrect(); err != nil {
		return err
	}
	if j.Batch > p.Parts.Train.Rows {
		p.Parts.Notes = append(p.Parts.Notes, data.Note{Code: "batch-size", Text: fmt.Sprintf("a batch of %d has room for all %d training rows: an epoch is one step", j.Batch, p.Parts.Train.Rows)})
	}
	layers, err := nn.Layers(model, graph.Rows(p.Parts.Train.Width))
	if err != nil {
		return err
	}
	for _, l := range layers {
		p.Layers = append(p.Layers, LayerInfo{l.Name, l.Size, l.Act, l.Out.String(), l.Params})
	}
	p.Parameters = t.state.Count()
	if !j.NoPriorBias {
		p.PriorBias = startAtRate(t.state, prediction, p.task, j.trainedMean(p.Parts.Train))
	}
	t.found = append(t.found, p.fewInBatch()...)
	if err := p.describeTraining(); err != nil {
		return err
	}
	if rule := j.rule(p.task); rule != nil {
		p.Training.Threshold = rule.String()
	}
	p.Proof = newProofInfo(t.training.proof, prediction, target, t.found)
	p.Proof.Probe = t.probed
	return nil
}

// describeTraining fills in how the job trains, and what the first batch says of its start.
func (p *Prepared) describeTraining() error {
	j, t := p.Job, p.trainer
	dead, err := t.deadStarts()
	if err != nil {
		return err
	}
	t.found = append(t.found, dead...)
	p.Diagnostics = t.found
	p.Training = TrainingInfo{
		Own: j.IsOwn(), Loss: p.lossName, Optimizer: j.OptimizerName, Epochs: t.config.Epochs, Batch: t.config.Batch, Parts: t.config.Accumulate, Seed: j.Seed,
		EarlyStop: t.config.EarlyStop, Balance: j.Balance, EpochRows: t.rows, Calibrate: j.Calibrate, PriorBias: p.PriorBias, CheckpointSeconds: j.CheckpointEvery.Seconds(),
	}
	return nil
}
