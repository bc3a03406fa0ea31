package train

import (
	"context"
	"time"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/loss"
	"github.com/descent-ml/descent/metric"
	"github.com/descent-ml/descent/nn"
	"github.com/descent-ml/descent/optim"
)

// A Job is one supervised run on a table or on images: what train(...) of a recipe declares.
//
//	prepared, err := job.Prepare()         // table, parts, model, proof: nothing is written
//	differences, err := prepared.Check()   // the gradient against central differences
//	result, err := prepared.Train(ctx)     // the run directory
type Job struct {
	Name string // names the run directory, runs/NAME-N; "" for "run"

	RecipePath   string         // as typed; "" for a Go program
	RecipeSource []byte         // what the run keeps as recipe.py; nil keeps none
	Settings     []string       // changes to the recipe, as typed: "epochs=5"
	Language     graph.Language // in which fixes are written

	TablePath string       // as written in the recipe, relative to its folder
	Data      data.Options // the target has to be named
	// ReadTable opens TablePath; nil reads the CSV file of that path. A recipe's
	// stays below its folder.
	ReadTable func(path string, o data.Options) (*data.Table, error)

	Images *Images // what to learn from in place of a table; nil for a table
	Arrays *Arrays // the same; for a VAE

	Model     func(ModelSpec) (nn.Layer, error) // called once; the layer is applied in several graphs
	ModelName string                            // for messages: "mlp"
	ModelPos  graph.Position                    // where a recipe names it; unknown in a Go program

	// VAE or Objective, if there is one, takes the place of Model and Loss. The table needs no target then, and its
	// numbers are made normal by their ranks ([data.Options]).
	VAE       *VAE                               // a variational autoencoder
	Objective func(ModelSpec) (Objective, error) // an objective of the user's own; called once

	Loss     loss.Loss                                     // nil takes binary cross entropy, cross entropy or squared error by the task
	LossFor  func(LossSpec) (loss.Loss, graph.Diagnostics) // makes it once the data is known; nil takes Loss
	LossName string                                        // for messages: "bce"; filled in by the task if there is no loss
	LossPos  graph.Position                                // where a recipe names it, or declares the run

	Optimizer       optim.Optimizer             // nil for Adam with learning rate 0.001
	OptimizerFor    func(Steps) optim.Optimizer // makes it once the number of steps is known; nil takes Optimizer
	OptimizerName   string                      // for messages: "adam, learning rate 0.001"
	Epochs          int                         // 0 for 100
	Batch           int                         // 0 for 64
	Accumulate      int                         // batches a step; 0 for 1
	Balance         Balance                     // of the classes among the rows of an epoch; probabilities are corrected to the classes as they are
	BalancePos      graph.Position              // where a recipe says so
	Seed            uint64
	EarlyStop       *EarlyStop     // nil never stops early
	NoPriorBias     bool           // start the head's bias as the model says, not at the rate of the classes
	Threshold       metric.Rule    // nil for the best F1 of a binary target and of each label, and for the likeliest of several classes
	ThresholdPos    graph.Position // where a recipe names it
	Metrics         []string       // of an epoch, among [MetricNames]; nil for those of the task
	OwnMetrics      []OwnMetric    // beside them
	MetricsPos      graph.Position // where a recipe names them
	Calibrate       Calibrate      // how probabilities are calibrated on the rows that choose thresholds; "" leaves them
	CalibratePos    graph.Position // where a recipe says so
	CheckpointEvery time.Duration  // 0 for one at the end of each epoch

	Runs    string // folder of run directories; "" for "runs"
	RunDir  string // the run directory itself; "" counts up from Runs/NAME-1
	Workers int    // threads; 0 for GOMAXPROCS
	Events  func(Event)
}

// ModelSpec is what a model must know of the data it is built for.
type ModelSpec struct {
	Width   int       // columns in
	Task    data.Task // Binary, MultiClass, MultiLabel or Regression
	Outputs int       // columns out: the number of classes if there are more than two, or of labels, else 1
	Classes []string  // names of the classes, or of the labels; nil for a regression

	Height, ImageWidth, Channels int // of images that training sees; 0 of rows

	Rows       graph.Shape     // of a batch of arrays, [N 28 28]; nil of a table and images
	Likelihood loss.Likelihood // how the columns of a table are distributed; nil of images and arrays
}

// Train prepares the job, trains it in a new run directory, and judges it.
func (j *Job) Train(ctx context.Context) (*Result, error) {
	p, err := j.Prepare()
	if err != nil {
		return nil, err
	}
	defer p.Close()
	return p.Train(ctx)
}

func (j *Job) spec(parts *data.Parts) ModelSpec {
	s := ModelSpec{Width: parts.Train.Width, Likelihood: likelihoodOf(parts.Schema)}
	target := parts.Schema.Target
	if target == nil {
		return s
	}
	s.Task, s.Outputs, s.Classes = target.Task, target.Width(), target.Classes
	if target.Task == data.MultiLabel {
		s.Classes = target.Names()
	}
	return s
}

// config describes the training to [Fit]'s machinery.
func (j *Job) config(p *Prepared, model nn.Layer) Config {
	judge := j.epochJudge(p.task)
	return Config{
		Objective: j.objective(model, p.loss, p.task, j.correction(p.Parts.Train)), Optimizer: j.optimizer(newSampler(p.Parts.Train, j.Balance, j.Seed).rows),
		Epochs: j.Epochs, Batch: j.Batch, Accumulate: j.Accumulate, Balance: j.Balance, Seed: j.Seed,
		Validate: p.Parts.Valid, EarlyStop: j.EarlyStop, Judge: judge.epoch, Target: p.Parts.Schema.Target.String(),
		Workers: j.Workers, CheckpointEvery: j.CheckpointEvery, Events: j.Events, Language: j.Language,
		classes: p.Parts.Schema.Target.Classes,
	}
}

// rule returns the rule for the thresholds of a task; nil takes the likeliest class.
func (j *Job) rule(task data.Task) metric.Rule {
	switch {
	case task == data.Regression:
		return nil
	case j.Threshold == nil && task != data.MultiClass:
		return metric.BestF{}
	}
	return j.Threshold
}

// objective is [Supervised] with a prediction that can be judged: of a target with
// classes the model's probabilities, made from its scores where it puts out scores.
func (j *Job) objective(m nn.Layer, l loss.Loss, task data.Task, correct func(*graph.Node) *graph.Node) Objective {
	supervised := supervisedAt(j.ModelPos, m, j.LossPos, l, correct)
	return func(s *Step) *graph.Node {
		value := supervised(s)
		defer j.reportOwn(s)
		p := s.output(Prediction)
		if p.Poisoned() || task == data.Regression {
			return value
		}
		if r := p.Range(); r.Tag != graph.Score && graph.Within(0, maxProbability).Contains(r.Interval) {
			return value
		}
		if task == data.MultiClass {
			p = p.Softmax(-1)
		} else {
			p = p.Sigmoid()
		}
		s.Output(Prediction, p)
		return value
	}
}

// maxProbability bounds what is taken for a probability: a mixture of two has
// the interval [0, 2], though it stays below 1.
const maxProbability = 1e3
