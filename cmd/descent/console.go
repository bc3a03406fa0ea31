package main

import (
	"errors"
	"io"
	"os"
	"strconv"
	"strings"
	"syscall"

	"github.com/vbauerster/cupwriter"
)

// console is where a command reads from and writes to.
type console struct {
	in  io.Reader
	out *stream // results
	err *stream // everything else
}

func newConsole(in io.Reader, out, err io.Writer) *console {
	return &console{in: in, out: newStream(out), err: newStream(err)}
}

// stream is an output with what it can show.
type stream struct {
	w        io.Writer
	terminal bool
	moves    bool // its cursor can go back, to draw a line again
	colour   bool
	unicode  bool
	width    int
	failed   error // the first error; of a closed pipe none, since nobody reads what is lost
	closed   bool
}

// The widths of lines: as wide as the terminal, within these.
const (
	maxWidth = 80
	minWidth = 40
)

func newStream(w io.Writer) *stream {
	s := &stream{w: w, width: maxWidth, unicode: localeIsUTF8()}
	if file, ok := w.(*os.File); ok {
		s.look(file)
	}
	if columns, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil {
		s.width = columns
	}
	s.width = min(max(s.width, minWidth), maxWidth)
	return s
}

// look finds out what a file can show, if it is a terminal.
func (s *stream) look(file *os.File) {
	screen := cupwriter.New(file, false)
	if s.terminal = screen.IsTerminal(); !s.terminal {
		return
	}
	dumb := os.Getenv("TERM") == "dumb"
	s.colour = !dumb && os.Getenv("NO_COLOR") == ""
	if columns, _, err := screen.GetTermSize(); err == nil && columns > 0 {
		s.width, s.moves = columns, !dumb
	}
}

// localeIsUTF8 reports whether the environment says that characters beyond ASCII
// are shown.
func localeIsUTF8() bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if locale := strings.ToLower(os.Getenv(name)); locale != "" {
			return strings.Contains(locale, "utf-8") || strings.Contains(locale, "utf8")
		}
	}
	return false
}

// Write writes as long as somebody reads. It never fails: the first error that
// is not a closed pipe's is kept for the exit code.
func (s *stream) Write(b []byte) (int, error) {
	if s.closed || s.failed != nil {
		return len(b), nil
	}
	_, err := s.w.Write(b)
	switch {
	case err == nil:
	case errors.Is(err, syscall.EPIPE), errors.Is(err, io.ErrClosedPipe), errors.Is(err, syscall.EIO) && s.terminal:
		s.closed = true
	default:
		s.failed = err
	}
	return len(b), nil
}

// style wraps text in an escape sequence, if colours are shown.
func (s *stream) style(code, text string) string {
	if !s.colour {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

// The escape codes in use.
const (
	bold   = "1"
	red    = "31"
	yellow = "33"
)
