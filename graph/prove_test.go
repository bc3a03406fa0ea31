package graph

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// program is a model of one dense layer with a loss, as a recipe would trace it.
type program struct {
	g    *Graph
	p, y *Node // y_pred and y_true, each [N outs]
	w    []*Node
}

// dense builds a model with so many outputs and an activation.
func dense(outs int, activation string) program {
	g := New(Training)
	g.Language = Python
	at := program{g: g}.at
	at(2, 9)
	x := g.InputFrom("x", `data columns "a", "b", "c"`, Rows(3), Unknown)
	y := g.InputFrom("y_true", `data column "class"`, Rows(outs), Range{Interval: Within(0, 1), Tag: Label})
	at(9, 43)
	leaveModel := g.Enter(Scope{Name: "mlp", Layer: true})
	detail := "Dense 3 -> " + Fixed(outs).String()
	if activation != "" {
		detail += " " + activation
	}
	leave := g.Enter(Scope{Name: "Dense[1]", Detail: detail, Layer: true})
	w := g.Param(Param{Name: "Dense[1].Weight", Shape: []int{3, outs}})
	b := g.Param(Param{Name: "Dense[1].Bias", Shape: []int{outs}})
	p := x.MatMul(w).Add(b)
	switch activation {
	case "sigmoid":
		p = p.Sigmoid()
	case "softmax":
		p = p.Softmax(-1)
	case "relu":
		p = p.Relu()
	}
	leave()
	leaveModel()
	at(3, 5)
	return program{g, p.Named("y_pred"), y, []*Node{w, b}}
}

// at makes line and column the place of what follows.
func (pr program) at(line, col int) {
	pr.g.at = &Position{File: "loss.py", Line: line, Col: col}
}

// on is at for a node: pr.on(4, 5, func() *Node { return ... }).
func (pr program) on(line, col int, f func() *Node) *Node {
	pr.at(line, col)
	return f()
}

// check proves a loss of a dense model and returns what was found.
func check(outs int, activation string, loss func(pr program) *Node) Diagnostics {
	pr := dense(outs, activation)
	l := loss(pr)
	pr.g.at = nil
	Prove(l)
	return pr.g.Diagnostics()
}

// TestProveRefuses holds the whole text of every refusal.
func TestProveRefuses(t *testing.T) {
	for _, c := range []struct {
		name       string
		outs       int
		activation string
		loss       func(pr program) *Node
		want       string
	}{
		{"precision of one class", 4, "softmax", func(pr program) *Node {
			pred := pr.on(4, 21, func() *Node { return pr.p.ArgMax(1) })
			pred = pr.on(4, 14, func() *Node { return pred.Cast(Float) }).Named("y_pred")
			class := pr.on(5, 30, func() *Node { return pr.y.ArgMax(1) })
			zero := pr.g.Const(0)
			hit := pr.on(5, 39, func() *Node { return class.Equal(pred) })
			was := pr.on(5, 60, func() *Node { return class.Equal(zero) })
			both := pr.on(5, 37, func() *Node { return hit.And(was) })
			hits := pr.on(5, 11, func() *Node { return both.Cast(Float) })
			said := pr.on(6, 19, func() *Node { return pred.Equal(zero) })
			said = pr.on(6, 12, func() *Node { return said.Cast(Float) })
			return pr.on(7, 5, func() *Node { return hits.Sum().Neg().Div(said.Sum()) })
		}, `
loss.py:4:21: this objective cannot be a loss: no gradient passes argmax [not-differentiable]
	input   y_pred [N 4]  from Dense[1] 3 -> 4 softmax (mlp, loss.py:9:43)
	path    weights -> softmax -> argmax (4:21) -> cast (4:14) -> equal (5:39) -> and (5:37) -> cast (5:11) -> sum -> neg -> div -> loss
	cuts    argmax 4:21, equal 5:39, and 5:37, cast 5:11, equal 6:19, cast 6:12: no smooth way around
	why     argmax returns a position: nudging a weight leaves it where it is, so no weight would ever move.
	would   train with every gradient exactly 0 and return the starting weights.
	fix: train on a smooth stand-in: loss = soft_f1()
	fix: then choose the cut: threshold = recall_at_precision(0.6)
	fix: keep this one as a metric, which needs no gradient: metrics = [f]
	fix: or put probabilities in place of the position: y_true * y_pred; a precision of them is scale-free, so add bce()
	fix: if the position is meant as a constant (a mask, a mined index), say so beside a term that trains: K.stop_gradient(K.argmax(y_pred))`},
		{"accuracy by round", 1, "sigmoid", func(pr program) *Node {
			r := pr.on(3, 24, func() *Node { return pr.p.Round() })
			return pr.on(3, 12, func() *Node { return pr.y.Sub(r).Abs().Mean() })
		}, `
loss.py:3:24: this objective cannot be a loss: no gradient passes round [not-differentiable]
	input   y_pred [N 1]  from Dense[1] 3 -> 1 sigmoid (mlp, loss.py:9:43)
	path    weights -> sigmoid -> round (3:24) -> sub -> abs -> mean -> loss
	cuts    round 3:24: no smooth way around
	why     round returns the nearest whole number: nudging a weight leaves it where it is, so no weight would ever move.
	would   train with every gradient exactly 0 and return the starting weights.
	fix: leave round out of the loss: y_pred is what can be trained
	fix: or train on the probability itself and choose the cut afterwards: loss = bce(), threshold = best_f()`},
		{"floor of a named value", 1, "", func(pr program) *Node {
			s := pr.on(2, 5, func() *Node { return pr.p.Scale(10) }).Named("score")
			return pr.on(3, 5, func() *Node { return s.Floor().Sub(pr.y).Square().Mean() })
		}, `
loss.py:3:5: this objective cannot be a loss: no gradient passes floor [not-differentiable]
	input   score [N 1]  from mul (loss.py:2:5)
	path    weights -> add -> mul (2:5) -> floor (3:5) -> sub -> square -> mean -> loss
	cuts    floor 3:5: no smooth way around
	why     floor returns the whole number below: nudging a weight leaves it where it is, so no weight would ever move.
	would   train with every gradient exactly 0 and return the starting weights.
	fix: leave floor out of the loss: score is what can be trained
	fix: or train on the probability itself and choose the cut afterwards: loss = bce(), threshold = best_f()`},
		{"sign", 1, "", func(pr program) *Node { return pr.p.Sign().Mul(pr.y).Mean() }, `
loss.py:3:5: this objective cannot be a loss: no gradient passes sign [not-differentiable]
	input   y_pred [N 1]  from Dense[1] 3 -> 1 (mlp, loss.py:9:43)
	path    weights -> add -> sign (3:5) -> mul -> mean -> loss
	cuts    sign 3:5: no smooth way around
	why     sign returns -1, 0 or 1: nudging a weight leaves it where it is, so no weight would ever move.
	would   train with every gradient exactly 0 and return the starting weights.
	fix: leave sign out of the loss: y_pred is what can be trained
	fix: or train on the probability itself and choose the cut afterwards: loss = bce(), threshold = best_f()`},
		{"a comparison selects constants", 1, "sigmoid", func(pr program) *Node {
			g := pr.g
			return pr.p.Greater(g.Const(0.5)).Where(pr.y.OneMinus(), pr.y).Mean()
		}, `
loss.py:3:5: this objective cannot be a loss: no gradient passes greater [not-differentiable]
	input   y_pred [N 1]  from Dense[1] 3 -> 1 sigmoid (mlp, loss.py:9:43)
	path    weights -> sigmoid -> greater (3:5) -> where -> mean -> loss
	cuts    greater 3:5: no smooth way around
	why     greater returns true or false: nudging a weight leaves it where it is, so no weight would ever move.
	would   train with every gradient exactly 0 and return the starting weights.
	fix: put a smooth step in place of y_pred > t: K.sigmoid(10 * (y_pred - t))
	fix: or train on the probability itself and choose the cut afterwards: loss = bce(), threshold = best_f()`},
		{"a prediction as condition", 1, "sigmoid", func(pr program) *Node {
			return pr.p.Where(pr.y, pr.y.OneMinus()).Mean()
		}, `
loss.py:3:5: this objective cannot be a loss: no gradient passes cast [not-differentiable]
	input   y_pred [N 1]  from Dense[1] 3 -> 1 sigmoid (mlp, loss.py:9:43)
	path    weights -> sigmoid -> cast (3:5) -> where -> mean -> loss
	cuts    cast 3:5: no smooth way around
	why     cast returns true or false: nudging a weight leaves it where it is, so no weight would ever move.
	would   train with every gradient exactly 0 and return the starting weights.
	fix: leave cast out of the loss: y_pred is what can be trained
	fix: or train on the probability itself and choose the cut afterwards: loss = bce(), threshold = best_f()`},
		{"cast to int", 1, "sigmoid", func(pr program) *Node {
			i := pr.on(3, 12, func() *Node { return pr.p.Cast(Int) })
			return pr.on(4, 5, func() *Node { return pr.y.Sub(i).Square().Mean() })
		}, `
loss.py:3:12: this objective cannot be a loss: no gradient passes cast [not-differentiable]
	input   y_pred [N 1]  from Dense[1] 3 -> 1 sigmoid (mlp, loss.py:9:43)
	path    weights -> sigmoid -> cast (3:12) -> sub -> square -> mean -> loss
	cuts    cast 3:12: no smooth way around
	why     cast returns a whole number: nudging a weight leaves it where it is, so no weight would ever move.
	would   train with every gradient exactly 0 and return the starting weights.
	fix: leave cast out of the loss: y_pred is what can be trained
	fix: or train on the probability itself and choose the cut afterwards: loss = bce(), threshold = best_f()`},
		{"everything under stop-gradient", 1, "sigmoid", func(pr program) *Node {
			return pr.p.StopGradient().Sub(pr.y).Square().Mean()
		}, `
loss.py:3:5: this objective cannot be a loss: no gradient passes stop_gradient [not-differentiable]
	input   y_pred [N 1]  from Dense[1] 3 -> 1 sigmoid (mlp, loss.py:9:43)
	path    weights -> sigmoid -> stop_gradient (3:5) -> sub -> square -> mean -> loss
	cuts    stop_gradient 3:5: no smooth way around
	why     stop_gradient takes its input as a constant because the program says so: no weight behind it would ever move.
	would   train with every gradient exactly 0 and return the starting weights.
	fix: let one path through: take stop_gradient away from what is to be trained`},
		{"a power of 0", 1, "sigmoid", func(pr program) *Node { return pr.p.PowConst(0).Sub(pr.y).Square().Mean() }, `
loss.py:3:5: this objective cannot be a loss: no gradient passes pow [not-differentiable]
	input   y_pred [N 1]  from Dense[1] 3 -> 1 sigmoid (mlp, loss.py:9:43)
	path    weights -> sigmoid -> pow (3:5) -> sub -> square -> mean -> loss
	cuts    pow 3:5: no smooth way around
	why     pow by 0 returns 1 for every value: nudging a weight leaves it where it is, so no weight would ever move.
	would   train with every gradient exactly 0 and return the starting weights.
	fix: leave pow out of the loss: y_pred is what can be trained
	fix: or train on the probability itself and choose the cut afterwards: loss = bce(), threshold = best_f()`},
		{"a comparison, and the prediction times 0", 1, "sigmoid", func(pr program) *Node {
			over := pr.on(3, 13, func() *Node { return pr.p.Greater(pr.g.Const(0.5)) })
			nothing := pr.on(3, 40, func() *Node { return pr.p.Scale(0) })
			return pr.on(3, 6, func() *Node { return over.Mul(pr.y).Add(nothing).Mean() })
		}, `
loss.py:3:13: this objective cannot be a loss: no gradient passes greater [not-differentiable]
	input   y_pred [N 1]  from Dense[1] 3 -> 1 sigmoid (mlp, loss.py:9:43)
	path    weights -> sigmoid -> greater (3:13) -> mul -> add -> mean -> loss
	cuts    greater 3:13: no smooth way around
	why     greater returns true or false: nudging a weight leaves it where it is, so no weight would ever move.
	would   train with every gradient exactly 0 and return the starting weights.
	fix: put a smooth step in place of y_pred > t: K.sigmoid(10 * (y_pred - t))
	fix: or train on the probability itself and choose the cut afterwards: loss = bce(), threshold = best_f()`},
		{"times 0", 1, "sigmoid", func(pr program) *Node {
			return pr.on(3, 17, func() *Node { return pr.p.Sub(pr.y).Square().Scale(0) }).Mean()
		}, `
loss.py:3:17: this objective cannot be a loss: the weights enter it only through a factor of 0 [no-gradient]
	factor  0 in mul 3:17, so the derivative to every weight is 0 times something
	would   train with every gradient exactly 0 and return the starting weights.
	fix: take the factor of 0 away, or the term with it and train on what remains`},
		{"a cut, times 0", 1, "sigmoid", func(pr program) *Node {
			return pr.on(3, 17, func() *Node { return pr.p.Round().Scale(0) }).Add(pr.y).Mean()
		}, `
loss.py:3:17: this objective cannot be a loss: the weights enter it only through a factor of 0 [no-gradient]
	factor  0 in mul 3:17, so the derivative to every weight is 0 times something
	would   train with every gradient exactly 0 and return the starting weights.
	fix: take the factor of 0 away, or the term with it and train on what remains`},
		{"a cut, and an earlier one times 0", 1, "sigmoid", func(pr program) *Node {
			nothing := pr.on(3, 7, func() *Node { return pr.p.Sign().Scale(0) })
			return pr.on(4, 8, func() *Node { return pr.p.Round().Mul(pr.y).Add(nothing).Mean() })
		}, `
loss.py:4:8: this objective cannot be a loss: no gradient passes round [not-differentiable]
	input   y_pred [N 1]  from Dense[1] 3 -> 1 sigmoid (mlp, loss.py:9:43)
	path    weights -> sigmoid -> round (4:8) -> mul -> add -> mean -> loss
	cuts    round 4:8: no smooth way around
	why     round returns the nearest whole number: nudging a weight leaves it where it is, so no weight would ever move.
	would   train with every gradient exactly 0 and return the starting weights.
	fix: leave round out of the loss: y_pred is what can be trained
	fix: or train on the probability itself and choose the cut afterwards: loss = bce(), threshold = best_f()`},
		{"a cut, used times 0 before", 1, "sigmoid", func(pr program) *Node {
			hard := pr.on(4, 8, func() *Node { return pr.p.Round() })
			nothing := hard.Shift(1).Scale(0)
			return pr.on(5, 2, func() *Node { return hard.Mul(pr.y).Sub(nothing).Mean() })
		}, `
loss.py:4:8: this objective cannot be a loss: no gradient passes round [not-differentiable]
	input   y_pred [N 1]  from Dense[1] 3 -> 1 sigmoid (mlp, loss.py:9:43)
	path    weights -> sigmoid -> round (4:8) -> mul -> sub -> mean -> loss
	cuts    round 4:8: no smooth way around
	why     round returns the nearest whole number: nudging a weight leaves it where it is, so no weight would ever move.
	would   train with every gradient exactly 0 and return the starting weights.
	fix: leave round out of the loss: y_pred is what can be trained
	fix: or train on the probability itself and choose the cut afterwards: loss = bce(), threshold = best_f()`},
		{"the target alone", 1, "sigmoid", func(pr program) *Node { return pr.y.Square().Mean() }, `
loss.py:3:5: this objective cannot be a loss: it does not depend on any weight of the model [no-gradient]
	made of y_true
	would   train with every gradient exactly 0 and return the starting weights.
	fix: use the prediction in it: K.mean(K.square(y_true - y_pred))`},
		{"a constant", 1, "sigmoid", func(pr program) *Node { return pr.g.Const(3) }, `
loss.py:3:5: this objective cannot be a loss: it does not depend on any weight of the model [no-gradient]
	made of constants only
	would   train with every gradient exactly 0 and return the starting weights.
	fix: use the prediction in it: K.mean(K.square(y_true - y_pred))`},
		{"a layer without use", 1, "sigmoid", func(pr program) *Node {
			pr.at(8, 20)
			pr.g.Param(Param{Name: "Extra.Weight", Shape: []int{3, 2}})
			pr.g.Param(Param{Name: "Extra.Bias", Shape: []int{2}})
			return pr.p.Sub(pr.y).Square().Mean()
		}, `
loss.py:8:20: no gradient reaches Extra.Weight, Extra.Bias [no-gradient]
	why     nothing that the loss is made of uses them.
	would   leave them at their starting values while the rest trains.
	fix: use the layer in the model, or take it out`},
		{"a layer times 0", 1, "sigmoid", func(pr program) *Node {
			pr.at(8, 20)
			scale := pr.g.Param(Param{Name: "scale", Shape: []int{1}})
			return pr.p.Sub(pr.y).Square().Add(scale.Scale(0)).Mean()
		}, `
loss.py:8:20: no gradient reaches scale [no-gradient]
	why     scale enters the loss only through a factor of 0.
	would   leave them at their starting values while the rest trains.
	fix: use the layer in the model, or take it out`},
		{"a hard gate", 1, "sigmoid", func(pr program) *Node {
			pr.at(8, 20)
			gate := pr.g.Param(Param{Name: "gate", Shape: []int{1}})
			open := pr.on(8, 30, func() *Node { return gate.Greater(pr.g.Const(0)) })
			return pr.on(9, 5, func() *Node { return open.Where(pr.p, pr.p.OneMinus()).Sub(pr.y).Square().Mean() })
		}, `
loss.py:8:30: no gradient reaches gate: none passes greater [not-differentiable]
	input   gate [1]  parameter gate
	path    weights -> greater (8:30) -> where -> sub -> square -> mean -> loss
	cuts    greater 8:30: no smooth way around
	why     greater returns true or false: nudging a weight leaves it where it is, so no weight would ever move.
	would   leave them at their starting values while the rest trains.
	fix: put a smooth step in place of x > t: K.sigmoid(10 * (x - t))
	fix: or train on the probability itself and choose the cut afterwards: loss = bce(), threshold = best_f()`},
		{"a hard gate and a layer without use", 1, "sigmoid", func(pr program) *Node {
			pr.at(8, 20)
			gate := pr.g.Param(Param{Name: "gate", Shape: []int{1}}).Sign()
			pr.at(8, 40)
			pr.g.Param(Param{Name: "Extra.Bias", Shape: []int{2}})
			return pr.on(9, 5, func() *Node { return pr.p.Mul(gate).Sub(pr.y).Square().Mean() })
		}, `
loss.py:8:20: no gradient reaches gate: none passes sign [not-differentiable]
	input   gate [1]  parameter gate
	path    weights -> sign (8:20) -> mul -> sub -> square -> mean -> loss
	cuts    sign 8:20: no smooth way around
	why     sign returns -1, 0 or 1: nudging a weight leaves it where it is, so no weight would ever move.
	would   leave them at their starting values while the rest trains.
	fix: leave sign out of the loss: x is what can be trained
	fix: or train on the probability itself and choose the cut afterwards: loss = bce(), threshold = best_f()
loss.py:8:40: no gradient reaches Extra.Bias [no-gradient]
	why     nothing that the loss is made of uses them.
	would   leave them at their starting values while the rest trains.
	fix: use the layer in the model, or take it out`},
		{"a power of what is always 0", 1, "sigmoid", func(pr program) *Node {
			return pr.p.Pow(pr.y.Scale(0)).Mean()
		}, `
loss.py:3:5: this objective cannot be a loss: the weights enter it only through a factor of 0 [no-gradient]
	factor  0 in mean 3:5, so the derivative to every weight is 0 times something
	would   train with every gradient exactly 0 and return the starting weights.
	fix: take the factor of 0 away, or the term with it and train on what remains`},
		{"clipped to what it never is", 1, "sigmoid", func(pr program) *Node {
			return pr.on(3, 12, func() *Node { return pr.p.Clip(2, 3) }).Mul(pr.y).Mean()
		}, `
loss.py:3:12: this objective cannot be a loss: clip is always 2, whatever the weights are [no-gradient]
	given   y_pred [N 1] in (0, 1)  from Dense[1] 3 -> 1 sigmoid (mlp, loss.py:9:43)
	would   train with every gradient exactly 0 and return the starting weights.
	fix: leave clip out, or give it limits that y_pred reaches on both sides`},
		{"the larger of a probability and 1", 1, "sigmoid", func(pr program) *Node {
			return pr.on(3, 12, func() *Node { return pr.p.Max(pr.g.Const(1)) }).Mul(pr.y).Mean()
		}, `
loss.py:3:12: this objective cannot be a loss: maximum is always 1, whatever the weights are [no-gradient]
	given   y_pred [N 1] in (0, 1)  from Dense[1] 3 -> 1 sigmoid (mlp, loss.py:9:43)
	would   train with every gradient exactly 0 and return the starting weights.
	fix: leave maximum out, or give it limits that y_pred reaches on both sides`},
		{"a softmax of one", 1, "softmax", func(pr program) *Node {
			return pr.y.Mul(pr.p.Shift(1e-7).Log()).Mean().Neg()
		}, `
loss.py:9:43: this objective cannot be a loss: softmax is always 1, whatever the weights are [no-gradient]
	given   add [N 1] in [-Inf, +Inf]  from Dense[1] 3 -> 1 softmax (mlp, loss.py:9:43)
	would   train with every gradient exactly 0 and return the starting weights.
	fix: for yes or no: layers.Dense(1, activation = "sigmoid")
	fix: for several classes: one output each, layers.Dense(classes, activation = "softmax")`},
		{"both logarithms of raw scores in one place", 1, "", func(pr program) *Node {
			return pr.on(3, 18, func() *Node {
				return pr.y.Mul(pr.p.Log()).Add(pr.y.OneMinus().Mul(pr.p.OneMinus().Log()))
			}).Mean().Neg()
		}, `
loss.py:3:18: log needs values of 0 or more, but y_pred may be any value [loss-domain]
	y_pred  [N 1]  from Dense[1] 3 -> 1 (mlp, loss.py:9:43)
	would   give NaN for every value below 0, and with it a loss that is NaN.
	fix: end the model with activation = "sigmoid" or "softmax", so that it gives probabilities
	fix: or use loss = bce(from_logits = True), which takes raw scores`},
		{"log of raw scores", 1, "", func(pr program) *Node {
			return pr.on(3, 18, func() *Node { return pr.y.Mul(pr.p.Log()) }).Mean().Neg()
		}, `
loss.py:3:18: log needs values of 0 or more, but y_pred may be any value [loss-domain]
	y_pred  [N 1]  from Dense[1] 3 -> 1 (mlp, loss.py:9:43)
	would   give NaN for every value below 0, and with it a loss that is NaN.
	fix: end the model with activation = "sigmoid" or "softmax", so that it gives probabilities
	fix: or use loss = bce(from_logits = True), which takes raw scores`},
		{"log of raw scores where the target says so", 1, "", func(pr program) *Node {
			return pr.y.Equal(pr.g.Const(1)).Where(pr.p.Log(), pr.p.OneMinus().Log()).Mean().Neg()
		}, `
loss.py:3:5: log needs values of 0 or more, but y_pred may be any value [loss-domain]
	y_pred  [N 1]  from Dense[1] 3 -> 1 (mlp, loss.py:9:43)
	would   give NaN for every value below 0, and with it a loss that is NaN.
	fix: end the model with activation = "sigmoid" or "softmax", so that it gives probabilities
	fix: or use loss = bce(from_logits = True), which takes raw scores`},
		{"root of a negative value", 1, "sigmoid", func(pr program) *Node {
			return pr.p.Shift(-2).Sqrt().Mean()
		}, `
loss.py:3:5: sqrt needs values of 0 or more, but add takes any value in (-2, -1) [loss-domain]
	add    [N 1]  from add (loss.py:3:5)
	would  give NaN for every value below 0, and with it a loss that is NaN.
	fix: make it positive before: K.softplus(x) or K.abs(x)`},
		{"fractional power of raw scores", 1, "", func(pr program) *Node {
			return pr.p.PowConst(1.5).Mean()
		}, `
loss.py:3:5: pow needs values of 0 or more, but y_pred may be any value [loss-domain]
	y_pred  [N 1]  from Dense[1] 3 -> 1 (mlp, loss.py:9:43)
	would   give NaN for every value below 0, and with it a loss that is NaN.
	fix: make it positive before: K.softplus(x) or K.abs(x)`},
		{"a value per row", 1, "sigmoid", func(pr program) *Node { return pr.p.Sub(pr.y).Square() }, `
loss.py:3:5: a loss is one number, but square is [N 1] [loss-scalar]
	fix: say how the values become one: mean(f), weighted_mean(f) or sum_per_sample(f)`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := check(c.outs, c.activation, c.loss)
			if diff := cmp.Diff(strings.TrimPrefix(c.want, "\n"), got.Error()); diff != "" {
				t.Errorf("(-want +got):\n%s\n%s", diff, got.Error())
			}
			if !got.Refused() {
				t.Error("it is not refused")
			}
		})
	}
}

func TestProveWithoutParameters(t *testing.T) {
	g := New(Training)
	g.at = &Position{File: "main.go", Line: 7}
	Prove(g.Input("x", Rows(2), Unknown).Mean())
	want := `main.go:7: there is nothing to train: the model has no parameters [no-gradient]
	would   compute the same loss at every step.
	fix: give the model a layer: &nn.Dense{In: 3, Out: 1}`
	if diff := cmp.Diff(want, g.Diagnostics().Error()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestProveAccepts holds the nearest legal neighbours of what is refused, and the
// notes and warnings that some of them get.
func TestProveAccepts(t *testing.T) {
	c := func(pr program, v float64) *Node { return pr.g.Const(v) }
	for _, test := range []struct {
		name       string
		outs       int
		activation string
		loss       func(pr program) *Node
		want       string
	}{
		{"Huber", 1, "", func(pr program) *Node {
			e := pr.y.Sub(pr.p)
			return e.Abs().LessEqual(c(pr, 1)).Where(e.Square().Scale(0.5), e.Abs().Shift(-0.5)).Mean()
		}, ""},
		{"hinge", 1, "", func(pr program) *Node { return pr.y.Mul(pr.p).OneMinus().Max(c(pr, 0)).Mean() }, ""},
		{"mean absolute error", 1, "", func(pr program) *Node { return pr.y.Sub(pr.p).Abs().Mean() }, ""},
		{"largest error", 1, "", func(pr program) *Node { return pr.y.Sub(pr.p).Abs().ReduceMax(1).Mean() }, ""},
		{"a weight under stop-gradient", 1, "sigmoid", func(pr program) *Node {
			return pr.y.Sub(pr.p).Abs().StopGradient().Mul(pr.y.Sub(pr.p).Square()).Mean()
		}, ""},
		{"the target cast", 4, "softmax", func(pr program) *Node {
			y := pr.y.Cast(Int).Cast(Float)
			return y.Mul(pr.p.Log()).Sum(1).Mean().Neg()
		}, ""},
		{"the target's position", 4, "softmax", func(pr program) *Node {
			return pr.y.ArgMax(1).OneHot(4).Mul(pr.p.Log()).Sum(1).Mean().Neg()
		}, ""},
		{"a mixture of two probabilities", 1, "", func(pr program) *Node {
			mix := pr.p.Sigmoid().Scale(0.3).Add(pr.p.Scale(2).Sigmoid().Scale(0.7))
			return pr.y.Mul(mix.Log()).Mean().Neg()
		}, ""},
		{"log of a clipped probability", 1, "sigmoid", func(pr program) *Node {
			return pr.y.Mul(pr.p.Clip(1e-7, 1-1e-7).Log()).Mean().Neg()
		}, ""},
		{"log of a clipped score", 1, "", func(pr program) *Node {
			return pr.y.Mul(pr.p.Clip(1e-7, 1).Log()).Mean().Neg()
		}, ""},
		{"log of a score behind max", 1, "", func(pr program) *Node {
			return pr.y.Mul(pr.p.Max(c(pr, 1e-7)).Log()).Mean().Neg()
		}, ""},
		{"a probability clipped from one side", 1, "sigmoid", func(pr program) *Node { return pr.p.Clip(0.5, 2).Mul(pr.y).Mean() }, ""},
		{"a softmax of two", 2, "softmax", func(pr program) *Node { return pr.y.Mul(pr.p.Shift(1e-7).Log()).Mean().Neg() }, ""},
		{"focal", 1, "sigmoid", func(pr program) *Node {
			return pr.p.OneMinus().PowConst(1.5).Mul(pr.y.XLogY(pr.p)).Mean().Neg()
		}, ""},
		{"dice", 1, "sigmoid", func(pr program) *Node {
			return pr.p.Mul(pr.y).Sum().Scale(2).Shift(1).Div(pr.p.Sum().Add(pr.y.Sum()).Shift(1)).OneMinus()
		}, ""},
		{"a log that a where guards", 1, "", func(pr program) *Node {
			return pr.p.Greater(c(pr, 0)).Where(pr.p.Log(), c(pr, 0)).Mean().Neg()
		}, ""},
		{"log of a noise matrix times probabilities", 4, "softmax", func(pr program) *Node {
			flip := pr.g.Array([]int{4, 4}, []float64{.7, .1, .1, .1, .1, .7, .1, .1, .1, .1, .7, .1, .1, .1, .1, .7})
			return pr.y.Mul(pr.p.MatMul(flip).Log()).Sum(1).Mean().Neg()
		}, ""},
		{"inverse hyperbolic sine by hand", 1, "", func(pr program) *Node {
			e := pr.p.Sub(pr.y)
			return e.Add(e.Square().Shift(1).Sqrt()).Log().Square().Mean()
		}, ""},
		{"a score less its least", 4, "", func(pr program) *Node {
			return pr.p.Sub(pr.p.ReduceMinKeep(1)).Shift(1).Log().Mul(pr.y).Mean()
		}, ""},
		{"whole power of raw scores", 1, "", func(pr program) *Node { return pr.p.Sub(pr.y).PowConst(4).Mean() }, ""},
		{"a straight-through estimate", 1, "sigmoid", func(pr program) *Node {
			hard := pr.p.Add(pr.p.Round().Sub(pr.p).StopGradient())
			return hard.Sub(pr.y).Square().Mean()
		}, ""},
		{"one row at a time", 1, "sigmoid", func(pr program) *Node { return pr.p.Index(0, 0).Index(0, 0).Square() }, ""},
		{"a frozen encoder", 1, "sigmoid", func(pr program) *Node {
			pr.at(8, 20)
			code := pr.g.Param(Param{Name: "Encoder.Weight", Shape: []int{1}}).Exp()
			return pr.on(4, 5, func() *Node { return pr.p.Mul(code.StopGradient()).Sub(pr.y).Square().Mean() })
		}, `
loss.py:4:5: note: stop_gradient keeps Encoder.Weight at the starting values, as the program says [cut-path]`},
		{"a hard term beside a smooth one", 1, "sigmoid", func(pr program) *Node {
			hard := pr.on(4, 9, func() *Node { return pr.p.Greater(c(pr, 0.5)) })
			hard = pr.on(4, 5, func() *Node { return hard.Cast(Float) })
			return pr.on(5, 5, func() *Node { return pr.p.Sub(pr.y).Square().Add(hard.Mul(pr.y)).Mean() })
		}, `
loss.py:4:9: note: no gradient passes greater: what it decides is not trained [cut-path]
	cuts    greater 4:9, cast 4:5; the rest of the loss reaches every parameter
	fix: if it is meant as a constant, say so: K.stop_gradient(x)`},
		{"the same, said to be meant", 1, "sigmoid", func(pr program) *Node {
			hard := pr.p.Greater(c(pr, 0.5)).Cast(Float).StopGradient()
			return pr.p.Sub(pr.y).Square().Add(hard.Mul(pr.y)).Mean()
		}, ""},
		{"a log that a where guards too late", 1, "relu", func(pr program) *Node {
			l := pr.on(4, 28, func() *Node { return pr.p.Log() })
			return pr.on(4, 12, func() *Node { return pr.p.Greater(c(pr, 0)).Where(l, c(pr, 0)).Mean() })
		}, `
loss.py:4:28: warning: log in a branch of where has an infinite slope where y_pred is 0 [where-nan]
	y_pred  [N 1]  from Dense[1] 3 -> 1 relu (mlp, loss.py:9:43)
	would   give NaN as the gradient of rows that take the other branch, since 0 times infinity is NaN.
	fix: guard the argument, not the result: put K.where(c, x, 1) in place of x`},
		{"a root that a where guards too late", 1, "", func(pr program) *Node {
			return pr.p.Greater(c(pr, 0)).Where(pr.p.Sqrt(), c(pr, 0)).Mean()
		}, `
loss.py:3:5: warning: sqrt in a branch of where has an infinite slope where y_pred is 0 [where-nan]
	y_pred  [N 1]  from Dense[1] 3 -> 1 (mlp, loss.py:9:43)
	would   give NaN as the gradient of rows that take the other branch, since 0 times infinity is NaN.
	fix: guard the argument, not the result: put K.where(c, x, 1) in place of x`},
		{"a quotient that a where guards too late", 1, "sigmoid", func(pr program) *Node {
			total := pr.y.Sum()
			return total.Equal(c(pr, 0)).Where(c(pr, 0), pr.p.Mul(pr.y).Sum().Div(total)).OneMinus()
		}, `
loss.py:3:5: warning: div in a branch of where has an infinite slope where sum is 0 [where-nan]
	sum    []  from sum (loss.py:3:5)
	would  give NaN as the gradient of rows that take the other branch, since 0 times infinity is NaN.
	fix: guard the argument, not the result: put K.where(c, x, 1) in place of x`},
		{"a quotient whose argument a where guards", 1, "sigmoid", func(pr program) *Node {
			total := pr.y.Sum()
			none := total.Equal(c(pr, 0))
			return none.Where(c(pr, 0), pr.p.Mul(pr.y).Sum().Div(none.Where(c(pr, 1), total))).OneMinus()
		}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := check(test.outs, test.activation, test.loss)
			if diff := cmp.Diff(strings.TrimPrefix(test.want, "\n"), got.Error()); diff != "" {
				t.Errorf("(-want +got):\n%s\n%s", diff, got.Error())
			}
			if got.Refused() {
				t.Error("it is refused")
			}
		})
	}
}

// TestWhereNaN holds that what is warned of happens, and not after the fix.
func TestWhereNaN(t *testing.T) {
	for _, guarded := range []bool{false, true} {
		pr := dense(1, "relu")
		c := pr.p.Greater(pr.g.Const(0))
		x := pr.p
		if guarded {
			x = c.Where(x, pr.g.Const(1))
		}
		proof := Prove(c.Where(x.Log(), pr.g.Const(0)).Mean())
		if warned := len(pr.g.Diagnostics()) > 0; warned == guarded {
			t.Errorf("guarded %v: %v", guarded, pr.g.Diagnostics())
		}
		feed := Feed{Rows: 1, Values: map[*Node]Array{
			pr.g.inputs["x"]: ArrayOf([]float64{1, 1, 1}, 1, 3),
			pr.w[0]:          ArrayOf([]float64{-1, -1, -1}, 3, 1), pr.w[1]: NewArray(1),
		}}
		// relu stops what comes from a row of 0, so the derivative is taken before it.
		before, err := Eval(feed, Gradient(proof.Loss, []*Node{pr.p})[0])
		if err != nil {
			t.Fatal(err)
		}
		if got := math.IsNaN(before[0].Data[0]); got == guarded {
			t.Errorf("guarded %v: the derivative to the prediction is %v", guarded, before[0].Data[0])
		}
	}
}
