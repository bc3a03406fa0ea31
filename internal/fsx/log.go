package fsx

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"path"
)

// A Mark is a place in a log: so many bytes, with this SHA-256 in hex. The zero
// Mark is the beginning.
type Mark struct {
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// A Log is a file that grows by whole writes and that a restarted program cuts
// back to a [Mark] that it knows to be good.
//
// What a full disk refuses is kept in memory and written by a later Write or
// Sync, so a log loses nothing while the program lives.
type Log struct {
	fsys    FS
	name    string
	file    File      // nil after an error
	size    int64     // bytes written to file
	pending []byte    // bytes not yet written
	sum     hash.Hash // of everything, pending too
	renamed bool      // the name may not be durable yet
	suspect bool      // a sync failed: bytes already written may be lost
}

// OpenLog opens or makes the log, checks it up to the mark, and cuts off what
// follows. A file that is shorter or differs is refused and left as it is.
func OpenLog(fsys FS, name string, mark Mark) (*Log, error) {
	l := &Log{fsys: fsys, name: name, size: mark.Size, sum: sha256.New(), renamed: true}
	if mark.Size > 0 {
		if err := l.copyTo(l.sum); err != nil {
			return nil, err
		}
		if err := l.compare(l.Mark(), mark); err != nil {
			return nil, err
		}
	}
	var err error
	l.file, err = fsys.Append(name, mark.Size)
	if err != nil {
		return nil, err
	}
	return l, nil
}

// Mark returns the end of the log, which is durable after a Sync without error.
func (l *Log) Mark() Mark {
	size := l.size + int64(len(l.pending))
	if size == 0 {
		return Mark{}
	}
	return Mark{Size: size, SHA256: hex.EncodeToString(l.sum.Sum(nil))}
}

// Write appends line. After an error the line is not lost: see [Log].
func (l *Log) Write(line []byte) (int, error) {
	l.sum.Write(line) // never fails
	l.pending = append(l.pending, line...)
	return len(line), l.flush()
}

// Sync writes what is pending and makes the log durable.
func (l *Log) Sync() error {
	if l.suspect {
		if err := l.rewrite(); err != nil {
			return err
		}
	}
	if err := l.flush(); err != nil {
		return err
	}
	if err := l.file.Sync(); err != nil {
		l.suspect = true
		return err
	}
	if l.renamed {
		if err := l.fsys.SyncDir(path.Dir(l.name)); err != nil {
			return err
		}
		l.renamed = false
	}
	return nil
}

// Close syncs and closes the log.
func (l *Log) Close() error {
	err := l.Sync()
	if l.file != nil {
		if closing := l.file.Close(); err == nil {
			err = closing
		}
		l.file = nil
	}
	return err
}

// flush writes the pending bytes. A file with a torn end is cut and opened anew.
func (l *Log) flush() (err error) {
	if l.file == nil {
		if l.file, err = l.fsys.Append(l.name, l.size); err != nil {
			l.file = nil
			return err
		}
	}
	if len(l.pending) == 0 {
		return nil
	}
	if _, err = l.file.Write(l.pending); err != nil {
		l.file.Close()
		l.file = nil
		return err
	}
	l.size += int64(len(l.pending))
	l.pending = l.pending[:0]
	return nil
}

// rewrite replaces a file whose sync failed by a new one: the system may have
// dropped pages of the old one and would not say so a second time.
func (l *Log) rewrite() error {
	if l.file != nil {
		l.file.Close()
		l.file = nil
	}
	want := l.Mark()
	err := WriteFileAtomic(l.fsys, l.name, func(w io.Writer) error {
		sum := sha256.New()
		w = io.MultiWriter(w, sum)
		if err := l.copyTo(w); err != nil {
			return err
		}
		if _, err := w.Write(l.pending); err != nil {
			return err
		}
		return l.compare(Mark{want.Size, hex.EncodeToString(sum.Sum(nil))}, want)
	})
	if err != nil {
		return err
	}
	l.size, l.pending, l.suspect = want.Size, l.pending[:0], false
	return nil
}

// compare refuses a file whose content is not what the log remembers.
func (l *Log) compare(got, want Mark) error {
	if got == want {
		return nil
	}
	return fmt.Errorf("%s: its first %d bytes have SHA-256 %s, not %s: the file was changed since it was written", l.name, want.Size, got.SHA256, want.SHA256)
}

// copyTo writes the part of the log that is on disk.
func (l *Log) copyTo(w io.Writer) error {
	r, err := l.fsys.Open(l.name)
	if err != nil {
		return err
	}
	defer r.Close()
	n, err := io.Copy(w, io.NewSectionReader(r, 0, l.size))
	if err == nil && n < l.size {
		err = fmt.Errorf("%s: %w", l.name, TooShort(n, l.size))
	}
	return err
}
