package keras

import (
	"github.com/descent-ml/descent/recipe/syntax"
	"github.com/descent-ml/descent/recipe/tracer"
)

// Fit declares the run that a call of fit asks for, of a model and what its call of
// compile says; that is nil where there was none. The arguments are found by name. own is
// the train_step of the model's class, nil where it has none.
type Fit func(fit, compiled *tracer.Call, model tracer.Value, own *TrainStep) tracer.Value

// The keywords of the two calls, as Keras 3 has them.
const (
	compileKeywords = `optimizer="rmsprop", loss=None, loss_weights=None, metrics=None, weighted_metrics=None, run_eagerly=False,
		steps_per_execution=1, jit_compile="auto", auto_scale_loss=True`
	fitKeywords = `x=None, y=None, batch_size=None, epochs=1, verbose="auto", callbacks=None, validation_split=0.0, validation_data=None,
		shuffle=True, class_weight=None, sample_weight=None, initial_epoch=0, steps_per_epoch=None, validation_steps=None,
		validation_batch_size=None, validation_freq=1`
)

// Absent stands for a model that a fragment compiles and fits, and does not define.
type Absent struct {
	fit      Fit
	compiled *tracer.Call
}

// NewAbsent returns a model whose call of fit is told to f.
func NewAbsent(f Fit) *Absent { return &Absent{fit: f} }

// TypeName implements [tracer.Named].
func (*Absent) TypeName() string { return "model" }

// Attrs implements [tracer.Attributer].
func (*Absent) Attrs() []string { return []string{"compile", "fit"} }

// Attr implements [tracer.Attributer].
func (a *Absent) Attr(_ *tracer.Tracer, name string, _ syntax.Span) (tracer.Value, bool) {
	switch name {
	case "compile":
		return tracer.NewBuiltin("compile("+compileKeywords+")", func(c *tracer.Call) tracer.Value {
			a.compiled = c
			return tracer.None{}
		}), true
	case "fit":
		return tracer.NewBuiltin("fit("+fitKeywords+")", func(c *tracer.Call) tracer.Value { return a.fit(c, a.compiled, a, nil) }), true
	}
	return nil, false
}
