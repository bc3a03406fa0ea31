package syntax

import (
	"fmt"
	"strings"
)

// file reads all statements.
func (p *parser) file() []Stmt {
	var body []Stmt
	for p.tok().kind != tokEnd {
		body = p.statement(body)
	}
	return body
}

// statement reads one statement, or a line of several, and adds them to body.
func (p *parser) statement(body []Stmt) []Stmt {
	p.failed = false
	t := p.tok()
	switch t.kind {
	case tokNewline, tokDedent:
		p.next()
		return body
	case tokIndent:
		if p.i == 0 || !p.damaged(p.i-1) {
			p.report.add(Indentation, p.ahead(1).span(), "unexpected indent", "align it with the line above")
		}
		return append(body, p.indented()...)
	}
	if t.kind == tokKeyword && p.ahead(1).is("=") && !isConstant(t) {
		p.fail(Syntax, t.span(), "cannot assign to keyword '"+t.text+"'", t.text+"_ = ...")
	}
	if s := p.compound(); s != nil {
		return append(body, s)
	}
	return p.simpleLine(body)
}

// simpleLine reads simple statements with semicolons between them, up to the end of the line.
func (p *parser) simpleLine(body []Stmt) []Stmt {
	for {
		body = append(body, p.simple())
		if !p.accept(";") || p.tok().kind == tokNewline {
			break
		}
	}
	if p.tok().kind != tokNewline {
		p.trailing()
	}
	failed := p.failed
	p.endLine()
	if failed && p.tok().kind == tokIndent { // it was the head of a block
		start := p.tok().start
		inner := p.indented()
		body = append(body, &BadStmt{stmtNode{p.from(start)}, inner})
	}
	return body
}

// endLine moves over the end of a line, and starts afresh after a failure.
func (p *parser) endLine() {
	if p.tok().kind == tokNewline {
		p.next()
		p.failed = false
	}
}

// trailing says what is wrong with a token after a statement that is complete.
func (p *parser) trailing() {
	before := &p.tokens[max(p.i-1, 0)]
	if before.kind == tokName && (before.text == "print" || before.text == "exec") && startsOperand(p.tok()) {
		p.fail(Syntax, Span{before.start, p.tok().end},
			fmt.Sprintf("missing parentheses in call to '%s'. Did you mean %s(...)?", before.text, before.text), before.text+"(...)")
		return
	}
	p.unexpected("the end of the line")
}

// simple reads one statement that fits on a line.
func (p *parser) simple() Stmt {
	start := p.tok().start
	switch p.atAny("pass", "break", "continue", "return", "raise", "assert", "del", "import", "from", "global", "nonlocal") {
	case "pass":
		p.next()
		return &Pass{stmtNode{p.from(start)}}
	case "break":
		p.checkLoop("'break' outside loop")
		return &Break{stmtNode{p.from(start)}}
	case "continue":
		p.checkLoop("'continue' not properly in loop")
		return &Continue{stmtNode{p.from(start)}}
	case "return":
		return p.returned()
	case "raise":
		return p.raise()
	case "assert":
		return p.assert()
	case "del":
		return p.del()
	case "import":
		return p.imports()
	case "from":
		return p.importFrom()
	case "global", "nonlocal":
		return p.refuseScope()
	}
	if s := p.refuseType(); s != nil {
		return s
	}
	return p.exprStmt()
}

// checkLoop moves over break or continue, and checks that a loop is around it.
func (p *parser) checkLoop(msg string) {
	t := p.next()
	if !p.scope.loop {
		p.report.add(Syntax, t.span(), msg)
	}
}

func (p *parser) returned() Stmt {
	t := p.next()
	if !p.scope.function {
		p.report.add(Syntax, t.span(), "'return' outside function")
	}
	var value Expr
	if startsOperand(p.tok()) {
		value = p.starExprs()
	}
	return &Return{stmtNode{p.from(t.start)}, value}
}

func (p *parser) raise() Stmt {
	start := p.next().start
	s := &Raise{}
	if startsOperand(p.tok()) {
		s.Exc = p.expr()
		if p.accept("from") {
			s.Cause = p.expr()
		}
	}
	s.node = p.from(start)
	return s
}

func (p *parser) assert() Stmt {
	start := p.next().start
	s := &Assert{Test: p.expr()}
	if p.accept(",") {
		s.Msg = p.expr()
	}
	s.node = p.from(start)
	return s
}

func (p *parser) del() Stmt {
	start := p.next().start
	targets := p.commaList([]Expr{p.primary()}, p.primary)
	for _, e := range targets {
		p.checkTarget(e, "delete")
	}
	return &Delete{stmtNode{p.from(start)}, targets}
}

// refuseScope refuses global and nonlocal.
func (p *parser) refuseScope() Stmt {
	t := p.next()
	for p.ident("a name"); p.accept(","); {
		p.ident("a name")
	}
	p.report.add(Unsupported, t.span(), t.text+" is not supported: functions of a recipe change no variable outside themselves",
		"pass the value as an argument and return the new one")
	return &BadStmt{stmtNode: stmtNode{p.from(t.start)}}
}

// refuseType refuses "type X = ...", and returns nil where something else stands.
func (p *parser) refuseType() Stmt {
	t := p.tok()
	if after := p.ahead(2); t.kind != tokName || t.text != "type" || p.ahead(1).kind != tokName || !after.is("=") && !after.is("[") {
		return nil
	}
	p.fail(Unsupported, t.span(), "type aliases are not supported", p.ahead(1).text+" = ...")
	return &BadStmt{stmtNode: stmtNode{p.from(t.start)}}
}

// exprStmt reads an expression, or an assignment of any sort.
func (p *parser) exprStmt() Stmt {
	start := p.tok()
	first := p.assigned()
	switch t := p.tok(); {
	case t.is("="):
		return p.assign(start.start, first)
	case t.is(":"):
		return p.annAssign(start, first)
	case t.kind == tokOp && strings.HasSuffix(t.text, "=") && augmented[t.text[:len(t.text)-1]]:
		return p.augAssign(start.start, first)
	}
	p.checkStar(first)
	return &ExprStmt{stmtNode{p.from(start.start)}, first}
}

func (p *parser) assign(start Pos, first Expr) Stmt {
	parts := []Expr{first}
	for p.accept("=") {
		parts = append(parts, p.assigned())
	}
	s := &Assign{stmtNode{p.from(start)}, parts[:len(parts)-1], parts[len(parts)-1]}
	for _, e := range s.Targets {
		p.checkAssigned(e)
	}
	p.checkStar(s.Value)
	return s
}

// assigned reads one part of an assignment, target or value.
func (p *parser) assigned() Expr {
	if p.at("yield") {
		return p.yielded()
	}
	return p.exprOrTuple()
}

// checkAssigned checks a target of "=". Where a value stands alone, a comparison was probably meant.
func (p *parser) checkAssigned(e Expr) {
	switch e.(type) {
	case *Name, *Attribute, *Subscript, *Tuple, *List, *Starred, *BadExpr, *None, *Bool:
		p.checkTarget(e, "assign to")
	default:
		p.refuse(e, "cannot assign to "+kindOf(e)+" here. Maybe you meant '==' instead of '='?")
	}
}

// annAssign reads "target: annotation = value", of which the target has been read.
func (p *parser) annAssign(start *token, target Expr) Stmt {
	colon := p.next()
	switch target.(type) {
	case *Name, *Attribute, *Subscript, *BadExpr:
	case *Tuple, *List:
		p.fail(Syntax, target.Span(), "only single target (not "+kindOf(target)+") can be annotated")
	default:
		p.fail(Syntax, colon.span(), "expected the end of the line, found ':'", "a line that ends with : starts with if, for, while, def, class or with")
	}
	s := &AnnAssign{Target: target, Annotation: p.expr()}
	if p.accept("=") {
		s.Value = p.yieldOrExprs()
	}
	_, isName := target.(*Name)
	s.Simple = isName && !start.is("(")
	s.node = p.from(start.start)
	return s
}

// augmented are the operators that an "=" may follow.
var augmented = map[string]bool{
	"+": true, "-": true, "*": true, "@": true, "/": true, "//": true, "%": true, "**": true,
	"<<": true, ">>": true, "|": true, "^": true, "&": true,
}

func (p *parser) augAssign(start Pos, target Expr) Stmt {
	t := p.next()
	switch target.(type) {
	case *Name, *Attribute, *Subscript, *BadExpr:
	default:
		p.fail(Syntax, target.Span(), "'"+kindOf(target)+"' is an illegal expression for augmented assignment")
	}
	op := Pow
	if b, ok := binaryOps[strings.TrimSuffix(t.text, "=")]; ok {
		op = b.op
	}
	value := p.yieldOrExprs()
	return &AugAssign{stmtNode{p.from(start)}, target, op, t.start, value}
}
