package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

// interrupted is why a context ended: the user asked for it.
type interrupted struct{ signal syscall.Signal }

var signalNames = map[syscall.Signal]string{syscall.SIGINT: "SIGINT", syscall.SIGTERM: "SIGTERM", syscall.SIGHUP: "SIGHUP"}

func (i interrupted) Error() string { return signalNames[i.signal] }

// exitCode is the code by which shells know a program that a signal ended.
func (i interrupted) exitCode() int { return 128 + int(i.signal) }

// untilSignal returns a context that ends at the first SIGINT, SIGTERM or SIGHUP.
// The second one does what it does by default: it ends the process at once. A
// signal that was ignored when the program began stays ignored.
func untilSignal(ctx context.Context) (_ context.Context, stop func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	signals := make(chan os.Signal, 1)
	for s := range signalNames {
		if !signal.Ignored(s) {
			signal.Notify(signals, s)
		}
	}
	done := make(chan struct{})
	go func() {
		select {
		case s := <-signals:
			signal.Stop(signals)
			number, _ := s.(syscall.Signal)
			cancel(interrupted{number})
		case <-done:
		}
	}()
	return ctx, func() {
		signal.Stop(signals)
		close(done)
		cancel(nil)
	}
}

// stoppedBy returns the signal behind an error, if one is.
func stoppedBy(err error) (interrupted, bool) {
	var i interrupted
	ok := errors.As(err, &i)
	return i, ok
}

// beforeFirstStep is the error of a training that was stopped before it began.
func beforeFirstStep(ctx context.Context) error {
	if ctx.Err() == nil {
		return nil
	}
	return fmt.Errorf("stopped by %w before the first step; nothing was written", context.Cause(ctx))
}
