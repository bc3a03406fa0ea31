package train

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/data/image"
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/metric"
	"github.com/descent-ml/descent/nn"
)

// defaultImageBatch is the number of images of a step.
const defaultImageBatch = 4

// prepareImages is [Job.Prepare] of a job on images.
func (j *Job) prepareImages(ctx context.Context) (*Prepared, error) {
	set, err := j.Images.open(ctx)
	if err != nil {
		return nil, err
	}
	if set.Classes == nil {
		return nil, refuse(Refused, CodeConfig, j.Images.Folder, "the images have no masks: there is nothing to predict", nil, "put a mask for each image into masks/")
	}
	if err := j.checkImageOptions(); err != nil {
		return nil, err
	}
	pictures, err := newPictures(set, j.Images, j.Seed)
	if err != nil {
		return nil, err
	}
	p := &Prepared{Job: j, Images: set, Parts: pictures.parts(), pictures: pictures}
	p.task = p.Parts.Schema.Target.Task
	var found graph.Diagnostics
	spec := j.imageSpec(p)
	p.loss, p.lossName, found = j.loss(LossSpec{Task: p.task, Classes: spec.Classes, Rows: pixels(p.Parts.Train.Counts), Counts: p.Parts.Train.Counts, Images: true})
	if found.Refused() {
		return nil, found
	}
	model, err := j.Model(spec)
	if err != nil {
		return nil, err
	}
	c := Config{
		Objective: p.maskObjective(model), Optimizer: j.optimizer(pictures.count()),
		Epochs: j.Epochs, Batch: j.Batch, Accumulate: j.Accumulate, Seed: j.Seed, EarlyStop: j.EarlyStop,
		Workers: j.Workers, CheckpointEvery: j.CheckpointEvery, Events: j.Events, Language: j.Language, classes: p.Parts.Schema.Target.Classes,
	}
	if c.Batch == 0 {
		c.Batch = defaultImageBatch
	}
	if stop := c.EarlyStop; stop != nil && set.Valid == nil {
		c.EarlyStop = nil
	}
	pictures.keep = c.filled(pictures.count()).stepRows()
	if p.trainer, err = newTrainer(pictures, c); err != nil {
		return nil, err
	}
	p.trainer.found = append(found, p.trainer.found...)
	if err := p.describeImages(model); err != nil {
		p.Close()
		return nil, err
	}
	return p, nil
}

// checkImageOptions refuses what is of rows alone.
func (j *Job) checkImageOptions() error {
	d := &graph.Diagnostic{Code: CodeConfig}
	switch {
	case j.Balance != Unbalanced:
		d.Pos, d.Message, d.Fixes = j.BalancePos, "balance is of rows with one class each, and an image has many pixels of each", []string{"crop(128, 128, foreground = 0.5): windows that hold rare classes more often", `or weigh the pixels: bce(class_weight = "balanced")`}
	case j.Calibrate != "":
		d.Pos, d.Message = j.CalibratePos, "masks are not calibrated: a mask is what is above a cut, and pixels side by side are no independent rows to fit by"
		d.Fixes = []string{"leave calibrate out: the threshold is tuned on valid images"}
	default:
		return nil
	}
	return graph.Diagnostics{d}
}

func (j *Job) imageSpec(p *Prepared) ModelSpec {
	size := p.pictures.view.Size()
	return ModelSpec{
		Width: size.H * size.W * p.Images.C, Task: p.task, Outputs: p.pictures.outputs(), Classes: p.Parts.Schema.Target.Classes,
		Height: size.H, ImageWidth: size.W, Channels: p.Images.C,
	}
}

// describeImages fills in what is said about a job on images before it trains.
func (p *Prepared) describeImages(model nn.Layer) error {
	j, t := p.Job, p.trainer
	prediction, target := t.training.step.output(Prediction), t.training.step.Input("y")
	if got, want := prediction.Shape(), target.Shape(); !got.Equal(want) {
		return graph.Diagnostics{{
			Code: CodePrediction, Pos: prediction.Pos(), Message: fmt.Sprintf("the model puts out %v where the masks need %v", got, want),
			Notes: graph.Columns([]string{"prediction", got.String(), prediction.Origin()}, []string{"masks", target.Shape().String(), target.Origin()}),
		}}
	}
	layers, err := nn.Layers(model, t.training.step.inputs.x)
	if err != nil {
		return err
	}
	for _, l := range layers {
		p.Layers = append(p.Layers, LayerInfo{l.Name, l.Size, l.Act, l.Out.String(), l.Params})
	}
	p.Parameters = t.state.Count()
	if !j.NoPriorBias {
		p.PriorBias = startAtRate(t.state, prediction, p.task, p.classRates())
	}
	if err := p.describeTraining(); err != nil {
		return err
	}
	if rule := j.rule(p.task); rule != nil {
		p.Training.Threshold = rule.String()
	}
	p.Proof = newProofInfo(t.training.proof, prediction, target, t.found)
	p.Proof.Probe = t.probed
	if p.task == data.Binary {
		t.collapse = &collapse{report: t.probed, rate: p.classRates()[0]}
	}
	return nil
}

// maskObjective is the objective of a model of masks, which of two classes reports how
// many pixels it marks.
func (p *Prepared) maskObjective(m nn.Layer) Objective {
	objective := p.Job.objective(m, p.loss, p.task, nil)
	if p.task != data.Binary {
		return objective
	}
	return func(s *Step) *graph.Node {
		value := objective(s)
		marked(s)
		return value
	}
}

// pixels is how many there are of all classes.
func pixels(counts []int) (all int) {
	for _, n := range counts {
		all += n
	}
	return all
}

// classRates are the shares of the classes among the pixels of the training images: of
// two classes that of the second.
func (p *Prepared) classRates() []float64 {
	total := float64(pixels(p.Parts.Train.Counts))
	var rates []float64
	for _, n := range p.Parts.Train.Counts {
		rates = append(rates, float64(n)/total)
	}
	if len(rates) == 2 {
		return rates[1:]
	}
	return rates
}

// judgeImages measures the kept weights on every part but the one that trained, and
// chooses the threshold.
func (p *Prepared) judgeImages(ctx context.Context, r *Result) error {
	e := p.trainer.examiner.(*imageExaminer)
	seen := map[string][]seenImage{}
	for _, part := range p.pictures.found {
		if part.Name == "train" {
			continue
		}
		m, images, err := e.measure(ctx, part)
		if err != nil {
			return fmt.Errorf("on the %s images: %w", part.Name, err)
		}
		seen[part.Name] = images
		judged := &Judged{Rows: part.Len(), Metrics: m}
		for k, n := range part.Counts() {
			judged.Pixels += n
			if k > 0 && p.pictures.outputs() == 1 {
				judged.Positives += int(n)
			}
		}
		switch part.Name {
		case "valid":
			r.Valid = judged
		case "tune":
			r.Tune = judged
		case "test":
			r.Test = judged
		}
	}
	if p.pictures.outputs() > 1 {
		for name, judged := range r.parts() {
			confused := confusedOf(seen[name])
			judged.Metrics = append(judged.Metrics, confused.metrics()...)
			for k, class := range p.Parts.Schema.Target.Classes {
				n := confused.of(k)
				judged.Classes = append(judged.Classes, ClassJudged{Name: class, Rows: int(n.TP + n.FN), Metrics: Metrics{
					{"iou", n.IoU(metric.Zero)}, {"dice", n.F1(metric.Zero)}, {"precision", n.Precision(metric.Zero)}, {"recall", n.Recall(metric.Zero)},
				}})
			}
		}
		return p.drawPictures(ctx, r, seen)
	}
	for _, part := range p.pictures.found {
		judged := r.parts()[part.Name]
		if judged == nil {
			continue
		}
		m := newMaskPart(part.Part, p.Images.Fingerprint.SHA256)
		m.masks, m.judged = masksOf(seen[part.Name]), judged
		p.masks = append(p.masks, m)
	}
	if err := decideMasks(p.Job.rule(p.task), p.Job.Seed, p.masks, choosingMasks(p.masks), r); err != nil {
		return err
	}
	return p.drawPictures(ctx, r, seen)
}

// parts are the parts that were measured, by name.
func (r *Result) parts() map[string]*Judged {
	all := map[string]*Judged{}
	for name, j := range map[string]*Judged{"valid": r.Valid, "tune": r.Tune, "test": r.Test} {
		if j != nil {
			all[name] = j
		}
	}
	return all
}

// pull reads a stream sample by sample.
func pull(samples iter.Seq2[*image.Sample, error]) (next func() (*image.Sample, error), stop func()) {
	get, stop := iter.Pull2(samples)
	return func() (*image.Sample, error) {
		s, err, ok := get()
		if err == nil && !ok {
			return nil, errors.New("train: a part has fewer images than it had")
		}
		return s, err
	}, stop
}

// checkSide is the side of the images on which a gradient is compared with differences
// in float64, which take their time.
const checkSide = 12

// checkImages is a piece of the first training sample that has every class, with the
// objective traced for images of its size. A model that takes one size only gets that.
func (p *Prepared) checkImages() (graph.Feed, *traced, error) {
	view, t := p.pictures.view, p.trainer.training
	piece := image.Size{H: min(checkSide, view.Size().H), W: min(checkSide, view.Size().W)}
	small := trace(graph.Training, p.Job.Language, p.pictures.sized(piece), p.trainer.config.Objective)
	small.proof = graph.Prove(small.loss)
	if small.step.g.Diagnostics().Refused() || !sameParams(small, t) {
		small, piece = t, view.Size()
	}
	sample, err := p.pictures.telling()
	if err != nil {
		return graph.Feed{}, nil, err
	}
	inputs := map[string][]float32{}
	for _, name := range small.step.used {
		inputs[name] = make([]float32, graph.Size(small.step.Input(name).Shape().At(1)))
	}
	p.pictures.fill(inputs, 0, sample.Around(piece))
	return referenceFeed(small, p.trainer.state, 1, func(name string) []float32 { return inputs[name] }), small, nil
}

// sameParams reports whether a small graph trains the parameters of the whole one. The
// whole one has the optimiser's beside them.
func sameParams(small, whole *traced) bool {
	shapes := map[string]string{}
	for _, n := range whole.step.g.Params() {
		d, _ := n.Param()
		shapes[d.Name] = fmt.Sprint(d.Shape)
	}
	for _, n := range small.step.g.Params() {
		if d, _ := n.Param(); shapes[d.Name] != fmt.Sprint(d.Shape) {
			return false
		}
	}
	return len(small.step.g.Trainable()) == len(whole.step.g.Trainable())
}
