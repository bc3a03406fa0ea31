//go:build unix

package fsx_test

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/descent-ml/descent/internal/fsx"
)

func TestOpenRefusesPipe(t *testing.T) {
	path := t.TempDir()
	if err := syscall.Mkfifo(filepath.Join(path, "pipe"), 0o600); err != nil {
		t.Skip("no pipes here:", err)
	}
	dir, err := fsx.OpenDir(path)
	if err != nil {
		t.Fatal(err)
	}
	defer dir.Close()
	if _, err := dir.Open("pipe"); !errors.Is(err, fsx.ErrNotRegular) {
		t.Errorf("error %v", err)
	}
}

// A file-size limit is a full disk that needs no privileges. The test runs
// itself with the limit set by a shell.
func TestWriteFileAtomicFullDisk(t *testing.T) {
	if dir := os.Getenv("FSX_TEST_FULL"); dir != "" {
		fillDisk(t, dir)
		return
	}
	dir := t.TempDir()
	if err := os.WriteFile(dir+"/model", []byte(older), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := runLimited(t, "TestWriteFileAtomicFullDisk", "FSX_TEST_FULL="+dir)
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	got, err := os.ReadFile(dir + "/model")
	if err != nil || string(got) != older {
		t.Errorf("the old file is %d bytes, %v", len(got), err)
	}
	if list, err := os.ReadDir(dir); err != nil || len(list) != 1 {
		t.Errorf("left behind: %v, %v", list, err)
	}
}

func fillDisk(t *testing.T, path string) {
	dir, err := fsx.OpenDir(path)
	if err != nil {
		t.Fatal(err)
	}
	defer dir.Close()
	err = fsx.WriteFileAtomic(dir, "model", writeNewer)
	var where *fs.PathError
	if !errors.As(err, &where) || where.Op != "write" || !strings.HasPrefix(where.Path, path) || !errors.Is(err, syscall.EFBIG) {
		t.Errorf("error %v", err)
	}
}

// runLimited runs one test of this binary with files limited to 32 KiB.
func runLimited(t *testing.T, test, env string) ([]byte, error) {
	t.Helper()
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("no shell to set a file-size limit with")
	}
	child := exec.Command(shell, "-c", `ulimit -f 64 && exec "$0" -test.run="^$1$"`, os.Args[0], test)
	child.Env = append(os.Environ(), env)
	return child.CombinedOutput()
}
