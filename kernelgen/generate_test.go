package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

const kernelFolder = "../internal/kernel"

// The committed assembly is what this generator writes.
func TestFilesAreCurrent(t *testing.T) {
	files, err := generate()
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, f := range files {
		known[f.name] = true
		committed, err := os.ReadFile(filepath.Join(kernelFolder, f.name))
		if err != nil {
			t.Error(err)
			continue
		}
		if !bytes.Equal(committed, f.text) {
			t.Errorf("%s differs from what the generator writes; fix: go run . %s", f.name, kernelFolder)
		}
	}
	assembly, err := filepath.Glob(filepath.Join(kernelFolder, "*.s"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range assembly {
		if !known[filepath.Base(path)] {
			t.Errorf("%s is not written by the generator", path)
		}
	}
}
