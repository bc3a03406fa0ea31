package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "rewrite the texts that scripts compare with")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"descent": main, "stubborn": stubborn})
}

// stubborn is a program that a signal asks to stop, and that takes its time.
func stubborn() {
	ctx, stop := untilSignal(context.Background())
	defer stop()
	fmt.Println("ready")
	<-ctx.Done()
	fmt.Println("stopping by", context.Cause(ctx))
	time.Sleep(time.Minute)
}

// TestScripts runs the scripts below testdata/script, each in a folder of its own
// with the table and the recipes of testdata/common.
func TestScripts(t *testing.T) {
	kinds, err := filepath.Abs(filepath.Join("..", "..", "data", "image", "testdata", "kinds")) // images of many kinds
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:           filepath.Join("testdata", "script"),
		UpdateScripts: *update,
		Setup: func(env *testscript.Env) error {
			env.Setenv("GOMAXPROCS", "2")
			env.Setenv("KINDS", kinds)
			return os.CopyFS(env.WorkDir, os.DirFS(filepath.Join("testdata", "common")))
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"status": status, "plain": plain, "imageset": imageSet, "picture": picture, "spoil": spoil},
	})
}

// status runs a program that must end with an exact code: status CODE PROGRAM ARGS...
func status(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status CODE PROGRAM ARGS...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d\n%s", got, want, ts.ReadFile("stderr"))
	}
}

// unsteady are the parts of a text that differ from run to run, and from one set
// of kernels to another, with what plain writes for them.
var unsteady = []struct{ is, becomes string }{
	{`\d\d:\d\d:\d\d`, "HH:MM:SS"},
	{`\d+-\d\d-\d\d \d\d:\d\d`, "YYYY-MM-DD HH:MM"},
	{`\b\d+(\.\d+)? (ms|s|min|h)\b`, "TIME"},
	{`\b\d+(\.\d+)? (B|kB|MB)\b`, "SIZE"},
	{`-?\d+(\.\d+)?e-?\d+`, "0e0"},
	{`\d+\.\d{5,}`, "FLOAT"},
	{`\bgo1\.[\w.]+, \w+/\w+`, "GO, OS/ARCH"},
	{`(kernels +)(avx2|noasm)`, "${1}KERNELS"},
}

var decimal = regexp.MustCompile(`\d+\.\d+`)
var digit = regexp.MustCompile(`\d`)

// plain writes a file, or the last output, with what is unsteady made equal, and
// the digits of decimals as zeros: plain stdout OUT.
func plain(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: plain FILE OUT")
	}
	text := ts.ReadFile(args[0])
	for _, u := range unsteady {
		text = regexp.MustCompile(u.is).ReplaceAllString(text, u.becomes)
	}
	text = decimal.ReplaceAllStringFunc(text, func(s string) string { return digit.ReplaceAllString(s, "0") })
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(text), 0o666))
}
