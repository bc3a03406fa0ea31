package csv

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/data/internal/words"
)

// ReadFile reads the table in the file at path. It refuses what is not a regular file before opening it, since a pipe would
// hang, and a file that changes while it is read.
//
// Errors are those of [Read]; a file that is not there gives an error that is [fs.ErrNotExist].
func ReadFile(path string, o data.Options) (*data.Table, error) {
	return readFile(path, o, files{os.Lstat, os.Stat, os.Open})
}

// ReadRoot is ReadFile for a path below root; links that leave root are not followed.
func ReadRoot(root *os.Root, path string, o data.Options) (*data.Table, error) {
	return readFile(path, o, files{root.Lstat, root.Stat, root.Open})
}

// files are the ways to a file: the file system, or a part of it.
type files struct {
	lstat, stat func(string) (fs.FileInfo, error)
	open        func(string) (*os.File, error)
}

func readFile(path string, o data.Options, via files) (*data.Table, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	info, err := via.stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		if link, err := via.lstat(path); err == nil && link.Mode()&fs.ModeSymlink != 0 {
			return nil, irregular(path, "a link to a file that does not exist")
		}
	}
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, irregular(path, kindOf(info.Mode()))
	}
	f, err := via.open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close() // only read
	buf, sum, err := load(f, path, int(info.Size()))
	if err != nil {
		return nil, err
	}
	after, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if p := changed(path, info, after, len(buf)); p != nil {
		return nil, p
	}
	return parse(buf, sum, path, o)
}

func irregular(path, what string) *data.Problem {
	return &data.Problem{File: path, What: "not a regular file: " + what, Code: "not-regular-file", Fixes: []string{"name a file that holds the table"}}
}

func kindOf(m fs.FileMode) string {
	switch {
	case m.IsDir():
		return "a folder"
	case m&fs.ModeNamedPipe != 0:
		return "a named pipe"
	case m&fs.ModeSocket != 0:
		return "a socket"
	case m&fs.ModeDevice != 0:
		return "a device"
	}
	return m.Type().String()
}

// changed refuses a file that was not the same before and after it was read.
func changed(path string, before, after fs.FileInfo, read int) *data.Problem {
	if os.SameFile(before, after) && before.Size() == after.Size() && before.ModTime().Equal(after.ModTime()) && int64(read) == before.Size() {
		return nil
	}
	return &data.Problem{
		File: path, What: "the file changed while it was read", Code: "data-changed",
		Notes: words.Lines(
			"before", fmt.Sprintf("%s bytes, written %s", words.Count(int(before.Size())), before.ModTime().UTC().Format("2006-01-02 15:04:05")),
			"after", fmt.Sprintf("%s bytes, written %s", words.Count(int(after.Size())), after.ModTime().UTC().Format("2006-01-02 15:04:05")),
			"read", fmt.Sprintf("%s bytes", words.Count(read))),
		Fixes: []string{"train when nothing writes to it, or on a copy"},
	}
}
