package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestExamples: the examples that learn from a table or images are proved as they
// stand, and train.
func TestExamples(t *testing.T) {
	recipes, err := filepath.Glob("../../examples/*/*.py")
	if err != nil || len(recipes) < 4 {
		t.Fatalf("%d recipes, %v", len(recipes), err)
	}
	runs := t.TempDir()
	for _, path := range recipes {
		source, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		epochs, check := "epochs=2", true
		images, arrays := bytes.Contains(source, []byte("images(")), bytes.Contains(source, []byte("arrays("))
		switch {
		case images || arrays:
			if testing.Short() {
				continue // an epoch and its judging take many seconds
			}
			epochs, check = "epochs=1", bytes.Contains(source, []byte("bce() + dice")) // a gradient of a network of images takes seconds to check
		case !bytes.Contains(source, []byte("table(")):
			continue
		}
		t.Run(filepath.Base(path), func(t *testing.T) {
			for _, args := range [][]string{{"check", path}, {"train", path, "--set", epochs, "-q"}} {
				if args[0] == "check" && !check {
					continue
				}
				p := exec.Command("descent", args...)
				p.Env = append(os.Environ(), "DESCENT_RUNS="+runs)
				if out, err := p.CombinedOutput(); err != nil {
					t.Errorf("descent %q: %v\n%s", args, err, out)
				}
			}
		})
	}
}
