//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package fsx

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// tryLock says that this system has no lock that ends with its process.
func tryLock(f *os.File) (held bool, err error) {
	return false, &fs.PathError{Op: "lock", Path: f.Name(), Err: fmt.Errorf("no flock on this system: %w", errors.ErrUnsupported)}
}
