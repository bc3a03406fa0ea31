// Package docs holds the pages that tests keep current:
//
//	go test ./docs -update    writes what is generated, and the texts that examples get
package docs

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe"
)

var update = flag.Bool("update", false, "write the pages and texts that are generated")

// current compares a page with what is generated for it, or writes it.
func current(t *testing.T, path, want string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%s is not current: go test ./docs -update\n%s", path, firstDifference(string(got), want))
	}
}

// firstDifference shows the first lines in which two texts differ.
func firstDifference(got, want string) string {
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return "is:        " + a[i] + "\nshould be: " + b[i]
		}
	}
	return "one is a part of the other"
}

// check is "descent check FILE FLAGS" of a file that holds a loss: what is said of it.
func check(t *testing.T, file, source, flags string) graph.Diagnostics {
	t.Helper()
	var o recipe.LossOptions
	f, found := recipe.Load(file, recipe.Options{Source: []byte(source)})
	if f == nil {
		return found
	}
	words := strings.Fields(flags)
	for i := 0; i+1 < len(words); i += 2 {
		var err error
		switch value := words[i+1]; words[i] {
		case "--pred":
			o.Pred, err = recipe.ParseShape(value)
		case "--target":
			o.Target, err = recipe.ParseShape(value)
		case "--activation":
			o.Activation = value
		case "--target-kind":
			o.TargetKind = value
		default:
			t.Fatalf("%s: no flag %q", file, words[i])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := o.Check(); err != nil {
		t.Fatal(err)
	}
	return f.CheckLoss(o)
}
