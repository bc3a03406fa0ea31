package recipe

import (
	"path/filepath"
	"strings"
	"time"

	"github.com/descent-ml/descent/data/csv"
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/syntax"
	"github.com/descent-ml/descent/recipe/tracer"
	"github.com/descent-ml/descent/train"
)

// trainWord declares the run. It trains nothing.
func (f *File) trainWord(c *tracer.Call) tracer.Value {
	if f.called != (syntax.Span{}) {
		return c.Report(c.At, graph.Diagnostic{
			Code: CodeTrainTwice, Message: "a recipe declares one run, but train(...) is called a second time",
			Notes: []string{"first  " + f.tracer.Position(f.called).String()},
			Fixes: []string{"write a second recipe, or change one thing by --set"},
		})
	}
	f.called = c.At
	if !f.applySettings(c) {
		return tracer.Poison
	}
	job := &train.Job{
		Name:       strings.TrimSuffix(filepath.Base(f.Path), ".py"),
		RecipePath: f.Path, RecipeSource: f.Source, Settings: f.options.Set, Language: graph.Python,
		LossPos:   f.tracer.Position(c.At),
		EarlyStop: &train.EarlyStop{Metric: "valid.loss", Patience: 10},
	}
	for i, p := range c.Fn.Params() {
		switch p.Name {
		case "data":
			f.setData(c, i, job)
		case "model":
			f.setModel(c, i, job)
			f.needTarget(c, job)
		case "loss":
			f.setLoss(c, i, job)
		case "objective":
			f.setObjective(c, i, job)
		case "epochs":
			job.Epochs = atLeastOne(c, i)
		case "batch_size":
			if n := atLeastOne(c, i); job.Images == nil || c.Given(i) { // images have a default of their own
				job.Batch = n
			}
		case "accumulate":
			job.Accumulate = atLeastOne(c, i)
		case "balance":
			if !c.IsNone(i) {
				job.Balance, job.BalancePos = train.Balance(c.Choice(i, "batches", "oversample")), f.tracer.Position(c.Span(i))
			}
		case "seed":
			job.Seed = seedOf(c, i)
		case "early_stop":
			f.setEarlyStop(c, i, job)
		case "augment":
			setAugment(c, i, job)
		case "prior_bias":
			job.NoPriorBias = !c.Bool(i)
		case "threshold":
			f.setThreshold(c, i, job)
		case "calibrate":
			f.setCalibrate(c, i, job)
		case "metrics":
			f.setMetrics(c, i, job)
		case "checkpoint_every":
			seconds := within(c, i, 0, 1e6, "a number of seconds from 0, for every epoch, to 1,000,000")
			job.CheckpointEvery = time.Duration(seconds * float64(time.Second))
		}
	}
	f.refuseJudging(c, job)
	f.setOptimizer(c, job)
	if c.OK() {
		f.Job = job
	}
	return tracer.None{}
}

func (f *File) setData(c *tracer.Call, i int, job *train.Job) {
	if m, ok := c.Arg(i).(*imageFolder); ok {
		f.setImages(m, job)
		return
	}
	if a, ok := c.Arg(i).(*arrays); ok {
		f.data = &a.source
		job.TablePath, job.Arrays = a.path, a.job()
		if f.options.Data != "" {
			job.TablePath = f.options.Data
		}
		return
	}
	t, ok := c.Arg(i).(*table)
	if !ok {
		c.Want(i, "data such as table(\"file.csv\", target = \"column\") or images(\"folder\")")
		return
	}
	f.data = &t.source
	job.TablePath, job.Data, job.ReadTable = t.path, t.options, t.read
	if f.options.Data != "" {
		job.TablePath, job.ReadTable = f.options.Data, csv.ReadFile
	}
}

// needTarget refuses a table without a target for a model that predicts one.
func (f *File) needTarget(c *tracer.Call, job *train.Job) {
	const data = 0
	t, ok := c.Arg(data).(*table)
	switch {
	case !ok || job.VAE != nil || ownObjective(c) || len(t.options.TargetColumns()) > 0:
	case t.call.Misspelt:
		c.Fail() // the keyword that was misspelt may be this one
	default:
		c.ReportArg(data, graph.Diagnostic{
			Code: tracer.CodeValue, Message: "the table names no target: there is nothing to predict",
			Fixes: []string{"table(..., target = \"column\")", "or learn to draw such rows: train(data, vae())"},
		})
	}
}

// ownObjective reports whether the recipe gives an objective of its own.
func ownObjective(c *tracer.Call) bool {
	v, ok := c.ArgNamed("objective")
	_, none := v.(tracer.None)
	return ok && !none
}

func (f *File) setModel(c *tracer.Call, i int, job *train.Job) {
	if v, ok := c.Arg(i).(*vae); ok {
		if ownObjective(c) {
			c.Want(i, "parts(...) or a model of a class, which the objective calls: vae() has an objective")
			return
		}
		if _, ok := c.Arg(0).(*imageFolder); ok {
			c.Want(0, "a table or arrays: images() are for models of masks")
			return
		}
		job.VAE, job.ModelName, job.ModelPos = &train.VAE{Model: v.build, Numbers: v.numbers}, v.call.Fn.Name, f.tracer.Position(v.call.At)
		return
	}
	if job.Arrays != nil && !ownObjective(c) {
		c.Want(i, "vae() or conv_vae(): models of a target learn from table() or images()")
		return
	}
	if p, ok := c.Arg(i).(*partsValue); ok || ownObjective(c) {
		switch {
		case !ownObjective(c):
			c.ReportArg(i, graph.Diagnostic{
				Code: tracer.CodeValue, Message: "parts are called by an objective, and none is given",
				Fixes: []string{"train(data, net, objective = f), where def f(step, net) returns the loss of a batch"},
			})
		case ok:
			job.ModelName, job.ModelPos = "parts", f.tracer.Position(p.call.At)
		default:
			n, ok := f.network(c.Arg(i), c.Span(i))
			if !ok {
				c.Want(i, "parts(...) or a model of a class, which the objective calls")
				return
			}
			job.ModelName, job.ModelPos = n.name(), f.tracer.Position(n.at)
		}
		return
	}
	if n, ok := f.network(c.Arg(i), c.Span(i)); ok {
		job.Model, job.ModelName, job.ModelPos = n.build, n.name(), f.tracer.Position(n.at)
		return
	}
	if class, ok := c.Arg(i).(*tracer.Class); ok {
		c.ReportArg(i, graph.Diagnostic{
			Code: tracer.CodeType, Message: class.Name + " is a class: a model is an instance of it",
			Fixes: []string{class.Name + "()"},
		})
		return
	}
	m, ok := c.Arg(i).(*model)
	if !ok {
		c.Want(i, "a model such as mlp(hidden = [64, 32])")
		return
	}
	job.Model, job.ModelName, job.ModelPos = m.build, m.call.Fn.Name, f.tracer.Position(m.call.At)
}

func (f *File) setLoss(c *tracer.Call, i int, job *train.Job) {
	if ownObjective(c) && c.Given(i) {
		c.ReportArg(i, graph.Diagnostic{
			Code: tracer.CodeValue, Message: "the objective is the loss: another one has no place beside it",
			Fixes: []string{"leave loss out", "or leave objective out"},
		})
		return
	}
	if s, ok := c.Arg(i).(tracer.Str); ok {
		if s != "auto" {
			f.wordNotString(c, i, string(s), append([]string{"auto"}, lossNames()...)...)
		}
		return
	}
	if job.VAE != nil || isELBO(c.Arg(i)) {
		f.setBound(c, i, job)
		return
	}
	l, ok := f.loss(c.Arg(i), c.Span(i))
	if !ok {
		c.Want(i, "a loss: bce(), or a function of y_true and y_pred")
		return
	}
	job.LossFor, job.LossPos, job.LossName = l, f.tracer.Position(c.Span(i)), f.lossName(c.Arg(i), c.Span(i))
}

// lossName is what the first screen calls the loss: the word, the function, or the
// expression as it stands.
func (f *File) lossName(v tracer.Value, at syntax.Span) string {
	switch v := v.(type) {
	case *lossValue:
		if v.call != nil && v.call.Fn.Params()[0].Name != "f" {
			return v.call.Fn.Name
		}
	case *tracer.Function:
		return v.Name()
	case *tracer.Builtin:
		return v.Name
	case *tracer.Instance:
		return v.Class.Name
	}
	const most = 40
	text := strings.Join(strings.Fields(f.tracer.Text(at)), " ")
	if r := []rune(text); len(r) > most {
		text = string(r[:most-3]) + "..."
	}
	return text
}

// wordNotString refuses a string where a word is meant, as in loss = "bce".
func (f *File) wordNotString(c *tracer.Call, i int, s string, words ...string) {
	d := graph.Diagnostic{
		Code:    graph.CodeUnknownWord,
		Message: c.Fn.Params()[i].Name + " is a word, not a string: " + tracer.Repr(tracer.Str(s)),
		Notes:   []string{"words  " + strings.Join(words[1:], ", ")},
	}
	for _, w := range words[1:] {
		if s == w {
			d.Fixes = []string{c.Fn.Params()[i].Name + " = " + w + "()"}
		}
	}
	if near, ok := tracer.Nearest(s, words[1:]); ok && d.Fixes == nil {
		d.Fixes = []string{c.Fn.Params()[i].Name + " = " + near + "()"}
	}
	c.ReportArg(i, d)
}

func (f *File) setEarlyStop(c *tracer.Call, i int, job *train.Job) {
	switch v := c.Arg(i).(type) {
	case tracer.Ellipsis:
	case tracer.None:
		job.EarlyStop = nil
	case *earlyStop:
		job.EarlyStop = &v.rule
	default:
		c.Want(i, "early_stop(\"valid.loss\", patience = 10) or None")
	}
}

func (f *File) setThreshold(c *tracer.Call, i int, job *train.Job) {
	switch v := c.Arg(i).(type) {
	case *threshold:
		job.Threshold, job.ThresholdPos = v.rule, f.tracer.Position(c.Span(i))
	case tracer.Str:
		if v != "auto" {
			f.wordNotString(c, i, string(v), "auto", "best_f", "recall_at_precision", "precision_at_recall", "cheapest", "fixed")
		}
	default:
		c.Want(i, "a rule such as best_f() or recall_at_precision(0.6)")
	}
}
