package faultfs_test

import (
	"errors"
	"io"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/descent-ml/descent/internal/fsx"
	"github.com/descent-ml/descent/internal/fsx/faultfs"
)

func create(t *testing.T, disk *faultfs.FS, name, text string) fsx.File {
	t.Helper()
	f, err := disk.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(f, text); err != nil {
		t.Fatal(err)
	}
	return f
}

func content(t *testing.T, disk *faultfs.FS, name string) string {
	t.Helper()
	b, err := fsx.ReadFile(disk, name, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func ok(t *testing.T, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

func TestNameNeedsSyncDir(t *testing.T) {
	disk := faultfs.New()
	f := create(t, disk, "x", "hello")
	ok(t, f.Sync())
	if after := disk.Crash(1, 0); after.String() != "" {
		t.Errorf("a name survived without SyncDir: %s", after)
	}
	if after := disk.Crash(1, 100); content(t, after, "x") != "hello" {
		t.Errorf("a name did not survive at 100 %%")
	}
	ok(t, disk.SyncDir("."))
	if after := disk.Crash(1, 0); content(t, after, "x") != "hello" {
		t.Errorf("x = %q after sync of file and folder", content(t, after, "x"))
	}
}

func TestBytesNeedSync(t *testing.T) {
	disk := faultfs.New()
	create(t, disk, "x", "hello")
	ok(t, disk.SyncDir("."))
	if got := content(t, disk.Crash(1, 0), "x"); got != "" {
		t.Errorf("bytes survived without Sync: %q", got)
	}
}

func TestBlocksSurviveByChance(t *testing.T) {
	disk := faultfs.New()
	f := create(t, disk, "x", strings.Repeat("a", 40<<10))
	ok(t, f.Sync(), disk.SyncDir("."))
	create(t, disk, "x", strings.Repeat("b", 40<<10))
	seen := map[string]bool{}
	for seed := range uint64(20) {
		got := content(t, disk.Crash(seed, 50), "x")
		if again := content(t, disk.Crash(seed, 50), "x"); again != got {
			t.Errorf("seed %d gave two results", seed)
		}
		for at := 0; at < len(got); at += 4 << 10 {
			if block := got[at : at+4<<10]; strings.Count(block, block[:1]) != len(block) {
				t.Fatalf("seed %d: a block is torn", seed)
			}
		}
		seen[got] = true
	}
	if len(seen) < 15 {
		t.Errorf("20 seeds gave only %d results", len(seen))
	}
}

func TestRemovedNameComesBack(t *testing.T) {
	disk := faultfs.New()
	f := create(t, disk, "x", "hello")
	ok(t, f.Sync(), disk.SyncDir("."), disk.Remove("x"))
	if got := disk.Crash(1, 0).String(); got != "x 5\n" {
		t.Errorf("after a crash: %q", got)
	}
	ok(t, disk.SyncDir("."))
	if got := disk.Crash(1, 0).String(); got != "" {
		t.Errorf("after SyncDir and a crash: %q", got)
	}
}

// The behaviour of Linux that cost PostgreSQL its data: the second fsync lies.
func TestSecondSyncLies(t *testing.T) {
	disk := faultfs.New()
	f := create(t, disk, "x", "hello")
	ok(t, disk.SyncDir("."))
	disk.Inject(faultfs.Fault{At: 1, Err: syscall.EIO})
	if err := f.Sync(); !errors.Is(err, syscall.EIO) {
		t.Fatalf("error %v", err)
	}
	ok(t, f.Sync())
	if got := content(t, disk.Crash(1, 0), "x"); got == "hello" {
		t.Errorf("the second sync saved what the first one lost")
	}
	if got := content(t, disk, "x"); got != "hello" {
		t.Errorf("a reader sees %q before the crash", got)
	}
}

func TestInject(t *testing.T) {
	disk := faultfs.New()
	f := create(t, disk, "x", "")
	disk.Inject(faultfs.Fault{At: 2, Err: syscall.ENOSPC, Short: true})
	ok(t, second(f.Write([]byte("ab"))))
	if n, err := f.Write([]byte("cdef")); n != 2 || !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("wrote %d, %v", n, err)
	}
	ok(t, second(f.Write([]byte("g"))), f.Close())
	if got := content(t, disk, "x"); got != "abcdg" {
		t.Errorf("x = %q", got)
	}
	want := []string{"write x", "write x", "write x", "close x", "open x", "read x"}
	if diff := cmp.Diff(want, disk.Ops()); diff != "" {
		t.Error(diff)
	}
	disk.Inject(faultfs.Fault{At: 1, Err: faultfs.ErrKilled, Forever: true})
	for range 3 {
		if err := disk.Mkdir("d"); !errors.Is(err, faultfs.ErrKilled) {
			t.Errorf("error %v", err)
		}
	}
}

func second[A any](_ A, err error) error { return err }
