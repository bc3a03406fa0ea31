package csv

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/descent-ml/descent/data"
)

func write(t *testing.T, path, text string) string {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestReadFile(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "data.csv"), "x\n1\n")
	table, err := ReadFile(filepath.Join(dir, "data.csv"), data.Options{})
	if err != nil || table.Rows != 1 || table.SHA256 != "daff832f802000e645771a60983c76c963f6ee602a6230e45237bd360e91cc1a" {
		t.Errorf("table %+v, error %v", table, err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	below, err := ReadRoot(root, "data.csv", data.Options{})
	if err != nil || below.File != "data.csv" || below.SHA256 != table.SHA256 {
		t.Errorf("table %+v, error %v", below, err)
	}
	if _, err := ReadRoot(root, "../data.csv", data.Options{}); err == nil {
		t.Error("read a file above the root")
	}
	if _, err := ReadFile(filepath.Join(dir, "none.csv"), data.Options{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error %v", err)
	}
}

func TestNotRegular(t *testing.T) {
	dir := t.TempDir()
	pipe := filepath.Join(dir, "pipe.csv")
	if err := syscall.Mkfifo(pipe, 0o644); err != nil {
		t.Skip(err)
	}
	dangling := filepath.Join(dir, "dangling.csv")
	if err := os.Symlink("nowhere", dangling); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(dir, "link.csv")
	if err := os.Symlink(write(t, filepath.Join(dir, "data.csv"), "x\n1\n"), link); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		pipe:        pipe + ": not a regular file: a named pipe [not-regular-file]\n\tfix: name a file that holds the table",
		dir:         dir + ": not a regular file: a folder [not-regular-file]\n\tfix: name a file that holds the table",
		dangling:    dangling + ": not a regular file: a link to a file that does not exist [not-regular-file]\n\tfix: name a file that holds the table",
		"/dev/zero": "/dev/zero: not a regular file: a device [not-regular-file]\n\tfix: name a file that holds the table",
		link:        "",
	} {
		_, err := ReadFile(path, data.Options{})
		got := ""
		if err != nil {
			got = err.Error()
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", path, diff)
		}
	}
}

func TestChanged(t *testing.T) {
	path := write(t, filepath.Join(t.TempDir(), "data.csv"), "x\n1\n")
	stamp := time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC)
	later := stamp.Add(time.Second)
	for _, tc := range []struct {
		name   string
		change func()
		want   string
	}{
		{"nothing", func() {}, ""},
		{"time", func() { os.Chtimes(path, later, later) }, `data.csv: the file changed while it was read [data-changed]
	before  4 bytes, written 2026-11-24 08:00:00
	after   4 bytes, written 2026-11-24 08:00:01
	read    4 bytes
	fix: train when nothing writes to it, or on a copy`},
		{"size", func() { write(t, path, "x\n1\n2\n"); os.Chtimes(path, stamp, stamp) }, `data.csv: the file changed while it was read [data-changed]
	before  4 bytes, written 2026-11-24 08:00:00
	after   6 bytes, written 2026-11-24 08:00:00
	read    6 bytes
	fix: train when nothing writes to it, or on a copy`},
	} {
		write(t, path, "x\n1\n")
		if err := os.Chtimes(path, stamp, stamp); err != nil {
			t.Fatal(err)
		}
		// The change comes between the first look at the file and its end.
		open := func(string) (*os.File, error) {
			tc.change()
			return os.Open(path)
		}
		stat := func(string) (fs.FileInfo, error) { return os.Stat(path) }
		_, err := readFile("data.csv", data.Options{}, files{stat, stat, open})
		got := ""
		if err != nil {
			got = err.Error()
		}
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.name, diff)
		}
	}
}

// A file that was longer only while it was read is noticed by what was read.
func TestChangedBetween(t *testing.T) {
	info, err := os.Stat(write(t, filepath.Join(t.TempDir(), "data.csv"), "x\n1\n"))
	if err != nil {
		t.Fatal(err)
	}
	if p := changed("data.csv", info, info, 4); p != nil {
		t.Errorf("refused: %v", p)
	}
	if p := changed("data.csv", info, info, 6); p == nil {
		t.Error("6 bytes of 4 were read, and nobody noticed")
	}
}

func FuzzCSV(f *testing.F) {
	for _, tc := range cellRefusals {
		f.Add([]byte(tc.text), byte(','), false)
		f.Add([]byte(tc.legal), byte(';'), true)
	}
	for _, tc := range fileRefusals {
		if len(tc.text) < 1000 && len(tc.legal) < 1000 {
			f.Add([]byte(tc.text), byte('\t'), false)
			f.Add([]byte(tc.legal), byte(','), false)
		}
	}
	f.Fuzz(func(t *testing.T, text []byte, sep byte, comma bool) {
		o := data.Options{Sep: rune(sep)}
		if comma {
			o.Decimal = ','
		}
		table, err := Read(strings.NewReader(string(text)), "f.csv", o)
		if err != nil {
			return
		}
		if table.Rows == 0 || len(table.Lines) != table.Rows || len(table.Columns) != len(table.Names) {
			t.Fatalf("%d rows, %d lines, %d columns, %d names", table.Rows, len(table.Lines), len(table.Columns), len(table.Names))
		}
		for _, c := range table.Columns {
			if max(len(c.Numbers), len(c.Codes)) != table.Rows || (c.Numbers == nil) == (c.Codes == nil) {
				t.Fatalf("column %q: %d numbers, %d codes", c.Name, len(c.Numbers), len(c.Codes))
			}
			for _, k := range c.Codes {
				if k < -1 || int(k) >= len(c.Levels) {
					t.Fatalf("column %q: code %d of %d levels", c.Name, k, len(c.Levels))
				}
			}
		}
		// What was read can be prepared or is refused; it does not panic.
		o.Target = table.Names[0]
		_, _ = data.Prepare(table, o)
	})
}
