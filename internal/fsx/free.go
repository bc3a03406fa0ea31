package fsx

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// Free returns the bytes that this user may still write on the disk that path is on,
// or would be on: folders that are not there yet are passed over for the one above.
// Quotas are not asked for. Where a system does not tell, the error wraps
// [errors.ErrUnsupported].
func Free(path string) (int64, error) {
	folder, err := filepath.Abs(path)
	if err != nil {
		return 0, err
	}
	for {
		_, err := os.Stat(folder)
		if above := filepath.Dir(folder); errors.Is(err, fs.ErrNotExist) && above != folder {
			folder = above
			continue
		}
		if err != nil {
			return 0, err
		}
		return free(folder)
	}
}
