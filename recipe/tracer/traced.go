package tracer

import (
	"strings"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/syntax"
)

// TracedValue says that a construct of Python needs a value which is not
// known before the program runs.
func (t *Tracer) TracedValue(what, unknown string, fixes ...string) graph.Diagnostic {
	would := "decide once, before any data, and train every batch by that branch."
	if strings.HasSuffix(what, ")") {
		would = "take the value of no batch: while a loss is traced, tensors have shapes only."
	}
	return graph.Diagnostic{
		Code:    graph.CodeTracedValue,
		Message: "\"" + what + "\" needs a value, but " + unknown + " is only known while training runs",
		Notes:   []string{"would   " + would},
		Fixes:   fixes,
	}
}

// tracedTruth refuses the truth of a tensor where if, while, assert or "in" asks
// for it.
func (t *Tracer) tracedTruth(what string, x syntax.Expr) Value {
	test := t.Brief(x.Span())
	var fix string
	switch what {
	case "assert":
		fix = "leave it out: shapes can be asserted, values cannot"
	case "while":
		fix = "K.where(" + test + ", once_more, as_it_is), as many times as are needed at most"
	case "in":
		fix = "K.max(K.cast(K.equal(a, b), \"float32\"))"
	default:
		fix = "K.where(" + test + ", value_if_so, value_if_not)"
	}
	return t.Report(x.Span(), t.TracedValue(what, t.Brief(subject(x).Span()), fix))
}

// subject is the part of a test that is not known: of a comparison the side that
// is no literal.
func subject(x syntax.Expr) syntax.Expr {
	c, ok := x.(*syntax.Compare)
	if !ok {
		return x
	}
	switch c.Left.(type) {
	case *syntax.Int, *syntax.Float, *syntax.Bool, *syntax.Str:
		return c.Comparators[0]
	}
	return c.Left
}

// tracedBool refuses "and" and "or" between tensors.
func (t *Tracer) tracedBool(x *syntax.BoolOp, operand syntax.Expr) Value {
	sign := map[syntax.Operator]string{syntax.And: " & ", syntax.Or: " | "}[x.Op]
	var parts []string
	for _, v := range x.Values {
		parts = append(parts, "("+t.Brief(v.Span())+")")
	}
	return t.Report(operand.Span(), t.TracedValue(x.Op.String(), t.Brief(subject(operand).Span()), strings.Join(parts, sign)))
}

// tracedChain refuses a < b < c of tensors.
func (t *Tracer) tracedChain(x *syntax.Compare) Value {
	var parts []string
	left := x.Left
	for i, op := range x.Ops {
		parts = append(parts, "("+t.Brief(left.Span())+" "+op.String()+" "+t.Brief(x.Comparators[i].Span())+")")
		left = x.Comparators[i]
	}
	return t.Report(x.Span(), t.TracedValue(t.Brief(x.Span()), t.Brief(x.Left.Span())+" "+x.Ops[0].String()+" "+t.Brief(x.Comparators[0].Span()), strings.Join(parts, " & ")))
}

func (t *Tracer) tracedNot(x *syntax.UnaryOp, n *graph.Node) Value {
	fix := "K.equal(" + t.Brief(x.Operand.Span()) + ", 0)"
	if n.DType() == graph.Bool {
		fix = "~(" + t.Brief(x.Operand.Span()) + ")"
	}
	return t.Report(x.Operand.Span(), t.TracedValue("not", t.Brief(subject(x.Operand).Span()), fix))
}

// tracedConversion refuses float(tensor) and the like.
func (t *Tracer) tracedConversion(c *Call, what string) Value {
	if isLater(c.Arg(0)) || t.stepping && (what == "float" || what == "int") {
		return Later{}
	}
	inner := t.Brief(c.Span(0))
	var fix string
	switch what {
	case "float":
		fix = inner + " as it is: tensors calculate with floats"
	case "int":
		fix = "K.round(" + inner + ")"
	case "range":
		fix = "an operation on the whole axis: K.sum(x, axis = 0)"
	case "bool":
		fix = "K.where(" + inner + ", value_if_so, value_if_not)"
	default: // math.log and its kin
		fix = "K." + what[strings.LastIndexByte(what, '.')+1:] + "(" + inner + ")"
	}
	return t.Report(c.At, t.TracedValue(what+"()", inner, fix))
}

// tracedIteration refuses to go over the elements of a tensor.
func (t *Tracer) tracedIteration(at syntax.Span) Value {
	inner := t.Brief(at)
	indexed := inner
	if strings.Contains(inner, " ") {
		indexed = "(" + inner + ")"
	}
	return t.Report(at, graph.Diagnostic{
		Code:    graph.CodeTracedValue,
		Message: "a loop needs values, but " + inner + " is only known while training runs",
		Notes:   []string{"would   go over the rows of one batch, whose number differs from batch to batch."},
		Fixes: []string{
			"the operation on the whole tensor: K.sum(" + inner + ", axis = 0)",
			"or one column after the other: " + indexed + "[:, 0], " + indexed + "[:, 1]",
		},
	})
}

// tracedUnpacking refuses to give names to the rows of a tensor.
func (t *Tracer) tracedUnpacking(at syntax.Span) {
	t.Report(at, graph.Diagnostic{
		Code:    graph.CodeTracedValue,
		Message: t.Brief(at) + " need values, but the elements of a tensor are only known while training runs",
		Notes:   []string{"would   go over the rows of one batch, whose number differs from batch to batch."},
		Fixes:   []string{"one column after the other: x[:, 0], x[:, 1]"},
	})
}
