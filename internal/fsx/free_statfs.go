//go:build darwin || freebsd || linux

package fsx

import (
	"io/fs"
	"math"
	"math/bits"
	"syscall"
)

// free asks the system for the bytes left on the disk of a folder.
func free(folder string) (int64, error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(folder, &s); err != nil {
		return 0, &fs.PathError{Op: "ask for free space", Path: folder, Err: err}
	}
	blocks := int64(s.Bavail)
	if blocks < 0 { // FreeBSD counts below nothing where only root may write
		return 0, nil
	}
	over, bytes := bits.Mul64(uint64(blocks), uint64(s.Bsize))
	if over > 0 || bytes > math.MaxInt64 {
		return math.MaxInt64, nil
	}
	return int64(bytes), nil
}
