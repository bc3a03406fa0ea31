package syntax

// async refuses "async", and reads the statement after it.
func (p *parser) async() Stmt {
	start := p.tok().start
	p.refuseAsync()
	switch p.atAny("def", "for", "with") {
	case "def":
		return p.def(nil)
	case "for":
		return p.forStmt()
	case "with":
		return p.withStmt()
	}
	p.unexpected("'def', 'for' or 'with' after 'async'")
	p.endLine()
	return &BadStmt{stmtNode: stmtNode{p.from(start)}}
}

// refuseTypeParams refuses the [T] of a generic definition.
func (p *parser) refuseTypeParams() {
	t := p.tok()
	if !p.at("[") {
		return
	}
	for depth := 0; p.tok().kind != tokNewline; {
		if depth += bracketDepth(p.next()); depth == 0 {
			break
		}
	}
	p.report.add(Unsupported, Span{t.start, p.last}, "type parameters are not supported", "leave them out")
}

// stray refuses a clause whose statement is missing, and reads its block.
func (p *parser) stray() Stmt {
	head := p.tok()
	owner := map[string]string{
		"elif": "'if'", "else": "'if', 'for' or 'while'", "except": "'try'", "finally": "'try'",
	}[head.text]
	p.fail(Syntax, head.span(), "expected a statement, found '"+head.text+"' without "+owner+" before it at this indentation")
	s := &BadStmt{Body: p.block("'"+head.text+"' statement", head)}
	s.node = p.from(head.start)
	return s
}

// isMatch says whether a match statement starts here. The word is also a name: a statement it is where the line ends with ":" and
// an indented "case" follows.
func (p *parser) isMatch() bool {
	if t := p.tok(); t.kind != tokName || t.text != "match" {
		return false
	}
	n := p.lineLength()
	return n > 1 && p.ahead(n-1).is(":") && p.ahead(n+1).kind == tokIndent && p.ahead(n+2).kind == tokName && p.ahead(n+2).text == "case"
}

// lineLength is the number of tokens up to the end of the line.
func (p *parser) lineLength() int {
	n := 0
	for p.ahead(n).kind != tokNewline && p.ahead(n).kind != tokEnd {
		n++
	}
	return n
}

// toColon moves to the colon that ends the head of a block.
func (p *parser) toColon() {
	for depth := 0; p.tok().kind != tokNewline && !(depth == 0 && p.at(":")); {
		depth += bracketDepth(p.next())
	}
}

// refuseMatch refuses a match statement, and reads the blocks of its cases.
func (p *parser) refuseMatch() Stmt {
	head := p.tok()
	p.report.add(Unsupported, head.span(), "match is not supported", "write if, elif and else")
	s := &BadStmt{}
	p.toColon()
	p.expect(":")
	p.endLine()
	p.next() // the indentation
	for p.tok().kind != tokDedent && p.tok().kind != tokEnd {
		if head := p.tok(); head.kind == tokName && head.text == "case" {
			p.toColon()
			s.Body = append(s.Body, p.block("'case' statement", head)...)
			continue
		}
		s.Body = p.statement(s.Body)
	}
	if p.tok().kind == tokDedent {
		p.next()
	}
	s.node = p.from(head.start)
	return s
}
