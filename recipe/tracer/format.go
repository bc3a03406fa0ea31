package tracer

import (
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/descent-ml/descent/recipe/syntax"
)

// joined evaluates an f-string.
func (t *Tracer) joined(e *env, x *syntax.JoinedStr) Value {
	var b strings.Builder
	for _, part := range x.Values {
		switch part := part.(type) {
		case *syntax.Str:
			t.charge(x.Span(), len(part.Value))
			b.WriteString(part.Value)
		case *syntax.FormattedValue:
			s, ok := t.formatted(e, part)
			if !ok {
				return Poison
			}
			t.charge(x.Span(), len(s))
			b.WriteString(s)
		}
	}
	return Str(b.String())
}

func (t *Tracer) formatted(e *env, x *syntax.FormattedValue) (string, bool) {
	v := t.eval(e, x.Value)
	spec := ""
	if x.FormatSpec != nil {
		s, ok := t.joined(e, x.FormatSpec).(Str)
		if !ok {
			return "", false
		}
		spec = string(s)
	}
	if Poisoned(v) {
		return "", false
	}
	return t.format(t.convert(v, x.Conversion, x.Span()), spec, x.Span())
}

// convert applies !s, !r and !a.
func (t *Tracer) convert(v Value, conversion rune, at syntax.Span) Value {
	switch conversion {
	case 's':
		return Str(t.str(v, at))
	case 'r':
		return Str(t.repr(v, at))
	case 'a':
		ascii := strconv.QuoteToASCII(t.repr(v, at))
		return Str(ascii[1 : len(ascii)-1])
	}
	return v
}

// spec is Python's format specification: [[fill]align][sign][z][#][0][width][,][.precision][type].
type spec struct {
	fill      string
	align     byte
	sign      byte
	noMinus0  bool
	alternate bool
	width     int
	group     byte
	precision int // -1 without one
	kind      byte
}

// maxWidth bounds widths and precisions; the result is charged besides.
const maxWidth = 1 << 20

func parseSpec(s string) (f spec, ok bool) {
	f = spec{fill: " ", precision: -1}
	if _, n := utf8.DecodeRuneInString(s); len(s) > n && n > 0 && strings.IndexByte("<>=^", s[n]) >= 0 {
		f.fill, f.align, s = s[:n], s[n], s[n+1:]
	} else if s != "" && strings.IndexByte("<>=^", s[0]) >= 0 {
		f.align, s = s[0], s[1:]
	}
	take := func(set string) byte {
		if s == "" || strings.IndexByte(set, s[0]) < 0 {
			return 0
		}
		c := s[0]
		s = s[1:]
		return c
	}
	number := func() int {
		n := len(s) - len(strings.TrimLeft(s, "0123456789"))
		v, err := strconv.Atoi("0" + s[:n])
		s = s[n:]
		if err != nil || v > maxWidth {
			ok = false
		}
		return v
	}
	ok = true
	f.sign = take("+- ")
	f.noMinus0 = take("z") != 0
	f.alternate = take("#") != 0
	if take("0") != 0 && f.align == 0 {
		f.fill, f.align = "0", '='
	}
	f.width = number()
	f.group = take(",_")
	if take(".") != 0 {
		if s == "" || !isDigit(s[0]) {
			return f, false
		}
		f.precision = number()
	}
	if s != "" {
		f.kind, s = s[0], s[1:]
	}
	return f, ok && s == ""
}

// format is Python's format(v, spec).
func (t *Tracer) format(v Value, text string, at syntax.Span) (string, bool) {
	if text == "" {
		return t.str(v, at), true
	}
	f, ok := parseSpec(text)
	if !ok {
		t.Refuse(at, CodeValue, "Invalid format specifier '%s' for object of type '%s'", shorten(text), TypeName(v))
		return "", false
	}
	if s, isStr := v.(Str); isStr {
		return t.formatStr(string(s), f, at)
	}
	if isLater(v) {
		return laterText, true
	}
	i, fl, kind := number(v)
	switch {
	case kind == 0 && isTensor(v):
		t.Report(at, t.TracedValue("format()", "a tensor", "the tensor without a format: it prints as its shape"))
		return "", false
	case kind == 0:
		t.Refuse(at, CodeType, "unsupported format string passed to %s.__format__", TypeName(v))
		return "", false
	case kind == 'i' && strings.IndexByte("\x00bcdoxXn", f.kind) >= 0:
		return t.formatInt(i, f, at)
	case kind == 'i':
		var ok bool
		if fl, ok = t.toFloat(i, at); !ok {
			return "", false
		}
	}
	if f.kind != 0 && strings.IndexByte("eEfFgGn%", f.kind) < 0 {
		return "", t.unknownFormat(f, v, at)
	}
	t.charge(at, max(f.precision, 400)+f.width)
	return t.padNumber(formatFloat(fl, f), f, at), true
}

func (t *Tracer) unknownFormat(f spec, v Value, at syntax.Span) bool {
	t.Refuse(at, CodeValue, "Unknown format code '%c' for object of type '%s'", f.kind, TypeName(v))
	return false
}

func (t *Tracer) formatStr(s string, f spec, at syntax.Span) (string, bool) {
	switch {
	case f.kind != 0 && f.kind != 's':
		return "", t.unknownFormat(f, Str(s), at)
	case f.sign != 0:
		t.Refuse(at, CodeValue, "Sign not allowed in string format specifier")
		return "", false
	case f.align == '=' && f.fill != "0":
		t.Refuse(at, CodeValue, "'=' alignment not allowed in string format specifier")
		return "", false
	}
	if f.precision >= 0 {
		r := []rune(s)
		s = string(r[:min(len(r), f.precision)])
	}
	align := f.align
	if align == 0 || align == '=' {
		align = '<'
	}
	return t.padded(s, f.width, f.fill, align, at), true
}

func (t *Tracer) formatInt(i *big.Int, f spec, at syntax.Span) (string, bool) {
	if f.precision >= 0 {
		t.Refuse(at, CodeValue, "Precision not allowed in integer format specifier")
		return "", false
	}
	if f.kind == 'c' {
		if !i.IsInt64() || i.Int64() < 0 || i.Int64() > utf8.MaxRune {
			t.Refuse(at, CodeOverflow, "%%c arg not in range(0x110000)")
			return "", false
		}
		align := f.align
		if align == 0 {
			align = '<'
		}
		return t.padded(string(rune(i.Int64())), f.width, f.fill, align, at), true
	}
	base := map[byte]int{'b': 2, 'o': 8, 'x': 16, 'X': 16}[f.kind]
	prefix := map[byte]string{'b': "0b", 'o': "0o", 'x': "0x", 'X': "0X"}[f.kind]
	if base == 0 {
		base = 10
	}
	digits := new(big.Int).Abs(i).Text(base)
	if f.kind == 'X' {
		digits = strings.ToUpper(digits)
	}
	if !f.alternate {
		prefix = ""
	}
	every := 3
	if base != 10 {
		every = 4
	}
	return t.padNumber(numberText{negative: i.Sign() < 0, prefix: prefix, digits: digits, every: every}, f, at), true
}

// numberText is a number in parts, before grouping, sign and padding.
type numberText struct {
	negative bool
	prefix   string
	digits   string // before the point
	rest     string // point, fraction, exponent, percent sign
	every    int    // digits in a group
}

func formatFloat(v float64, f spec) numberText {
	kind, precision := f.kind, f.precision
	percent := ""
	if kind == '%' {
		v, kind, percent = v*100, 'f', "%"
	}
	if precision < 0 && kind != 0 {
		precision = 6
	}
	var s string
	switch kind {
	case 0:
		s = floatRepr(v)
		if precision >= 0 {
			s = generalFloat(v, max(precision, 1), f.alternate)
			if !strings.ContainsAny(s, ".en") && f.kind == 0 {
				if len(strings.TrimLeft(s, "-")) >= max(precision, 1) {
					s = strconv.FormatFloat(v, 'e', max(precision, 1)-1, 64)
				} else {
					s += ".0"
				}
			}
		}
	case 'n', 'g', 'G':
		s = generalFloat(v, max(precision, 1), f.alternate)
	case 'F':
		s = strconv.FormatFloat(v, 'f', precision, 64)
	default:
		s = strconv.FormatFloat(v, kind|0x20, precision, 64)
	}
	s = strings.ToLower(strings.TrimPrefix(s, "+"))
	if kind == 'E' || kind == 'F' || kind == 'G' {
		s = strings.ToUpper(s)
	}
	n := numberText{every: 3}
	s, n.negative = strings.CutPrefix(s, "-")
	if n.negative && f.noMinus0 && strings.Trim(s, "0.") == "" {
		n.negative = false
	}
	end := len(s) - len(strings.TrimLeft(s, "0123456789"))
	n.digits, n.rest = s[:end], s[end:]+percent
	if f.alternate && !strings.Contains(n.rest, ".") && n.digits != "" {
		n.rest = "." + n.rest
	}
	return n
}

// generalFloat is %g: as many significant digits as the precision, without the
// zeros at the end unless the alternate form is asked for.
func generalFloat(v float64, precision int, alternate bool) string {
	e := strconv.FormatFloat(v, 'e', precision-1, 64)
	i := strings.IndexByte(e, 'e')
	if i < 0 {
		return e // Inf or NaN
	}
	exp, _ := strconv.Atoi(e[i+1:])
	trim := func(s string) string {
		if alternate || !strings.Contains(s, ".") {
			return s
		}
		return strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	if exp < -4 || exp >= precision {
		return trim(e[:i]) + e[i:]
	}
	return trim(strconv.FormatFloat(v, 'f', precision-1-exp, 64))
}

// padNumber adds sign, groups and padding.
func (t *Tracer) padNumber(n numberText, f spec, at syntax.Span) string {
	sign := ""
	switch {
	case n.negative:
		sign = "-"
	case f.sign == '+' || f.sign == ' ':
		sign = string(f.sign)
	}
	align := f.align
	if align == 0 {
		align = '>'
	}
	head := sign + n.prefix
	if f.group != 0 {
		zeros := 0
		if align == '=' && f.fill == "0" {
			zeros = f.width - len(head) - len(n.rest)
		}
		n.digits = grouped(n.digits, n.every, f.group, zeros)
	}
	if align == '=' {
		body := n.digits + n.rest
		return head + t.padded(body, f.width-len(head), f.fill, '>', at)
	}
	return t.padded(head+n.digits+n.rest, f.width, f.fill, align, at)
}

// grouped puts a separator between groups of digits, after filling up with zeros
// to at least width characters.
func grouped(digits string, every int, separator byte, width int) string {
	var out []byte // from the end
	count := 0
	for i := len(digits) - 1; i >= 0 || len(out) < width; i-- {
		if count == every {
			out = append(out, separator)
			count = 0
		}
		c := byte('0')
		if i >= 0 {
			c = digits[i]
		}
		out = append(out, c)
		count++
	}
	for i, j := 0, len(out)-1; i < j; i, j = i+1, j-1 {
		out[i], out[j] = out[j], out[i]
	}
	return string(out)
}

// padded fills a text up to a width in characters. With align '=' the filling goes
// behind a sign.
func (t *Tracer) padded(s string, width int, fill string, align byte, at syntax.Span) string {
	missing := width - utf8.RuneCountInString(s)
	if missing <= 0 {
		return s
	}
	t.charge64(at, int64(missing), int64(max(1, len(fill))))
	t.charge(at, len(s))
	pad := func(n int) string { return strings.Repeat(fill, n) }
	switch align {
	case '<':
		return s + pad(missing)
	case '^':
		return pad(missing/2) + s + pad(missing-missing/2)
	case '=':
		if s != "" && (s[0] == '-' || s[0] == '+') {
			return s[:1] + pad(missing) + s[1:]
		}
	}
	return pad(missing) + s
}
