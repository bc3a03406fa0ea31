package fsx_test

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"syscall"
	"testing"

	"github.com/descent-ml/descent/internal/fsx"
	"github.com/descent-ml/descent/internal/fsx/faultfs"
)

// Two contents of several blocks each; the newer is written in pieces that do
// not fit the blocks.
var (
	older = strings.Repeat("the old content ", 1500)
	newer = strings.Repeat("what replaces it ", 12_000)
)

func writeNewer(w io.Writer) error {
	for rest := newer; rest != ""; {
		n := min(3000, len(rest))
		if _, err := io.WriteString(w, rest[:n]); err != nil {
			return err
		}
		rest = rest[n:]
	}
	return nil
}

// diskWithOlder has the old content, all of it durable.
func diskWithOlder(t *testing.T) *faultfs.FS {
	disk := faultfs.New()
	mkdir(t, disk, "run")
	put(t, disk, "run/model", older)
	if err := disk.SyncDir("."); err != nil {
		t.Fatal(err)
	}
	return disk
}

func TestWriteFileAtomicCrash(t *testing.T) {
	crashes := 0
	for k := 1; ; k++ {
		disk := diskWithOlder(t)
		disk.Inject(faultfs.Fault{At: k, Err: faultfs.ErrKilled, Forever: true})
		done := fsx.WriteFileAtomic(disk, "run/model", writeNewer) == nil
		last := disk.Ops()[len(disk.Ops())-1]
		for _, percent := range []int{0, 50, 100} {
			for seed := range uint64(8) {
				crashes++
				after := disk.Crash(seed, percent)
				got := get(t, after, "run/model")
				if got != newer && (got != older || done) {
					t.Errorf("killed at operation %d (%s), done %v, %d %% kept, seed %d: %d bytes, neither old nor new",
						k, last, done, percent, seed, len(got))
				}
			}
		}
		if done {
			break
		}
	}
	if crashes < 100 {
		t.Errorf("only %d crashes tried", crashes)
	}
}

func TestWriteFileAtomicFails(t *testing.T) {
	for _, reason := range []error{syscall.EIO, syscall.ENOSPC, syscall.EDQUOT, syscall.EACCES} {
		for _, mode := range []faultfs.Fault{{}, {Short: true}, {Forever: true}, {Forever: true, Short: true}} {
			failing := mode
			failing.Err = reason
			for k := 1; ; k++ {
				disk := diskWithOlder(t)
				failing.At = k
				disk.Inject(failing)
				err := fsx.WriteFileAtomic(disk, "run/model", writeNewer)
				if err == nil {
					break
				}
				failedOp := disk.Ops()[k-1]
				if err := checkFailure(disk, err, reason, failedOp); err != nil {
					t.Errorf("operation %d (%s) failed with %v, %+v: %v", k, failedOp, reason, mode, err)
				}
			}
		}
	}
}

func checkFailure(disk *faultfs.FS, err, reason error, failedOp string) error {
	var where *fs.PathError
	if !errors.As(err, &where) || !errors.Is(err, reason) || where.Op+" "+where.Path != failedOp {
		return fmt.Errorf("error %q does not name operation, path and reason", err)
	}
	disk.Inject(faultfs.Fault{})
	content, err := fsx.ReadFile(disk, "run/model", 1<<20)
	if err != nil {
		return err
	}
	if renamed := where.Op == "sync folder"; renamed {
		if string(content) != newer {
			return fmt.Errorf("the new file is not in place")
		}
	} else if string(content) != older {
		return fmt.Errorf("the old file is gone")
	}
	entries, err := disk.ReadDir("run")
	if err != nil {
		return err
	}
	if strings.Contains(strings.Join(disk.Ops(), "\n"), "remove") && len(entries) != 1 {
		return fmt.Errorf("left behind: %v", entries)
	}
	return nil
}

func TestWriteFileAtomicRemovesTemporary(t *testing.T) {
	mistake := errors.New("mistake of the caller")
	onBoth(t, func(t *testing.T, fsys fsx.FS) {
		put(t, fsys, "model", older)
		err := fsx.WriteFileAtomic(fsys, "model", func(w io.Writer) error {
			_, err := io.WriteString(w, newer)
			return errors.Join(err, mistake)
		})
		if !errors.Is(err, mistake) {
			t.Errorf("error %v", err)
		}
		entries, err := fsys.ReadDir(".")
		if err != nil || len(entries) != 1 || get(t, fsys, "model") != older {
			t.Errorf("left behind: %v, %v", entries, err)
		}
	})
}
