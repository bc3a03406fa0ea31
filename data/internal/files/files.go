// Package files reads the files of a data set whole: regular ones alone, within a bound, and unchanged while they are read.
package files

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/data/internal/words"
	"github.com/descent-ml/descent/internal/limits"
)

// A Bound is the most bytes that a file may have.
type Bound struct {
	Bytes int64
	Why   string // ends the sentence of a refusal: "half of the memory budget"
	Code  string // of the refusal
}

// Budget is the bound of files that are kept in memory: half of the memory budget, the other half being for what is made of them.
func Budget() Bound {
	return Bound{Bytes: limits.Memory().Bytes / 2, Why: "half of the memory budget", Code: "memory-limit"}
}

// Refuse returns the refusal of bytes above the bound; what says whose they are: "the file".
func (b Bound) Refuse(file, what string, bytes int64) *data.Problem {
	return &data.Problem{File: file, What: fmt.Sprintf("%s has %s, above the limit of %s", what, limits.Size(bytes), limits.Size(b.Bytes)), Code: b.Code,
		Notes: words.Lines("limit", fmt.Sprintf("%d bytes, %s", b.Bytes, b.Why))}
}

// Split returns the file system that holds the file at path, and its name there.
func Split(path string) (fsys fs.FS, name string) {
	return os.DirFS(filepath.Dir(path)), filepath.Base(path)
}

// Read returns the bytes of the file name in fsys; shown stands for it in messages. It looks at the file before opening it,
// since a pipe would hang.
//
// Errors are a [*data.Problem] if the file is refused, and the error of fsys if it cannot be read.
func Read(fsys fs.FS, name, shown string, most Bound) ([]byte, error) {
	before, err := fs.Stat(fsys, name)
	if errors.Is(err, fs.ErrNotExist) {
		if link, err := fs.Lstat(fsys, name); err == nil && link.Mode()&fs.ModeSymlink != 0 {
			return nil, irregular(shown, "a link to a file that does not exist")
		}
	}
	if err != nil {
		return nil, named(err, shown)
	}
	if !before.Mode().IsRegular() {
		return nil, irregular(shown, kindOf(before.Mode()))
	}
	if before.Size() > most.Bytes {
		return nil, most.Refuse(shown, "the file", before.Size())
	}
	f, err := fsys.Open(name)
	if err != nil {
		return nil, named(err, shown)
	}
	defer f.Close()                      // only read
	buf := make([]byte, before.Size()+1) // one more, to see that the file ends where it should
	n, err := io.ReadFull(f, buf)
	if err != io.EOF && err != io.ErrUnexpectedEOF && err != nil {
		return nil, fmt.Errorf("%s: %w", shown, err)
	}
	after, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if int64(n) != before.Size() || after.Size() != before.Size() || !after.ModTime().Equal(before.ModTime()) {
		return nil, changed(shown, before, after, n)
	}
	return buf[:n], nil
}

// named returns the error of a file system with the name that the user knows.
func named(err error, shown string) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return &fs.PathError{Op: p.Op, Path: shown, Err: p.Err}
	}
	return err
}

func irregular(file, what string) *data.Problem {
	return &data.Problem{File: file, What: "not a regular file: " + what, Code: "not-regular-file", Fixes: []string{"name a file that holds the data"}}
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

// changed is the refusal of a file that was not the same before and after it was read.
func changed(file string, before, after fs.FileInfo, read int) *data.Problem {
	state := func(i fs.FileInfo) string {
		return fmt.Sprintf("%s bytes, written %s", words.Count(int(i.Size())), i.ModTime().UTC().Format("2006-01-02 15:04:05"))
	}
	return &data.Problem{File: file, What: "the file changed while it was read", Code: "data-changed",
		Notes: words.Lines("before", state(before), "after", state(after), "read", fmt.Sprintf("%s bytes", words.Count(read))),
		Fixes: []string{"train when nothing writes to it, or on a copy"}}
}
