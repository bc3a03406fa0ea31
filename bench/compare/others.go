package main

import (
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// others runs a command and returns its output, and what share of the cores other
// processes had meanwhile: a contender that ran beside something else says little.
// Where the system does not tell (/proc/stat), the share is 0.
func others(cmd *exec.Cmd) (out []byte, share float64, err error) {
	before, start := busy(), time.Now()
	out, err = cmd.Output()
	wall, all := time.Since(start), busy()-before
	if state := cmd.ProcessState; state != nil && all > 0 {
		share = (all - state.UserTime() - state.SystemTime()).Seconds() / wall.Seconds() / float64(runtime.NumCPU())
	}
	return out, max(0, share), err
}

// busy returns how long the cores have not been idle, all of them together.
func busy() time.Duration {
	text, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0
	}
	line, _, _ := strings.Cut(string(text), "\n")
	ticks := int64(0)
	for i, field := range strings.Fields(line) {
		const idle, wait = 4, 5
		n, err := strconv.ParseInt(field, 10, 64)
		if err == nil && i != idle && i != wait && i <= 8 { // 9 and 10 are counted in 1 and 2 too
			ticks += n
		}
	}
	const tick = time.Second / 100
	return time.Duration(ticks) * tick
}
