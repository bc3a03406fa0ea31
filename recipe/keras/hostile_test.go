package keras_test

import (
	"testing"

	"github.com/descent-ml/descent/recipe/internal/recorded"
)

// TestNothingPanics calls every name of every module with arguments of every kind: each
// gives a value or says why there is none.
func TestNothingPanics(t *testing.T) { recorded.CallEverything(t, spoken(t)) }
