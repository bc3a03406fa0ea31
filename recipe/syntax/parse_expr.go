package syntax

// starExprs reads one expression, or several with commas as a tuple: what is returned, what is iterated over.
func (p *parser) starExprs() Expr {
	e := p.exprOrTuple()
	p.checkStar(e)
	return e
}

// exprOrTuple reads the same, or a single *value, which is legal as a target only.
func (p *parser) exprOrTuple() Expr {
	start := p.tok().start
	element := func() Expr { return p.star(p.expr) }
	first := element()
	if !p.at(",") {
		return first
	}
	elts := p.commaList([]Expr{first}, element)
	return &Tuple{exprNode{p.from(start)}, elts}
}

// checkStar refuses a single *value.
func (p *parser) checkStar(e Expr) {
	if s, ok := e.(*Starred); ok {
		p.refuse(s, "can't use starred expression here", "write (*x,) for a tuple")
	}
}

// commaList reads the rest of a list after its first element; a comma may end it.
func (p *parser) commaList(elts []Expr, element func() Expr) []Expr {
	for p.accept(",") && startsOperand(p.tok()) {
		elts = append(elts, element())
	}
	return elts
}

// star reads "*value", or what plain reads.
func (p *parser) star(plain func() Expr) Expr {
	if !p.at("*") {
		return plain()
	}
	start := p.next().start
	value := p.binary(bitOr)
	return &Starred{exprNode{p.from(start)}, value}
}

// starNamed reads an element of a display: *value, name := value, or an expression.
func (p *parser) starNamed() Expr { return p.star(p.named) }

// named reads an expression or "name := value".
func (p *parser) named() Expr {
	start := p.tok()
	e := p.expr()
	if !p.at(":=") {
		return e
	}
	target, ok := e.(*Name)
	switch {
	case !ok:
		p.fail(Syntax, e.Span(), "cannot use assignment expressions with "+kindOf(e), "name := value")
		return e
	case start.is("("):
		p.fail(Syntax, e.Span(), "the name before ':=' must stand without parentheses", target.Id+" := value")
		return e
	}
	p.next()
	value := p.expr()
	return &NamedExpr{exprNode{p.from(start.start)}, target, value}
}

// expr reads an expression without commas, stars or ":=".
func (p *parser) expr() Expr {
	start := p.tok().start
	if !p.enter() {
		return p.badExpr(start)
	}
	defer p.leave()
	if p.at("lambda") {
		return p.lambda()
	}
	body := p.or()
	if !p.accept("if") {
		return body
	}
	test := p.or()
	if !p.accept("else") {
		p.unexpected("'else' after 'if' expression")
	}
	orelse := p.expr()
	return &IfExp{exprNode{p.from(start)}, test, body, orelse}
}

func (p *parser) lambda() Expr {
	start := p.next().start
	params := p.params(":", false)
	p.expect(":")
	var body Expr
	p.within(scope{function: true, nested: true}, func() { body = p.expr() })
	return &Lambda{exprNode{p.from(start)}, params, body}
}

func (p *parser) or() Expr { return p.boolOp("or", Or, p.and) }

func (p *parser) and() Expr { return p.boolOp("and", And, p.not) }

// boolOp reads a chain of one boolean operator.
func (p *parser) boolOp(word string, op Operator, operand func() Expr) Expr {
	start := p.tok().start
	first := operand()
	if !p.at(word) {
		return first
	}
	e := &BoolOp{Op: op, Values: []Expr{first}}
	for p.at(word) {
		e.OpPos = append(e.OpPos, p.next().start)
		e.Values = append(e.Values, operand())
	}
	e.node = p.from(start)
	return e
}

func (p *parser) not() Expr {
	if !p.at("not") {
		return p.comparison()
	}
	start := p.tok().start
	if !p.enter() {
		return p.badExpr(start)
	}
	defer p.leave()
	p.next()
	operand := p.not()
	return &UnaryOp{exprNode{p.from(start)}, Not, operand}
}

var comparisons = map[string]Operator{
	"==": Eq, "!=": NotEq, "<": Lt, "<=": LtE, ">": Gt, ">=": GtE, "is": Is, "in": In, "not": NotIn,
}

func (p *parser) comparison() Expr {
	start := p.tok().start
	left := p.binary(bitOr)
	e := &Compare{Left: left}
	for {
		t := p.tok()
		op, ok := comparisons[t.text]
		if !ok || !t.is(t.text) || op == NotIn && !p.ahead(1).is("in") {
			break
		}
		p.next()
		switch {
		case op == NotIn:
			p.next()
		case op == Is && p.accept("not"):
			op = IsNot
		}
		e.Ops = append(e.Ops, op)
		e.OpPos = append(e.OpPos, t.start)
		e.Comparators = append(e.Comparators, p.binary(bitOr))
	}
	if len(e.Ops) == 0 {
		return left
	}
	e.node = p.from(start)
	return e
}

// The strengths of the binary operators, the weakest first.
const (
	bitOr = iota + 1
	bitXor
	bitAnd
	shift
	sum
	product
)

type binaryOp struct {
	op       Operator
	strength int
}

var binaryOps = map[string]binaryOp{
	"|": {BitOr, bitOr}, "^": {BitXor, bitXor}, "&": {BitAnd, bitAnd}, "<<": {LShift, shift}, ">>": {RShift, shift},
	"+": {Add, sum}, "-": {Sub, sum},
	"*": {Mult, product}, "@": {MatMult, product}, "/": {Div, product}, "//": {FloorDiv, product}, "%": {Mod, product},
}

// binary reads a chain of binary operators at least as strong as min, by precedence climbing; all nest to the left.
func (p *parser) binary(min int) Expr {
	start := p.tok().start
	left := p.unary()
	for links := 1; ; links++ {
		t := p.tok()
		b := binaryOps[t.text]
		if t.kind != tokOp || b.strength < min || !p.chained(links) {
			return left
		}
		p.next()
		right := p.binary(b.strength + 1)
		left = &BinOp{exprNode{p.from(start)}, left, b.op, t.start, right}
	}
}

var unaryOps = map[string]Operator{"+": UAdd, "-": USub, "~": Invert}

func (p *parser) unary() Expr {
	t := p.tok()
	op, ok := unaryOps[t.text]
	if !ok || !t.is(t.text) {
		return p.power()
	}
	if !p.enter() {
		return p.badExpr(t.start)
	}
	defer p.leave()
	p.next()
	operand := p.unary()
	return &UnaryOp{exprNode{p.from(t.start)}, op, operand}
}

// power reads "base ** exponent", which nests to the right and binds more strongly than a sign on its left.
func (p *parser) power() Expr {
	start := p.tok().start
	base := p.awaited()
	if !p.at("**") || !p.enter() {
		return base
	}
	defer p.leave()
	pos := p.next().start
	exponent := p.unary()
	return &BinOp{exprNode{p.from(start)}, base, Pow, pos, exponent}
}

// awaited reads a primary, and refuses await before it.
func (p *parser) awaited() Expr {
	t := p.tok()
	if !p.accept("await") {
		return p.primary()
	}
	p.report.add(Unsupported, t.span(), "await is not supported: a recipe is read from top to bottom", "leave out await")
	p.primary()
	return p.badExpr(t.start)
}

// primary reads an atom and the attributes, calls and subscripts after it.
func (p *parser) primary() Expr {
	start := p.tok().start
	e := p.atom()
	for links := 1; p.atAny(".", "(", "[") != "" && p.chained(links); links++ {
		switch {
		case p.accept("."):
			attr := p.ident("an attribute name after '.'")
			e = &Attribute{exprNode{p.from(start)}, e, attr}
		case p.at("("):
			args, keywords := p.arguments(true)
			e = &Call{exprNode{p.from(start)}, e, args, keywords}
		default:
			index := p.index()
			e = &Subscript{exprNode{p.from(start)}, e, index}
		}
	}
	return e
}

// ident reads a name that is declared or selected.
func (p *parser) ident(expected string) *Ident {
	t := p.tok()
	if t.kind != tokName {
		p.unexpected(expected)
		return &Ident{node: p.from(t.start)}
	}
	p.next()
	return &Ident{p.from(t.start), t.text}
}

// index reads [a, b:c, ...]; with a comma it is a tuple.
func (p *parser) index() Expr {
	p.next()
	start := p.tok().start
	first := p.slice()
	index := first
	if _, starred := first.(*Starred); starred || p.at(",") {
		elts := []Expr{first}
		for p.accept(",") && !p.at("]") && !p.failed {
			elts = append(elts, p.slice())
		}
		index = &Tuple{exprNode{p.from(start)}, elts}
	}
	p.close("]")
	return index
}

// slice reads one element of an index.
func (p *parser) slice() Expr {
	start := p.tok().start
	var lower, upper, step Expr
	if !p.at(":") {
		lower = p.starNamed()
		if !p.at(":") {
			return lower
		}
	}
	p.next()
	if startsOperand(p.tok()) {
		upper = p.expr()
	}
	if p.accept(":") && startsOperand(p.tok()) {
		step = p.expr()
	}
	return &Slice{exprNode{p.from(start)}, lower, upper, step}
}

// close reads the bracket that ends a list.
func (p *parser) close(bracket string) {
	if p.accept(bracket) {
		return
	}
	if before := &p.tokens[p.i-1]; before.is(",") {
		p.unexpected(p.expectedValue() + " or '" + bracket + "'")
		return
	}
	p.unexpected("',' or '" + bracket + "'")
}
