//go:build !unix

package tracer

import "time"

var begun = time.Now()

func cpuTime() time.Duration { return time.Since(begun) }
