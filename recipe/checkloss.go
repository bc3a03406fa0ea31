package recipe

import (
	"errors"
	"fmt"
	"slices"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/loss"
	"github.com/descent-ml/descent/probe"
)

// LossOptions says what a loss is looked at with, for a file without train.
type LossOptions struct {
	Pred, Target graph.Shape
	Activation   string // of the model's last layer: "sigmoid", "softmax", or "none" for raw scores
	TargetKind   string // "binary", "onehot", "index" or "real"; "" or "unknown" for what is not known
}

// features is the width of the layer that stands for a model.
const features = 4

// CheckLoss proves the loss that the file holds, on a prediction and target of the
// given shapes; [File.findLoss] says which that is. A file with none, but with layers
// or a model, is looked at by applying the last one to the prediction.
//
// The diagnostics are those of the file too, in the order of the file.
func (f *File) CheckLoss(o LossOptions) graph.Diagnostics {
	if f.graph.Diagnostics().Refused() {
		return f.found()
	}
	l, at, ok := f.findLoss()
	if !ok {
		if found, ok := f.checkLayer(o); ok && !f.graph.Diagnostics().Refused() {
			for _, d := range found {
				f.graph.Report(*d)
			}
			return f.found()
		}
		if !f.graph.Diagnostics().Refused() {
			f.graph.Report(graph.Diagnostic{
				Code: CodeNoLoss, Pos: graph.Position{File: f.Path},
				Message: "there is no loss here: nothing takes two arguments, y_true and y_pred, and nothing is called loss",
				Fixes:   []string{"def loss(y_true, y_pred): return K.mean(K.square(y_true - y_pred))"},
			})
		}
		return f.found()
	}
	pos := f.tracer.Position(at)
	proof, in := proveLoss(l, o, pos)
	value := proof.Loss
	g := value.Graph()
	small, smallProof := smaller(l, o, pos)
	if smallProof == nil {
		small, smallProof = o, proof
	} else {
		f.Tried = small.Pred
	}
	if !g.Diagnostics().Refused() {
		if still := f.compareSlopes(smallProof, small, pos); still != nil {
			g.Report(*still)
		}
		f.noteBatchwise(value, in.Pred)
	}
	found := g.Diagnostics()
	if !value.Poisoned() && triable(found) {
		found = append(found, f.tryLoss(l, pos, small)...)
	}
	for _, d := range found {
		f.graph.Report(*d)
	}
	return f.found()
}

// proveLoss proves a loss on what it is given.
func proveLoss(l loss.Loss, o LossOptions, at graph.Position) (*graph.Proof, loss.In) {
	g := graph.New(graph.Training)
	g.Language = graph.Python
	defer g.At(at)()
	in := loss.In{Pred: prediction(g, o, "model"), Target: target(g, o)}
	return graph.Prove(l.Apply(in)), in
}

// smallSide is the side of images that a loss of larger ones is tried and its slopes are
// compared on: what is shown for every shape is proved, and numbers of a few thousand
// pixels say as much as those of many.
const smallSide = 64

// smaller returns a loss of large images as one of small ones, and its proof; nil where the
// images are small, or the loss is of their size alone.
func smaller(l loss.Loss, o LossOptions, at graph.Position) (LossOptions, *graph.Proof) {
	shrunk := func(s graph.Shape) graph.Shape {
		s = slices.Clone(s)
		for i, d := range s {
			if i > 0 && !d.Depends() && d.Const > 2*smallSide {
				s[i] = graph.Fixed(smallSide)
			}
		}
		return s
	}
	small := o
	small.Pred, small.Target = shrunk(o.Pred), shrunk(o.Target)
	if len(o.Pred) < 4 || small.Pred.Equal(o.Pred) {
		return o, nil
	}
	proof, _ := proveLoss(l, small, at)
	if proof.Loss.Graph().Diagnostics().Refused() {
		return o, nil
	}
	return small, proof
}

// noteBatchwise tells of a loss whose value is no mean of what its rows give.
func (f *File) noteBatchwise(value, prediction *graph.Node) {
	at, ok := graph.Batchwise(value, prediction)
	if !ok {
		return
	}
	d := graph.Diagnostic{
		Code: CodeBatchwise, Severity: graph.Note, Pos: at,
		Message: "the loss is of the batch as a whole and no mean of its rows: it differs with how many there are",
		Notes:   graph.Columns([]string{"weights", "of rows work inside its sums, where a row of weight 2 is two copies of it; of the result they would weigh batches."}),
	}
	if _, refused := graph.SumsOverBatch(value); refused == nil {
		d.Fixes = []string{"accumulate = 4: the gradient of four batches together, exactly"}
	}
	value.Graph().Report(d)
}

// triable reports whether a loss has a value that is worth looking at: one that was
// proved, or that only passes no gradient.
func triable(found graph.Diagnostics) bool {
	return !slices.ContainsFunc(found, func(d *graph.Diagnostic) bool {
		return d.Severity == graph.Error && d.Code != graph.CodeNotDifferentiable
	})
}

// tryLoss tries the loss on made up targets of the kind that is named, or that the
// activation is for.
func (f *File) tryLoss(l loss.Loss, at graph.Position, o LossOptions) graph.Diagnostics {
	if o.TargetKind == "" || o.TargetKind == "unknown" {
		switch same := o.Pred.Equal(o.Target); {
		case o.Activation == "sigmoid":
			o.TargetKind = "binary"
		case o.Activation == "softmax" && same:
			o.TargetKind = "onehot"
		case o.Activation == "softmax":
			o.TargetKind = "index"
		default:
			return nil
		}
	}
	g := graph.New(graph.Training)
	g.Language = graph.Python
	in := loss.In{Pred: prediction(g, o, "model"), Target: target(g, o)}
	report, found := probe.Try(probe.Subject{Loss: l, In: in, Pos: at})
	f.Probe = report
	return found
}

// prediction stands for the output of a model of that name: an affine layer, which
// reaches every value, and the activation.
func prediction(g *graph.Graph, o LossOptions, name string) *graph.Node {
	layer := "the model's output"
	if o.Activation == "sigmoid" || o.Activation == "softmax" {
		layer += ", " + o.Activation
	} else {
		layer += ", raw scores"
	}
	defer g.At(graph.Position{File: "--pred"})()
	defer g.Enter(graph.Scope{Name: layer, Layer: true})()
	rows, width := graph.Fixed(1), 1
	for i, d := range o.Pred {
		if i == 0 {
			rows = d
		} else {
			width *= d.Const
		}
	}
	x := g.Input("x", graph.Shape{rows, graph.Fixed(features)}, graph.Unknown)
	weight := g.Param(graph.Param{Name: name + ".Weight", Shape: []int{features, width}})
	bias := g.Param(graph.Param{Name: name + ".Bias", Shape: []int{width}})
	p := x.MatMul(weight).Add(bias).ReshapeTo(o.Pred)
	switch o.Activation {
	case "sigmoid":
		return p.Sigmoid()
	case "softmax":
		return p.Softmax(-1)
	}
	return p
}

// target stands for the data's target.
func target(g *graph.Graph, o LossOptions) *graph.Node {
	defer g.At(graph.Position{File: "--target"})()
	r := graph.Unknown
	switch o.TargetKind {
	case "binary":
		r = graph.Range{Interval: graph.Within(0, 1), Tag: graph.Label}
	case "onehot":
		r = graph.Range{Interval: graph.Within(0, 1), Tag: graph.OneHot}
	case "index":
		r = graph.Range{Interval: graph.Interval{Lo: 0, Hi: inf}, Tag: graph.Index}
		if k := o.classes(); !k.Depends() && k.Const > 1 {
			r.Hi = float64(k.Const - 1) // an output for each class that there is
		}
	}
	return g.InputFrom("y", "the data (--target)", o.Target, r)
}

// classes is the length of the prediction's axis that a target of class numbers lacks: the
// last one, or the second in PyTorch's images.
func (o LossOptions) classes() graph.Dim {
	n := len(o.Pred)
	if n == 0 {
		return graph.Dim{}
	}
	if n > 2 && slices.Delete(slices.Clone(o.Pred), 1, 2).Equal(o.Target) && !o.Pred[:n-1].Equal(o.Target) {
		return o.Pred[1]
	}
	return o.Pred[n-1]
}

// LossFlags are LossOptions in the words of the command line.
type LossFlags struct {
	Pred       string `placeholder:"N,1"` // a shape: N,500,500,1
	Target     string `placeholder:"N,1"`
	Activation string `placeholder:"sigmoid"`
	TargetKind string `placeholder:"binary"`
}

// Options reads the flags; nil where there are none.
func (l LossFlags) Options() (*LossOptions, error) {
	if l == (LossFlags{}) {
		return nil, nil
	}
	if l.Pred == "" || l.Target == "" || l.Activation == "" {
		return nil, errors.New("--pred, --target and --activation go together")
	}
	o := &LossOptions{Activation: l.Activation, TargetKind: l.TargetKind}
	var err error
	if o.Pred, err = flagShape("--pred", l.Pred); err != nil {
		return nil, err
	}
	if o.Target, err = flagShape("--target", l.Target); err != nil {
		return nil, err
	}
	return o, o.check()
}

func flagShape(flag, text string) (graph.Shape, error) {
	shape, err := parseShape(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %q is no shape: %w, as in N,1", flag, text, err)
	}
	return shape, nil
}

// The words that LossOptions takes.
var (
	lastActivations = []string{"sigmoid", "softmax", "none"}
	targetKinds     = []string{"unknown", "binary", "onehot", "index", "real"}
)

// check returns what is wrong with the options.
func (o LossOptions) check() error {
	switch {
	case !slices.Contains(lastActivations, o.Activation):
		return fmt.Errorf("%q is no activation: one of %v", o.Activation, lastActivations)
	case o.TargetKind != "" && !slices.Contains(targetKinds, o.TargetKind):
		return fmt.Errorf("%q is no kind of target: one of %v", o.TargetKind, targetKinds)
	}
	return nil
}
