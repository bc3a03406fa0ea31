package recipe

import (
	"fmt"
	"maps"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/loss"
	"github.com/descent-ml/descent/recipe/keras"
	"github.com/descent-ml/descent/recipe/syntax"
	"github.com/descent-ml/descent/recipe/torch"
	"github.com/descent-ml/descent/recipe/tracer"
)

// dialects are the modules that a recipe may import, the names that stand for some of
// them without an import, and the methods of PyTorch's tensors.
func (f *File) dialects() (modules map[string]*tracer.Module, names map[string]tracer.Value, methods []*tracer.Builtin) {
	modules = tracer.Modules()
	keras.Extend(modules, f.fit)
	modules["keras"].Attrs["optimizers"] = tracer.NewModule("optimizers", kerasOptimizers(), nil)
	for _, prefix := range []string{"keras", "tensorflow.keras", "tf_keras"} {
		modules[prefix+".optimizers"] = modules["keras"].Attrs["optimizers"].(*tracer.Module)
	}
	methods = torch.Extend(modules)
	names = keras.Names(modules)
	maps.Copy(names, torch.Names(modules))
	return modules, names, methods
}

// speak gives tensors the methods of the file's dialect: PyTorch's where it uses PyTorch,
// else NumPy's beside those of PyTorch's whose names NumPy does not have.
func (f *File) speak() {
	f.torch = torch.Used(f.tracer.Module())
	if f.torch {
		f.tracer.AllowInPlace()
		f.tracer.AddMethods("tensor", f.torchMethods)
		f.tracer.AddMethods("tuple", torch.PairMethods())
		return
	}
	f.tracer.AddMethods("tensor", append(f.torchMethods, keras.Methods()...))
	f.tracer.AddMethods("tuple", keras.ShapeMethods())
}

// lastValue shows what a snippet ends with: the number that its last line computes, if
// that prints nothing by itself and nothing was printed before.
func (f *File) lastValue() string {
	body := f.tracer.Module().Body
	if f.tracer.Output() != "" || f.graph.Diagnostics().Refused() || len(body) == 0 {
		return ""
	}
	last, ok := body[len(body)-1].(*syntax.Assign)
	if !ok {
		return ""
	}
	name, ok := last.Targets[0].(*syntax.Name)
	if !ok {
		return ""
	}
	v, _ := f.tracer.Global(name.Id)
	n, isTensor := v.(*graph.Node)
	if !isTensor {
		return ""
	}
	x, known := f.tracer.Single(n, last.Span())
	if !known {
		return ""
	}
	text := fmt.Sprintf("%s = %v", name.Id, float32(x))
	if seed, drew := f.tracer.Drew(); drew {
		text += fmt.Sprintf("   # with random numbers of seed %d", seed)
	}
	return text + "\n"
}

// classLoss is an instance of keras.losses.Loss. The data's weights act between the values
// of its rows and what becomes of them.
type classLoss struct {
	terms loss.Pointwise
	how   string // the reduction
}

// Apply implements [loss.Loss].
func (l classLoss) Apply(in loss.In) *graph.Node {
	v := l.terms(in.Pred, in.Target)
	again := func(_, _ *graph.Node) *graph.Node { return v }
	switch {
	case v.Poisoned() || v.Rank() == 0 || l.how == "none":
		return loss.Func(again).Apply(in)
	case l.how == "sum":
		return loss.Sum(again).Apply(in)
	}
	return loss.Mean(again).Apply(in)
}
