package main

import (
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestNumbers(t *testing.T) {
	for _, test := range []struct{ got, want string }{
		{count(0), "0"}, {count(999), "999"}, {count(1000), "1,000"}, {count(-1234567), "-1,234,567"}, {count(int64(10000)), "10,000"},
		{of(1, "row"), "1 row"}, {of(0, "row"), "0 rows"}, {of(1500, "row"), "1,500 rows"},
		{lossText(0.112), "0.1120"}, {lossText(0), "0.0000"}, {lossText(1234.5), "1234.5000"}, {lossText(1e-7), "1e-7"}, {lossText(123456), "1.235e5"},
		{metricText(0.5), "0.500"}, {metricText(-0.25), "-0.250"}, {metricText(0.00123), "0.00123"}, {metricText(3.2e-9), "3.2e-9"},
		{shareText(333, 10000), "3.3 %"},
		{size(0), "0 B"}, {size(999), "999 B"}, {size(1000), "1.0 kB"}, {size(9499), "9.5 kB"}, {size(41e6), "41 MB"}, {size(999_950), "1.0 MB"},
		{duration(4 * time.Millisecond), "4 ms"}, {duration(200 * time.Millisecond), "0.2 s"}, {duration(61 * time.Second), "61 s"}, {duration(10 * time.Minute), "10 min"}, {duration(3 * time.Hour), "3.0 h"},
		{plainExponent("3e-09"), "3e-9"}, {plainExponent("1.5e+12"), "1.5e12"}, {plainExponent("12"), "12"},
	} {
		if test.got != test.want {
			t.Errorf("got %s, want %s", test.got, test.want)
		}
	}
}

// TestNamesCannotMoveTheCursor: what files hold reaches the terminal without
// control characters, and a word stays one.
func TestNamesCannotMoveTheCursor(t *testing.T) {
	for _, test := range []struct{ in, cleaned, word string }{
		{"age", "age", "age"},
		{"größe", "größe", "größe"},
		{"monthly income", "monthly income", `"monthly income"`},
		{"", "", `""`},
		{"a\x1b[2Jb", `a\x1b[2Jb`, `"a\x1b[2Jb"`},
		{"a\rb", `a\rb`, `"a\rb"`},
		{"a\xffb", `a\xffb`, `"a\xffb"`},
		{"x=1", "x=1", `"x=1"`},
		{"a\u202eb", `a\u202eb`, `"a\u202eb"`},
	} {
		if got := clean(test.in); got != test.cleaned {
			t.Errorf("clean(%q) = %s, want %s", test.in, got, test.cleaned)
		}
		if got := word(test.in); got != test.word {
			t.Errorf("word(%q) = %s, want %s", test.in, got, test.word)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		s := string(rapid.SliceOf(rapid.Byte()).Draw(t, "s"))
		got := clean(s)
		if !utf8.ValidString(got) || strings.ContainsFunc(got, func(r rune) bool { return r != '\n' && r != '\t' && !unicode.IsPrint(r) }) {
			t.Fatalf("clean(%q) = %q", s, got)
		}
		if got := word(s); strings.ContainsFunc(got, unicode.IsControl) {
			t.Fatalf("word(%q) = %q", s, got)
		}
	})
}

// TestWidth: COLUMNS sets the width of lines, within what can be read.
func TestWidth(t *testing.T) {
	for columns, want := range map[string]int{"": 80, "60": 60, "500": 80, "7": 40, "wide": 80} {
		t.Setenv("COLUMNS", columns)
		if got := newStream(new(strings.Builder)).width; got != want {
			t.Errorf("COLUMNS=%s: %d, want %d", columns, got, want)
		}
	}
}

// TestLocale: characters beyond ASCII are drawn only where the locale has them.
func TestLocale(t *testing.T) {
	for _, test := range []struct {
		all, ctype, lang string
		want             bool
	}{
		{"", "", "", false}, {"", "", "en_GB.UTF-8", true}, {"", "", "C.utf8", true}, {"C", "", "en_GB.UTF-8", false},
		{"", "POSIX", "en_GB.UTF-8", false}, {"", "de_DE.UTF-8", "C", true}, {"", "", "en_GB.ISO-8859-1", false},
	} {
		t.Setenv("LC_ALL", test.all)
		t.Setenv("LC_CTYPE", test.ctype)
		t.Setenv("LANG", test.lang)
		if got := localeIsUTF8(); got != test.want {
			t.Errorf("%+v: %t", test, got)
		}
	}
}

func TestWrap(t *testing.T) {
	for _, test := range []struct {
		text          string
		width, column int
		indent, want  string
	}{
		{"one two three", 80, 0, "", "one two three"},
		{"one two three", 8, 0, "  ", "one two\n  three"},
		{"one two three", 8, 4, "", "one\ntwo\nthree"},
		{"a   b   c", 5, 0, "", "a   b\nc"},
		{"longer-than-the-line x", 8, 0, "", "longer-than-the-line\nx"},
		{"", 8, 0, "  ", ""},
	} {
		if got := wrap(test.text, test.width, test.column, test.indent); got != test.want {
			t.Errorf("wrap(%q, %d, %d, %q) = %q, want %q", test.text, test.width, test.column, test.indent, got, test.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[a-z]{1,12}( {1,3}[a-z]{1,12}){0,20}`).Draw(t, "text")
		width := rapid.IntRange(12, 60).Draw(t, "width")
		got := wrap(text, width, 0, "")
		if strings.Join(strings.Fields(got), " ") != strings.Join(strings.Fields(text), " ") {
			t.Fatalf("words are lost: %q", got)
		}
		for _, line := range strings.Split(got, "\n") {
			if len(line) > width || strings.TrimSpace(line) != line {
				t.Fatalf("line %q in %d columns", line, width)
			}
		}
	})
}
