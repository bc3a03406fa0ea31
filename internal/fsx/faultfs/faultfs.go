// Package faultfs is a folder in memory that counts what is done to it, fails
// when told to, and can lose power.
//
//	disk := faultfs.New()
//	disk.Inject(faultfs.Fault{At: 7, Err: syscall.ENOSPC})   // the 7th operation from now fails
//	disk.Inject(faultfs.Fault{At: 7, Err: faultfs.ErrKilled, Forever: true})
//	after := disk.Crash(seed, 50)                            // what a disk might hold afterwards
//
// It keeps what is synced apart from what is not, as strictly as POSIX allows:
// syncing a file does not make its name durable, each name in a folder survives
// on its own, and a failed sync drops the bytes that a second one would then
// not write either.
package faultfs

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"
	"syscall"

	"github.com/descent-ml/descent/internal/fsx"
)

// ErrKilled is an error to inject from some operation on: the program that sees
// it is as good as dead, for nothing it does has an effect any more.
var ErrKilled = errors.New("the process was killed")

// A Fault says which operation fails.
type Fault struct {
	At      int   // counted from the call of Inject, the next operation being 1; 0 for none
	Err     error // wrapped in a fs.PathError
	Short   bool  // if it is a write, half of it is done
	Forever bool  // every later operation fails too
}

// An FS implements [fsx.FS] in memory. It is safe for concurrent use.
type FS struct {
	mu    sync.Mutex
	root  *node
	locks map[string]bool
	ops   []string
	fault Fault
}

// New returns an empty folder.
func New() *FS { return &FS{root: newDir(), locks: map[string]bool{}} }

// Inject replaces the fault to come and starts a new count.
func (f *FS) Inject(fault Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fault, f.ops = fault, nil
}

// Ops lists the operations since the last Inject, as "sync model.json".
// Reading counts; closing what was read does not.
func (f *FS) Ops() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.ops)
}

// step counts an operation and returns the error injected into it, if any.
func (f *FS) step(op, name string) error {
	f.ops = append(f.ops, op+" "+name)
	at := f.fault.At
	if at > 0 && (len(f.ops) == at || len(f.ops) > at && f.fault.Forever) {
		return failed(op, name, f.fault.Err)
	}
	return nil
}

func failed(op, name string, err error) error {
	return &fs.PathError{Op: op, Path: name, Err: err}
}

// parent finds the folder that holds name, and the last part of it.
func (f *FS) parent(op, name string) (dir *node, base string, err error) {
	if !fs.ValidPath(name) || name == "." {
		return nil, "", failed(op, name, fs.ErrInvalid)
	}
	dir, err = f.find(op, path.Dir(name))
	if err != nil {
		return nil, "", failed(op, name, fs.ErrNotExist)
	}
	if dir.entries == nil {
		return nil, "", failed(op, name, syscall.ENOTDIR)
	}
	return dir, path.Base(name), nil
}

func (f *FS) find(op, name string) (*node, error) {
	if !fs.ValidPath(name) {
		return nil, failed(op, name, fs.ErrInvalid)
	}
	n := f.root
	if name == "." {
		return n, nil
	}
	for part := range strings.SplitSeq(name, "/") {
		next, ok := n.entries[part]
		if !ok {
			return nil, failed(op, name, fs.ErrNotExist)
		}
		n = next
	}
	return n, nil
}

// Create implements [fsx.FS].
func (f *FS) Create(name string) (fsx.File, error) { return f.write("create", name, 0, true) }

// Append implements [fsx.FS].
func (f *FS) Append(name string, size int64) (fsx.File, error) {
	return f.write("append", name, size, size == 0)
}

func (f *FS) write(op, name string, size int64, create bool) (fsx.File, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.step(op, name); err != nil {
		return nil, err
	}
	dir, base, err := f.parent(op, name)
	if err != nil {
		return nil, err
	}
	n := dir.entries[base]
	switch {
	case n == nil && !create:
		return nil, failed(op, name, fs.ErrNotExist)
	case n == nil:
		n = &node{}
		dir.entries[base] = n
	case n.entries != nil:
		return nil, failed(op, name, syscall.EISDIR)
	case int64(len(n.data)) < size:
		return nil, failed(op, name, fsx.TooShort(int64(len(n.data)), size))
	}
	n.data = n.data[:size]
	return &file{f, n, name}, nil
}

// Open implements [fsx.FS].
func (f *FS) Open(name string) (fsx.Reader, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.step("open", name); err != nil {
		return nil, err
	}
	n, err := f.find("open", name)
	if err != nil {
		return nil, err
	}
	if n.entries != nil {
		return nil, failed("open", name, fsx.ErrNotRegular)
	}
	r := &reader{fs: f, node: n, name: name}
	r.SectionReader = io.NewSectionReader(readerAt{r}, 0, int64(len(n.data)))
	return r, nil
}

// ReadDir implements [fsx.FS].
func (f *FS) ReadDir(name string) ([]fsx.Entry, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.step("read folder", name); err != nil {
		return nil, err
	}
	n, err := f.find("read folder", name)
	if err != nil {
		return nil, err
	}
	if n.entries == nil {
		return nil, failed("read folder", name, syscall.ENOTDIR)
	}
	var list []fsx.Entry
	for _, base := range slices.Sorted(maps.Keys(n.entries)) {
		list = append(list, fsx.Entry{Name: base, Dir: n.entries[base].entries != nil})
	}
	return list, nil
}

// Mkdir implements [fsx.FS].
func (f *FS) Mkdir(name string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.step("make folder", name); err != nil {
		return err
	}
	dir, base, err := f.parent("make folder", name)
	if err != nil {
		return err
	}
	if dir.entries[base] != nil {
		return failed("make folder", name, fs.ErrExist)
	}
	dir.entries[base] = newDir()
	return nil
}

// Rename implements [fsx.FS].
func (f *FS) Rename(oldName, newName string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	op := "rename to " + path.Base(newName)
	if err := f.step(op, oldName); err != nil {
		return err
	}
	from, oldBase, err := f.parent(op, oldName)
	if err != nil {
		return err
	}
	to, newBase, err := f.parent(op, newName)
	if err != nil {
		return err
	}
	moved, there := from.entries[oldBase], to.entries[newBase]
	switch {
	case moved == nil:
		return failed(op, oldName, fs.ErrNotExist)
	case there == nil:
	case (there.entries == nil) != (moved.entries == nil):
		return failed(op, oldName, fs.ErrExist)
	case len(there.entries) > 0:
		return failed(op, oldName, syscall.ENOTEMPTY)
	}
	delete(from.entries, oldBase)
	to.entries[newBase] = moved
	return nil
}

// Remove implements [fsx.FS].
func (f *FS) Remove(name string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.remove(name)
}

func (f *FS) remove(name string) error {
	if err := f.step("remove", name); err != nil {
		return err
	}
	dir, base, err := f.parent("remove", name)
	if err != nil {
		return err
	}
	n := dir.entries[base]
	if n == nil {
		return failed("remove", name, fs.ErrNotExist)
	}
	if len(n.entries) > 0 {
		return failed("remove", name, syscall.ENOTEMPTY)
	}
	delete(dir.entries, base)
	return nil
}

// RemoveAll implements [fsx.FS]. Every name removed is an operation of its own.
func (f *FS) RemoveAll(name string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.removeAll(name)
}

func (f *FS) removeAll(name string) error {
	n, err := f.find("remove", name)
	if errors.Is(err, fs.ErrNotExist) {
		return f.step("remove", name)
	}
	if err != nil {
		return err
	}
	for _, base := range slices.Sorted(maps.Keys(n.entries)) {
		if err := f.removeAll(path.Join(name, base)); err != nil {
			return err
		}
	}
	return f.remove(name)
}

// SyncDir implements [fsx.FS].
func (f *FS) SyncDir(name string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.step("sync folder", name); err != nil {
		return err
	}
	n, err := f.find("sync folder", name)
	if err != nil {
		return err
	}
	if n.entries == nil {
		return failed("sync folder", name, syscall.ENOTDIR)
	}
	n.kept = maps.Clone(n.entries)
	return nil
}

// Lock implements [fsx.FS]. A crash frees every lock.
func (f *FS) Lock(name string) (io.Closer, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.step("lock", name); err != nil {
		return nil, err
	}
	if f.locks[name] {
		return nil, &fsx.LockedError{Path: name, Holder: fsx.Holder{PID: 1, Host: "faultfs"}}
	}
	f.locks[name] = true
	return unlock{f, name}, nil
}

type unlock struct {
	fs   *FS
	name string
}

func (u unlock) Close() error {
	u.fs.mu.Lock()
	defer u.fs.mu.Unlock()
	delete(u.fs.locks, u.name)
	return u.fs.step("unlock", u.name)
}

// String lists every file with its size, for the messages of tests.
func (f *FS) String() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	var b strings.Builder
	f.root.list(&b, ".")
	return b.String()
}

func (n *node) list(b *strings.Builder, name string) {
	if n.entries == nil {
		fmt.Fprintf(b, "%s %d\n", name, len(n.data))
		return
	}
	for _, base := range slices.Sorted(maps.Keys(n.entries)) {
		n.entries[base].list(b, path.Join(name, base))
	}
}
