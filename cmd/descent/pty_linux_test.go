package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"unicode/utf8"

	"golang.org/x/sys/unix"
)

// terminal returns both ends of a pseudo terminal of 80 columns.
func terminal(t *testing.T) (here, there *os.File) {
	t.Helper()
	here, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skip("no pseudo terminals here: ", err)
	}
	t.Cleanup(func() { here.Close() })
	if err := unix.IoctlSetPointerInt(int(here.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(int(here.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	there, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.IoctlSetWinsize(int(there.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 40, Col: 80}); err != nil {
		t.Fatal(err)
	}
	return here, there
}

// onTerminal runs descent with all streams on a terminal and returns what it wrote there.
func onTerminal(t *testing.T, dir string, env []string, args ...string) string {
	t.Helper()
	here, there := terminal(t)
	p := exec.Command("descent", args...)
	p.Dir, p.Stdin, p.Stdout, p.Stderr = dir, there, there, there
	p.Env = append(append(os.Environ(), "LC_ALL=", "LC_CTYPE=", "NO_COLOR=", "COLUMNS=", "LANG=C.UTF-8", "TERM=xterm"), env...)
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	there.Close()
	written, _ := io.ReadAll(here) // ends with an error: the other end is closed
	if err := p.Wait(); err != nil && !strings.HasPrefix(args[0], "check") {
		t.Errorf("%v", err)
	}
	return strings.ReplaceAll(string(written), "\r\n", "\n")
}

var (
	escape = regexp.MustCompile(`\x1b\[[0-9;]*[A-Za-z]`)
	colour = regexp.MustCompile(`\x1b\[[0-9;]*m`)
	moving = regexp.MustCompile(`\x1b\[[0-9;]*[A-Z]`)
	erased = regexp.MustCompile(`[^\n]*\n\x1b\[1A\x1b\[J`) // a line that is drawn anew, or taken away
)

// TestTerminal: the whole of a training as a person sees it.
func TestTerminal(t *testing.T) {
	dir := workFolder(t, "1500")
	for _, test := range []struct {
		name                   string
		env                    []string
		colours, moves, beyond bool // beyond ASCII
	}{
		{"xterm", nil, true, true, true},
		{"no colour", []string{"NO_COLOR=1"}, false, true, true},
		{"dumb", []string{"TERM=dumb"}, false, false, false},
		{"ASCII", []string{"LANG=C"}, true, true, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			text := onTerminal(t, dir, test.env, "train", "slow.py")
			for _, want := range []string{"data    customers.csv", "model   mlp", "loss    bce", "train   adam", "epoch ", "\n 1500 ", "result  on 60 test rows", "saved   runs/", "next    descent predict"} {
				if !strings.Contains(escape.ReplaceAllString(text, ""), want) {
					t.Errorf("no %q", want)
				}
			}
			check := func(what string, got, want bool) {
				if got != want {
					t.Errorf("%s: %t, want %t", what, got, want)
				}
			}
			check("colours", colour.MatchString(text), test.colours)
			check("cursor moves", moving.MatchString(text), test.moves)
			check("beyond ASCII", strings.ContainsFunc(text, func(r rune) bool { return r >= utf8.RuneSelf }), test.beyond)
			check("a bar", strings.Contains(text, " left\n"), test.moves)
			for _, line := range strings.Split(escape.ReplaceAllString(text, ""), "\n") {
				if n := utf8.RuneCountInString(line); n > maxWidth {
					t.Errorf("%d columns: %s", n, line)
				}
			}
			if left := erased.ReplaceAllString(text, ""); strings.Contains(left, " left\n") {
				t.Error("a bar stays")
			}
			if t.Failed() {
				t.Logf("%q", text[max(0, len(text)-4000):])
			}
		})
	}
}

// TestQuotedLine: on a terminal a refusal shows its line with the words in
// question underlined; elsewhere it does not.
func TestQuotedLine(t *testing.T) {
	dir := workFolder(t, "3")
	write(t, dir+"/wrong.py", "data = table(\"customers.csv\", tarjet = \"churn\")\ntrain(data, mlp())\n")
	text := escape.ReplaceAllString(onTerminal(t, dir, nil, "check", "wrong.py"), "")
	want := `wrong.py:1:31: table has no keyword "tarjet" [unknown-word]
	1 | data = table("customers.csv", tarjet = "churn")
	  |                               ^~~~~~
`
	if !strings.HasPrefix(text, want) {
		t.Errorf("got\n%s\nwant\n%s", text, want)
	}
	out, _ := exec.Command("sh", "-c", "cd "+dir+" && descent check wrong.py 2>&1").Output()
	if strings.Contains(string(out), "^") || !strings.Contains(string(out), "tarjet") {
		t.Errorf("not on a terminal:\n%s", out)
	}
}
