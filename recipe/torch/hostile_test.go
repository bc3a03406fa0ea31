package torch

import (
	"testing"

	"github.com/descent-ml/descent/recipe/internal/recorded"
)

// TestNothingPanics calls every name of every module, and every method of a tensor, with
// arguments of every kind: each gives a value or says why there is none.
func TestNothingPanics(t *testing.T) { recorded.CallEverything(t, dialect(t)) }
