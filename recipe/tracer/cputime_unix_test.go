//go:build unix

package tracer

import (
	"syscall"
	"time"
)

// cpuTime is the processor time of this process: unlike the clock it does not count
// what other processes take.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
