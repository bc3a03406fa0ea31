package limits

import (
	"fmt"
	"io/fs"
	"math"
	"os"
	"path"
	"runtime/debug"
	"strconv"
	"strings"
)

// FallbackMemory stands for the machine's memory where it cannot be read:
// outside Linux, with no GOMEMLIMIT set.
const FallbackMemory = 4 << 30

// A Budget is how much memory Descent may plan to use.
type Budget struct {
	Bytes  int64  // 80 % of Total
	Total  int64  // the smallest of the bounds found
	Source string // where Total comes from: "RAM", "cgroup memory.max", "GOMEMLIMIT" or "fallback"
}

// String prints the budget as errors show it: "12.8 GiB (80 % of 16.0 GiB, RAM)".
func (b Budget) String() string {
	return fmt.Sprintf("%s (80 %% of %s, %s)", Size(b.Bytes), Size(b.Total), b.Source)
}

// Memory returns 80 % of the smallest of RAM, the limits of this process's
// cgroup (version 2) and of those around it, and GOMEMLIMIT.
//
// RAM and cgroups are read on Linux. Elsewhere GOMEMLIMIT alone counts, and
// without it [FallbackMemory].
func Memory() Budget {
	return budget(os.DirFS("/"), debug.SetMemoryLimit(-1))
}

// budget reads the machine through root, so that a test can give it another one.
// goLimit is math.MaxInt64 when GOMEMLIMIT is not set.
func budget(root fs.FS, goLimit int64) Budget {
	total, source := int64(math.MaxInt64), ""
	bound := func(bytes int64, from string) {
		if bytes < total {
			total, source = bytes, from
		}
	}
	bound(ram(root), "RAM")
	bound(cgroup(root), "cgroup memory.max")
	bound(goLimit, "GOMEMLIMIT")
	if source == "" {
		total, source = FallbackMemory, "fallback"
	}
	return Budget{Bytes: total / 5 * 4, Total: total, Source: source}
}

// ram returns MemTotal of /proc/meminfo in bytes, or math.MaxInt64 if it cannot be read.
func ram(root fs.FS) int64 {
	text, err := fs.ReadFile(root, "proc/meminfo")
	if err != nil {
		return math.MaxInt64
	}
	for line := range strings.Lines(string(text)) {
		words := strings.Fields(line)
		if len(words) != 3 || words[0] != "MemTotal:" || words[2] != "kB" {
			continue
		}
		kib, err := strconv.ParseInt(words[1], 10, 64)
		if bytes, ok := Mul64(kib, 1<<10); err == nil && ok {
			return bytes
		}
	}
	return math.MaxInt64
}

// cgroup returns the smallest memory.max from this process's cgroup up to the
// root of the hierarchy, or math.MaxInt64 if there is none.
func cgroup(root fs.FS) int64 {
	smallest := int64(math.MaxInt64)
	text, err := fs.ReadFile(root, "proc/self/cgroup")
	if err != nil {
		return smallest
	}
	for line := range strings.Lines(string(text)) {
		group, unified := strings.CutPrefix(strings.TrimSpace(line), "0::")
		if !unified {
			continue
		}
		for dir := path.Clean("/" + group); ; dir = path.Dir(dir) {
			limit, err := fs.ReadFile(root, path.Join("sys/fs/cgroup", dir, "memory.max"))
			if bytes, bad := strconv.ParseInt(strings.TrimSpace(string(limit)), 10, 64); err == nil && bad == nil {
				smallest = min(smallest, bytes)
			}
			if dir == "/" {
				break
			}
		}
	}
	return smallest
}
