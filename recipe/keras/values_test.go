package keras_test

import (
	"os"
	"testing"

	"github.com/descent-ml/descent/recipe/internal/recorded"
	"github.com/descent-ml/descent/recipe/keras"
	"github.com/descent-ml/descent/recipe/tracer"
)

func spoken(t testing.TB) recorded.Dialect {
	t.Helper()
	setup, err := os.ReadFile("testdata/setup.py")
	if err != nil {
		t.Fatal(err)
	}
	modules := tracer.Modules()
	keras.Extend(modules, nil)
	return recorded.Dialect{
		Modules: modules, Names: keras.Names(modules), Setup: string(setup),
		Methods: map[string][]*tracer.Builtin{"tensor": keras.Methods(), "tuple": keras.ShapeMethods()},
	}
}

// TestValues holds each name against what Keras, TensorFlow and NumPy give.
func TestValues(t *testing.T) { recorded.Compare(t, "testdata/values.txt", spoken(t)) }

// TestRefusals holds what NumPy, TensorFlow and Keras refuse, and what is refused here, in
// whole texts, beside the nearest that is legal.
func TestRefusals(t *testing.T) {
	d := spoken(t)
	d.Setup = ""
	recorded.Refusals(t, "testdata/refusals.txt", d)
}
