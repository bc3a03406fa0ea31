//go:build !(darwin || freebsd || linux)

package fsx

import (
	"errors"
	"fmt"
	"io/fs"
)

// free says that this system is not asked.
func free(folder string) (int64, error) {
	return 0, &fs.PathError{Op: "ask for free space", Path: folder, Err: fmt.Errorf("not asked on this system: %w", errors.ErrUnsupported)}
}
