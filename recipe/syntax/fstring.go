package syntax

import (
	"fmt"
	"regexp"
	"strings"
)

// fstringText reads the text of an f-string or of a format specification, up to and including the quote or brace that ends it.
func (s *scanner) fstringText() {
	start := s.pos
	for {
		rest := s.rest()
		top := s.top()
		quote := &s.open[s.openedBy(fstring, "")]
		switch {
		case rest == "", len(quote.text) == 1 && (rest[0] == '\n' || rest[0] == '\r'):
			s.fstringUnterminated(start, quote)
			return
		case strings.HasPrefix(rest, quote.text):
			s.fstringQuote(start, quote)
			return
		case top.kind == fstring && (strings.HasPrefix(rest, "{{") || strings.HasPrefix(rest, "}}")):
			s.step(2)
		case rest[0] == '{':
			s.fstringBrace(start)
			s.push(opened{kind: field, at: s.tokens[len(s.tokens)-1].span()})
			return
		case rest[0] == '}' && top.kind == formatSpec:
			s.fstringBrace(start)
			s.pop()
			return
		case rest[0] == '}':
			s.step(1)
			brace := Span{s.src.pos(s.pos.Offset - 1), s.pos}
			s.report.add(Syntax, brace, "f-string: single '}' is not allowed", "write }} for the character }")
		case rest[0] == '\\':
			s.fstringBackslash(quote.plain)
		default:
			s.stepAny()
		}
	}
}

// fstringMiddle emits the text since start, if there is any.
func (s *scanner) fstringMiddle(start Pos) {
	if s.pos.Offset > start.Offset {
		s.emit(tokFMiddle, start)
	}
}

// fstringBrace emits the text since start and the brace that follows it.
func (s *scanner) fstringBrace(start Pos) {
	s.fstringMiddle(start)
	brace := s.pos
	s.step(1)
	s.emit(tokOp, brace)
}

// fstringBackslash reads an escape. A brace after a backslash is a brace all the same, except in \N{name}.
func (s *scanner) fstringBackslash(plain bool) {
	s.step(1)
	if s.peek(0) == '{' || s.peek(0) == '}' || s.pos.Offset == len(s.text) {
		return
	}
	if named := s.rest(); !plain && strings.HasPrefix(named, "N{") {
		if n := strings.IndexAny(named, "}\r\n\"'"); n > 0 && named[n] == '}' {
			s.step(n + 1)
			return
		}
	}
	s.stepAny()
}

// fstringQuote reads the closing quote. In a format specification it comes too early: the brace is missing.
func (s *scanner) fstringQuote(start Pos, quote *opened) {
	s.fstringMiddle(start)
	if top := s.top(); top.kind == formatSpec {
		s.report.add(Syntax, top.at, "f-string: expecting '}'")
		s.closeDownTo(s.openedBy(fstring, "") + 1)
	}
	end := s.pos
	s.step(len(quote.text))
	s.emit(tokFEnd, end)
	s.pop()
}

func (s *scanner) fstringUnterminated(start Pos, quote *opened) {
	s.fstringMiddle(start)
	quoteStart := s.src.pos(quote.at.End.Offset - len(quote.text))
	s.reportUnterminated(Span{quote.at.Start, quoteStart}, quote.text, "f-string")
	s.closeDownTo(s.openedBy(fstring, ""))
	s.torn = len(s.open) > 0
}

// strings reads string literals that stand next to each other, and makes one value of them.
func (p *parser) strings() Expr {
	start := p.tok().start
	var parts []Expr
	var sawBytes, sawText, joined bool
	for {
		switch t := p.tok(); t.kind {
		case tokString:
			p.next()
			l := cutLiteral(*t)
			n := exprNode{node{t.span()}}
			value := p.value(l)
			if sawBytes, sawText = sawBytes || l.bytes, sawText || !l.bytes; l.bytes {
				parts = append(parts, &Bytes{n, []byte(value)})
			} else {
				parts = append(parts, &Str{n, value})
			}
			continue
		case tokFStart:
			parts = append(parts, p.fstring()...)
			joined, sawText = true, true
			continue
		}
		break
	}
	n := exprNode{p.from(start)}
	switch {
	case sawBytes && sawText:
		p.report.add(Syntax, n.span, "cannot mix bytes and nonbytes literals")
		return &BadExpr{n}
	case joined:
		return &JoinedStr{n, mergeText(parts)}
	case sawBytes:
		return &Bytes{n, joinBytes(parts)}
	}
	return &Str{n, joinText(parts)}
}

func joinText(parts []Expr) string {
	var b strings.Builder
	for _, part := range parts {
		b.WriteString(part.(*Str).Value)
	}
	return b.String()
}

func joinBytes(parts []Expr) []byte {
	var b []byte
	for _, part := range parts {
		b = append(b, part.(*Bytes).Value...)
	}
	return b
}

// mergeText makes one Str of each run of them, and leaves out empty ones.
func mergeText(parts []Expr) []Expr {
	var merged []Expr
	for len(parts) > 0 {
		run := 0
		for run < len(parts) && isStr(parts[run]) {
			run++
		}
		if run == 0 {
			merged = append(merged, parts[0])
			parts = parts[1:]
			continue
		}
		if text := joinText(parts[:run]); text != "" {
			span := Span{parts[0].Span().Start, parts[run-1].Span().End}
			merged = append(merged, &Str{exprNode{node{span}}, text})
		}
		parts = parts[run:]
	}
	return merged
}

func isStr(e Expr) bool { _, ok := e.(*Str); return ok }

// fstring reads one f-string into its parts.
func (p *parser) fstring() []Expr {
	open := p.next()
	plain := strings.ContainsAny(open.text, "rR")
	parts := p.fstringParts(plain, true)
	if p.tok().kind == tokFEnd {
		p.next()
	}
	return parts
}

// fstringParts reads text and fields. In the text of an f-string a double brace stands for one; in a format specification it does not.
func (p *parser) fstringParts(plain, doubled bool) []Expr {
	var parts []Expr
	for {
		t := p.tok()
		switch {
		case t.kind == tokFMiddle:
			p.next()
			body := literal{body: t.text, at: t.start.Offset, plain: plain, doubled: doubled}
			parts = append(parts, &Str{exprNode{node{t.span()}}, p.value(body)})
		case t.is("{"):
			parts = append(parts, p.field(plain)...)
		default:
			return parts
		}
	}
}

// field reads {value=!conversion:specification}; with "=" the text of the value comes first.
func (p *parser) field(plain bool) []Expr {
	if !p.enter() {
		return nil
	}
	defer p.leave()
	var parts []Expr
	first := p.i
	open := p.next()
	if t := p.tok(); t.is("}") || t.is("!") || t.is(":") || t.is("=") {
		p.fail(Syntax, t.span(), fmt.Sprintf("f-string: valid expression required before '%s'", t.text), "write {{ and }} for the characters { and }")
		return nil
	}
	if t := p.tok(); t.is("lambda") {
		p.fail(Syntax, t.span(), "f-string: lambda expressions are not allowed without parentheses", "(lambda ...)")
		return nil
	}
	v := &FormattedValue{Value: p.yieldOrExprs()}
	shown := p.accept("=")
	if shown {
		text := Span{open.end, p.tok().start}
		parts = append(parts, &Str{exprNode{node{text}}, p.value(literal{body: p.textBetween(first, p.i), plain: true})})
	}
	if p.accept("!") {
		v.Conversion = p.conversion()
	}
	switch {
	case p.at(":"):
		v.FormatSpec = p.formatSpec(plain)
	case shown && v.Conversion == 0:
		v.Conversion = 'r'
	}
	if !p.accept("}") {
		p.unexpected("'}' in the f-string")
	}
	v.node = p.from(open.start)
	return append(parts, v)
}

// comment is a comment between two tokens.
var comment = regexp.MustCompile(`#[^\r\n]*`)

// textBetween is the source between two tokens, without comments.
func (p *parser) textBetween(first, last int) string {
	var b strings.Builder
	for i := first; i < last; i++ {
		if i > first {
			b.WriteString(p.tokens[i].text)
		}
		gap := p.src.text[p.tokens[i].end.Offset:p.tokens[i+1].start.Offset]
		b.WriteString(comment.ReplaceAllString(gap, ""))
	}
	return b.String()
}

// conversion reads the letter after "!".
func (p *parser) conversion() rune {
	mark, t := p.tokens[p.i-1], p.tok()
	if mark.end != t.start {
		p.fail(Syntax, Span{mark.end, t.start}, "f-string: conversion type must come right after the exclamation mark", "leave the space out")
	}
	if t.kind == tokName && (t.text == "s" || t.text == "r" || t.text == "a") {
		p.next()
		return rune(t.text[0])
	}
	p.fail(Syntax, t.span(), fmt.Sprintf("f-string: invalid conversion character: expected 's', 'r', or 'a', found %s", t.describe()))
	return 0
}

func (p *parser) formatSpec(plain bool) *JoinedStr {
	start := p.next().start
	parts := p.fstringParts(plain, false)
	return &JoinedStr{exprNode{p.from(start)}, mergeText(parts)}
}
