// Descent trains neural networks whose losses are proved before the first step.
//
//	descent train credit.py            trains; writes runs/credit-1
//	descent check credit.py            proves the loss, trains nothing
//	descent predict runs/credit-1 new.csv -o scored.csv
//
// Results go to stdout, everything else to stderr. The exit code is 0 when done,
// 1 when the recipe, the data or the model was refused, 2 when an input could not
// be read or the command line is wrong, 3 when training stopped itself, 4 when
// the machine said no, and 128 more than the signal after one.
package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
)

// How much garbage there may be, in percent of what is in use. Steps of training make
// none, and what comes before and after is short, so a small heap costs next to nothing.
// Images are read while training goes on, beside numbers that need no looking through.
const (
	collectAt       = 40
	collectImagesAt = 5
)

// collect sets how much garbage there may be, unless the environment does.
func collect(percent int) {
	if _, set := os.LookupEnv("GOGC"); !set {
		debug.SetGCPercent(percent)
	}
}

func main() {
	collect(collectAt)
	os.Exit(run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run runs one command line and returns its exit code.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	signal.Ignore(syscall.SIGPIPE) // output to a closed pipe is dropped, and the work goes on
	c := newConsole(stdin, stdout, stderr)
	return c.exitCode(dispatch(ctx, c, args))
}
