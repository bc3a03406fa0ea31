package syntax

import "fmt"

// compound reads a statement that holds blocks, or a part of one that stands alone; nil where a simple statement stands.
func (p *parser) compound() Stmt {
	if p.isMatch() {
		return p.refuseMatch()
	}
	switch p.atAny("if", "for", "while", "with", "def", "class", "@", "async", "try", "elif", "else", "except", "finally") {
	case "if":
		return p.ifStmt()
	case "for":
		return p.forStmt()
	case "while":
		return p.whileStmt()
	case "with":
		return p.withStmt()
	case "def":
		return p.def(nil)
	case "class":
		return p.class(nil)
	case "@":
		return p.decorated()
	case "async":
		return p.async()
	case "try":
		return p.try()
	case "elif", "else", "except", "finally":
		return p.stray()
	}
	return nil
}

// block reads ":" and the statements of owner, whose first line is that of the token head: indented below it, or on the same line.
func (p *parser) block(owner string, head *token) []Stmt {
	if !p.accept(":") {
		p.unexpected("':'")
	}
	headFailed := p.failed
	if p.tok().kind != tokNewline {
		if p.tok().kind == tokEnd {
			return nil
		}
		return p.simpleLine(nil)
	}
	p.endLine()
	if p.tok().kind != tokIndent {
		if !headFailed {
			p.report.add(Indentation, p.tok().span(), fmt.Sprintf("expected an indented block after %s on line %d", owner, head.start.Line))
		}
		return nil
	}
	return p.indented()
}

// indented reads an indented block.
func (p *parser) indented() []Stmt {
	if !p.enter() {
		return nil
	}
	defer p.leave()
	p.next()
	var body []Stmt
	for p.tok().kind != tokDedent && p.tok().kind != tokEnd {
		body = p.statement(body)
	}
	if p.tok().kind == tokDedent {
		p.next()
	}
	return body
}

// loopBody reads the block of a loop.
func (p *parser) loopBody(owner string, head *token) []Stmt {
	var body []Stmt
	inner := p.scope
	inner.loop = true
	p.within(inner, func() { body = p.block(owner, head) })
	return body
}

func (p *parser) ifStmt() Stmt {
	head := p.tok()
	if !p.enter() {
		return &BadStmt{stmtNode: stmtNode{p.from(head.start)}}
	}
	defer p.leave()
	p.next()
	s := &If{Test: p.named()}
	s.Body = p.block("'"+head.text+"' statement", head)
	if p.at("elif") {
		s.Orelse = []Stmt{p.ifStmt()}
	} else {
		s.Orelse = p.orelse()
	}
	s.node = p.from(head.start)
	return s
}

// orelse reads the else of an if or a loop; nil without one.
func (p *parser) orelse() []Stmt {
	head := p.tok()
	if !p.accept("else") {
		return nil
	}
	return p.block("'else' statement", head)
}

func (p *parser) forStmt() Stmt {
	head := p.next()
	s := &For{Target: p.targets()}
	if !p.accept("in") {
		p.unexpected("'in'")
	}
	s.Iter = p.starExprs()
	s.Body = p.loopBody("'for' statement", head)
	s.Orelse = p.orelse()
	s.node = p.from(head.start)
	return s
}

func (p *parser) whileStmt() Stmt {
	head := p.next()
	s := &While{Test: p.named()}
	s.Body = p.loopBody("'while' statement", head)
	s.Orelse = p.orelse()
	s.node = p.from(head.start)
	return s
}

func (p *parser) withStmt() Stmt {
	head := p.next()
	s := &With{}
	if p.parenthesisedItems() {
		p.next()
		for s.Items = append(s.Items, p.withItem()); p.accept(",") && !p.at(")"); {
			s.Items = append(s.Items, p.withItem())
		}
		p.close(")")
	} else {
		for s.Items = append(s.Items, p.withItem()); p.accept(","); {
			s.Items = append(s.Items, p.withItem())
		}
	}
	s.Body = p.block("'with' statement", head)
	s.node = p.from(head.start)
	return s
}

// parenthesisedItems says whether the parenthesis here holds the items of a with statement: it ends before the colon, and
// holds what items can be made of, rather than one value such as a generator expression or nothing.
func (p *parser) parenthesisedItems() bool {
	if !p.at("(") || p.ahead(1).is(")") || p.ahead(1).is("yield") {
		return false
	}
	depth := 0
	for i := p.i; p.tokens[i].kind != tokNewline; i++ {
		t := &p.tokens[i]
		switch {
		case bracketDepth(t) != 0:
			if depth += bracketDepth(t); depth == 0 {
				return p.tokens[i+1].is(":")
			}
		case depth == 1 && (t.is("for") || t.is(":=") || t.is("*") && !endsOperand(&p.tokens[i-1])):
			return false
		}
	}
	return false
}

func (p *parser) withItem() *WithItem {
	start := p.tok().start
	item := &WithItem{Context: p.expr()}
	if p.accept("as") {
		item.Target = p.star(p.primary)
		p.checkTarget(item.Target, "assign to")
	}
	item.node = p.from(start)
	return item
}

// decorated reads decorators and the definition below them.
func (p *parser) decorated() Stmt {
	var decorators []Expr
	start := p.tok().start
	for p.accept("@") {
		decorators = append(decorators, p.named())
		if p.tok().kind != tokNewline {
			p.trailing()
		}
		p.endLine()
	}
	p.refuseAsync()
	switch p.atAny("def", "class") {
	case "def":
		return p.def(decorators)
	case "class":
		return p.class(decorators)
	}
	p.unexpected("'def' or 'class' after a decorator")
	p.endLine()
	return &BadStmt{stmtNode: stmtNode{p.from(start)}}
}

func (p *parser) def(decorators []Expr) Stmt {
	head := p.next()
	s := &FunctionDef{Decorators: decorators, Name: p.ident("a name after 'def'")}
	p.refuseTypeParams()
	if !p.accept("(") {
		p.unexpected("'('")
	}
	s.Params = p.params(")", true)
	p.close(")")
	if p.accept("->") {
		s.Returns = p.expr()
	}
	p.within(scope{function: true, nested: true}, func() { s.Body = p.block("function definition", head) })
	s.node = p.from(head.start)
	return s
}

func (p *parser) class(decorators []Expr) Stmt {
	head := p.next()
	s := &ClassDef{Decorators: decorators, Name: p.ident("a name after 'class'")}
	p.refuseTypeParams()
	if p.at("(") {
		s.Bases, s.Keywords = p.arguments(false)
	}
	p.within(scope{nested: true}, func() { s.Body = p.block("class definition", head) })
	s.node = p.from(head.start)
	return s
}
