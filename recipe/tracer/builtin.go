package tracer

import (
	"fmt"
	"math"
	"math/big"
	"slices"
	"strings"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/syntax"
)

// Builtin is a function written in Go that a file may call.
type Builtin struct {
	// Name is what messages call it.
	Name string
	// Lenient functions go on without a keyword that they do not have, after it was
	// reported: what follows a misspelled word of a declaration is worth reading.
	Lenient bool

	sig      string
	params   []Param
	do       func(c *Call) Value
	is       func(v Value) bool // for types: what isinstance says
	poison   bool               // called with poisoned arguments too
	isMethod bool               // bound to instances of the class that holds it
}

// Param is a parameter of a Builtin.
type Param struct {
	Name    string
	Kind    syntax.ParamKind
	Default Value // nil where there is none
	Text    string
}

// NewBuiltin returns a function with a signature as Python writes it, such as
// "sum(x, axis=None, keepdims=False)". Defaults are literals.
func NewBuiltin(signature string, do func(c *Call) Value) *Builtin {
	name, _, _ := strings.Cut(signature, "(")
	return &Builtin{Name: name, sig: signature, do: do}
}

// Params returns the parameters of the signature.
func (b *Builtin) Params() []Param {
	if b.params != nil {
		return b.params
	}
	module, errs := syntax.Parse("", []byte("def "+b.sig+": pass"))
	if len(errs) > 0 {
		panic("tracer: signature " + b.sig + ": " + errs[0].Msg)
	}
	b.params = []Param{}
	for _, p := range module.Body[0].(*syntax.FunctionDef).Params {
		param := Param{Name: p.Name.Name, Kind: p.Kind}
		if p.Default != nil {
			param.Default = literal(p.Default)
			param.Text = Repr(param.Default)
		}
		b.params = append(b.params, param)
	}
	return b.params
}

// Keywords lists the names that a call may give by keyword; open is true when it
// takes any.
func (b *Builtin) Keywords() (names []string, open bool) {
	for _, p := range b.Params() {
		switch p.Kind {
		case syntax.Positional, syntax.KeywordOnly:
			names = append(names, p.Name)
		case syntax.VarKeyword:
			open = true
		}
	}
	return names, open
}

// literal returns the value of a default in a signature.
func literal(x syntax.Expr) Value {
	switch x := x.(type) {
	case *syntax.None:
		return None{}
	case *syntax.Bool:
		return Bool(x.Value)
	case *syntax.Int:
		return Int{x.Value}
	case *syntax.Float:
		return Float(x.Value)
	case *syntax.Str:
		return Str(x.Value)
	case *syntax.Ellipsis:
		return Ellipsis{}
	case *syntax.UnaryOp:
		switch v := literal(x.Operand).(type) {
		case Int:
			return Int{new(big.Int).Neg(v.big)}
		case Float:
			return -v
		}
	case *syntax.Tuple:
		var elems Tuple
		for _, e := range x.Elts {
			elems = append(elems, literal(e))
		}
		return elems
	case *syntax.List:
		list := &List{}
		for _, e := range x.Elts {
			list.Elems = append(list.Elems, literal(e))
		}
		return list
	case *syntax.Dict:
		d := NewDict()
		for i, key := range x.Keys {
			d.Put(literal(key), literal(x.Values[i]))
		}
		return d
	}
	panic(fmt.Sprintf("tracer: default %T in a signature", x))
}

// Call is one call of a Builtin: its arguments in the order of the parameters.
//
// The accessors refuse an argument of the wrong kind where it stands. After that
// [Call.OK] is false and the call's value is Poison whatever its function returns,
// so that a function reads all its arguments first and looks at OK once.
type Call struct {
	*Tracer
	Fn    *Builtin
	At    syntax.Span
	Rest  []Value   // what *args holds
	Extra []Keyword // what **kwargs holds

	Misspelt bool // a keyword that the function does not have was passed over

	args   []Value
	given  []bool
	spans  []syntax.Span
	rest   []syntax.Span
	failed bool
}

func (t *Tracer) callBuiltin(b *Builtin, args []Value, keywords []Keyword, at syntax.Span, spans []syntax.Span) Value {
	c, ok := t.bindBuiltin(b, args, keywords, at, spans)
	if !ok {
		return Poison
	}
	if !b.poison && (slices.ContainsFunc(c.args, Poisoned) || slices.ContainsFunc(c.Rest, Poisoned)) {
		return Poison
	}
	v := b.do(c)
	if c.failed {
		return Poison
	}
	if n, ok := v.(*graph.Node); ok {
		return t.made(n, at)
	}
	return v
}

// bindBuiltin gives each parameter its argument.
func (t *Tracer) bindBuiltin(b *Builtin, args []Value, keywords []Keyword, at syntax.Span, spans []syntax.Span) (*Call, bool) {
	params := b.Params()
	c := &Call{
		Tracer: t, Fn: b, At: at,
		args: make([]Value, len(params)), given: make([]bool, len(params)), spans: make([]syntax.Span, len(params)),
	}
	spanOf := func(i int) syntax.Span {
		if i < len(spans) {
			return spans[i]
		}
		return at
	}
	n := 0
	for i, p := range params {
		c.spans[i] = at
		switch {
		case p.Kind == syntax.VarPositional:
			c.Rest = args[n:]
			for k := n; k < len(args); k++ {
				c.rest = append(c.rest, spanOf(k))
			}
			n = len(args)
		case (p.Kind == syntax.Positional || p.Kind == syntax.PositionalOnly) && n < len(args):
			c.args[i], c.given[i], c.spans[i] = args[n], true, spanOf(n)
			n++
		}
	}
	ok := true
	if n < len(args) {
		t.tooManyForBuiltin(b, len(args), spanOf(n))
		ok = false
	}
	for _, k := range keywords {
		ok = c.keyword(k) && ok
	}
	if !ok {
		return nil, false
	}
	return c, c.fillDefaults()
}

func (t *Tracer) tooManyForBuiltin(b *Builtin, given int, at syntax.Span) {
	most := 0
	for _, p := range b.Params() {
		if p.Kind == syntax.Positional || p.Kind == syntax.PositionalOnly {
			most++
		}
	}
	if b.isMethod {
		most, given = most-1, given-1
	}
	if most == 0 {
		t.Refuse(at, CodeType, "%s() takes no arguments by position (%d given)", b.Name, given)
		return
	}
	t.Refuse(at, CodeType, "%s() takes at most %d argument%s by position (%d given)", b.Name, most, plural(most), given)
}

func (c *Call) keyword(k Keyword) (ok bool) {
	words, open := c.Fn.Keywords()
	for i, p := range c.Fn.Params() {
		if p.Name != k.Name || p.Kind != syntax.Positional && p.Kind != syntax.KeywordOnly {
			continue
		}
		if c.given[i] {
			c.Refuse(k.At, CodeType, "%s() got multiple values for argument '%s'", c.Fn.Name, k.Name)
			return false
		}
		c.args[i], c.given[i], c.spans[i] = k.Value, true, k.Src
		return true
	}
	if open {
		c.Extra = append(c.Extra, k)
		return true
	}
	c.unknownKeyword(k, words)
	c.Misspelt = true
	return c.Fn.Lenient
}

func (c *Call) fillDefaults() (ok bool) {
	var missing []string
	for i, p := range c.Fn.Params() {
		switch {
		case c.given[i] || p.Kind == syntax.VarPositional || p.Kind == syntax.VarKeyword:
		case p.Default != nil:
			c.args[i] = p.Default
		default:
			missing = append(missing, p.Name)
		}
	}
	if len(missing) > 0 {
		c.missing(c.Fn.Name+"()", "positional", missing, c.At)
	}
	return len(missing) == 0
}

// OK reports whether no argument was refused so far.
func (c *Call) OK() bool { return !c.failed }

// Fail makes the call's value Poison, after something was reported.
func (c *Call) Fail() { c.failed = true }

// Arg returns argument i.
func (c *Call) Arg(i int) Value { return c.args[i] }

// Given reports whether argument i was given, by position or keyword.
func (c *Call) Given(i int) bool { return c.given[i] }

// Span returns where argument i stands, or the call where it was not given.
func (c *Call) Span(i int) syntax.Span { return c.spans[i] }

// IsNone reports whether argument i is None.
func (c *Call) IsNone(i int) bool {
	_, ok := c.args[i].(None)
	return ok
}

// Want refuses argument i, which is not what is wanted.
func (c *Call) Want(i int, what string) {
	c.failed = true
	c.Refuse(c.spans[i], CodeType, "%s() takes %s for %s, not %s", c.Fn.Name, what, c.Fn.Params()[i].Name, describe(c.args[i]))
}

// Int returns argument i as an int.
func (c *Call) Int(i int) int {
	big, _, kind := number(c.args[i])
	if kind != 'i' {
		c.Want(i, "a whole number")
		return 0
	}
	if !big.IsInt64() || big.Int64() > math.MaxInt32 || big.Int64() < math.MinInt32 {
		c.failed = true
		c.Refuse(c.spans[i], CodeValue, "%s() takes no number as large as %s for %s", c.Fn.Name, shorten(big.String()), c.Fn.Params()[i].Name)
		return 0
	}
	return int(big.Int64())
}

// Float returns argument i as a float.
func (c *Call) Float(i int) float64 {
	f, ok := Number(c.args[i])
	if !ok {
		c.Want(i, "a number")
	}
	return f
}

// Bool returns argument i as a bool.
func (c *Call) Bool(i int) bool {
	b, ok := c.args[i].(Bool)
	if !ok {
		c.Want(i, "True or False")
	}
	return bool(b)
}

// Str returns argument i as a string.
func (c *Call) Str(i int) string {
	s, ok := c.args[i].(Str)
	if !ok {
		c.Want(i, "a string")
	}
	return string(s)
}

// Choice returns argument i, which must be one of some strings.
func (c *Call) Choice(i int, words ...string) string {
	s, ok := c.args[i].(Str)
	if !ok {
		c.Want(i, "a string")
		return ""
	}
	if slices.Contains(words, string(s)) {
		return string(s)
	}
	c.failed = true
	d := graph.Diagnostic{
		Code:    graph.CodeUnknownWord,
		Message: fmt.Sprintf("%s() knows no %s %q", c.Fn.Name, c.Fn.Params()[i].Name, shorten(string(s))),
		Notes:   []string{c.Fn.Params()[i].Name + " is one of: " + quoteList(words)},
	}
	if near, ok := Nearest(string(s), words); ok {
		d.Fixes = []string{c.Fn.Params()[i].Name + " = \"" + near + "\""}
	}
	c.Report(c.spans[i], d)
	return ""
}

func quoteList(words []string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = "\"" + w + "\""
	}
	return strings.Join(quoted, ", ")
}

// Elements returns the elements of argument i.
func (c *Call) Elements(i int) []Value {
	list, ok := c.elements(c.args[i], c.spans[i])
	if !ok {
		c.failed = true
	}
	return list
}

// With makes the call again with one argument changed. ok is false when the
// function has no parameter of that name.
func (c *Call) With(name string, v Value) (result Value, ok bool) {
	for i, p := range c.Fn.Params() {
		if p.Name != name {
			continue
		}
		again := *c
		again.args, again.given = slices.Clone(c.args), slices.Clone(c.given)
		again.spans, again.failed = slices.Clone(c.spans), false
		again.args[i], again.given[i], again.spans[i] = v, true, c.At
		result := c.Fn.do(&again)
		if again.failed {
			return Poison, true
		}
		return result, true
	}
	return nil, false
}

// ArgNamed returns the argument of a parameter; ok is false when there is no such
// parameter.
func (c *Call) ArgNamed(name string) (v Value, ok bool) {
	for i, p := range c.Fn.Params() {
		if p.Name == name {
			return c.args[i], true
		}
	}
	return nil, false
}

// SetArg changes argument i before the function looks at it.
func (c *Call) SetArg(i int, v Value) { c.args[i], c.given[i], c.spans[i] = v, true, c.At }

// Literal reads a text that is one literal of Python: a number, a string, True,
// False, None, or a list, tuple or dict of these.
func Literal(text string) (v Value, ok bool) {
	module, errs := syntax.Parse("", []byte(text))
	if len(errs) > 0 || len(module.Body) != 1 {
		return nil, false
	}
	s, ok := module.Body[0].(*syntax.ExprStmt)
	if !ok || !isLiteral(s.Value) {
		return nil, false
	}
	return literal(s.Value), true
}

func isLiteral(x syntax.Expr) bool {
	all := func(list []syntax.Expr) bool {
		return !slices.ContainsFunc(list, func(x syntax.Expr) bool { return x == nil || !isLiteral(x) })
	}
	switch x := x.(type) {
	case *syntax.None, *syntax.Bool, *syntax.Int, *syntax.Float, *syntax.Str:
		return true
	case *syntax.UnaryOp:
		_, isInt := x.Operand.(*syntax.Int)
		_, isFloat := x.Operand.(*syntax.Float)
		return x.Op == syntax.USub && (isInt || isFloat)
	case *syntax.Tuple:
		return all(x.Elts)
	case *syntax.List:
		return all(x.Elts)
	case *syntax.Dict:
		return all(x.Keys) && all(x.Values)
	}
	return false
}
