package train

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/descent-ml/descent/internal/fsx/faultfs"
	"github.com/descent-ml/descent/internal/limits"
	"github.com/descent-ml/descent/loss"
	"github.com/descent-ml/descent/optim"
)

// disk tells that some bytes are free, and notes which path it was asked for.
type disk struct {
	free  int64
	err   error
	asked string
}

func (d *disk) Free(path string) (int64, error) {
	d.asked = path
	return d.free, d.err
}

// A run starts where the disk holds five checkpoints, and not with a byte less: then it
// is refused as the machine's fault, and no folder is made.
func TestDiskSpace(t *testing.T) {
	for _, named := range []bool{true, false} {
		folder := t.TempDir()
		j := smallJob()
		j.Epochs = 1
		j.Runs = filepath.Join(folder, "runs")
		want := j.Runs
		if named {
			j.RunDir = filepath.Join(folder, "mine")
			want = j.RunDir
		}
		p := prepare(t, j)
		need := 5 * p.trainer.checkpointBytes()
		d := &disk{free: need - 1}
		p.trainer.free = d.Free
		_, err := p.Train(context.Background())
		if ClassOf(err) != Machine || ClassOf(err).ExitCode() != 4 || !strings.Contains(err.Error(), "["+string(CodeDiskSpace)+"]") {
			t.Fatalf("with a byte too few: %v", err)
		}
		for _, text := range []string{"5 checkpoints", "needed", "free", "fix: free 1 B on this disk", "--run"} {
			if !strings.Contains(err.Error(), text) {
				t.Errorf("%q is missing in\n%v", text, err)
			}
		}
		if d.asked != want {
			t.Errorf("asked for the disk of %q, not of %q", d.asked, want)
		}
		if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
			t.Errorf("left behind: %v, %v", left, err)
		}
		d.free = need
		if _, err := p.Train(context.Background()); err != nil {
			t.Errorf("with just enough: %v", err)
		}
	}
}

// A disk that does not tell what is free is tried.
func TestDiskSpaceUnknown(t *testing.T) {
	j := smallJob()
	j.Epochs, j.Runs = 1, t.TempDir()
	p := prepare(t, j)
	p.trainer.free = (&disk{err: errors.ErrUnsupported}).Free
	if _, err := p.Train(context.Background()); err != nil {
		t.Error(err)
	}
}

// What a run holds already is not asked for again.
func TestDiskSpaceOfResume(t *testing.T) {
	fsys := interrupted(t)
	there, err := (&Run{fs: fsys}).checkpointsThere()
	if err != nil || there < 2 {
		t.Fatalf("%d checkpoints, %v", there, err)
	}
	before := fsys.String()
	p := prepare(t, stoppedJob())
	need := int64(5-there) * p.trainer.checkpointBytes()
	for _, free := range []int64{need - 1, need} {
		run, err := open(fsys, "runs/small-1")
		if err != nil {
			t.Fatal(err)
		}
		p.trainer.free = (&disk{free: free}).Free
		_, err = p.goOn(context.Background(), run)
		if free < need {
			if ClassOf(err) != Machine || fsys.String() != before {
				t.Errorf("with a byte too few: %v", err)
			}
			continue
		}
		if err != nil {
			t.Errorf("with just enough: %v", err)
		}
	}
}

// A run of a Go program is asked for as well.
func TestDiskSpaceOfFit(t *testing.T) {
	set := rows(40, 2, true, xor)
	c := Config{Objective: Supervised(classifier(2, 4), loss.Mean(loss.BCE)), Optimizer: optim.Adam{LR: 0.01}, Epochs: 1}
	tr, err := newTrainer(newTableRows(set, c), c)
	if err != nil {
		t.Fatal(err)
	}
	defer tr.close()
	for free, refused := range map[int64]bool{0: true, math.MaxInt64: false} {
		fsys := faultfs.New()
		run, err := create(fsys, "runs/own")
		if err != nil {
			t.Fatal(err)
		}
		tr.free = (&disk{free: free}).Free
		if err := tr.checkSpaceFor(run); (ClassOf(err) == Machine) != refused {
			t.Errorf("%d bytes free: %v", free, err)
		}
	}
}

// What a checkpoint is said to take is what it takes: no less, and little more.
func TestCheckpointBytes(t *testing.T) {
	fsys := interrupted(t)
	p := prepare(t, stoppedJob())
	entries, err := fsys.ReadDir(checkpoints)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		var bytes int64
		files, err := fsys.ReadDir(checkpoints + "/" + e.Name)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			bytes += int64(len(read(t, fsys, checkpoints+"/"+e.Name+"/"+f.Name)))
		}
		if said := p.trainer.checkpointBytes(); bytes > said || said > bytes+3*fileOverhead {
			t.Errorf("%s has %d bytes, said are %d", e.Name, bytes, said)
		}
	}
}

// A checkpoint that a full disk refuses is told of with what it needs and what there
// is; so is the last one, which ends the run.
func TestFullDiskIsToldOf(t *testing.T) {
	fsys := faultfs.New()
	j := smallJob()
	var notes []string
	j.Events = func(e Event) {
		if n, ok := e.(*Note); ok && n.Code == "checkpoint-failed" {
			notes = append(notes, n.Text)
		}
	}
	run, err := create(fsys, "runs/small-1")
	if err != nil {
		t.Fatal(err)
	}
	run.pause = 0
	p := prepare(t, j)
	p.trainer.free = (&disk{free: 1 << 20}).Free
	said := "it needs " + limits.Size(p.trainer.checkpointBytes()) + ", and 1.0 MiB are free"
	full := &calledBack{Context: context.Background(), left: 6, call: func() { fsys.Inject(faultfs.Fault{At: 1, Err: syscall.ENOSPC, Forever: true}) }}
	_, err = p.start(full, run)
	if ClassOf(err) != Machine || !strings.Contains(err.Error(), said) {
		t.Errorf("at the end: %v", err)
	}
	if len(notes) == 0 || !strings.Contains(notes[0], "training goes on") || !strings.Contains(notes[0], said) {
		t.Errorf("while it trained: %q", notes)
	}
}

// calledBack is a context that calls back once its error was asked for n times:
// training asks before each step.
type calledBack struct {
	context.Context
	left int
	call func()
}

func (c *calledBack) Err() error {
	if c.left--; c.left == 0 {
		c.call()
	}
	return nil
}
