// Kernelgen writes the AVX2 assembly of Descent's kernels, and the Go declarations that go with it.
//
// Run it in its own folder:
//
//	go run . ../internal/kernel
//
// It has a module of its own, so that who builds Descent never needs it. A test proves that the committed files are
// those it writes.
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: kernelgen FOLDER")
		os.Exit(2)
	}
	files, err := generate()
	if err != nil {
		fmt.Fprintln(os.Stderr, "kernelgen:", err)
		os.Exit(1)
	}
	for _, f := range files {
		if err := os.WriteFile(filepath.Join(os.Args[1], f.name), f.text, 0o644); err != nil {
			fmt.Fprintln(os.Stderr, "kernelgen:", err)
			os.Exit(1)
		}
	}
}
