package train

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/descent-ml/descent/export/safetensors"
	"github.com/descent-ml/descent/internal/checkpoint"
	"github.com/descent-ml/descent/internal/fsx"
	"github.com/descent-ml/descent/internal/fsx/faultfs"
	"github.com/descent-ml/descent/optim"
)

// stopped is a job and the step after which it is interrupted: in the middle of
// an epoch after its best one, so that every field of its checkpoint has
// something to say. The learning rate is so high that some seed has such an epoch.
var stopped = sync.OnceValues(func() (seed uint64, step int) {
	for seed = 1; seed < 100; seed++ {
		j := jobOfSeed(seed)
		best := 0
		j.Events = func(e Event) {
			if e, ok := e.(*Done); ok {
				best = e.Best
			}
		}
		p, err := j.Prepare()
		if err != nil {
			panic(err)
		}
		_, err = p.trainer.fit(context.Background())
		p.Close()
		if err != nil {
			panic(err)
		}
		if 3 <= best && best < j.Epochs-1 {
			return seed, 4*best + 2
		}
	}
	panic("no seed has its best epoch in the middle")
})

func jobOfSeed(seed uint64) *Job {
	j := smallJob()
	j.Epochs, j.EarlyStop, j.Optimizer, j.Seed = 7, &EarlyStop{Patience: 7}, optim.Adam{LR: 0.3}, seed
	return j
}

func stoppedJob() *Job {
	seed, _ := stopped()
	return jobOfSeed(seed)
}

// A stop is a job and the number of steps after which it is interrupted.
type stop struct {
	job  func() *Job
	step int
}

// afterBest stops in the epoch after the best one.
func afterBest() stop {
	_, step := stopped()
	return stop{stoppedJob, step}
}

// whileImproving stops where better epochs are still to come.
func whileImproving() stop { return stop{smallJob, 6} }

func (s stop) interrupted(t *testing.T) *faultfs.FS {
	t.Helper()
	disk := faultfs.New()
	if _, err := trainIn(t, cancelAfter(s.step), disk, s.job()); ClassOf(err) != Interrupted {
		t.Fatal(err)
	}
	return disk
}

func interrupted(t *testing.T) *faultfs.FS {
	t.Helper()
	return afterBest().interrupted(t)
}

// rewritten returns the run with another content of its newest checkpoint, which
// verifies.
func (s stop) rewritten(t *testing.T, changeFields func(*saved), change func(name string, tensors []safetensors.Tensor)) *faultfs.FS {
	t.Helper()
	disk := s.interrupted(t)
	old, _, err := checkpoint.Newest(disk, checkpoints)
	if err != nil {
		t.Fatal(err)
	}
	var held saved
	if err := json.Unmarshal(old.Fields, &held); err != nil {
		t.Fatal(err)
	}
	changeFields(&held)
	fields, err := json.Marshal(held)
	if err != nil {
		t.Fatal(err)
	}
	var files []checkpoint.File
	for _, f := range old.Files {
		tensors := loadTensors(t, disk, old.Path+"/"+f.Name)
		change(f.Name, tensors)
		files = append(files, checkpoint.File{Name: f.Name, Write: func(w io.Writer) error { return safetensors.Write(w, tensors, nil) }})
	}
	if err := disk.RemoveAll(checkpoints); err != nil {
		t.Fatal(err)
	}
	if err := checkpoint.Save(disk, checkpoints, old.Step, files, fields); err != nil {
		t.Fatal(err)
	}
	return disk
}

func loadTensors(t *testing.T, fsys fsx.FS, name string) []safetensors.Tensor {
	t.Helper()
	text := []byte(read(t, fsys, name))
	file, err := safetensors.Read(bytes.NewReader(text), int64(len(text)))
	if err != nil {
		t.Fatal(err)
	}
	var tensors []safetensors.Tensor
	for _, info := range file.Tensors {
		tensor, err := file.Load(info.Name)
		if err != nil {
			t.Fatal(err)
		}
		tensors = append(tensors, tensor)
	}
	return tensors
}

// outcome resumes the run and tells how that ends: by an error, with a note that
// the bits differ, or with the text of the files that matter.
func (s stop) outcome(t *testing.T, disk *faultfs.FS) string {
	t.Helper()
	var notes []string
	j := s.job()
	j.Events = func(e Event) {
		if n, ok := e.(*Note); ok {
			notes = append(notes, n.Code)
		}
	}
	if _, err := resumeIn(t, context.Background(), disk, j); err != nil {
		return err.Error()
	}
	lines := strings.Count(read(t, disk, timingFile), "\n")
	return fmt.Sprint(notes, lines, read(t, disk, metricsFile), read(t, disk, weightsFile))
}

// zeroed sets each field of what a checkpoint holds beside its files to nothing.
var zeroed = map[string]func(s *saved){
	"version":    func(s *saved) { s.Version = 0 },
	"step":       func(s *saved) { s.Progress.Step = 0 },
	"epoch":      func(s *saved) { s.Progress.Epoch = 0 },
	"row":        func(s *saved) { s.Progress.Row = 0 },
	"sums":       func(s *saved) { clear(s.Progress.Sums) },
	"no sums":    func(s *saved) { s.Progress.Sums = nil },
	"best":       func(s *saved) { s.Progress.Best = nil },
	"best.epoch": func(s *saved) { s.Progress.Best.Epoch = 0 },
	"best.step":  func(s *saved) { s.Progress.Best.Step = 0 },
	"best.value": func(s *saved) { s.Progress.Best.Value = 0 },
	"seed":       func(s *saved) { s.Seed = 0 },
	"batch":      func(s *saved) { s.Batch = 0 },
	"data":       func(s *saved) { s.Data = "" },
	"metrics":    func(s *saved) { s.Metrics = fsx.Mark{} },
	"timing":     func(s *saved) { s.Timing = fsx.Mark{} },
	"descent":    func(s *saved) { s.Descent = "" },
	"kernels":    func(s *saved) { s.Kernels = "" },
}

// Every field of a checkpoint decides something: with any of them zeroed, resume
// refuses, says so, or ends differently.
func TestEveryFieldCounts(t *testing.T) {
	at := afterBest()
	want := at.outcome(t, at.interrupted(t))
	if same := at.outcome(t, at.rewritten(t, sameFields, sameTensors)); same != want {
		t.Fatalf("rewriting a checkpoint as it is changes the outcome:\n%.200q\n%.200q", same, want)
	}
	improving := whileImproving()
	wantImproving := improving.outcome(t, improving.interrupted(t))
	for name, zero := range zeroed {
		if at.outcome(t, at.rewritten(t, zero, sameTensors)) == want && improving.outcome(t, improving.rewritten(t, zero, sameTensors)) == wantImproving {
			t.Errorf("field %s: zeroed, and nothing changes", name)
		}
	}
	disk := at.interrupted(t)
	c, _, err := checkpoint.Newest(disk, checkpoints)
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for _, f := range c.Files {
		for _, tensor := range loadTensors(t, disk, c.Path+"/"+f.Name) {
			if !slices.ContainsFunc(tensor.F32, func(v float32) bool { return v != 0 }) {
				continue
			}
			count++
			got := at.outcome(t, at.rewritten(t, sameFields, func(name string, tensors []safetensors.Tensor) {
				for _, other := range tensors {
					if name == f.Name && other.Name == tensor.Name {
						clear(other.F32)
					}
				}
			}))
			if got == want {
				t.Errorf("%s %s: zeroed, and nothing changes", f.Name, tensor.Name)
			}
		}
	}
	if count != 16 { // weights and bias of two layers, each with two moments, and the best of each
		t.Errorf("%d tensors", count)
	}
}

func sameFields(*saved) {}

func sameTensors(string, []safetensors.Tensor) {}

// A log that cannot be made durable is not one that a checkpoint may count on.
func TestNoCheckpointWithoutItsLog(t *testing.T) {
	disk := faultfs.New()
	run, err := create(disk, "run")
	if err != nil {
		t.Fatal(err)
	}
	p := prepare(t, smallJob())
	p.trainer.config.Run = run
	p.trainer.events = newEventQueue(nil)
	if err := run.openLogs(fsx.Mark{}, fsx.Mark{}); err != nil {
		t.Fatal(err)
	}
	if err := writeLine(run.metrics, epochLine{}); err != nil {
		t.Fatal(err)
	}
	disk.Inject(faultfs.Fault{At: 1, Err: syscall.EIO})
	if err := p.trainer.save(); !errors.Is(err, syscall.EIO) {
		t.Errorf("save: %v after %v", err, disk.Ops())
	}
	if c, _, err := checkpoint.Newest(disk, checkpoints); c != nil || err != nil {
		t.Errorf("a checkpoint was written: %v, %v", c, err)
	}
	if err := p.trainer.save(); err != nil { // the next one works
		t.Error(err)
	}
}

func TestCheckpointFieldsAreReadStrictly(t *testing.T) {
	disk := interrupted(t)
	c, _, err := checkpoint.Newest(disk, checkpoints)
	if err != nil {
		t.Fatal(err)
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, c.Fields); err != nil {
		t.Fatal(err)
	}
	text := compact.String()
	seed := fmt.Sprintf(`"seed":%d`, stoppedJob().Seed)
	if _, err := parseSaved([]byte(text)); err != nil {
		t.Fatal(err)
	}
	for name, bad := range map[string]string{
		"newer":     strings.Replace(text, `"version":1`, `"version":2`, 1),
		"unknown":   strings.Replace(text, `"seed":`, `"sead":1,"seed":`, 1),
		"missing":   strings.Replace(text, seed+",", "", 1),
		"case":      strings.Replace(text, `"seed":`, `"SEED":`, 1),
		"not JSON":  text[:len(text)-1],
		"a string":  `"x"`,
		"a number":  strings.Replace(text, seed, `"seed":"3"`, 1),
		"too large": strings.Replace(text, `"seed":2`, `"seed":26893488147419103232`, 1),
	} {
		if bad == text {
			t.Fatalf("%s: the text has not changed", name)
		}
		if _, err := parseSaved([]byte(bad)); err == nil {
			t.Errorf("%s: accepted: %s", name, bad)
		}
	}
}

// The newest checkpoint is torn: the one before it serves, and a note says so.
func TestTornCheckpoint(t *testing.T) {
	j := stoppedJob()
	want := undisturbed(t, j)
	disk := interrupted(t)
	newest, _, err := checkpoint.Newest(disk, checkpoints)
	if err != nil {
		t.Fatal(err)
	}
	name := newest.Path + "/" + stateFile
	write(t, disk, name, read(t, disk, name)[:100])
	var notes []string
	j = stoppedJob()
	j.Events = func(e Event) {
		if n, ok := e.(*Note); ok {
			notes = append(notes, n.Text)
		}
	}
	if _, err := resumeIn(t, context.Background(), disk, j); err != nil {
		t.Fatal(err)
	}
	sameRun(t, disk, want)
	if len(notes) != 1 || !strings.Contains(notes[0], newest.Path) {
		t.Errorf("notes %q", notes)
	}
}

// All of them are torn: refused, each with its reason, and nothing is deleted.
func TestEveryCheckpointTorn(t *testing.T) {
	disk := interrupted(t)
	folders, err := disk.ReadDir(checkpoints)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range folders {
		write(t, disk, checkpoints+"/"+f.Name+"/"+stateFile, "torn")
	}
	_, err = resumeIn(t, context.Background(), disk, stoppedJob())
	if ClassOf(err) != Refused {
		t.Fatalf("error %v", err)
	}
	for _, f := range folders {
		if !strings.Contains(err.Error(), f.Name) {
			t.Errorf("%s is missing in %v", f.Name, err)
		}
		read(t, disk, checkpoints+"/"+f.Name+"/"+stateFile)
	}
}

// The last two checkpoints and the best are kept.
func TestKeptCheckpoints(t *testing.T) {
	disk := faultfs.New()
	j := stoppedJob()
	r, err := trainIn(t, context.Background(), disk, j)
	if err != nil {
		t.Fatal(err)
	}
	steps := int64(r.Epochs) * 4
	want := []string{checkpoint.Name(int64(r.BestEpoch) * 4), checkpoint.Name(steps - 4), checkpoint.Name(steps)}
	entries, err := disk.ReadDir(checkpoints)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name)
	}
	if !slices.Equal(got, want) {
		t.Errorf("kept %v, want %v (best epoch %d)", got, want, r.BestEpoch)
	}
}
