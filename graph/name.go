package graph

import (
	"fmt"
	"strings"
)

// Scope is a part of the program that messages name as one thing: a loss, a
// layer, a function of the user's.
type Scope struct {
	Name   string // "bce", "Encoder[1]"
	Detail string // "Dense 64 -> 1", or ""
	Layer  bool   // a layer of the model: values come *from* it
	Pos    Position
	Outer  *Scope
}

// Enter opens a scope around the nodes made until the returned function is called.
func (g *Graph) Enter(s Scope) (leave func()) {
	outer := g.scope
	s.Outer = outer
	if s.Pos.IsZero() {
		s.Pos = g.position()
	}
	g.scope = &s
	return func() { g.scope = outer }
}

// layer returns the innermost layer that s lies in, or nil.
func (s *Scope) layer() *Scope {
	for s != nil && !s.Layer {
		s = s.Outer
	}
	return s
}

// describe names a layer with what it is and where: "Dense[1] 64 -> 4 softmax (mlp,
// jobs.py:9:43)". The kind is not repeated where the name begins with it.
func (s *Scope) describe() string {
	text := s.Name
	if kind, rest, _ := strings.Cut(s.Detail, " "); strings.HasPrefix(s.Name, kind) {
		text += " " + rest
	} else {
		text += " " + s.Detail
	}
	text = strings.TrimSuffix(text, " ")
	var where []string
	if model := s.Outer.layer(); model != nil {
		where = append(where, model.Name)
	}
	if !s.Pos.IsZero() {
		where = append(where, s.Pos.String())
	}
	if where != nil {
		text += " (" + strings.Join(where, ", ") + ")"
	}
	return text
}

// Origin says where n's values come from, for the notes of a message: the
// layer, the data column, or the line that made it.
func (n *Node) Origin() string {
	if layer := n.layer(); layer != nil {
		return "from " + layer.describe()
	}
	switch op := n.origin().op.(type) {
	case inputOp:
		if op.Origin != "" {
			return "from " + op.Origin
		}
		return "input " + op.ID
	case paramOp:
		return "parameter " + op.ID
	case constOp:
		return "constant"
	}
	return fmt.Sprintf("from %s (%v)", n.Word(), n.pos)
}

// layer returns the layer that n's values come from, seen through views.
func (n *Node) layer() *Scope {
	if n.given() {
		return nil
	}
	if s := n.scope.layer(); s != nil || !n.isView() {
		return s
	}
	return n.in[0].layer()
}

// Word is what messages call the operation that makes n: the outermost function
// of ours that the user's line calls, such as a loss or a mean, else its op.
func (n *Node) Word() string {
	for n.isView() && !n.given() && n.pos == n.in[0].pos {
		n = n.in[0] // the axes that a sum drops, a repetition
	}
	word := spell(n.op.Name())
	for s := n.scope; s != nil && !s.Layer && s.Pos == n.pos; s = s.Outer {
		word = s.Name
	}
	return word
}

// spell writes an op's name as messages do and Keras does.
func spell(op string) string {
	switch op {
	case "GreaterEqual":
		return "greater_equal"
	case "LessEqual":
		return "less_equal"
	case "NotEqual":
		return "not_equal"
	case "LogSoftmax":
		return "log_softmax"
	case "OneHot":
		return "one_hot"
	case "StopGradient":
		return "stop_gradient"
	case "ScatterAdd":
		return "scatter_add"
	case "TopK":
		return "top_k"
	case "Conv2DTranspose":
		return "conv2d_transpose"
	case "Conv2DFilter":
		return "conv2d_filter"
	case "MaxPool2D":
		return "max_pool2d"
	case "MaxPool2DGrad":
		return "max_pool2d_grad"
	case "AvgPool2D":
		return "avg_pool2d"
	case "AvgPool2DGrad":
		return "avg_pool2d_grad"
	case "Resize2DGrad":
		return "resize2d_grad"
	}
	return strings.ToLower(op)
}

// variable is the name by which code to paste calls n.
func (n *Node) variable() string {
	if n.label != "" {
		return n.label
	}
	if input, ok := n.InputName(); ok {
		return input
	}
	return "x"
}

// Display names n for a message: the user's name for it, else what it is.
func (n *Node) Display() string {
	if n.label != "" {
		return n.label
	}
	switch op := n.op.(type) {
	case inputOp:
		return op.ID
	case paramOp:
		return op.ID
	case constOp:
		if len(op.Values) == 1 {
			return number(op.Values[0])
		}
	case broadcastOp:
		return n.in[0].Display()
	}
	return n.Word()
}
