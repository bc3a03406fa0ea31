package files

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
)

var roomy = Bound{Bytes: 10, Why: "for the test", Code: "memory-limit"}

func TestRead(t *testing.T) {
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	for name, text := range map[string]string{"ok": "0123456789", "empty": "", "long": "0123456789a"} {
		if err := os.WriteFile(path(name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := syscall.Mkfifo(path("pipe"), 0o644); err != nil {
		t.Skip(err)
	}
	for name, to := range map[string]string{"dangling": "nowhere", "link": "ok"} {
		if err := os.Symlink(to, path(name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(path("folder"), 0o755); err != nil {
		t.Fatal(err)
	}
	const irregular = "data/F: not a regular file: "
	const fix = " [not-regular-file]\n\tfix: name a file that holds the data"
	for name, want := range map[string]string{
		"ok": "", "link": "", "empty": "",
		"pipe":     irregular + "a named pipe" + fix,
		"folder":   irregular + "a folder" + fix,
		"dangling": irregular + "a link to a file that does not exist" + fix,
		"long":     "data/F: the file has 11 B, above the limit of 10 B [memory-limit]\n\tlimit  10 bytes, for the test",
	} {
		fsys, base := Split(path(name))
		_, err := Read(fsys, base, "data/F", roomy)
		got := ""
		if err != nil {
			got = err.Error()
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	fsys, _ := Split("/dev/zero")
	if _, err := Read(fsys, "zero", "Z", roomy); err == nil || err.Error() != "Z: not a regular file: a device"+fix {
		t.Errorf("device: %v", err)
	}
	if _, err := Read(os.DirFS(dir), "none", "N", roomy); !errors.Is(err, fs.ErrNotExist) || err.Error() != "stat N: no such file or directory" {
		t.Errorf("no file: %v", err)
	}
}

// grown is a file system whose files say one thing before they are opened and hold another.
type grown struct{ before, after fstest.MapFS }

func (g grown) Open(name string) (fs.File, error)     { return g.after.Open(name) }
func (g grown) Stat(name string) (fs.FileInfo, error) { return g.before.Stat(name) }

func TestChanged(t *testing.T) {
	stamp := time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC)
	file := func(text string, at time.Time) fstest.MapFS {
		return fstest.MapFS{"f": {Data: []byte(text), ModTime: at}}
	}
	for name, after := range map[string]fstest.MapFS{"longer": file("abcd", stamp), "shorter": file("ab", stamp), "touched": file("abc", stamp.Add(time.Second))} {
		_, err := Read(grown{file("abc", stamp), after}, "f", "F", roomy)
		if err == nil {
			t.Errorf("%s: read", name)
		}
		if name == "longer" {
			want := "F: the file changed while it was read [data-changed]\n\tbefore  3 bytes, written 2026-11-24 08:00:00\n\tafter   4 bytes, written 2026-11-24 08:00:00\n\tread    4 bytes\n\tfix: train when nothing writes to it, or on a copy"
			if diff := cmp.Diff(want, err.Error()); diff != "" {
				t.Error(diff)
			}
		}
	}
	if b, err := Read(grown{file("abc", stamp), file("abc", stamp)}, "f", "F", roomy); err != nil || string(b) != "abc" {
		t.Errorf("%q, %v", b, err)
	}
}
