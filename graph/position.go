package graph

import (
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
)

// Position is a place in the user's program: a line of Go, or a span of a
// recipe. Lines and columns count from 1; a zero Col means that only the line
// is known, a zero Line that nothing is.
type Position struct {
	File                       string
	Line, Col, EndLine, EndCol int
}

func (p Position) String() string {
	switch {
	case p.Line == 0:
		return p.File
	case p.Col == 0:
		return fmt.Sprintf("%s:%d", p.File, p.Line)
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Col)
}

// IsZero reports whether nothing is known of the place.
func (p Position) IsZero() bool { return p.File == "" && p.Line == 0 }

// caller returns the first frame outside the library. Frames are told apart by
// file, since an inlined closure of the library carries the name of the user's
// function; test files count as the user's.
func caller() Position {
	var pcs [64]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs[:])])
	for {
		f, more := frames.Next()
		if f.File != "" && !ours(f.File) {
			return Position{File: filepath.Base(f.File), Line: f.Line}
		}
		if !more {
			return Position{}
		}
	}
}

// root is the folder of the module's sources, found from this file's own path.
var root = func() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Dir(filepath.Dir(file)) + string(filepath.Separator)
}()

func ours(file string) bool {
	rest, ok := strings.CutPrefix(file, root)
	if !ok || strings.HasSuffix(file, "_test.go") {
		return false
	}
	for _, users := range []string{"examples/", "bench/", "cmd/"} {
		if strings.HasPrefix(filepath.ToSlash(rest), users) {
			return false
		}
	}
	return true
}
