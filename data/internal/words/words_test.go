package words

import (
	"slices"
	"strings"
	"testing"
)

func TestQuote(t *testing.T) {
	for s, want := range map[string]string{
		"":                              `""`,
		"a\x1b[31m\n\"":                 `"a\x1b[31m\n\""`,
		strings.Repeat("x", 80):         `"` + strings.Repeat("x", 80) + `"`,
		strings.Repeat("x", 81):         `"` + strings.Repeat("x", 80) + `"...`,
		strings.Repeat("x", 79) + "éa":  `"` + strings.Repeat("x", 79) + `"...`,
		strings.Repeat("\x80", 81):      `"` + strings.Repeat(`\x80`, 76) + `"...`,
		strings.Repeat("x", 78) + "éab": `"` + strings.Repeat("x", 78) + `é"...`,
	} {
		if got := Quote(s); got != want {
			t.Errorf("Quote(%q) = %s, want %s", s, got, want)
		}
	}
}

func TestNames(t *testing.T) {
	for _, tc := range []struct {
		names []string
		most  int
		want  string
	}{
		{nil, 3, ""},
		{[]string{"a", "b c", "d,e", " f", "g\n"}, 5, `a, b c, "d,e", " f", "g\n"`},
		{[]string{"a", "b", "c"}, 2, "a, b and 1 more"},
		{[]string{"", "b"}, 2, `"", b`},
	} {
		if got := Names(tc.names, tc.most); got != tc.want {
			t.Errorf("Names(%q, %d) = %s, want %s", tc.names, tc.most, got, tc.want)
		}
	}
	if got := Quotes([]string{"a", "b"}, 1); got != `"a" and 1 more` {
		t.Errorf("Quotes: %s", got)
	}
}

func TestCount(t *testing.T) {
	for n, want := range map[int]string{0: "0", 7: "7", 999: "999", 1000: "1,000", 12345: "12,345", 123456: "123,456", 1234567: "1,234,567", -1234: "-1,234", -100: "-100"} {
		if got := Count(n); got != want {
			t.Errorf("Count(%d) = %s, want %s", n, got, want)
		}
	}
	if got := []string{Of(1, "row"), Of(0, "row"), Of(2000, "row"), Small(2), Small(10), Small(11), Small(-1)}; !slices.Equal(got,
		[]string{"1 row", "0 rows", "2,000 rows", "two", "ten", "11", "-1"}) {
		t.Errorf("%q", got)
	}
}

func TestLines(t *testing.T) {
	if got := Lines("é", "a", "would", "b"); !slices.Equal(got, []string{"é      a", "would  b"}) {
		t.Errorf("%q", got)
	}
}

func TestNearest(t *testing.T) {
	known := []string{"default", "student", "balance", "income", "x"}
	for word, want := range map[string]string{
		"defualt": "default", // swapped letters
		"Student": "student",
		"blance":  "balance",
		"incomes": "income",
		"y":       "",
		"age":     "",
		"":        "",
		"X":       "x",
	} {
		if got := Nearest(word, known); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", word, got, want)
		}
	}
	if got := Nearest("ab", []string{"ac", "ad"}); got != "ac" {
		t.Errorf("among equals: %q", got)
	}
	long := strings.Repeat("a", 1<<20)
	if got := Nearest(long, []string{long + "b"}); got == "" {
		t.Error("long words are not compared")
	}
}
