package syntax

import "fmt"

// signature collects the parameters of a def or lambda, and what has been seen of them.
type signature struct {
	params               []*Param
	slash, star, keyword bool // "/", "*" or "*args", "**kwargs"
	bare                 *token
	defaults             bool
	names                map[string]bool
}

// params reads parameters up to the token end, which stays. Those of a lambda have no annotations.
func (p *parser) params(end string, annotated bool) []*Param {
	s := signature{names: map[string]bool{}}
	for !p.at(end) && !p.failed {
		t := p.tok()
		if s.keyword {
			p.fail(Syntax, t.span(), "arguments cannot follow var-keyword argument", "put them before **")
			break
		}
		switch {
		case p.accept("/"):
			p.slash(&s, t)
		case p.accept("**"):
			s.keyword = true
			p.param(&s, VarKeyword, annotated)
		case p.accept("*"):
			p.starParam(&s, t, end, annotated)
		case s.star:
			p.param(&s, KeywordOnly, annotated)
		default:
			p.param(&s, Positional, annotated)
		}
		if !p.accept(",") {
			break
		}
	}
	if s.bare != nil && !p.failed {
		p.report.add(Syntax, s.bare.span(), "named parameters must follow bare *")
	}
	return s.params
}

// slash makes the parameters so far positional-only.
func (p *parser) slash(s *signature, t *token) {
	switch {
	case s.slash:
		p.fail(Syntax, t.span(), "/ may appear only once")
	case s.star:
		p.fail(Syntax, t.span(), "/ must be ahead of *")
	case len(s.params) == 0:
		p.fail(Syntax, t.span(), "at least one argument must precede /")
	}
	s.slash = true
	for _, param := range s.params {
		param.Kind = PositionalOnly
	}
}

// starParam reads what follows "*": a name for further positional arguments, or nothing.
func (p *parser) starParam(s *signature, t *token, end string, annotated bool) {
	if s.star {
		p.fail(Syntax, t.span(), "* argument may appear only once")
	}
	s.star = true
	if p.at(",") || p.at(end) {
		s.bare = t
		return
	}
	p.param(s, VarPositional, annotated)
}

// param reads name: annotation = default.
func (p *parser) param(s *signature, kind ParamKind, annotated bool) {
	start := p.tok()
	if start.is("(") {
		p.fail(Syntax, start.span(), "parameters cannot be parenthesized", "take one parameter and unpack it in the body: a, b = pair")
		return
	}
	param := &Param{Kind: kind, Name: p.ident("a parameter name")}
	if annotated && p.accept(":") {
		if kind == VarPositional {
			param.Annotation = p.star(p.expr)
		} else {
			param.Annotation = p.expr()
		}
	}
	param.node = p.from(start.start)
	p.paramDefault(s, param)
	if kind == KeywordOnly {
		s.bare = nil
	}
	if s.names[param.Name.Name] && !p.failed {
		p.report.add(Syntax, param.Name.span, fmt.Sprintf("duplicate argument '%s' in function definition", shorten(param.Name.Name)))
	}
	s.names[param.Name.Name] = true
	s.params = append(s.params, param)
}

// paramDefault reads "= default", and checks that no parameter without one comes after.
func (p *parser) paramDefault(s *signature, param *Param) {
	t := p.tok()
	switch {
	case p.accept("="):
		switch param.Kind {
		case VarPositional:
			p.fail(Syntax, t.span(), "var-positional argument cannot have default value")
		case VarKeyword:
			p.fail(Syntax, t.span(), "var-keyword argument cannot have default value")
		}
		s.defaults = true
		param.Default = p.expr()
	case s.defaults && param.Kind == Positional && !p.failed:
		p.report.add(Syntax, param.span, "parameter without a default follows parameter with a default", "give it a default, or put it first")
	}
}
