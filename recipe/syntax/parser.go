package syntax

import (
	"fmt"
	"slices"
)

// Parse reads a source with the default limits. The module holds what could be read; it is never nil. The errors, in the order of the
// source, are all independent ones; a source is fit to be run only if there are none.
func Parse(file string, src []byte) (*Module, []*Error) {
	return parse(file, 0, src, Limits{})
}

// ParseNumbered is Parse for one of several files that belong together: their numbers, from 0 on, tell positions apart.
func ParseNumbered(file string, number int, src []byte) (*Module, []*Error) {
	return parse(file, number, src, Limits{})
}

// ParseLimits is Parse with limits of the caller's.
func ParseLimits(file string, src []byte, limits Limits) (*Module, []*Error) {
	return parse(file, 0, src, limits)
}

func parse(file string, number int, src []byte, limits Limits) (*Module, []*Error) {
	limits = limits.withDefaults()
	report := &reporter{file: file, max: limits.Errors}
	source := newSource(file, string(src[:min(len(src), limits.Bytes)]))
	source.Number = number
	module := &Module{Source: source}
	if checkText(source, len(src), limits, report) {
		p := &parser{src: source, limits: limits, report: report, tokens: scan(source, limits, report)}
		module.Body = p.file()
	}
	module.span = Span{source.start(), source.pos(len(source.text))}
	return module, report.sorted()
}

// parser makes the tree from tokens, by recursive descent.
//
// An error in a statement is recorded once: fail moves to the end of the line, where every function finds nothing more to read
// and returns, and the next statement starts afresh.
type parser struct {
	src    *Source
	limits Limits
	report *reporter
	tokens []token
	i      int
	last   Pos // end of the last token that is not a line end or a change of indentation
	failed bool
	depth  int
	scope  scope
}

// scope is what the statements around the current one allow.
type scope struct{ function, loop, nested bool }

// within parses with another scope, and returns to the present one.
func (p *parser) within(inner scope, parse func()) {
	outer := p.scope
	p.scope = inner
	parse()
	p.scope = outer
}

func (p *parser) tok() *token { return &p.tokens[p.i] }

// ahead is the token n places further on, or the last one.
func (p *parser) ahead(n int) *token { return &p.tokens[min(p.i+n, len(p.tokens)-1)] }

// next moves over a token and returns it.
func (p *parser) next() *token {
	t := p.tok()
	if p.i < len(p.tokens)-1 {
		p.i++
	}
	switch t.kind {
	case tokNewline, tokIndent, tokDedent, tokEnd:
	default:
		p.last = t.end
	}
	return t
}

func (p *parser) at(text string) bool { return p.tok().is(text) }

// atAny returns the one of texts that is the current token, or "".
func (p *parser) atAny(texts ...string) string {
	if t := p.tok(); (t.kind == tokOp || t.kind == tokKeyword) && slices.Contains(texts, t.text) {
		return t.text
	}
	return ""
}

func (p *parser) accept(text string) bool {
	if p.at(text) {
		p.next()
		return true
	}
	return false
}

// expect moves over the token text, or fails.
func (p *parser) expect(text string) {
	if !p.accept(text) {
		p.unexpected("'" + text + "'")
	}
}

// from is the node that reaches from start to the last token read.
func (p *parser) from(start Pos) node {
	if p.last.Offset < start.Offset {
		return node{Span{start, start}}
	}
	return node{Span{start, p.last}}
}

func (p *parser) badExpr(start Pos) Expr { return &BadExpr{exprNode{p.from(start)}} }

// enter counts one level of nesting; it fails at the limit. Each enter that succeeds is followed by a leave.
func (p *parser) enter() bool {
	if p.depth == p.limits.Depth {
		p.limit(fmt.Sprintf("more than %d levels of brackets, blocks and operators inside one another", p.limits.Depth), "give the inner parts names, or write functions")
		return false
	}
	p.depth++
	return true
}

func (p *parser) leave() { p.depth-- }

// chained checks the number of operators or calls that follow one another.
func (p *parser) chained(links int) bool {
	if links > p.limits.Chain {
		p.limit(fmt.Sprintf("more than %d operators or calls in one chain", p.limits.Chain), "give the parts names")
		return false
	}
	return true
}

// limit ends reading at the current token.
func (p *parser) limit(msg string, fixes ...string) {
	p.report.stop(p.tok().span(), msg, fixes...)
	p.failed = true
	p.i = len(p.tokens) - 1
}

// fail records an error and gives up the rest of the line. Where the scanner has already refused something on this line, or the
// statement has failed before, nothing is recorded.
func (p *parser) fail(kind Kind, at Span, msg string, fixes ...string) {
	if !p.failed && !p.damaged(p.i) {
		p.report.add(kind, at, msg, fixes...)
	}
	p.failed = true
	for p.tok().kind != tokNewline && p.tok().kind != tokEnd {
		p.next()
	}
}

// damaged says whether the scanner refused a token of this line before token n, or made a missing one anywhere on it.
func (p *parser) damaged(n int) bool {
	for i := n; i >= 0 && (i == n || p.tokens[i].kind != tokNewline); i-- {
		if t := &p.tokens[i]; t.kind == tokBad || t.made {
			return true
		}
	}
	for i := n; p.tokens[i].kind != tokNewline && p.tokens[i].kind != tokEnd; i++ {
		if p.tokens[i].made {
			return true
		}
	}
	return false
}

// unexpected fails at the current token, of which something else was expected.
func (p *parser) unexpected(expected string) {
	if p.failed {
		return
	}
	msg := fmt.Sprintf("expected %s, found %s", expected, p.tok().describe())
	hint, fix := p.hint()
	if hint != "" {
		msg += ": " + hint
	}
	if fix != "" {
		p.fail(Syntax, p.tok().span(), msg, fix)
		return
	}
	p.fail(Syntax, p.tok().span(), msg)
}
