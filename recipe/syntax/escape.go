package syntax

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// value resolves the escapes and line endings of a literal, and reports what is wrong in it.
func (p *parser) value(l literal) string {
	var b strings.Builder
	for i := 0; i < len(l.body); {
		r, n := utf8.DecodeRuneInString(l.body[i:])
		switch {
		case r == '\r':
			b.WriteByte('\n')
			if strings.HasPrefix(l.body[i+1:], "\n") {
				n++
			}
		case r == '\\' && !l.plain:
			e := unescape(l.body[i:], l.bytes)
			if n = e.width; e.problem != "" {
				p.report.add(e.kind, p.part(l, i, n), e.problem, e.fixes...)
			}
			b.WriteString(e.text)
		case l.doubled && (r == '{' || r == '}') && strings.HasPrefix(l.body[i+1:], string(r)):
			b.WriteRune(r)
			n = 2
		case l.bytes && r >= utf8.RuneSelf:
			p.report.add(Syntax, p.part(l, i, n), "bytes can only contain ASCII literal characters",
				"leave out the b", `write the bytes as \x and two digits`)
			i = len(l.body)
		default:
			b.WriteString(l.body[i : i+n])
		}
		i += n
	}
	return b.String()
}

// part is the span of n bytes of a literal's body.
func (p *parser) part(l literal, i, n int) Span {
	return Span{p.src.pos(l.at + i), p.src.pos(l.at + i + n)}
}

// escaped is what an escape sequence stands for, or why it is refused.
type escaped struct {
	text    string
	width   int // bytes of source
	problem string
	kind    Kind
	fixes   []string
}

// plainEscapes are the escapes of one letter.
var plainEscapes = map[byte]string{
	'\n': "", '\\': "\\", '\'': "'", '"': "\"", 'a': "\a", 'b': "\b", 'f': "\f", 'n': "\n", 'r': "\r", 't': "\t", 'v': "\v",
}

// codeEscapes are the escapes followed by a number of hexadecimal digits.
var codeEscapes = map[byte]int{'x': 2, 'u': 4, 'U': 8}

// unescape reads the escape at the start of text. A backslash before any other character stands for itself, as in Python.
func unescape(text string, bytes bool) escaped {
	if len(text) == 1 {
		return escaped{text: text, width: 1}
	}
	c := text[1]
	if plain, ok := plainEscapes[c]; ok {
		return escaped{text: plain, width: 2}
	}
	switch {
	case strings.HasPrefix(text[1:], "\r\n"):
		return escaped{width: 3}
	case c == '\r':
		return escaped{width: 2}
	case '0' <= c && c <= '7':
		return octalEscape(text, bytes)
	case c == 'N' && !bytes:
		return escaped{
			width: 2, kind: Unsupported, problem: `characters by name (\N{...}) are not supported`,
			fixes: []string{`write the character, or its number as in "\u03b1"`},
		}
	case c == 'x' || !bytes && codeEscapes[c] > 0:
		return codeEscape(text, codeEscapes[c], bytes)
	}
	return escaped{text: `\`, width: 1}
}

func octalEscape(text string, bytes bool) escaped {
	n := 2
	for n < min(len(text), 4) && '0' <= text[n] && text[n] <= '7' {
		n++
	}
	v, _ := strconv.ParseUint(text[1:n], 8, 16)
	if bytes {
		return escaped{text: string([]byte{byte(v)}), width: n}
	}
	return escaped{text: string(rune(v)), width: n}
}

func codeEscape(text string, digits int, bytes bool) escaped {
	n := 2
	for n < min(len(text), 2+digits) && digitValue(text[n]) < 16 {
		n++
	}
	form := text[:2] + strings.Repeat("X", digits)
	if n < 2+digits {
		return escaped{
			width: n, problem: fmt.Sprintf("truncated %s escape: %d hexadecimal digits expected, %d found", form, digits, n-2),
			fixes: []string{`for a path write / in place of \, or put r before the quote`},
		}
	}
	v, _ := strconv.ParseUint(text[2:n], 16, 32)
	switch {
	case bytes:
		return escaped{text: string([]byte{byte(v)}), width: n}
	case v > utf8.MaxRune:
		return escaped{width: n, problem: fmt.Sprintf("illegal Unicode character %s: the largest is \\U0010ffff", text[:n])}
	case 0xd800 <= v && v <= 0xdfff:
		return escaped{
			width: n, kind: Unsupported, problem: fmt.Sprintf("%s is half of a surrogate pair, not a character", text[:n]),
			fixes: []string{`write the character itself, or its number as in "\U0001f600"`},
		}
	}
	return escaped{text: string(rune(v)), width: n}
}
