package train

import (
	"context"
	"errors"
	"io/fs"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/internal/fsx"
	"github.com/descent-ml/descent/internal/limits"
	"github.com/descent-ml/descent/program"
)

// A Class says what an error means to whoever started the work.
type Class uint8

// The classes.
const (
	Refused     Class = iota + 1 // recipe, data or model is wrong
	Unreadable                   // an input could not be read
	SelfStopped                  // training stopped itself: a value was not finite
	Machine                      // the machine said no: disk, memory, lock, permission
	Interrupted                  // it was told to stop, and can go on
)

// ExitCode returns the code with which a program ends: 1, 2, 3, 4, or 130 for Interrupted.
func (c Class) ExitCode() int {
	if c == Interrupted {
		return 130
	}
	return int(c)
}

// Error is an error of this package whose class does not follow from its cause.
type Error struct {
	Class Class
	Err   error // a [*graph.Diagnostic] where there is something to mend
}

// Error returns the text of the cause.
func (e *Error) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// ClassOf returns the class of an error that this package returned, 0 for nil.
func ClassOf(err error) Class {
	switch {
	case err == nil:
		return 0
	case is[*Error](err):
		var e *Error
		errors.As(err, &e)
		return e.Class
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return Interrupted
	case is[*program.NonFinite](err):
		return SelfStopped
	case is[graph.Diagnostics](err), is[*graph.Diagnostic](err), is[*data.Problem](err), is[*limits.Refusal](err):
		return Refused
	case is[*fsx.LockedError](err):
		return Machine
	case errors.Is(err, fs.ErrNotExist):
		return Unreadable
	case is[*fs.PathError](err):
		return Machine
	}
	return Refused
}

func is[T error](err error) bool {
	var target T
	return errors.As(err, &target)
}

// refuse makes an error of class c that says what is wrong with the file or folder at path.
func refuse(c Class, code graph.Code, path, message string, notes []string, fixes ...string) error {
	return &Error{c, &graph.Diagnostic{Code: code, Pos: graph.Position{File: path}, Message: message, Notes: notes, Fixes: fixes}}
}
