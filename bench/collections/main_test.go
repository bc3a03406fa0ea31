package main

import (
	"strings"
	"testing"
)

// TestCollection judges the losses of a small collection of our own.
func TestCollection(t *testing.T) {
	c, err := read("testdata/house")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]outcome{
		"whole":         runs,
		"half":          trueReason, // not Python; the rest of its file is
		"runs":          runs,       // with what it uses of another file, whose other imports it does not need
		"factory":       runs,
		"rounded":       trueReason,
		"unknown":       notHere,
		"pair":          trueReason, // no loss
		"Losses.method": runs,
	}
	var all []result
	for _, s := range c.subjects() {
		r := judge(c, s)
		all = append(all, r)
		outcome, ok := want[s.name]
		if !ok || r.outcome != outcome {
			t.Errorf("%s: outcome %d, want %d\n%s\n%s", s.name, r.outcome, outcome, r.recipe, r.text)
		}
		delete(want, s.name)
	}
	for name := range want {
		t.Errorf("%s was not found", name)
	}
	var b strings.Builder
	table(&b, []*collection{c}, all)
	if line := "| house |  | 8 | 4 | 3 | 1 |"; !strings.Contains(b.String(), line) {
		t.Errorf("the table lacks %s\n%s", line, b.String())
	}
}
