package keras

import (
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/tracer"
)

// newSequentialClass is keras.Sequential: layers one after the other.
func (d *dialect) newSequentialClass() *tracer.Class {
	attrs := map[string]tracer.Value{}
	add := func(signature string, do func(c *tracer.Call, self *tracer.Instance) tracer.Value) {
		b := tracer.NewBuiltin(signature, withSelf(do))
		attrs[b.Name] = b.Method()
	}
	add("__init__(self, layers=None, name=None, trainable=True)", func(c *tracer.Call, self *tracer.Instance) tracer.Value {
		s := &sequential{host: &host{kind: "Sequential", built: true}}
		self.Host = s
		s.rename(c.Arg(2))
		if s.name == "" {
			s.name = d.nameFor("Sequential")
		}
		if !c.IsNone(1) {
			for _, v := range c.Elements(1) {
				d.addLayer(c, s, v)
			}
		}
		return tracer.None{}
	})
	add("add(self, layer)", func(c *tracer.Call, self *tracer.Instance) tracer.Value {
		if s, ok := self.Host.(*sequential); ok {
			d.addLayer(c, s, c.Arg(1))
		}
		return tracer.None{}
	})
	add("pop(self)", func(c *tracer.Call, self *tracer.Instance) tracer.Value {
		if s, ok := self.Host.(*sequential); ok && len(s.layers) > 0 {
			s.layers = s.layers[:len(s.layers)-1]
		}
		return tracer.None{}
	})
	add("call(self, inputs, training=None, mask=None)", func(c *tracer.Call, self *tracer.Instance) tracer.Value {
		s, ok := self.Host.(*sequential)
		if !ok {
			return c.Refuse(c.At, tracer.CodeType, "this %s was not made: its __init__ was not called", self.Class.Name)
		}
		return d.inTurn(c, s, c.Arg(1))
	})
	return tracer.NewClass("Sequential", attrs, d.modelClass)
}

// addLayer puts a layer at the end; an input in front says the shape.
func (d *dialect) addLayer(c *tracer.Call, s *sequential, v tracer.Value) {
	switch v := v.(type) {
	case *graph.Node:
		if _, isInput := v.InputName(); isInput && len(s.layers) == 0 {
			s.input = v.Shape()
			return
		}
	case *tracer.Instance:
		if v.Class.Is(d.layerClass) {
			if h := d.hostOf(v); len(s.layers) == 0 && s.input == nil && h.input != nil {
				s.input = h.input
			}
			if inner, ok := v.Host.(*sequential); ok && len(s.layers) == 0 && s.input == nil {
				s.input = inner.input
			}
			s.layers = append(s.layers, v)
			return
		}
	}
	c.Fail()
	if tracer.Poisoned(v) {
		return
	}
	if class, isClass := v.(*tracer.Class); isClass {
		c.Report(c.At, graph.Diagnostic{
			Code: tracer.CodeType, Message: "Sequential takes layers, but " + class.Name + " is a class: it lacks the parentheses",
			Fixes: []string{class.Name + "()"},
		})
		return
	}
	c.Refuse(c.At, tracer.CodeType, "Sequential takes layers, not %s", tracer.Describe(v))
}

// inTurn applies the layers one after the other, in the scope of the model.
func (d *dialect) inTurn(c *tracer.Call, s *sequential, v tracer.Value) tracer.Value {
	if x, ok := v.(*graph.Node); ok && s.input != nil && !x.Poisoned() && !x.Shape().Equal(s.input) {
		return c.Report(c.At, graph.Diagnostic{
			Code:    graph.CodeShape,
			Message: "model \"" + s.name + "\" takes " + s.input.String() + ", but its input is " + x.Shape().String(),
			Notes:   graph.Columns([]string{x.Display(), x.Shape().String(), x.Origin()}),
		})
	}
	g := c.Graph()
	defer g.Enter(graph.Scope{Name: g.NameOf(s.host, s.name), Layer: true})()
	for _, l := range s.layers {
		v = c.Call(l, c.At, v)
	}
	return v
}
