package fsx

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A Dir is an [FS] on a folder of the machine. No name and no link inside it
// leads out of it.
type Dir struct{ root *os.Root }

// OpenDir opens an existing folder.
func OpenDir(path string) (*Dir, error) {
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, err
	}
	return &Dir{root}, nil
}

// Close lets the folder go. Files opened through it stay open.
func (d *Dir) Close() error { return d.root.Close() }

// Create implements [FS].
func (d *Dir) Create(name string) (File, error) {
	f, err := d.root.Create(name)
	if err != nil {
		return nil, d.failed("create", name, err)
	}
	return f, nil
}

// Append implements [FS].
func (d *Dir) Append(name string, size int64) (File, error) {
	flags := os.O_WRONLY
	if size == 0 {
		flags |= os.O_CREATE
	}
	f, err := d.root.OpenFile(name, flags, 0o666)
	if err != nil {
		return nil, d.failed("append", name, err)
	}
	if err := cut(f, size); err != nil {
		f.Close()
		return nil, d.failed("append", name, err)
	}
	return f, nil
}

// cut shortens f to size bytes and puts its position there.
func cut(f *os.File, size int64) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if info.Size() < size {
		return TooShort(info.Size(), size)
	}
	if err := f.Truncate(size); err != nil {
		return err
	}
	_, err = f.Seek(size, io.SeekStart)
	return err
}

// TooShort is the error of an [FS] for an Append beyond the end of a file.
func TooShort(has, want int64) error {
	return fmt.Errorf("the file has %d bytes, fewer than the %d to keep", has, want)
}

// ErrNotRegular is the reason for which an [FS] does not open a folder, a pipe or a device.
var ErrNotRegular = errors.New("not a regular file")

// Open implements [FS].
func (d *Dir) Open(name string) (Reader, error) {
	info, err := d.root.Stat(name) // first: opening a pipe could wait for ever
	if err != nil {
		return nil, d.failed("open", name, err)
	}
	if !info.Mode().IsRegular() {
		return nil, d.failed("open", name, ErrNotRegular)
	}
	f, err := d.root.Open(name)
	if err != nil {
		return nil, d.failed("open", name, err)
	}
	return reader{f, info.Size()}, nil
}

type reader struct {
	*os.File
	size int64
}

func (r reader) Size() int64 { return r.size }

// ReadDir implements [FS].
func (d *Dir) ReadDir(name string) ([]Entry, error) {
	f, err := d.root.Open(name)
	if err != nil {
		return nil, d.failed("read folder", name, err)
	}
	defer f.Close()
	list, err := f.ReadDir(-1)
	if err != nil {
		return nil, d.failed("read folder", name, err)
	}
	entries := make([]Entry, len(list))
	for i, e := range list {
		entries[i] = Entry{Name: e.Name(), Dir: e.IsDir()}
	}
	slices.SortFunc(entries, func(a, b Entry) int { return strings.Compare(a.Name, b.Name) })
	return entries, nil
}

// Mkdir implements [FS].
func (d *Dir) Mkdir(name string) error {
	return d.failed("make folder", name, d.root.Mkdir(name, 0o777))
}

// Rename implements [FS].
func (d *Dir) Rename(oldName, newName string) error {
	return d.failed("rename to "+filepath.Base(newName), oldName, d.root.Rename(oldName, newName))
}

// Remove implements [FS].
func (d *Dir) Remove(name string) error { return d.failed("remove", name, d.root.Remove(name)) }

// RemoveAll implements [FS].
func (d *Dir) RemoveAll(name string) error { return d.failed("remove", name, d.root.RemoveAll(name)) }

// SyncDir implements [FS].
func (d *Dir) SyncDir(name string) error {
	f, err := d.root.Open(name)
	if err != nil {
		return d.failed("sync folder", name, err)
	}
	err = f.Sync()
	if closing := f.Close(); err == nil {
		err = closing
	}
	return d.failed("sync folder", name, err)
}

// failed gives err the operation and the whole path; nil stays nil.
func (d *Dir) failed(op, name string, err error) error {
	if err == nil {
		return nil
	}
	if inner := (*fs.PathError)(nil); errors.As(err, &inner) {
		err = inner.Err
	} else if inner := (*os.LinkError)(nil); errors.As(err, &inner) {
		err = inner.Err
	}
	return &fs.PathError{Op: op, Path: filepath.Join(d.root.Name(), name), Err: err}
}
