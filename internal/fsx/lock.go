package fsx

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// A LockedError says who holds a lock.
type LockedError struct {
	Path   string
	Holder Holder
}

// Error names the holder, as far as it is known.
func (e *LockedError) Error() string {
	return fmt.Sprintf("lock %s: held by %s\n\tOne process at a time writes here.\n\tfix: wait for it, or end it: its lock goes with it",
		e.Path, e.Holder)
}

// A Holder is a process that holds a lock, as it wrote itself into the lock
// file. The zero Holder is one that had not written yet.
type Holder struct {
	PID   int
	Host  string
	Start time.Time // when it took the lock, to the second
}

// String is "pid 4711 on build7 since 2026-11-24T07:12:00Z".
func (h Holder) String() string {
	if h.PID == 0 {
		return "another process"
	}
	return fmt.Sprintf("pid %d on %q since %s", h.PID, h.Host, h.Start.UTC().Format(time.RFC3339))
}

func (h Holder) text() string {
	return fmt.Sprintf("pid %d\nhost %s\nstart %s\n", h.PID, h.Host, h.Start.UTC().Format(time.RFC3339))
}

// parseHolder reads what text wrote. A field that cannot be read stays zero:
// the lock is what counts, the text only helps.
func parseHolder(text string) (h Holder) {
	for line := range strings.Lines(text) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch key {
		case "pid":
			h.PID, _ = strconv.Atoi(value)
		case "host":
			h.Host = value
		case "start":
			h.Start, _ = time.Parse(time.RFC3339, value)
		}
	}
	return h
}

// Lock implements [FS]. The lock is the kernel's, on the open file, so a killed
// process loses it at once; the file itself only says who it was.
func (d *Dir) Lock(name string) (io.Closer, error) {
	for {
		f, err := d.root.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o666)
		if err != nil {
			return nil, d.failed("lock", name, err)
		}
		held, err := tryLock(f)
		if err == nil && !held {
			err = d.locked(f, name)
		}
		if err != nil {
			f.Close()
			return nil, err
		}
		// The last holder may have removed the file between our open and our
		// lock; then the lock is on a file that no one else can find.
		if d.isStill(f, name) {
			return d.sign(f, name)
		}
		f.Close()
	}
}

func (d *Dir) isStill(f *os.File, name string) bool {
	ours, err := f.Stat()
	if err != nil {
		return false
	}
	there, err := d.root.Stat(name)
	return err == nil && os.SameFile(ours, there)
}

// locked reads from the lock file who holds it.
func (d *Dir) locked(f *os.File, name string) error {
	text, err := io.ReadAll(io.LimitReader(f, 1<<10))
	if err != nil {
		return d.failed("lock", name, err)
	}
	return &LockedError{Path: filepath.Join(d.root.Name(), name), Holder: parseHolder(string(text))}
}

// sign writes this process into the lock file f.
func (d *Dir) sign(f *os.File, name string) (io.Closer, error) {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown host"
	}
	self := Holder{PID: os.Getpid(), Host: host, Start: time.Now()}
	if err = f.Truncate(0); err == nil {
		_, err = f.WriteAt([]byte(self.text()), 0)
	}
	if err != nil {
		f.Close()
		return nil, d.failed("lock", name, err)
	}
	return &dirLock{d, f, name}, nil
}

type dirLock struct {
	dir  *Dir
	file *os.File
	name string
}

// Close removes the lock file while the lock is still held, then lets go.
func (l *dirLock) Close() error {
	err := l.dir.Remove(l.name)
	if errors.Is(err, os.ErrNotExist) {
		err = nil // the folder was removed under us: nothing left to guard
	}
	if closing := l.file.Close(); err == nil {
		err = closing
	}
	return err
}
