package tracer_test

import (
	"testing"

	"github.com/descent-ml/descent/recipe/internal/recorded"
	"github.com/descent-ml/descent/recipe/tracer"
)

// TestRefusals holds what is refused, in whole texts, beside the nearest that is legal.
func TestRefusals(t *testing.T) {
	modules := tracer.Modules()
	recorded.Refusals(t, "testdata/refusals.txt", recorded.Dialect{Modules: modules, Names: tracer.Names(modules)})
}
