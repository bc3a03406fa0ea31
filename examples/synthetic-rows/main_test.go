package main

import (
	"context"
	"math"
	"path/filepath"
	"testing"
)

// TestCompare holds, after a few epochs, that a classifier of real rows can be trained on rows drawn, and that rare rows are
// drawn as often as they are there.
func TestCompare(t *testing.T) {
	recipe, err := filepath.Abs("default.py")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	c, err := compare(context.Background(), recipe, 20)
	if err != nil {
		t.Fatal(err)
	}
	if c.rows != 1500 || c.drawn < c.real-0.03 || math.Abs(c.rateDrawn-c.rate) > 0.01 {
		t.Errorf("%+v", *c)
	}
}
