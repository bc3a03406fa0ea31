package syntax

import "strings"

func (p *parser) imports() Stmt {
	start := p.next().start
	names := []*Alias{p.alias(p.dotted)}
	for p.accept(",") {
		names = append(names, p.alias(p.dotted))
	}
	return &Import{stmtNode{p.from(start)}, names}
}

// alias reads "name as other".
func (p *parser) alias(path func() *Ident) *Alias {
	start := p.tok().start
	a := &Alias{Name: path()}
	if p.accept("as") {
		a.AsName = p.ident("a name after 'as'")
	}
	a.node = p.from(start)
	return a
}

// dotted reads the path of a module.
func (p *parser) dotted() *Ident {
	start := p.tok().start
	parts := []string{p.ident("a module name").Name}
	for p.accept(".") {
		parts = append(parts, p.ident("a module name after '.'").Name)
	}
	return &Ident{p.from(start), strings.Join(parts, ".")}
}

func (p *parser) importFrom() Stmt {
	start := p.next().start
	s := &ImportFrom{}
	for p.atAny(".", "...") != "" {
		s.Level += len(p.next().text)
	}
	if s.Level == 0 || !p.at("import") {
		s.Module = p.dotted()
	}
	if !p.accept("import") {
		p.unexpected("'import'")
	}
	s.Names = p.importedNames()
	s.node = p.from(start)
	return s
}

// importedNames reads the names after import: a star, a list, or a list in parentheses.
func (p *parser) importedNames() []*Alias {
	imported := func() *Ident { return p.ident("a name to import") }
	if t := p.tok(); p.accept("*") {
		if p.scope.nested {
			p.report.add(Syntax, t.span(), "import * only allowed at module level")
		}
		star := node{t.span()}
		return []*Alias{{node: star, Name: &Ident{star, "*"}}}
	}
	parenthesised := p.accept("(")
	names := []*Alias{p.alias(imported)}
	for p.accept(",") {
		if parenthesised && p.at(")") {
			break
		}
		if comma := p.tokens[p.i-1]; p.tok().kind == tokNewline {
			p.fail(Syntax, comma.span(), "trailing comma not allowed without surrounding parentheses", "leave the comma out")
			break
		}
		names = append(names, p.alias(imported))
	}
	if parenthesised {
		p.close(")")
	}
	return names
}
