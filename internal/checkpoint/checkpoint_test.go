package checkpoint_test

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/descent-ml/descent/internal/checkpoint"
	"github.com/descent-ml/descent/internal/fsx"
	"github.com/descent-ml/descent/internal/fsx/faultfs"
)

const dir = "checkpoints"

// state is the content of one file of a step: several blocks, different for each step.
func state(step int64, name string) string {
	return strings.Repeat(fmt.Sprintf("%s of step %d.", name, step), 800)
}

func save(fsys fsx.FS, step int64) error {
	var files []checkpoint.File
	for _, name := range []string{"weights", "moments"} {
		files = append(files, checkpoint.File{Name: name, Write: func(w io.Writer) error {
			_, err := io.WriteString(w, state(step, name))
			return err
		}})
	}
	return checkpoint.Save(fsys, dir, step, files, fmt.Appendf(nil, `{"epoch":%d}`, step))
}

func mustSave(t *testing.T, fsys fsx.FS, step int64) {
	t.Helper()
	if err := save(fsys, step); err != nil {
		t.Fatal(err)
	}
}

// newest returns the step of the newest checkpoint, 0 for none, after reading all of it.
func newest(fsys fsx.FS) (int64, error) {
	c, _, err := checkpoint.Newest(fsys, dir)
	if err != nil || c == nil {
		return 0, err
	}
	for _, f := range c.Files {
		content, err := fsx.ReadFile(fsys, c.Path+"/"+f.Name, 1<<20)
		if err != nil {
			return 0, err
		}
		if string(content) != state(c.Step, f.Name) {
			return 0, fmt.Errorf("%s/%s holds something else", c.Path, f.Name)
		}
	}
	return c.Step, nil
}

func TestSaveAndRead(t *testing.T) {
	real, err := fsx.OpenDir(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer real.Close()
	for name, fsys := range map[string]fsx.FS{"real": real, "memory": faultfs.New()} {
		t.Run(name, func(t *testing.T) {
			if c, skipped, err := checkpoint.Newest(fsys, dir); c != nil || skipped != nil || err != nil {
				t.Errorf("before the first: %v, %v, %v", c, skipped, err)
			}
			for step := int64(10); step <= 40; step += 10 {
				mustSave(t, fsys, step)
			}
			if err := checkpoint.Prune(fsys, dir, checkpoint.Name(40), checkpoint.Name(20)); err != nil {
				t.Fatal(err)
			}
			got, err := fsys.ReadDir(dir)
			want := []fsx.Entry{{Name: "step-000000020", Dir: true}, {Name: "step-000000040", Dir: true}}
			if err != nil || !cmp.Equal(got, want) {
				t.Errorf("after pruning: %v, %v", got, err)
			}
			c, _, err := checkpoint.Newest(fsys, dir)
			if err != nil {
				t.Fatal(err)
			}
			if c.Step != 40 || len(c.Files) != 2 || !strings.Contains(string(c.Fields), `"epoch": 40`) {
				t.Errorf("newest: %+v", c)
			}
			if step, err := newest(fsys); step != 40 || err != nil {
				t.Errorf("newest: %d, %v", step, err)
			}
		})
	}
}

func TestPruneLeavesOne(t *testing.T) {
	disk := faultfs.New()
	mustSave(t, disk, 1)
	mustSave(t, disk, 2)
	if err := checkpoint.Prune(disk, dir, "step-000000003"); err == nil {
		t.Error("all checkpoints were removed without a word")
	}
	if step, err := newest(disk); step != 2 || err != nil {
		t.Errorf("newest: %d, %v", step, err)
	}
}

func TestSaveAgain(t *testing.T) {
	disk := faultfs.New()
	mustSave(t, disk, 1)
	if err := save(disk, 1); err != nil {
		t.Errorf("the same checkpoint again: %v", err)
	}
	if err := checkpoint.Save(disk, dir, 1, nil, nil); !errors.Is(err, fs.ErrExist) {
		t.Errorf("another content for the step: %v", err)
	}
	if step, err := newest(disk); step != 1 || err != nil {
		t.Errorf("newest: %d, %v", step, err)
	}
	for _, tear := range []string{"manifest.json", "weights"} {
		if err := disk.Remove(dir + "/step-000000001/" + tear); err != nil {
			t.Fatal(err)
		}
		mustSave(t, disk, 1)
		if step, err := newest(disk); step != 1 || err != nil {
			t.Errorf("newest after a torn one was replaced: %d, %v", step, err)
		}
	}
	entries, err := disk.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("left behind: %v, %v", entries, err)
	}
}

func TestSaveRefuses(t *testing.T) {
	file := func(name string) checkpoint.File {
		return checkpoint.File{Name: name, Write: func(io.Writer) error { return nil }}
	}
	for _, tc := range []struct {
		name   string
		step   int64
		files  []checkpoint.File
		fields string
		want   string
	}{
		{"negative step", -1, nil, "", "negative"},
		{"no JSON", 1, nil, "{", "not JSON"},
		{"equal keys", 1, nil, `{"a":1,"a":2}`, "a second time"},
		{"too deep", 1, nil, strings.Repeat("[", 101) + strings.Repeat("]", 101), "nested"},
		{"slash", 1, []checkpoint.File{file("a/b")}, "", `"a/b"`},
		{"parent", 1, []checkpoint.File{file("..")}, "", `".."`},
		{"manifest", 1, []checkpoint.File{file("manifest.json")}, "", "manifest.json"},
		{"twice", 1, []checkpoint.File{file("a"), file("a")}, "", `"a" is out of order`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			disk := faultfs.New()
			var fields []byte
			if tc.fields != "" {
				fields = []byte(tc.fields)
			}
			err := checkpoint.Save(disk, dir, tc.step, tc.files, fields)
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error %v, want %q", err, tc.want)
			}
			if got := disk.String(); got != "" {
				t.Errorf("left behind: %s", got)
			}
		})
	}
}

// train saves steps 1 to 5 and keeps the last two and the first, as a run does.
// It returns the last step whose Save succeeded.
func train(fsys fsx.FS) (saved int64, err error) {
	if err := checkpoint.Clean(fsys, dir); err != nil {
		return 0, err
	}
	for step := int64(1); step <= 5; step++ {
		if err := save(fsys, step); err != nil {
			return saved, err
		}
		saved = step
		if err := checkpoint.Prune(fsys, dir, checkpoint.Name(step), checkpoint.Name(step-1), checkpoint.Name(1)); err != nil {
			return saved, err
		}
	}
	return saved, nil
}

func TestEveryCrashPoint(t *testing.T) {
	crashes := 0
	for k := 1; ; k++ {
		disk := faultfs.New()
		disk.Inject(faultfs.Fault{At: k, Err: faultfs.ErrKilled, Forever: true})
		saved, err := train(disk)
		ops := disk.Ops()
		for _, percent := range []int{0, 50, 100} {
			for seed := range uint64(4) {
				crashes++
				where := fmt.Sprintf("killed at operation %d (%s), %d %% kept, seed %d", k, ops[len(ops)-1], percent, seed)
				after := disk.Crash(seed, percent)
				got, err := newest(after)
				if none := (*checkpoint.NoneError)(nil); saved == 0 && errors.As(err, &none) {
					err = nil // the first of all, torn
				}
				if err != nil || got < saved || got > saved+1 {
					t.Fatalf("%s: newest is %d, %v, but %d was saved\n%s", where, got, err, saved, after)
				}
				if _, err := train(after); err != nil {
					t.Fatalf("%s: training again: %v\n%s", where, err, after)
				}
				if got, err := newest(after); got != 5 || err != nil {
					t.Fatalf("%s: training again ends at %d, %v", where, got, err)
				}
			}
		}
		if err == nil {
			break
		}
	}
	t.Logf("%d crashes", crashes)
	if crashes < 500 {
		t.Errorf("only %d crashes tried", crashes)
	}
}

func TestEveryOperationFails(t *testing.T) {
	for _, reason := range []error{syscall.EIO, syscall.ENOSPC, syscall.EDQUOT, syscall.EACCES} {
		for _, mode := range []faultfs.Fault{{}, {Short: true}, {Forever: true}} {
			fault := mode
			fault.Err = reason
			for k := 1; ; k++ {
				disk := faultfs.New()
				mustSave(t, disk, 1)
				fault.At = k
				disk.Inject(fault)
				err := save(disk, 2)
				ops := disk.Ops()
				disk.Inject(faultfs.Fault{})
				if len(ops) < k {
					if err != nil {
						t.Fatal(err)
					}
					break
				}
				var where *fs.PathError
				if err != nil && (!errors.As(err, &where) || !errors.Is(err, reason) || where.Op+" "+where.Path != ops[k-1]) {
					t.Errorf("operation %d (%s): error %q does not name it", k, ops[k-1], err)
				}
				if got, bad := newest(disk.Crash(1, 0)); bad != nil || got < 1 || err == nil && got != 2 {
					t.Errorf("operation %d (%s) failed: newest is %d, %v", k, ops[k-1], got, bad)
				}
				mustSave(t, disk, 2)
			}
		}
	}
}

// Any change of any file of the newest checkpoint is noticed.
func TestEveryByteCounts(t *testing.T) {
	disk := faultfs.New()
	mustSave(t, disk, 1)
	mustSave(t, disk, 2)
	for _, name := range []string{"manifest.json", "weights"} {
		path := dir + "/step-000000002/" + name
		whole, err := fsx.ReadFile(disk, path, 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		stride := 1 + len(whole)/400
		for at := 0; at < len(whole); at += stride {
			flipped := []byte(string(whole))
			flipped[at] ^= 1 << (at % 8)
			for what, content := range map[string][]byte{"flipped": flipped, "cut": whole[:at]} {
				write(t, disk, path, content)
				c, skipped, err := checkpoint.Newest(disk, dir)
				if err != nil || c.Step != 1 || len(skipped) != 1 || skipped[0].Path != dir+"/step-000000002" {
					t.Fatalf("%s %s at byte %d: %v, %v, %v", name, what, at, c, skipped, err)
				}
			}
		}
		write(t, disk, path, whole)
	}
}

func write(t *testing.T, fsys fsx.FS, name string, content []byte) {
	t.Helper()
	err := fsx.WriteFile(fsys, name, func(w io.Writer) error { _, err := w.Write(content); return err })
	if err != nil {
		t.Fatal(err)
	}
}

func TestNoneIsWhole(t *testing.T) {
	disk := faultfs.New()
	for step := int64(1); step <= 2; step++ {
		mustSave(t, disk, step)
		write(t, disk, dir+"/"+checkpoint.Name(step)+"/weights", []byte("torn"))
	}
	_, _, err := checkpoint.Newest(disk, dir)
	const want = `checkpoints: none of 2 checkpoints is whole
	checkpoints/step-000000002: weights: 4 bytes, want 14400
	checkpoints/step-000000001: weights: 4 bytes, want 14400
	Nothing was deleted.`
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestNewerVersionIsNamed(t *testing.T) {
	disk := faultfs.New()
	mustSave(t, disk, 1)
	path := dir + "/step-000000001/manifest.json"
	whole, err := fsx.ReadFile(disk, path, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	write(t, disk, path, []byte(strings.Replace(string(whole), `"version": 1`, `"version": 2`, 1)))
	if _, _, err := checkpoint.Newest(disk, dir); err == nil || !strings.Contains(err.Error(), "format version 2; this program reads versions 1 to 1") {
		t.Errorf("error %v", err)
	}
}

func TestCleanLeavesTheRest(t *testing.T) {
	disk := faultfs.New()
	if err := checkpoint.Clean(disk, dir); err != nil {
		t.Errorf("before there is a folder: %v", err)
	}
	mustSave(t, disk, 1)
	for _, name := range []string{".tmp-2-77", "step-2", "step-0000000003", "notes"} {
		if err := disk.Mkdir(dir + "/" + name); err != nil {
			t.Fatal(err)
		}
		write(t, disk, dir+"/"+name+"/x", []byte("x"))
	}
	if err := checkpoint.Clean(disk, dir); err != nil {
		t.Fatal(err)
	}
	if step, err := newest(disk); step != 1 || err != nil {
		t.Errorf("a folder of another name was taken for a checkpoint: %d, %v", step, err)
	}
	entries, err := disk.ReadDir(dir)
	if err != nil || len(entries) != 4 {
		t.Errorf("left: %v, %v", entries, err)
	}
}

func FuzzManifest(f *testing.F) {
	disk := faultfs.New()
	if err := save(disk, 1); err != nil {
		f.Fatal(err)
	}
	path := dir + "/step-000000001/manifest.json"
	whole, err := fsx.ReadFile(disk, path, 1<<20)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(whole))
	f.Add(`{"version":1}`)
	f.Add(`{"version":1,"step":1,"files":[{"name":"../../etc/passwd"}],"fields":null,"sha256":""}`)
	f.Fuzz(func(t *testing.T, text string) {
		write(t, disk, path, []byte(text))
		if _, _, err := checkpoint.Newest(disk, dir); err == nil && text != string(whole) {
			t.Errorf("a manifest that nobody wrote was accepted: %q", text)
		}
	})
}
