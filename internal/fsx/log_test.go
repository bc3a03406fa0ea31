package fsx_test

import (
	"fmt"
	"strings"
	"syscall"
	"testing"

	"github.com/descent-ml/descent/internal/fsx"
	"github.com/descent-ml/descent/internal/fsx/faultfs"
)

func line(i int) string { return fmt.Sprintf("{\"epoch\":%d}%s\n", i, strings.Repeat(" ", 500)) }

func lines(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(line(i))
	}
	return b.String()
}

func TestLogContinues(t *testing.T) {
	onBoth(t, func(t *testing.T, fsys fsx.FS) {
		var mark fsx.Mark
		for _, upTo := range []int{3, 5, 20} { // each restart writes beyond its mark and is cut back
			log, err := fsx.OpenLog(fsys, "log", mark)
			if err != nil {
				t.Fatal(err)
			}
			start := strings.Count(get(t, fsys, "log"), "\n")
			for i := start; i < upTo; i++ {
				if _, err := log.Write([]byte(line(i))); err != nil {
					t.Fatal(err)
				}
			}
			if err := log.Sync(); err != nil {
				t.Fatal(err)
			}
			mark = log.Mark()
			if _, err := log.Write([]byte("half a li")); err != nil {
				t.Fatal(err)
			}
			if err := log.Close(); err != nil {
				t.Fatal(err)
			}
			if got, want := get(t, fsys, "log"), lines(upTo)+"half a li"; got != want {
				t.Fatalf("log has %d bytes, want %d", len(got), len(want))
			}
		}
		if mark.Size != int64(len(lines(20))) || len(mark.SHA256) != 64 {
			t.Errorf("mark %+v", mark)
		}
	})
}

func TestLogRefusesAnotherFile(t *testing.T) {
	onBoth(t, func(t *testing.T, fsys fsx.FS) {
		put(t, fsys, "log", "abcdef")
		mark := fsx.Mark{Size: 3, SHA256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"} // "abc"
		log, err := fsx.OpenLog(fsys, "log", mark)
		if err != nil {
			t.Fatal(err)
		}
		if err := log.Close(); err != nil {
			t.Fatal(err)
		}
		if got := get(t, fsys, "log"); got != "abc" {
			t.Errorf("log %q, want it cut to abc", got)
		}
		for _, content := range []string{"ab", "abd", ""} {
			put(t, fsys, "log", content)
			if _, err := fsx.OpenLog(fsys, "log", mark); err == nil {
				t.Errorf("%q was taken for abc", content)
			}
			if got := get(t, fsys, "log"); got != content {
				t.Errorf("%q was changed to %q", content, got)
			}
		}
	})
}

// Whatever operation fails, once or for a while, every line is there in the end,
// durable as soon as a Sync has said so.
func TestLogFails(t *testing.T) {
	for _, fault := range []faultfs.Fault{{}, {Short: true}, {Forever: true}} {
		fault.Err = syscall.ENOSPC
		for k, done := 1, false; !done; k++ {
			disk := faultfs.New()
			log, err := fsx.OpenLog(disk, "log", fsx.Mark{})
			if err != nil {
				t.Fatal(err)
			}
			fault.At = k
			disk.Inject(fault)
			done = true
			durable := fsx.Mark{}
			for i := range 20 {
				if _, err := log.Write([]byte(line(i))); err != nil {
					done = false
				}
				if i%5 == 4 {
					if err := log.Sync(); err != nil {
						done = false
					} else {
						durable = log.Mark()
					}
				}
				after := disk.Crash(1, 0)
				if durable.Size > 0 && !strings.HasPrefix(get(t, after, "log"), lines(20)[:durable.Size]) {
					t.Fatalf("operation %d failed, %+v: after line %d a crash loses what was synced", k, fault, i)
				}
			}
			disk.Inject(faultfs.Fault{}) // the disk has room again
			if err := log.Close(); err != nil {
				t.Fatalf("operation %d failed, %+v: %v", k, fault, err)
			}
			for _, fsys := range []fsx.FS{disk, disk.Crash(1, 0)} {
				if got := get(t, fsys, "log"); got != lines(20) {
					t.Fatalf("operation %d failed, %+v: log has %d bytes, want %d", k, fault, len(got), len(lines(20)))
				}
			}
			if again, err := fsx.OpenLog(disk, "log", log.Mark()); err != nil {
				t.Fatalf("operation %d failed, %+v: the mark is wrong: %v", k, fault, err)
			} else if err := again.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
}
