package tracer

import (
	"math/big"
	"strings"

	"github.com/descent-ml/descent/recipe/syntax"
)

// percent is the % of strings, as in "%.3f of %d" % (a, b).
func (t *Tracer) percent(s string, args Value, at syntax.Span) Value {
	list, isTuple := args.(Tuple)
	dict, isDict := args.(*Dict)
	if !isTuple {
		list = Tuple{args}
	}
	used, whole := 0, len(s)
	var b strings.Builder
	for {
		i := strings.IndexByte(s, '%')
		if i < 0 {
			break
		}
		t.charge(at, i)
		b.WriteString(s[:i])
		s = s[i+1:]
		if strings.HasPrefix(s, "%") {
			b.WriteByte('%')
			s = s[1:]
			continue
		}
		var v Value
		if strings.HasPrefix(s, "(") && isDict {
			end := strings.IndexByte(s, ')')
			if end < 0 {
				return t.Refuse(at, CodeValue, "incomplete format key")
			}
			found := false
			if v, found = dict.Get(Str(s[1:end])); !found {
				return t.Refuse(at, CodeKey, "%s", shorten(strRepr(s[1:end])))
			}
			s = s[end+1:]
		}
		n := len(s) - len(strings.TrimLeft(s, "#0- +123456789."))
		if n == len(s) {
			return t.Refuse(at, CodeValue, "incomplete format")
		}
		flags, kind := s[:n], s[n]
		if strings.IndexByte("sradiuxXoeEfFgG", kind) < 0 {
			return t.Refuse(at, CodeValue, "unsupported format character '%c' (0x%x) at index %d", kind, kind, whole-len(s)+n)
		}
		s = s[n+1:]
		if v == nil {
			if used == len(list) {
				return t.Refuse(at, CodeType, "not enough arguments for format string")
			}
			v = list[used]
			used++
		}
		out, ok := t.percentOne(v, flags, kind, at)
		if !ok {
			return Poison
		}
		t.charge(at, len(out))
		b.WriteString(out)
	}
	if used < len(list) && !isDict {
		return t.Refuse(at, CodeType, "not all arguments converted during string formatting")
	}
	t.charge(at, len(s))
	return Str(b.String() + s)
}

// percentOne formats one value by translating C's flags to a format specification.
func (t *Tracer) percentOne(v Value, flags string, kind byte, at syntax.Span) (string, bool) {
	if Poisoned(v) {
		return "", false
	}
	text := strings.TrimLeft(flags, "#0- +")
	set := flags[:len(flags)-len(text)]
	f, ok := parseSpec(text)
	if !ok {
		t.Refuse(at, CodeValue, "unsupported format character in %s", shorten(strRepr("%"+flags+string(kind))))
		return "", false
	}
	f.align = '>'
	if strings.Contains(set, "0") && kind != 's' && kind != 'r' {
		f.fill, f.align = "0", '='
	}
	if strings.Contains(set, "-") {
		f.fill, f.align = " ", '<'
	}
	if strings.Contains(set, "+") {
		f.sign = '+'
	} else if strings.Contains(set, " ") {
		f.sign = ' '
	}
	f.alternate = strings.Contains(set, "#")
	i, fl, num := number(v)
	switch kind {
	case 's', 'r', 'a':
		f.sign, f.kind = 0, 0
		if kind == 's' {
			return t.formatStr(t.str(v, at), f, at)
		}
		return t.formatStr(t.repr(v, at), f, at)
	case 'd', 'i', 'u', 'x', 'X', 'o':
		if num == 'f' && kind != 'x' && kind != 'X' && kind != 'o' {
			whole, ok := (&Call{Tracer: t, spans: []syntax.Span{at}, refused: []bool{false}}).wholeOf(truncate(fl)).(Int)
			if !ok {
				return "", false
			}
			i, num = whole.big, 'i'
		}
		if num != 'i' {
			t.Refuse(at, CodeType, "%%%c format: a real number is required, not %s", kind, TypeName(v))
			return "", false
		}
		f.kind, f.precision = map[byte]byte{'x': 'x', 'X': 'X', 'o': 'o'}[kind], -1
		return t.formatInt(i, f, at)
	}
	if num == 0 {
		t.Refuse(at, CodeType, "must be real number, not %s", TypeName(v))
		return "", false
	}
	if num == 'i' {
		if fl, ok = t.toFloat(i, at); !ok {
			return "", false
		}
	}
	f.kind = kind
	t.charge(at, max(f.precision, 400)+f.width)
	return t.padNumber(formatFloat(fl, f), f, at), true
}

func truncate(f float64) float64 {
	i, _ := new(big.Float).SetFloat64(f).Int(nil)
	out, _ := new(big.Float).SetInt(i).Float64()
	return out
}
