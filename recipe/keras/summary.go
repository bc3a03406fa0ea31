package keras

import (
	"fmt"
	"strings"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/internal/layer"
	"github.com/descent-ml/descent/recipe/tracer"
)

// line is a row of a summary.
type line struct {
	name, kind, shape string
	params            int
	from              []string
}

// summary prints the layers of a model: its name, what it gives, how many numbers it has
// and what it is applied to. The model is traced for that in a graph of its own.
func (d *dialect) summary(c *tracer.Call, self *tracer.Instance) tracer.Value {
	h := d.hostOf(self)
	g := graph.New(graph.Inference)
	g.Language = graph.Python
	layer.Bind(g, self)
	inputs, lines, ok := d.inputsOf(c, g, self)
	if !ok {
		return c.Report(c.At, graph.Diagnostic{
			Code:    tracer.CodeValue,
			Message: "model \"" + h.name + "\" has no summary yet: the shape of its input is not known",
			Fixes:   []string{"keras.Sequential([keras.Input(shape = (4,)), ...])"},
		})
	}
	names := map[*graph.Node]string{}
	tensors(inputs, func(n *graph.Node) { names[n] = n.Display() })
	outer := d.watch
	d.watch = func(l *tracer.Instance, args []tracer.Value, result tracer.Value) {
		row := line{name: d.hostOf(l).name, kind: l.Class.Name, shape: shapeText(result), params: d.params(g, l)}
		for _, a := range args {
			tensors(a, func(n *graph.Node) { row.from = append(row.from, names[n]) })
		}
		tensors(result, func(n *graph.Node) { names[n] = row.name })
		lines = append(lines, row)
	}
	outerDepth := d.depth
	d.depth = 0
	result := c.Invoke(g, methodOf(c, self), c.At, inputs)
	d.depth, d.watch = outerDepth, outer
	for _, diag := range g.Diagnostics() {
		c.Graph().Report(*diag)
	}
	if tracer.Poisoned(result) {
		return tracer.Poison
	}
	c.Print(c.At, table(h.name, lines, g))
	return tracer.None{}
}

// methodOf is what a model does when it is called, without counting as a layer itself.
func methodOf(c *tracer.Call, self *tracer.Instance) tracer.Value {
	v, _ := c.Find(self, "call", c.At)
	return v
}

// inputsOf makes the inputs of a model in g, with the rows for them.
func (d *dialect) inputsOf(c *tracer.Call, g *graph.Graph, self *tracer.Instance) (inputs tracer.Value, lines []line, ok bool) {
	restore := g.At(c.Position(c.At))
	defer restore()
	switch h := self.Host.(type) {
	case *functional:
		inputs = mapped(h.inputs, func(n *graph.Node) tracer.Value {
			name, _ := n.InputName()
			lines = append(lines, line{name: name, kind: "InputLayer", shape: shapeText(n)})
			return g.Input(name, n.Shape(), graph.Unknown)
		})
		return inputs, lines, true
	case *sequential:
		if h.input != nil {
			return g.Input("input", h.input, graph.Unknown), nil, true
		}
	}
	return nil, nil, false
}

// params counts the numbers that a layer owns.
func (d *dialect) params(g *graph.Graph, l *tracer.Instance) int {
	total, seen := 0, map[string]bool{}
	layer.Walk(l, func(owner any, _ string) {
		var name string
		switch o := owner.(type) {
		case *host:
			name = g.NameOf(o, o.name)
		case *layer.Variable:
			name = g.NameOf(o, o.Kind)
		default:
			return
		}
		for _, p := range g.Params() {
			param, _ := p.Param()
			if owns(name, param.Name) && !seen[param.Name] {
				seen[param.Name] = true
				total += graph.Size(param.Shape)
			}
		}
	})
	return total
}

// owns reports whether a parameter is that of an owner of a name.
func owns(owner, param string) bool {
	return param == owner || strings.HasPrefix(param, owner+".") && !strings.Contains(param[len(owner)+1:], ".")
}

// shapeText writes shapes as Keras does, with None for the batch.
func shapeText(v tracer.Value) string {
	var list []string
	tensors(v, func(n *graph.Node) {
		parts := make([]string, n.Rank())
		for i, dim := range n.Shape() {
			parts[i] = dim.String()
			if dim == graph.Batch {
				parts[i] = "None"
			}
		}
		text := strings.Join(parts, ", ")
		if len(parts) == 1 {
			text += ","
		}
		list = append(list, "("+text+")")
	})
	return strings.Join(list, ", ")
}

// table lays the rows out in columns.
func table(name string, lines []line, g *graph.Graph) string {
	rows := [][]string{{"Layer (type)", "Output Shape", "Param #", "Connected to"}}
	linear := true
	for i, l := range lines {
		linear = linear && (len(l.from) <= 1 && (i == 0 || l.from == nil || l.from[0] == lines[i-1].name))
		rows = append(rows, []string{l.name + " (" + l.kind + ")", l.shape, thousands(l.params), strings.Join(l.from, ", ")})
	}
	if linear {
		for i := range rows {
			rows[i] = rows[i][:3]
		}
	}
	widths := make([]int, len(rows[0]))
	for _, r := range rows {
		for i, cell := range r {
			widths[i] = max(widths[i], len([]rune(cell)))
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "Model: %q\n", name)
	for _, r := range rows {
		text := ""
		for i, cell := range r {
			if i == 2 {
				text += fmt.Sprintf("%*s  ", widths[i], cell)
			} else {
				text += fmt.Sprintf("%-*s  ", widths[i], cell)
			}
		}
		b.WriteString("  " + strings.TrimRight(text, " ") + "\n")
	}
	total, trained := 0, 0
	for _, p := range g.Params() {
		param, _ := p.Param()
		total += graph.Size(param.Shape)
		if !param.Frozen {
			trained += graph.Size(param.Shape)
		}
	}
	fmt.Fprintf(&b, "Total params: %s\n", thousands(total))
	if trained < total {
		fmt.Fprintf(&b, "Trainable params: %s\nNon-trainable params: %s\n", thousands(trained), thousands(total-trained))
	}
	return b.String()
}

// thousands writes a number with commas.
func thousands(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
