package main

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/alecthomas/kong"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/graph"
)

var flagInHelp = regexp.MustCompile(`(?m)^  (?:-([a-z]), |    )--([a-z-]+)`)

// TestHelpNamesEveryFlag: a command's page lists its flags and no others, and fits
// a screen.
func TestHelpNamesEveryFlag(t *testing.T) {
	parser := kong.Must(&cli{}, kong.Name("descent"))
	for _, command := range parser.Model.Children {
		var has, shown []string
		for _, f := range command.Flags {
			has = append(has, strings.Trim(string(f.Short), "\x00")+" "+f.Name)
		}
		has = append(has, "h help")
		for _, m := range flagInHelp.FindAllStringSubmatch(command.Detail, -1) {
			shown = append(shown, m[1]+" "+m[2])
		}
		slices.Sort(has)
		slices.Sort(shown)
		if !slices.Equal(has, shown) {
			t.Errorf("%s has flags %q, its help shows %q", command.Name, has, shown)
		}
		for _, p := range command.Positional {
			if !strings.Contains(strings.SplitN(command.Detail, "\n", 2)[0], p.Name) {
				t.Errorf("%s: its usage does not name %s", command.Name, p.Name)
			}
		}
		fits(t, command.Name, command.Detail)
		if !strings.Contains(parser.Model.Detail, "\n  "+command.Name+" ") {
			t.Errorf("descent --help does not list %s", command.Name)
		}
	}
	fits(t, "descent", parser.Model.Detail)
}

func fits(t *testing.T, name, text string) {
	const screen = 40
	if n := strings.Count(text, "\n"); n > screen {
		t.Errorf("%s: %d lines", name, n)
	}
	for _, line := range strings.Split(text, "\n") {
		if utf8.RuneCountInString(line) > maxWidth {
			t.Errorf("%s: too wide: %s", name, line)
		}
	}
}

// TestOwnCodesAreExplained: each code that this program prints has an entry.
func TestOwnCodesAreExplained(t *testing.T) {
	all := explanations()
	for _, code := range []graph.Code{codeUsage, codeFileExists, codeUnreadable, codeMachine, codeLimit, codeNonFinite} {
		if !slices.ContainsFunc(all, func(x graph.CodeInfo) bool { return x.Code == code }) {
			t.Errorf("no entry for %s", code)
		}
	}
	for _, x := range data.Codes() {
		if !slices.ContainsFunc(all, func(c graph.CodeInfo) bool { return string(c.Code) == x.Code }) {
			t.Errorf("no entry for %s", x.Code)
		}
	}
}
