package recipe

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/loss"
	"github.com/descent-ml/descent/recipe/keras"
	"github.com/descent-ml/descent/recipe/syntax"
	"github.com/descent-ml/descent/recipe/tracer"
)

// side is data.x or data.y: what a model sees of the data, or what it is to say.
type side struct {
	of   tracer.Value // the data; nil for one that a fragment does not define
	name string
}

// TypeName implements [tracer.Named].
func (s *side) TypeName() string { return "data." + s.name }

// sideOf is the attribute x or y of data.
func sideOf(of tracer.Value, name string) (tracer.Value, bool) {
	if name != "x" && name != "y" {
		return nil, false
	}
	return &side{of, name}, true
}

// fitted is what a fragment says of the training of a model that it does not define.
type fitted struct {
	loss lossMaker
	at   syntax.Span
}

// fit is model.fit(...) of Keras after model.compile(...): train(...) in other words. All
// epochs are trained, as there.
func (f *File) fit(c, compiled *tracer.Call, model tracer.Value, own *keras.TrainStep) tracer.Value {
	data := f.fittedData(c)
	refuseFitKeywords(c)
	if compiled != nil {
		refuseCompileKeywords(compiled)
	}
	if own != nil {
		return f.fitOwn(c, compiled, data, model, own)
	}
	l, made := f.compiledLoss(c, compiled)
	_, absent := model.(*keras.Absent)
	if !absent && !made && c.OK() {
		c.Report(c.At, graph.Diagnostic{
			Code: tracer.CodeValue, Message: "fit() needs a loss, and compile(...) has named none",
			Fixes: []string{`model.compile(optimizer = "adam", loss = "binary_crossentropy")`},
		})
		c.Fail()
	}
	if !c.OK() || compiled != nil && !compiled.OK() || tracer.Poisoned(l.Value) || tracer.Poisoned(data) {
		return tracer.Poison
	}
	if absent {
		maker, ok := f.loss(l.Value, l.Src)
		if !ok {
			return c.Refuse(l.Src, tracer.CodeType, "compile() takes a loss, not %s", tracer.Describe(l.Value))
		}
		f.fitted = &fitted{maker, c.At}
		return tracer.None{}
	}
	return f.declareFit(c, compiled, data, model, l)
}

// fitOwn is fit of a model whose class has a train_step: that is the objective.
func (f *File) fitOwn(c, compiled *tracer.Call, data, model tracer.Value, own *keras.TrainStep) tracer.Value {
	if compiled == nil && c.OK() {
		c.Report(c.At, graph.Diagnostic{
			Code: tracer.CodeValue, Message: "fit() before compile(): nothing says how the weights move",
			Fixes: []string{"model.compile(optimizer = keras.optimizers.Adam())"},
		})
		c.Fail()
	}
	if _, i := argument(c, "class_weight"); !c.IsNone(i) {
		c.ReportArg(i, graph.Diagnostic{
			Code: tracer.CodeUnsupported, Message: "fit() weighs no classes where a train_step makes the loss",
			Fixes: []string{"weigh them in train_step"},
		})
	}
	if !c.OK() || !compiled.OK() || tracer.Poisoned(data) {
		return tracer.Poison
	}
	f.declareFit(c, compiled, data, model, tracer.Keyword{Name: "objective", Value: own.Objective, At: own.At, Src: own.At})
	c.Halt(c.At, "fit()")
	return tracer.None{}
}

// declareFit declares the run, of a loss or an objective.
func (f *File) declareFit(c, compiled *tracer.Call, data, model tracer.Value, l tracer.Keyword) tracer.Value {
	words := f.words()
	keywords := []tracer.Keyword{l, {Name: "early_stop", Value: tracer.None{}, At: c.At, Src: c.At}}
	if o, ok := f.compiledOptimizer(compiled); ok {
		keywords = append(keywords, o)
	}
	for i, p := range c.Fn.Params() {
		switch {
		case p.Name == "epochs":
			keywords = append(keywords, tracer.Keyword{Name: "epochs", Value: c.Arg(i), At: c.Span(i), Src: c.Span(i)})
		case p.Name == "batch_size" && c.IsNone(i):
			keywords = append(keywords, tracer.Keyword{Name: "batch_size", Value: tracer.NewInt(32), At: c.At, Src: c.At})
		case p.Name == "batch_size":
			keywords = append(keywords, tracer.Keyword{Name: "batch_size", Value: c.Arg(i), At: c.Span(i), Src: c.Span(i)})
		}
	}
	return c.CallWith(words["train"], c.At, []tracer.Value{data, model}, keywords)
}

// argument returns the argument of a name, and its number.
func argument(c *tracer.Call, name string) (tracer.Value, int) {
	i := slices.IndexFunc(c.Fn.Params(), func(p tracer.Param) bool { return p.Name == name })
	return c.Arg(i), i
}

// fittedData returns the data that fit names: as a whole, or by its two sides. It is None
// where a fragment defines none.
func (f *File) fittedData(c *tracer.Call) tracer.Value {
	x, xi := argument(c, "x")
	y, yi := argument(c, "y")
	in, isX := x.(*side)
	out, isY := y.(*side)
	switch {
	case tracer.Poisoned(x) || tracer.Poisoned(y):
		return tracer.Poison
	case !isX && c.IsNone(yi):
		return x // which train looks at
	case isX && isY && in.name == "x" && out.name == "y" && in.of == out.of:
		if in.of == nil {
			return tracer.None{}
		}
		return in.of
	case isX && isY:
		c.ReportArg(yi, graph.Diagnostic{
			Code: tracer.CodeValue, Message: "fit() takes what a model sees, then what it is to say, of one set of data",
			Fixes: []string{"model.fit(data.x, data.y)", "model.fit(data)"},
		})
		return tracer.Poison
	}
	at := xi
	if isX {
		at = yi
	}
	c.ReportArg(at, graph.Diagnostic{
		Code: tracer.CodeType, Message: "fit() takes data that a recipe declares, not " + tracer.Describe(c.Arg(at)),
		Fixes: []string{`data = table("file.csv", target = "column"), then model.fit(data)`, `data = images("folder"), then model.fit(data.x, data.y)`},
	})
	return tracer.Poison
}

// elsewhere are the keywords of fit and compile that recipes say in another place.
var elsewhere = map[string][]string{
	"sample_weight":    {"weights of rows come with the data", `table(..., weight = "column")`, `images(..., weights = "weights/*")`},
	"validation_split": {"the parts come with the data", "split = split(train = 0.8, valid = 0.2, test = 0)"},
	"validation_data":  {"the parts come with the data", "split = split(train = 0.8, valid = 0.2, test = 0)"},
	"callbacks":        {"callbacks are not run", `train(data, model, early_stop = early_stop("valid.loss", patience = 10))`},
	"shuffle":          {"an epoch's order is drawn from the seed", "leave it out"},
	"initial_epoch":    {"a run goes on from its checkpoint", "descent resume RUN"},
	"steps_per_epoch":  {"an epoch is all training rows once", "leave it out"},
	"loss_weights":     {"a model has one loss", "loss = bce() + 0.5 * dice()"},
	"weighted_metrics": {"a run has metrics of its own", "train(data, model, metrics = [f1(), average_precision()])"},
}

func refuseFitKeywords(c *tracer.Call) {
	for i, p := range c.Fn.Params() {
		say := elsewhere[p.Name]
		list, isList := c.Arg(i).(*tracer.List)
		if say == nil || !c.Given(i) || tracer.Repr(c.Arg(i)) == p.Text || c.IsNone(i) || isList && len(list.Elems) == 0 {
			continue
		}
		c.ReportArg(i, graph.Diagnostic{Code: tracer.CodeUnsupported, Message: fmt.Sprintf("%s() has no %s in a recipe: %s", c.Fn.Name, p.Name, say[0]), Fixes: say[1:]})
	}
}

// refuseCompileKeywords refuses what has no meaning here. Metrics are not needed: a run has
// its own.
func refuseCompileKeywords(c *tracer.Call) {
	refuseFitKeywords(c)
	if _, i := argument(c, "metrics"); c.Given(i) && !c.IsNone(i) {
		c.Tracer.Report(c.Span(i), graph.Diagnostic{
			Code: tracer.CodeIgnored, Severity: graph.Note, Message: "the metrics of compile() are not looked at: a run has its own",
			Fixes: []string{"train(data, model, metrics = [f1(), average_precision()])"},
		})
	}
}

// kerasLosses are the words for the losses that compile takes by name.
var kerasLosses = map[string]string{
	"binary_crossentropy": "bce", "categorical_crossentropy": "cross_entropy", "sparse_categorical_crossentropy": "cross_entropy",
	"binary_focal_crossentropy": "focal", "hinge": "hinge", "huber": "huber", "kl_divergence": "kl_divergence", "log_cosh": "log_cosh",
	"mean_absolute_error": "mae", "mae": "mae", "mean_squared_error": "mse", "mse": "mse",
}

// compiledLoss returns the loss that compile names, with the class weights of fit. made is
// false where none is named: then it is the cross entropy that suits the prediction.
func (f *File) compiledLoss(c, compiled *tracer.Call) (l tracer.Keyword, made bool) {
	weights, wi := argument(c, "class_weight")
	var weighted []tracer.Keyword
	if !c.IsNone(wi) {
		weighted = append(weighted, tracer.Keyword{Name: "class_weight", Value: weights, At: c.Span(wi), Src: c.Span(wi), Func: "fit"})
	}
	l = tracer.Keyword{Name: "loss", Value: tracer.None{}, At: c.At, Src: c.At}
	if compiled != nil {
		v, i := argument(compiled, "loss")
		l.Value, l.At, l.Src = v, compiled.Span(i), compiled.Span(i)
	}
	words := f.words()
	switch v := l.Value.(type) {
	case tracer.None:
		l.Value = crossEntropyOf(c, wi)
		return l, false
	case tracer.Str:
		_, i := argument(compiled, "loss")
		if word := kerasLosses[compiled.Choice(i, slices.Sorted(maps.Keys(kerasLosses))...)]; compiled.OK() {
			l.Value = c.CallWith(words[word], l.Src, nil, weighted)
		}
	case *lossValue:
		if !c.IsNone(wi) {
			l.Value = f.weighWord(c, wi, v)
		}
	default:
		if !c.IsNone(wi) && !tracer.Poisoned(v) {
			l.Value = f.weighFunction(c, wi, v, l.Src)
		}
	}
	return l, true
}

// crossEntropyOf is the cross entropy of a prediction: of classes for a softmax, else of yes
// and no.
func crossEntropyOf(c *tracer.Call, weights int) tracer.Value {
	terms := func(p, y *graph.Node) *graph.Node {
		if severalClasses(p, y) {
			return byTarget(loss.CrossEntropy, loss.SparseCrossEntropy)(p, y)
		}
		return loss.BCE(p, y)
	}
	return newLoss(c, readClassWeights(c, weights).scaling("mean"), func(w resolvedWeights) loss.Loss { return loss.Mean(terms, w.weightings()...) })
}

// weighWord gives a loss of a recipe's word the class weights of fit.
func (f *File) weighWord(c *tracer.Call, i int, l *lossValue) tracer.Value {
	if l.call != nil {
		if own, ok := l.call.ArgNamed("class_weight"); ok {
			if _, none := own.(tracer.None); none {
				return l.call.With(map[string]tracer.Change{"class_weight": {Value: c.Arg(i), From: c.Position(c.Span(i))}})
			}
		}
	}
	c.ReportArg(i, graph.Diagnostic{
		Code: tracer.CodeValue, Message: "the loss of compile() says by itself what weighs its classes",
		Fixes: []string{"give class_weight to one of its terms: bce(class_weight = ...) + dice()"},
	})
	return tracer.Poison
}

// weighFunction gives class weights to a function of y_true and y_pred or an instance of
// keras.losses.Loss: they act between its values and their mean.
func (f *File) weighFunction(c *tracer.Call, i int, v tracer.Value, at syntax.Span) tracer.Value {
	how := "mean"
	if call, reduced, ok := keras.Loss(f.tracer, v); ok {
		v = call
		if reduced == "sum" {
			how = reduced
		}
	}
	terms, ok := f.function(v, at)
	if !ok {
		return v // which train refuses
	}
	l := newLoss(c, readClassWeights(c, i).scaling(how), func(w resolvedWeights) loss.Loss { return reductions[how](terms, w.weightings()...) })
	if made, ok := l.(*lossValue); ok {
		made.call = nil // it is named as compile writes it
	}
	return l
}

// compiledOptimizer returns the optimizer that compile names, with Keras's settings. ok is
// false where it names none.
func (f *File) compiledOptimizer(c *tracer.Call) (o tracer.Keyword, ok bool) {
	v, i := argument(c, "optimizer")
	o = tracer.Keyword{Name: "optimizer", Value: v, At: c.Span(i), Src: c.Span(i)}
	if !c.Given(i) {
		return o, false
	}
	if _, isName := v.(tracer.Str); isName {
		named := map[string]tracer.Value{}
		for _, b := range kerasOptimizers() {
			named[strings.ToLower(b.Name)] = b
		}
		if word := c.Choice(i, slices.Sorted(maps.Keys(named))...); c.OK() {
			o.Value = c.Call(named[word], o.Src)
		} else {
			o.Value = tracer.Poison
		}
	}
	return o, true
}

// bindAbsent lets a fragment call compile and fit of a model that it does not define, on
// data that it does not define: as posted code does.
func (f *File) bindAbsent() {
	bind := func(at syntax.Expr, v tracer.Value) bool {
		name, ok := at.(*syntax.Name)
		if !ok || f.tracer.Knows(name.Id) {
			return false
		}
		if !slices.Contains(f.absent, name.Id) {
			f.absent = append(f.absent, name.Id)
			f.tracer.Set(name.Id, v)
		}
		return true
	}
	for _, s := range f.tracer.Module().Body {
		syntax.Walk(s, func(n syntax.Node) bool {
			call, ok := n.(*syntax.Call)
			if !ok {
				return true
			}
			method, ok := call.Func.(*syntax.Attribute)
			if !ok || method.Attr.Name != "compile" && method.Attr.Name != "fit" || !bind(method.Value, keras.NewAbsent(f.fit)) {
				return true
			}
			for i, name := range []string{"x", "y"} {
				if method.Attr.Name == "fit" && i < len(call.Args) {
					bind(call.Args[i], &side{name: name})
				}
			}
			return true
		})
	}
}

// noteAbsent says what a fragment that fits a model leaves open.
func (f *File) noteAbsent() {
	if f.fitted == nil {
		return
	}
	f.graph.Report(graph.Diagnostic{
		Code: CodeNotDefined, Severity: graph.Note, Pos: f.tracer.Position(f.fitted.at),
		Message: strings.Join(f.absent, ", ") + ": not defined here, so what --pred and --target say stands for them",
		Fixes: []string{
			"--pred N,500,500,1 --target N,500,500,1 --activation sigmoid --target-kind binary",
			`or train: data = images("folder"), then model.fit(data.x, data.y, ...) of a keras.Model`,
		},
	})
}
