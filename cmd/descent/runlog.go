package main

import (
	"errors"
	"io/fs"

	"github.com/descent-ml/descent/internal/fsx"
)

// runLog is log.txt of a run: what stderr showed, as lines. A resumed run goes on
// in it.
type runLog struct {
	dir  *fsx.Dir
	file fsx.File
}

const logFile = "log.txt"

func openRunLog(run string) (*runLog, error) {
	dir, err := fsx.OpenDir(run)
	if err != nil {
		return nil, err
	}
	size, err := logSize(dir)
	if err == nil {
		var file fsx.File
		if file, err = dir.Append(logFile, size); err == nil {
			return &runLog{dir, file}, nil
		}
	}
	dir.Close()
	return nil, err
}

func logSize(dir *fsx.Dir) (int64, error) {
	f, err := dir.Open(logFile)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return f.Size(), f.Close()
}

// Write appends to the log. It never fails: training does not end for its sake.
func (l *runLog) Write(b []byte) (int, error) {
	if l.file != nil {
		if _, err := l.file.Write(b); err != nil {
			l.file.Close()
			l.file = nil
		}
	}
	return len(b), nil
}

// Close closes the file and its folder.
func (l *runLog) Close() error {
	var err error
	if l.file != nil {
		err = l.file.Close()
	}
	return errors.Join(err, l.dir.Close())
}
