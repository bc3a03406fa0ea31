//go:build unix

package main

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// slowRecipe trains for a few seconds, far longer than the tests below wait.
const slowRecipe = `data = table("customers.csv", target = "churn", positive = "Yes", drop = ["spent", "plan"])
train(data, mlp(hidden = [8]), epochs = EPOCHS, early_stop = None)
`

// workFolder returns a folder with the table and a recipe of that many epochs.
func workFolder(t *testing.T, epochs string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("testdata", "common"))); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "slow.py"), strings.ReplaceAll(slowRecipe, "EPOCHS", epochs))
	return dir
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// process is a descent under way, with its stderr line by line.
type process struct {
	*exec.Cmd
	lines *bufio.Reader
	seen  bytes.Buffer
}

func start(t *testing.T, dir string, args ...string) *process {
	t.Helper()
	p := &process{Cmd: exec.Command("descent", args...)}
	p.Dir = dir
	stderr, err := p.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.lines = bufio.NewReader(stderr)
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Process.Kill() })
	return p
}

// await reads stderr up to a line that holds text.
func (p *process) await(t *testing.T, text string) {
	t.Helper()
	for {
		line, err := p.lines.ReadString('\n')
		p.seen.WriteString(line)
		if strings.Contains(line, text) {
			return
		}
		if err != nil {
			t.Fatalf("no line with %q:\n%s", text, &p.seen)
		}
	}
}

// code reads the rest of stderr and returns the exit code; that of a process which
// a signal ended is 128 more than the signal, as shells have it.
func (p *process) code(t *testing.T) int {
	t.Helper()
	io.Copy(&p.seen, p.lines)
	err := p.Wait()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0
	case !errors.As(err, &exit):
		t.Fatal(err)
	}
	if status := exit.Sys().(syscall.WaitStatus); status.Signaled() {
		return 128 + int(status.Signal())
	}
	return exit.ExitCode()
}

// TestSignalStopsResumably: one signal ends training after the current step, with
// the command that goes on; that ends with the files of an undisturbed run.
func TestSignalStopsResumably(t *testing.T) {
	whole := workFolder(t, "1500")
	if p := start(t, whole, "train", "slow.py", "-q"); p.code(t) != 0 {
		t.Fatalf("undisturbed run: %s", &p.seen)
	}
	for _, s := range []struct {
		signal syscall.Signal
		name   string
		code   int
	}{{syscall.SIGINT, "SIGINT", 130}, {syscall.SIGTERM, "SIGTERM", 143}, {syscall.SIGHUP, "SIGHUP", 129}} {
		t.Run(s.name, func(t *testing.T) {
			if signal.Ignored(s.signal) {
				t.Skipf("%s is ignored here, as under nohup, and what is started here inherits that", s.name)
			}
			dir := workFolder(t, "1500")
			p := start(t, dir, "train", "slow.py")
			p.await(t, "epoch=3 ")
			p.Process.Signal(s.signal)
			if got := p.code(t); got != s.code {
				t.Fatalf("exit code %d, want %d:\n%s", got, s.code, &p.seen)
			}
			last := lastLine(p.seen.String())
			if !strings.Contains(last, "stopped after step ") || !strings.HasSuffix(last, s.name+` next="descent resume runs/slow-1"`) {
				t.Errorf("last line: %s", last)
			}
			if p := start(t, dir, "resume", "runs/slow-1", "-q"); p.code(t) != 0 {
				t.Fatalf("resume: %s", &p.seen)
			}
			for _, name := range []string{"model.safetensors", "metrics.jsonl"} {
				a, b := read(t, whole, "runs/slow-1", name), read(t, dir, "runs/slow-1", name)
				if !bytes.Equal(a, b) {
					t.Errorf("%s differs from that of a run that was not stopped", name)
				}
			}
			log := string(read(t, dir, "runs/slow-1/log.txt"))
			if !strings.Contains(log, " stopped after step ") || !strings.Contains(log, " resumed step=") || !strings.Contains(log, " done ") {
				t.Errorf("log.txt does not tell of both processes:\n%s", log)
			}
		})
	}
}

func read(t *testing.T, path ...string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func lastLine(text string) string {
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	return lines[len(lines)-1]
}

// TestKilled: a run that was killed without warning goes on as well.
func TestKilled(t *testing.T) {
	dir := workFolder(t, "1500")
	p := start(t, dir, "train", "slow.py")
	p.await(t, "epoch=3 ")
	p.Process.Kill()
	if got := p.code(t); got != 137 {
		t.Fatalf("exit code %d", got)
	}
	if p := start(t, dir, "predict", "runs/slow-1", "customers.csv"); p.code(t) != 2 || !strings.Contains(p.seen.String(), "no model yet: it is running") {
		t.Errorf("predict from an unfinished run: %s", &p.seen)
	}
	if p := start(t, dir, "resume", "runs/slow-1", "-q"); p.code(t) != 0 {
		t.Fatalf("resume: %s", &p.seen)
	}
}

// TestResumeFindsData: a run that was started with --data goes on with that table,
// or with a copy of it that --data names; with another table it is refused.
func TestResumeFindsData(t *testing.T) {
	dir := workFolder(t, "1500")
	table := read(t, dir, "customers.csv")
	write(t, filepath.Join(dir, "other.csv"), string(table))
	p := start(t, dir, "train", "slow.py", "--data", "other.csv")
	p.await(t, "epoch=3 ")
	p.Process.Signal(syscall.SIGINT)
	p.code(t)
	write(t, filepath.Join(dir, "customers.csv"), string(table[:len(table)/2])+"\n")
	if p := start(t, dir, "resume", "runs/slow-1", "--data", "plan.py"); p.code(t) != 1 {
		t.Errorf("resume with a file that is no table: %s", &p.seen)
	}
	changed := bytes.Replace(table, []byte("north"), []byte("south"), 1)
	write(t, filepath.Join(dir, "changed.csv"), string(changed))
	if p := start(t, dir, "resume", "runs/slow-1", "--data", "changed.csv"); p.code(t) != 1 || !strings.Contains(p.seen.String(), "[run-changed]") {
		t.Errorf("resume with another table: %s", &p.seen)
	}
	if err := os.Rename(filepath.Join(dir, "other.csv"), filepath.Join(dir, "moved.csv")); err != nil {
		t.Fatal(err)
	}
	if p := start(t, dir, "resume", "runs/slow-1"); p.code(t) != 2 || !strings.Contains(p.seen.String(), "other.csv") {
		t.Errorf("resume without its table: %s", &p.seen)
	}
	if p := start(t, dir, "resume", "runs/slow-1", "--data", "moved.csv", "-q"); p.code(t) != 0 {
		t.Errorf("resume with a moved table: %s", &p.seen)
	}
}

// TestLocked: a second process does not write to a run, and says who does.
func TestLocked(t *testing.T) {
	dir := workFolder(t, "1000000")
	p := start(t, dir, "train", "slow.py")
	p.await(t, "epoch=3 ")
	second := start(t, dir, "resume", "runs/slow-1")
	if got := second.code(t); got != 4 {
		t.Errorf("exit code %d, want 4", got)
	}
	if text := second.seen.String(); !strings.Contains(text, "held by pid ") || !strings.Contains(text, "[machine]") {
		t.Errorf("stderr: %s", text)
	}
	p.Process.Signal(syscall.SIGINT)
	if got := p.code(t); got != 130 {
		t.Errorf("the first process ends with %d", got)
	}
}

// TestSecondSignal: the second signal ends the process at once, whatever it is at.
func TestSecondSignal(t *testing.T) {
	p := &process{Cmd: exec.Command("stubborn")}
	out, err := p.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	p.lines = bufio.NewReader(out)
	p.await(t, "ready")
	p.Process.Signal(syscall.SIGINT)
	p.await(t, "stopping by SIGINT")
	p.Process.Signal(syscall.SIGTERM)
	if got := p.code(t); got != 143 {
		t.Errorf("exit code %d, want 143", got)
	}
}

// TestClosedPipes: training goes on when nobody reads its output any more.
func TestClosedPipes(t *testing.T) {
	dir := workFolder(t, "300")
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	r.Close() // as head does when it has had enough
	p := exec.Command("descent", "train", "slow.py")
	p.Dir, p.Stdout, p.Stderr = dir, w, w
	if err := p.Run(); err != nil {
		t.Fatalf("%v", err)
	}
	w.Close()
	if log := string(read(t, dir, "runs/slow-1/log.txt")); !strings.Contains(log, " done epochs=300 ") {
		t.Errorf("log.txt: ...%s", lastLine(log))
	}
}
