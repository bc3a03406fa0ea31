package fsx

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// A folder that is not there yet is on the disk of the one above it.
func TestFree(t *testing.T) {
	dir := t.TempDir()
	here, err := Free(dir)
	if errors.Is(err, errors.ErrUnsupported) {
		t.Skip(err)
	}
	if err != nil || here <= 0 {
		t.Fatalf("%d bytes free, %v", here, err)
	}
	if n, err := Free(filepath.Join(dir, "runs", "credit-1")); err != nil || n <= 0 {
		t.Errorf("below a folder that is not there: %d, %v", n, err)
	}
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if n, err := Free(filepath.Join(file, "run")); err == nil {
		t.Errorf("below a file: %d", n)
	}
}
