package torch

import (
	"os"
	"testing"

	"github.com/descent-ml/descent/recipe/internal/recorded"
	"github.com/descent-ml/descent/recipe/tracer"
)

func dialect(t testing.TB) recorded.Dialect {
	t.Helper()
	setup, err := os.ReadFile("testdata/setup.py")
	if err != nil {
		t.Fatal(err)
	}
	modules := tracer.Modules()
	Extend(modules)
	return recorded.Dialect{
		Modules: modules, Names: Names(modules), Setup: string(setup), InPlace: true,
		Methods: map[string][]*tracer.Builtin{"tensor": tensorMethods(), "tuple": PairMethods()},
	}
}

// TestValues holds each name against what PyTorch gives.
func TestValues(t *testing.T) { recorded.Compare(t, "testdata/values.txt", dialect(t)) }

// TestRefusals holds what PyTorch refuses, and what is refused here, in whole texts,
// beside the nearest that is legal.
func TestRefusals(t *testing.T) {
	d := dialect(t)
	d.Setup = ""
	recorded.Refusals(t, "testdata/refusals.txt", d)
}
