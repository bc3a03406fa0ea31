package syntax

import (
	"strings"
	"testing"
	"time"
)

// TestLimits checks what is refused, by which message, and its nearest legal neighbour.
func TestLimits(t *testing.T) {
	nested := func(open, middle, end string) func(n int) string {
		return func(n int) string { return strings.Repeat(open, n) + middle + strings.Repeat(end, n) + "\n" }
	}
	blocks := func(head string) func(n int) string {
		return func(n int) string {
			var b strings.Builder
			for i := range n {
				b.WriteString(strings.Repeat(" ", i) + head + "\n")
			}
			return b.String() + strings.Repeat(" ", n) + "pass\n"
		}
	}
	const depth = "more than 200 "
	const chain = "more than 1000 operators or calls in one chain"
	for _, c := range []struct {
		name    string
		src     func(n int) string
		most    int // that is accepted
		message string
		hostile int // a size that must be refused at once as well
	}{
		{"digits", nested("", "1.", "0"), 4298, "number of 4301 digits; at most 4300 are read", 5_000_000},
		{"parentheses", nested("(", "x", ")"), 199, depth, 100_000},
		{"lists", nested("[", "x", "]"), 199, depth, 100_000},
		{"dicts", nested("{x:", "x", "}"), 199, depth, 100_000},
		{"calls inside", nested("f(", "x", ")"), 199, depth, 100_000},
		{"indices inside", nested("x[", "x", "]"), 199, depth, 100_000},
		{"minus", nested("-", "x", ""), 199, depth, 300_000},
		{"not", nested("not ", "x", ""), 199, depth, 300_000},
		{"lambda", nested("lambda: ", "x", ""), 199, depth, 100_000},
		{"if else", nested("x if x else ", "x", ""), 199, depth, 100_000},
		{"power", nested("x ** ", "x", ""), 199, depth, 100_000},
		{"f-strings", nested("f'{", "x", "}'"), 99, depth, 100_000},
		{"blocks of if", blocks("if x:"), 100, depth, 2_000},
		{"blocks of class", blocks("class A:"), 200, depth, 2_000},
		{"elif", nested("", "if x: pass\n", "elif x: pass\n"), 198, depth, 100_000},
		{"sums", nested("x + ", "x", ""), 1000, chain, 100_000},
		{"attributes", nested("", "x", ".y"), 1000, chain, 100_000},
		{"calls", nested("", "x", "()"), 1000, chain, 100_000},
	} {
		t.Run(c.name, func(t *testing.T) {
			limits := Limits{Bytes: 8 << 20, Bits: 1 << 20}
			if _, errs := ParseLimits("x.py", []byte(c.src(c.most)), limits); len(errs) > 0 {
				t.Errorf("%d refused: %v", c.most, errs[0])
			}
			for _, n := range []int{c.most + 1, c.hostile} {
				start := time.Now()
				_, errs := ParseLimits("x.py", []byte(c.src(n)), limits)
				if d := time.Since(start); d > 2*time.Second {
					t.Errorf("%d took %v", n, d)
				}
				if len(errs) != 1 || errs[0].Kind != Limit {
					t.Errorf("%d: %d errors, want one of kind limit: %v", n, len(errs), errs)
				} else if n == c.most+1 && !strings.HasPrefix(errs[0].Msg, c.message) {
					t.Errorf("%d: %v, want %s", n, errs[0], c.message)
				}
			}
		})
	}
}

// TestValueLimits checks limits on single values and on the file.
func TestValueLimits(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"4096 bits", "x = 0x" + strings.Repeat("f", 1024), ""},
		{"4097 bits", "x = 0x1" + strings.Repeat("0", 1024), "1:5: integer of 4097 bits; at most 4096 are read"},
		{"many digits, few bits", "x = 0x" + strings.Repeat("0", 4298), ""},
		{"digits of a float", "x = 0." + strings.Repeat("1", 4300), "1:5: number of 4302 digits; at most 4300 are read"},
		{"largest file", strings.Repeat("#", 128<<10), ""},
		{"file too large", strings.Repeat("#", 128<<10+1), "1:1: the file has 131073 bytes; at most 131072 are read"},
		{"a million minus signs", "x = " + strings.Repeat("-", 1_000_000) + "1", "1:1: the file has 1000005 bytes; at most 131072 are read"},
		{"as many as fit", "x = " + strings.Repeat("-", 131_000) + "1", "1:204: more than 200 levels of brackets, blocks and operators inside one another"},
		{"100,000 brackets", "x = " + strings.Repeat("[", 100_000), "1:205: more than 200 brackets inside one another"},
		{"too many errors", strings.Repeat("x y\n", 101), "101:3: more than 100 errors: reading stops here"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, errs := Parse("x.py", []byte(c.src))
			got := ""
			if len(errs) > 0 {
				last := errs[len(errs)-1]
				got = last.Start.String() + ": " + last.Msg
				if last.Kind != Limit {
					t.Errorf("kind %v, want limit", last.Kind)
				}
			}
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// TestEncoding checks sources that are not text in UTF-8.
func TestEncoding(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"plain", "é = 'ü'\n", ""},
		{"byte order mark", "\ufeffx = 1\n", ""},
		{"null byte", "x = 1\ny\x00", "2:2: source code cannot contain null bytes"},
		{"Latin-1", "# caf\xe9\n", "1:6: 'utf-8' codec can't decode byte 0xe9 in position 5"},
		{"half a character at the end", "x = 'é\xc3", "1:7: 'utf-8' codec can't decode byte 0xc3 in position 7"},
		{"UTF-16", "\xff\xfex\x00", "1:1: the file is in UTF-16; UTF-8 is expected"},
		{"declared UTF-8", "# -*- coding: utf-8 -*-\né = 1\n", ""},
		{"declared, and of no consequence", "# -*- coding: latin-1 -*-\nx = 1\n", ""},
		{"declared otherwise", "#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\nx = 'é'\n", "2:1: the file says that it is in 'cp1252'; only UTF-8 is read"},
		{"replacement character", "x = '\ufffd'\n", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, errs := checkParse(t, c.src)
			got := ""
			if len(errs) > 0 {
				got = errs[0].Start.String() + ": " + errs[0].Msg
				if errs[0].Kind != Encoding || len(errs[0].Fixes) == 0 {
					t.Errorf("kind %v and fixes %q, want encoding and a fix", errs[0].Kind, errs[0].Fixes)
				}
			}
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// TestHostileSources checks that the time for a file of the largest size stays small, whatever it repeats.
func TestHostileSources(t *testing.T) {
	pieces := []string{
		"(\n", "f(\nx\n", "x = (1\n", "x = (\n)\n", "x]\n", "(]", "(])", "f(a=1,", "'", "'\n", "f'", "f'{", "f'{x", "f'{x:", "f'{x}\n", "f'{x=}'", `"""`, "\\\n", "\\",
		"x.", "x,", "x=", "x;", "x:", "*x,", "x if ", "x for x in ", "lambda x,", "def f(a,b):\n pass\n", "if x:\n", "@x\n", "else:\n", "match x:\n", "try:\n",
		"with (x,", "x and ", "x or ", "x < ", "0", "1_", "\t", "\f", "é", "?", "“\n", "\r", "\\x4", "'\\x4'\n", "b'é'\n", "from a import b,", "import a.",
		"f(x)=1\n", "print x\n", "a b\n", "x = yield\n", " x\n", "{x:x,", "x[1:", "type X = ", "async ", "await ",
	}
	for i, p := range pieces {
		prefix := []string{"", "(", "f'{"}[i%3]
		src := prefix + strings.Repeat(p, (128<<10-len(prefix))/len(p))
		start := time.Now()
		checkParse(t, src)
		if d := time.Since(start); d > 2*time.Second {
			t.Errorf("%q after %q takes %v", p, prefix, d)
		}
	}
}
