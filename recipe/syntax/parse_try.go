package syntax

// try reads a try statement, and refuses one whose body does more than import.
func (p *parser) try() Stmt {
	head := p.next()
	s := &Try{Body: p.block("'try' statement", head)}
	plain := true
	for {
		t := p.tok()
		switch p.atAny("except", "else", "finally") {
		case "except":
			p.next()
			h, ok := p.exceptClause(t)
			s.Handlers, plain = append(s.Handlers, h), plain && ok && s.Orelse == nil && s.Finalbody == nil
			continue
		case "else":
			p.next()
			plain = plain && s.Orelse == nil && s.Finalbody == nil && len(s.Handlers) > 0
			s.Orelse = append(s.Orelse, p.block("'else' statement", t)...)
			continue
		case "finally":
			p.next()
			plain = plain && s.Finalbody == nil
			s.Finalbody = append(s.Finalbody, p.block("'finally' statement", t)...)
			continue
		}
		break
	}
	s.node = p.from(head.start)
	if len(s.Handlers) == 0 && len(s.Orelse) == 0 && len(s.Finalbody) == 0 && !p.failed {
		p.report.add(Syntax, p.tok().span(), "expected 'except' or 'finally' block")
	}
	if plain && importsAlone(s.Body) {
		return s
	}
	p.report.add(Unsupported, head.span(), "try is not supported: an error ends the reading of a recipe",
		"test with if before the line that may fail")
	bad := &BadStmt{s.stmtNode, s.Body}
	for _, h := range s.Handlers {
		bad.Body = append(bad.Body, h.Body...)
	}
	bad.Body = append(append(bad.Body, s.Orelse...), s.Finalbody...)
	return bad
}

// exceptClause reads an except clause behind that word; ok is false for except*.
func (p *parser) exceptClause(head *token) (h *ExceptHandler, ok bool) {
	h, ok = &ExceptHandler{}, !p.accept("*")
	if !p.at(":") {
		h.Type = p.starExprs()
		if p.accept("as") {
			h.Name = p.ident("a name after 'as'")
		}
	}
	h.Body = p.block("'except' statement", head)
	h.node = p.from(head.start)
	return h, ok
}

// importsAlone reports whether a block holds imports and nothing else.
func importsAlone(body []Stmt) bool {
	for _, s := range body {
		switch s.(type) {
		case *Import, *ImportFrom:
		default:
			return false
		}
	}
	return len(body) > 0
}
