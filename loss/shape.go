package loss

import (
	"fmt"
	"strings"

	"github.com/descent-ml/descent/graph"
)

// sameShape refuses prediction and target of different shapes.
func sameShape(c call) *graph.Diagnostic {
	if c.p.Shape().Equal(c.y.Shape()) {
		return nil
	}
	g := c.p.Graph()
	pred, target := c.names()
	d := &graph.Diagnostic{
		Code: graph.CodeLossShape,
		Message: fmt.Sprintf("%s: %s %v and %s %v must have the same shape",
			title(g, c.name, c.word), pred, c.p.Shape(), target, c.y.Shape()),
		Notes: c.notes(),
	}
	ofModel := c.nouns == [2]string{} // and a target: else there is no model to mend
	if ofModel {
		d.Fixes = c.reshapes()
	}
	if ofModel && d.Fixes == nil {
		if k, m, ok := c.numbers(); ok {
			d.Notes = append(d.Notes, fmt.Sprintf("The model gives %s per row and the target %d: no reshape makes them equal.", count(k), m))
			d.Fixes = c.outputs(k, m)
		}
	}
	if would := graph.Broadcasting(c.p.Shape(), c.y.Shape(), pred, target); would != "" {
		d.Notes = append(d.Notes, would)
	}
	return d
}

// classes refuses shapes that are not those of classes on the last axis with a
// target of the same shape.
func classes(c call) *graph.Diagnostic {
	if d := classAxis(c); d != nil {
		return d
	}
	return sameShape(c)
}

// sparseClasses refuses shapes that are not those of classes on the last axis with
// a target of class numbers.
func sparseClasses(c call) *graph.Diagnostic {
	if d := classAxis(c); d != nil {
		return d
	}
	s := c.p.Shape()
	rows := s[:len(s)-1]
	if fits(c.y.Shape(), rows) && fits(rows, c.y.Shape()) {
		return nil
	}
	g := c.p.Graph()
	pred, target := c.names()
	d := &graph.Diagnostic{
		Code: graph.CodeLossShape,
		Message: fmt.Sprintf("%s: %s %v takes class numbers of %v, but %s is %v",
			title(g, c.name, c.word), pred, s, rows, target, c.y.Shape()),
		Notes: c.notes(),
	}
	if c.y.Shape().Equal(s) {
		oneHot := strings.Replace(c.name, "Sparse", "", 1)
		d.Fixes = []string{g.Say(fmt.Sprintf("loss.Mean(%s) takes a target with an element for each class", oneHot), "loss = cross_entropy() takes a target with an element for each class")}
	}
	return d
}

// anyClasses refuses shapes that are neither those of [classes] nor of class numbers.
func anyClasses(c call) *graph.Diagnostic {
	if d := classAxis(c); d != nil {
		return d
	}
	if c.ofNumbers() {
		return nil
	}
	return sameShape(c)
}

// ofNumbers reports whether the target holds class numbers for a prediction with
// classes on its last axis.
func (c call) ofNumbers() bool {
	s := c.p.Shape()
	if len(s) == 0 || c.y.Shape().Equal(s) {
		return false
	}
	rows := s[:len(s)-1]
	return fits(c.y.Shape(), rows) && fits(rows, c.y.Shape())
}

// shares returns the target with an element for each class: itself, or class numbers
// as one-hot rows.
func (c call) shares() *graph.Node {
	if c.ofNumbers() {
		return oneHot(c.y, c.p.Shape())
	}
	return c.y
}

// labelsOfClasses is [labels], or [classNumbers] of a target that holds such.
func labelsOfClasses(c call) *graph.Diagnostic {
	if c.ofNumbers() {
		return classNumbers(c)
	}
	return labels(c)
}

// classAxis refuses a prediction without several classes on its last axis.
func classAxis(c call) *graph.Diagnostic {
	s := c.p.Shape()
	g := c.p.Graph()
	pred, _ := c.names()
	d := &graph.Diagnostic{Code: graph.CodeLossShape, Notes: c.notes()}
	switch {
	case len(s) < 2:
		d.Message = fmt.Sprintf("%s: %s %v has no axis of classes; the last one must hold them", title(g, c.name, c.word), pred, s)
	case s[len(s)-1].IsOne():
		d.Message = fmt.Sprintf("%s: %s %v has one class, whose probability is always 1", title(g, c.name, c.word), pred, s)
		d.Notes = c.notes([]string{"would", "be 0 for every prediction, and so would every gradient."})
	default:
		return otherAxis(c)
	}
	d.Fixes = []string{
		g.Say("for yes or no: Act: nn.Sigmoid and loss.Mean(loss.BCE)", `for yes or no: layers.Dense(1, activation = "sigmoid") and loss = bce()`),
		g.Say("for several classes: one output each, Act: nn.Softmax", `for several classes: layers.Dense(classes, activation = "softmax")`),
	}
	return d
}

// otherAxis refuses a softmax along another axis than that of the classes.
func otherAxis(c call) *graph.Diagnostic {
	axis, ok := c.p.Simplex()
	if !ok || axis == c.p.Rank()-1 {
		return nil
	}
	g := c.p.Graph()
	pred, _ := c.names()
	what, would := fmt.Sprintf("axis %d", axis), "leave the classes of a row without a sum of 1: all of them could be likely at once."
	if c.p.Shape()[axis] == graph.Batch {
		what, would = "the batch", "let rows compete for each class: a prediction would change with the other rows of its batch."
	}
	return &graph.Diagnostic{
		Code:    graph.CodeLossDomain,
		Message: fmt.Sprintf("%s: the softmax of %s %v goes along %s, and not along the classes", title(g, c.name, c.word), pred, c.p.Shape(), what),
		Notes:   c.notes([]string{"would", would}),
		Fixes:   []string{g.Say("along the last axis: Softmax(-1)", "along the last axis: K.softmax(x, axis = -1)")},
	}
}

// reshapes offers the two ways to bring shapes together that differ in a last
// axis of one, or nil.
func (c call) reshapes() []string {
	long, short := c.p, c.y
	longName, shortName, longVar, shortVar := "the prediction", "the target", "p", "y"
	if c.y.Rank() > c.p.Rank() {
		long, short = short, long
		longName, shortName, longVar, shortVar = shortName, longName, shortVar, longVar
	}
	s := long.Shape()
	if len(s) != short.Rank()+1 || !s[len(s)-1].IsOne() || !s[:len(s)-1].Equal(short.Shape()) {
		return nil
	}
	if l := long.Label(); l != "" {
		longName, longVar = l, l
	}
	if l := short.Label(); l != "" {
		shortName, shortVar = l, l
	}
	reshape := c.p.Graph().Say("Reshape", "reshape")
	return []string{
		fmt.Sprintf("give %s a last axis of one: %s.%s(%s)", shortName, shortVar, reshape, arguments(s)),
		fmt.Sprintf("or drop it from %s: %s.%s(%s)", longName, longVar, reshape, arguments(short.Shape())),
	}
}

// arguments spells a shape as those of reshape, for any number of rows.
func arguments(s graph.Shape) string {
	var list []string
	for _, d := range s {
		if d.Depends() {
			list = append(list, "-1")
		} else {
			list = append(list, d.String())
		}
	}
	return strings.Join(list, ", ")
}

// numbers returns how many numbers a row of prediction and of target has, if those
// differ.
func (c call) numbers() (pred, target int, ok bool) {
	pred, okP := perRow(c.p.Shape())
	target, okT := perRow(c.y.Shape())
	return pred, target, okP && okT && pred != target
}

func perRow(s graph.Shape) (n int, ok bool) {
	if len(s) == 0 || s[0] != graph.Batch || s[1:].Depends() {
		return 0, false
	}
	return graph.Size(s[1:].At(0)), true
}

func count(n int) string {
	if n == 1 {
		return "1 number"
	}
	return fmt.Sprintf("%d numbers", n)
}

// outputs offers models whose output has as many numbers as the target, for rows
// that are flat.
func (c call) outputs(pred, target int) []string {
	if c.p.Rank() > 2 || c.y.Rank() > 2 {
		return nil
	}
	g := c.p.Graph()
	kind := text{"SparseCrossEntropy", "cross_entropy()"}
	if target > 1 {
		kind.inGo = "CrossEntropy"
	}
	softmax := ", with softmax"
	if c.scores {
		kind, softmax = text{kind.inGo + "WithLogits", "cross_entropy(from_logits = True)"}, ""
	}
	classes := text{"loss.Mean(loss." + kind.inGo + ")", "loss = " + kind.python}
	end := fmt.Sprintf("end the model with %s: %s", outputs(target), c.dense(target))
	switch {
	case c.family == several && target == 1:
		return []string{g.Say("take class numbers as target: "+classes.inGo, fmt.Sprintf("make the target one-hot: K.one_hot(y_true, %d)", pred))}
	case c.family == binary && target == 1:
		return []string{end, fmt.Sprintf("or keep the %s as classes%s: %s", outputs(pred), softmax, classes.in(g))}
	case c.family == binary:
		return []string{end, fmt.Sprintf("or, for one class out of %d%s: %s", target, softmax, classes.in(g))}
	}
	return []string{end}
}

// dense spells a last layer of n outputs that the loss takes.
func (c call) dense(n int) string {
	inGo, python := c.activation()
	if inGo != "" {
		inGo, python = ", "+inGo, ", "+python
	}
	return c.p.Graph().Say(fmt.Sprintf("nn.Dense{Out: %d%s}", n, inGo), fmt.Sprintf("layers.Dense(%d%s)", n, python))
}

func outputs(n int) string {
	if n == 1 {
		return "one output"
	}
	return fmt.Sprintf("%d outputs", n)
}
