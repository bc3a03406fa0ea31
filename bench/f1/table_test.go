package main

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"testing"
)

// TestPageIsCurrent holds that the tables of the page are those of the results.
func TestPageIsCurrent(t *testing.T) {
	page, err := os.ReadFile("../../docs/f1-or-bce.md")
	if err != nil {
		t.Fatal(err)
	}
	done, err := read("results.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "page.md")
	if err := os.WriteFile(path, page, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := write(path, done); err != nil {
		t.Fatal(err)
	}
	if again, err := os.ReadFile(path); err != nil || !bytes.Equal(again, page) {
		t.Errorf("docs/f1-or-bce.md has other tables than results.jsonl; go run ./bench/f1 writes them (%v)", err)
	}
}

// TestMissingResults holds that a table of runs that were not measured is refused.
func TestMissingResults(t *testing.T) {
	done, err := read("results.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	for k := range done {
		if k.Arm == allRows && k.Table == "hpc" && k.Split == 4 && k.Seed == 1 && k.LR == 0.003 {
			delete(done, k)
		}
	}
	if err := tasks[1].print(new(bytes.Buffer), done); err == nil {
		t.Error("a table without one of its runs")
	}
}

// TestInterval compares with Student's t, widened for splits that share rows.
func TestInterval(t *testing.T) {
	mean, width := interval([]float64{1, 2, 3, 4, 5})
	want := 2.7764 * math.Sqrt(2.5*(0.2+0.15/0.7))
	if mean != 3 || math.Abs(width-want) > 1e-12 {
		t.Errorf("%v, %v; want 3, %v", mean, width, want)
	}
}
