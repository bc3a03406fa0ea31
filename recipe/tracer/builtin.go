package tracer

import (
	"slices"
	"strings"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/syntax"
)

// Builtin is a function written in Go that a file may call.
type Builtin struct {
	// Name is what messages call it.
	Name string
	// Lenient functions go on after mistakes that were reported, to find others: without
	// a keyword that they do not have, and with arguments that could not be made.
	Lenient bool
	// Hands says that the function hands its arguments on to another one.
	Hands bool
	// Aliases are other names that calls may give keywords, such as axis for dim.
	Aliases map[string]string
	// Result is what the result has to do with the places of the arguments.
	Result Sharing

	sig            string
	params         []Param
	do             func(c *Call) Value
	is             func(v Value) bool // for types: what isinstance says
	poison         bool               // called with poisoned arguments too
	takesElsewhere bool               // and with what is not here
	isMethod       bool               // bound to instances of the class that holds it
	computed       bool               // of a tensor: reading it as an attribute calls it
}

// required counts the parameters that a call has to give by position.
func (b *Builtin) required() (n int) {
	for _, p := range b.Params() {
		if p.Default == nil && (p.Kind == syntax.PositionalOnly || p.Kind == syntax.Positional) {
			n++
		}
	}
	return n
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

// Adding returns a copy of the function that takes further keywords, written as in a
// signature. It does not look at them.
func (b *Builtin) Adding(keywords string) *Builtin {
	f := *b
	f.params = nil
	if head := f.sig[:len(f.sig)-1]; head[len(head)-1] == '(' {
		f.sig = head + keywords + ")"
	} else {
		f.sig = strings.TrimSuffix(head, ", /") + ", " + keywords + ")"
	}
	return &f
}

// Then returns a copy of the function that takes further keywords, and hands what it gives
// to do.
func (b *Builtin) Then(keywords string, do func(c *Call, v Value) Value) *Builtin {
	f := b.Adding(keywords)
	of := b.do
	f.do = func(c *Call) Value { return do(c, of(c)) }
	return f
}

// NewAttribute returns a function that is called when a tensor's attribute of its
// name is read.
func NewAttribute(signature string, do func(c *Call) Value) *Builtin {
	b := NewBuiltin(signature, do)
	b.computed = true
	return b
}

// NewType returns a function that isinstance knows as a type.
func NewType(signature string, is func(v Value) bool, do func(c *Call) Value) *Builtin {
	b := NewBuiltin(signature, do)
	b.is = is
	return b
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

	args    []Value
	given   []bool
	spans   []syntax.Span
	rest    []syntax.Span
	refused []bool // arguments
	failed  bool
	changes map[string]Change
	narrow  Narrow // the kind that its dtype says
	dtyped  bool   // it says one
}

func (t *Tracer) callBuiltin(b *Builtin, args []Value, keywords []Keyword, at syntax.Span, spans []syntax.Span) Value {
	c, ok := t.bindBuiltin(b, args, keywords, at, spans)
	if !ok {
		return Poison
	}
	if !b.poison && !b.Lenient && (slices.ContainsFunc(c.args, Poisoned) || slices.ContainsFunc(c.Rest, Poisoned)) {
		return Poison
	}
	if !b.takesElsewhere && (!t.here(at, c.args...) || !t.here(at, c.Rest...)) {
		return Poison
	}
	if !b.Hands && (pickedIn(c.args...) != nil || pickedIn(c.Rest...) != nil) {
		return t.callPicked(c)
	}
	v := b.do(c)
	if c.failed {
		return Poison
	}
	if n, ok := v.(*graph.Node); ok {
		v = c.ofWidth(n)
	}
	if b.Result != Given && len(c.args) > 0 {
		v = t.share(b.Result, c.args[0], v)
	}
	if n, ok := v.(*graph.Node); ok {
		t.nameView(n, at)
		return t.made(n, at)
	}
	return v
}

// bindBuiltin gives each parameter its argument.
func (t *Tracer) bindBuiltin(b *Builtin, args []Value, keywords []Keyword, at syntax.Span, spans []syntax.Span) (*Call, bool) {
	params := b.Params()
	c := &Call{
		Tracer: t, Fn: b, At: at,
		args: make([]Value, len(params)), given: make([]bool, len(params)), spans: make([]syntax.Span, len(params)), refused: make([]bool, len(params)),
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
	if name, ok := c.Fn.Aliases[k.Name]; ok {
		k.Name = name
	}
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
