package fsx

import (
	"bufio"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"

	"github.com/descent-ml/descent/internal/limits"
)

// TempPrefix begins every temporary name. What a killed process leaves under
// such a name may be removed by whoever holds the folder's lock.
const TempPrefix = ".tmp-"

// WriteFileAtomic replaces the file by what fill writes: under a temporary name
// first, synced, then renamed, and the folder synced.
//
// After any error but that of the last step the old file is untouched and the
// temporary one is removed. If the last step fails, the sync of the folder, the
// new file is in place but a crash may bring the old one back. Two calls for one
// name at the same time are the caller's mistake: see [FS.Lock].
func WriteFileAtomic(fsys FS, name string, fill func(io.Writer) error) error {
	dir := path.Dir(name)
	temp := path.Join(dir, fmt.Sprintf("%s%d-%s", TempPrefix, os.Getpid(), path.Base(name)))
	err := WriteFile(fsys, temp, fill)
	if err == nil {
		err = fsys.Rename(temp, name)
	}
	if err != nil {
		_ = fsys.Remove(temp) // the first error is the one to report
		return err
	}
	return fsys.SyncDir(dir)
}

// WriteFile makes a file of what fill writes, and syncs its bytes but not its
// name. It is for folders that are still under a temporary name; a reader of
// the file could see a part of it.
func WriteFile(fsys FS, name string, fill func(io.Writer) error) error {
	f, err := fsys.Create(name)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 64<<10)
	err = fill(w)
	if err == nil {
		err = w.Flush()
	}
	if err == nil {
		err = f.Sync()
	}
	if closing := f.Close(); err == nil {
		err = closing
	}
	return err
}

// ReadFile returns the whole file, or a [*limits.Refusal] if it is longer than limit.
func ReadFile(fsys FS, name string, limit int64) (content []byte, err error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() {
		if closing := f.Close(); err == nil {
			err = closing
		}
	}()
	if f.Size() > limit {
		return nil, &limits.Refusal{Where: name, What: "file", Value: f.Size(), Limit: limit, Unit: limits.Bytes}
	}
	content = make([]byte, f.Size())
	if _, err := io.ReadFull(f, content); err != nil {
		return nil, &fs.PathError{Op: "read", Path: name, Err: err}
	}
	return content, nil
}
