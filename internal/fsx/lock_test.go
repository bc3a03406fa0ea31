package fsx_test

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/descent-ml/descent/internal/fsx"
)

func TestLock(t *testing.T) {
	onBoth(t, func(t *testing.T, fsys fsx.FS) {
		first, err := fsys.Lock("lock")
		if err != nil {
			t.Fatal(err)
		}
		var locked *fsx.LockedError
		if _, err := fsys.Lock("lock"); !errors.As(err, &locked) || locked.Holder.PID == 0 {
			t.Fatalf("second lock: %v", err)
		}
		if err := first.Close(); err != nil {
			t.Error(err)
		}
		if _, err := fsys.Open("lock"); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("the lock file stayed: %v", err)
		}
		again, err := fsys.Lock("lock")
		if err != nil {
			t.Fatalf("after the first was closed: %v", err)
		}
		if err := again.Close(); err != nil {
			t.Error(err)
		}
	})
}

func TestLockErrorText(t *testing.T) {
	holder := fsx.Holder{PID: 4711, Host: "build7", Start: time.Date(2026, 11, 24, 7, 12, 0, 0, time.UTC)}
	for _, tc := range []struct {
		holder fsx.Holder
		want   string
	}{
		{holder, `lock runs/a/lock: held by pid 4711 on "build7" since 2026-11-24T07:12:00Z`},
		{fsx.Holder{}, `lock runs/a/lock: held by another process`},
	} {
		err := &fsx.LockedError{Path: "runs/a/lock", Holder: tc.holder}
		if first, _, _ := strings.Cut(err.Error(), "\n"); first != tc.want {
			t.Errorf("got  %s\nwant %s", first, tc.want)
		}
	}
}

// A process that holds the lock is named, and loses it when it is killed.
func TestLockOfKilledProcess(t *testing.T) {
	if path := os.Getenv("FSX_TEST_LOCK"); path != "" {
		holdLock(path)
		return
	}
	path := t.TempDir()
	child := exec.Command(os.Args[0], "-test.run=TestLockOfKilledProcess$")
	child.Env = append(os.Environ(), "FSX_TEST_LOCK="+path)
	stdout, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	defer child.Process.Kill()
	if line, err := bufio.NewReader(stdout).ReadString('\n'); line != "locked\n" {
		t.Fatalf("child says %q, %v", line, err)
	}

	dir, err := fsx.OpenDir(path)
	if err != nil {
		t.Fatal(err)
	}
	defer dir.Close()
	var locked *fsx.LockedError
	if _, err := dir.Lock("lock"); !errors.As(err, &locked) {
		t.Fatalf("error %v, want a lock held by the child", err)
	}
	host, _ := os.Hostname()
	if h := locked.Holder; h.PID != child.Process.Pid || h.Host != host || time.Since(h.Start) > time.Minute {
		t.Errorf("holder %v, want pid %d on %s", h, child.Process.Pid, host)
	}

	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	child.Wait()
	lock, err := dir.Lock("lock")
	if err != nil {
		t.Fatalf("after the child was killed: %v", err)
	}
	if err := lock.Close(); err != nil {
		t.Error(err)
	}
}

func holdLock(path string) {
	dir, err := fsx.OpenDir(path)
	if err == nil {
		_, err = dir.Lock("lock")
	}
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("locked")
	time.Sleep(time.Minute)
}

// Many takers, one lock: never two holders at once, though each release removes the file.
func TestLockIsExclusive(t *testing.T) {
	path := t.TempDir()
	held := make(chan struct{}, 1)
	done := make(chan error)
	const takers, times = 4, 50
	for range takers {
		go func() {
			done <- func() error {
				dir, err := fsx.OpenDir(path)
				if err != nil {
					return err
				}
				defer dir.Close()
				for n := 0; n < times; {
					lock, err := dir.Lock("lock")
					if locked := (*fsx.LockedError)(nil); errors.As(err, &locked) {
						continue
					}
					if err != nil {
						return err
					}
					select {
					case held <- struct{}{}:
					default:
						return errors.New("two hold the lock")
					}
					time.Sleep(50 * time.Microsecond)
					<-held
					if err := lock.Close(); err != nil {
						return err
					}
					n++
				}
				return nil
			}()
		}()
	}
	for range takers {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}
