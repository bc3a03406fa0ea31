package syntax

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
)

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// radix is a base that a prefix after 0 announces.
type radix struct {
	base int
	name string
}

var radixes = map[byte]radix{'x': {16, "hexadecimal"}, 'o': {8, "octal"}, 'b': {2, "binary"}}

// number reads a number literal, or refuses it with the run of letters and digits that belongs to it.
func (s *scanner) number() {
	start := s.pos
	var reason string
	if r, ok := radixes[lower(s.peek(1))]; ok && s.peek(0) == '0' {
		s.step(2)
		reason = s.radixDigits(r)
	} else {
		reason = s.decimal()
	}
	if reason == "" {
		s.emit(tokNumber, start)
		return
	}
	s.step(nameLen("_"+s.rest()) - 1)
	s.report.add(Syntax, s.since(start), reason)
	s.emit(tokBad, start)
}

// radixDigits reads the digits after 0x, 0o or 0b, and gives the reason why they are refused, if they are.
func (s *scanner) radixDigits(r radix) string {
	ok := s.digits(func(c byte) bool { return digitValue(c) < r.base })
	c := s.peek(0)
	switch {
	case isDigit(c):
		return fmt.Sprintf("invalid digit '%c' in %s literal", c, r.name)
	case !ok || !s.numberEnds():
		return fmt.Sprintf("invalid %s literal", r.name)
	}
	return ""
}

// decimal reads an integer, a float or a complex number, and gives the reason why it is refused, if it is.
func (s *scanner) decimal() string {
	start := s.pos.Offset
	const invalid = "invalid decimal literal"
	if s.peek(0) != '.' && !s.digits(isDigit) {
		return invalid
	}
	whole := s.text[start:s.pos.Offset]
	real := false
	if s.peek(0) == '.' {
		real = true
		s.step(1)
		if isDigit(s.peek(0)) && !s.digits(isDigit) {
			return invalid
		}
	}
	if n := s.exponentSign(); n > 0 {
		real = true
		s.step(n)
		if !s.digits(isDigit) {
			return invalid
		}
	}
	if lower(s.peek(0)) == 'j' {
		real = true
		s.step(1)
	}
	if trimmed := strings.TrimLeft(whole, "0_"); !real && trimmed != "" && len(trimmed) < len(whole) {
		return "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers"
	}
	if !s.numberEnds() {
		return invalid
	}
	return ""
}

// exponentSign is the length of the e, and the sign after it, that a digit follows here; 0 if there is no exponent.
func (s *scanner) exponentSign() int {
	if lower(s.peek(0)) != 'e' {
		return 0
	}
	n := 1
	if c := s.peek(1); c == '+' || c == '-' {
		n = 2
	}
	if !isDigit(s.peek(n)) {
		return 0
	}
	return n
}

// digits reads digits with single underscores between them; a base prefix may be followed by an underscore.
func (s *scanner) digits(isDigit func(byte) bool) bool {
	n := 0
	for {
		if s.peek(n) == '_' {
			n++
		}
		first := n
		for isDigit(s.peek(n)) {
			n++
		}
		if n == first || s.peek(n) != '_' {
			s.step(n)
			return n > first
		}
	}
}

// numberEnds says whether no letter follows, or only a keyword that may stand there.
func (s *scanner) numberEnds() bool {
	n := nameLen(s.rest())
	if n == 0 {
		return true
	}
	for _, word := range wordsAfterNumber {
		if s.rest()[:n] == word {
			return true
		}
	}
	return false
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// digitValue is the value of a digit in bases up to 16, or a larger number for any other byte.
func digitValue(c byte) int {
	switch c = lower(c); {
	case isDigit(c):
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	}
	return 99
}

// numberLiteral converts a number token. Limits are checked before the conversion, which takes more than linear time.
func (p *parser) numberLiteral(t token) Expr {
	n := node{t.span()}
	text := strings.ReplaceAll(strings.ToLower(t.text), "_", "")
	if len(text) > p.limits.Digits {
		p.report.add(Limit, t.span(), fmt.Sprintf("number of %d digits; at most %d are read", len(text), p.limits.Digits))
		return &BadExpr{exprNode{n}}
	}
	switch {
	case len(text) > 2 && radixes[text[1]].base > 0:
		return p.integer(n, text[2:], radixes[text[1]].base)
	case strings.HasSuffix(text, "j"):
		p.report.add(Unsupported, t.span(), "complex numbers are not supported", "keep the real and the imaginary part in two numbers")
		return &BadExpr{exprNode{n}}
	case strings.ContainsAny(text, ".e"):
		v, _ := strconv.ParseFloat(text, 64) // the only error left is overflow, which gives Inf as in Python
		return &Float{exprNode{n}, v}
	}
	return p.integer(n, text, 10)
}

func (p *parser) integer(n node, digits string, base int) Expr {
	v, _ := new(big.Int).SetString(digits, base)
	if v.BitLen() > p.limits.Bits {
		p.report.add(Limit, n.span, fmt.Sprintf("integer of %d bits; at most %d are read", v.BitLen(), p.limits.Bits), "write it as a float, such as 1e30")
		return &BadExpr{exprNode{n}}
	}
	return &Int{exprNode{n}, v}
}
