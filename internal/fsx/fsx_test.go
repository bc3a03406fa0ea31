package fsx_test

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/descent-ml/descent/internal/fsx"
	"github.com/descent-ml/descent/internal/fsx/faultfs"
	"github.com/descent-ml/descent/internal/limits"
)

// onBoth runs a test on a real folder and on the one in memory, which must agree.
func onBoth(t *testing.T, test func(*testing.T, fsx.FS)) {
	t.Run("real", func(t *testing.T) {
		dir, err := fsx.OpenDir(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		defer dir.Close()
		test(t, dir)
	})
	t.Run("memory", func(t *testing.T) { test(t, faultfs.New()) })
}

func put(t *testing.T, fsys fsx.FS, name, text string) {
	t.Helper()
	if err := fsx.WriteFileAtomic(fsys, name, writes(text)); err != nil {
		t.Fatal(err)
	}
}

func writes(text string) func(io.Writer) error {
	return func(w io.Writer) error { _, err := io.WriteString(w, text); return err }
}

func get(t *testing.T, fsys fsx.FS, name string) string {
	t.Helper()
	b, err := fsx.ReadFile(fsys, name, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestFolder(t *testing.T) {
	onBoth(t, func(t *testing.T, fsys fsx.FS) {
		if err := fsys.Mkdir("a"); err != nil {
			t.Fatal(err)
		}
		put(t, fsys, "a/one", "1")
		put(t, fsys, "b", "22")
		put(t, fsys, "b", "333")
		if got := get(t, fsys, "b"); got != "333" {
			t.Errorf("b = %q after it was replaced", got)
		}
		if err := fsys.Rename("a", "c"); err != nil {
			t.Fatal(err)
		}
		if got := get(t, fsys, "c/one"); got != "1" {
			t.Errorf("c/one = %q", got)
		}
		got, err := fsys.ReadDir(".")
		if want := []fsx.Entry{{"b", false}, {"c", true}}; err != nil || !cmp.Equal(got, want) {
			t.Errorf("ReadDir: %v, %v, want %v", got, err, want)
		}
		if err := fsys.RemoveAll("c"); err != nil {
			t.Fatal(err)
		}
		if err := fsys.RemoveAll("c"); err != nil {
			t.Errorf("RemoveAll of nothing: %v", err)
		}
		if err := fsys.SyncDir("."); err != nil {
			t.Error(err)
		}
	})
}

func TestErrors(t *testing.T) {
	onBoth(t, func(t *testing.T, fsys fsx.FS) {
		put(t, fsys, "file", "x")
		if err := fsys.Mkdir("full"); err != nil {
			t.Fatal(err)
		}
		put(t, fsys, "full/x", "x")
		for _, tc := range []struct {
			name string
			do   func() error
			op   string
			path string
			is   error
		}{
			{"create in nothing", func() error { _, err := fsys.Create("no/x"); return err }, "create", "no/x", fs.ErrNotExist},
			{"create a folder", func() error { _, err := fsys.Create("full"); return err }, "create", "full", syscall.EISDIR},
			{"create outside", func() error { _, err := fsys.Create("../x"); return err }, "create", "x", nil},
			{"append to nothing", func() error { _, err := fsys.Append("no", 1); return err }, "append", "no", fs.ErrNotExist},
			{"append beyond", func() error { _, err := fsys.Append("file", 2); return err }, "append", "file", nil},
			{"open nothing", func() error { _, err := fsys.Open("no"); return err }, "open", "no", fs.ErrNotExist},
			{"open a folder", func() error { _, err := fsys.Open("full"); return err }, "open", "full", fsx.ErrNotRegular},
			{"list nothing", func() error { _, err := fsys.ReadDir("no"); return err }, "read folder", "no", fs.ErrNotExist},
			{"list a file", func() error { _, err := fsys.ReadDir("file"); return err }, "read folder", "file", syscall.ENOTDIR},
			{"make again", func() error { return fsys.Mkdir("full") }, "make folder", "full", fs.ErrExist},
			{"rename nothing", func() error { return fsys.Rename("no", "new") }, "rename to new", "no", fs.ErrNotExist},
			{"rename over a full folder", func() error { mkdir(t, fsys, "d"); return fsys.Rename("d", "full") }, "rename to full", "d", fs.ErrExist},
			{"remove nothing", func() error { return fsys.Remove("no") }, "remove", "no", fs.ErrNotExist},
			{"remove a full folder", func() error { return fsys.Remove("full") }, "remove", "full", fs.ErrExist},
			{"sync nothing", func() error { return fsys.SyncDir("no") }, "sync folder", "no", fs.ErrNotExist},
		} {
			t.Run(tc.name, func(t *testing.T) {
				err := tc.do()
				var where *fs.PathError
				if !errors.As(err, &where) || where.Op != tc.op || !strings.HasSuffix(where.Path, tc.path) {
					t.Fatalf("error %v (%#v), want %s of %s", err, err, tc.op, tc.path)
				}
				if tc.is != nil && !errors.Is(err, tc.is) {
					t.Errorf("error %v is not %v", err, tc.is)
				}
			})
		}
	})
}

func mkdir(t *testing.T, fsys fsx.FS, name string) {
	t.Helper()
	if err := fsys.Mkdir(name); err != nil {
		t.Fatal(err)
	}
}

func TestAppend(t *testing.T) {
	onBoth(t, func(t *testing.T, fsys fsx.FS) {
		for _, step := range []struct {
			size       int64
			text, want string
		}{{0, "hello", "hello"}, {5, " world", "hello world"}, {5, "!", "hello!"}, {0, "new", "new"}} {
			f, err := fsys.Append("log", step.size)
			if err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(second(f.Write([]byte(step.text))), f.Sync(), f.Close()); err != nil {
				t.Fatal(err)
			}
			if got := get(t, fsys, "log"); got != step.want {
				t.Errorf("after Append(%d) and %q: %q, want %q", step.size, step.text, got, step.want)
			}
		}
	})
}

func second[A any](_ A, err error) error { return err }

func TestReadFileLimit(t *testing.T) {
	onBoth(t, func(t *testing.T, fsys fsx.FS) {
		put(t, fsys, "x", "12345")
		if b, err := fsx.ReadFile(fsys, "x", 5); err != nil || string(b) != "12345" {
			t.Errorf("at the limit: %q, %v", b, err)
		}
		var refusal *limits.Refusal
		if _, err := fsx.ReadFile(fsys, "x", 4); !errors.As(err, &refusal) || refusal.Value != 5 || refusal.Limit != 4 {
			t.Errorf("above the limit: %v", err)
		}
	})
}

func TestLinkCannotLeave(t *testing.T) {
	outside, path := t.TempDir(), t.TempDir()
	if err := os.WriteFile(filepath.Join(outside, "secret"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(path, "link")); err != nil {
		t.Skip("no links here:", err)
	}
	dir, err := fsx.OpenDir(path)
	if err != nil {
		t.Fatal(err)
	}
	defer dir.Close()
	if _, err := dir.Open("link/secret"); err == nil {
		t.Error("a link led out of the folder for reading")
	}
	if _, err := dir.Create("link/new"); err == nil {
		t.Error("a link led out of the folder for writing")
	}
}
