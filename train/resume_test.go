package train

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/descent-ml/descent/internal/fsx"
	"github.com/descent-ml/descent/internal/fsx/faultfs"
	"github.com/descent-ml/descent/nn"
)

// undisturbed is a run that nothing stopped.
func undisturbed(t *testing.T, j *Job) *faultfs.FS {
	t.Helper()
	disk := faultfs.New()
	if _, err := trainIn(t, context.Background(), disk, j); err != nil {
		t.Fatal(err)
	}
	return disk
}

func TestSameBitsForAnyWorkers(t *testing.T) {
	for name, text := range map[string]string{"binary": table(200, yesNo), "classes": table(200, threeClasses), "number": table(200, realNumber)} {
		t.Run(name, func(t *testing.T) {
			job := func(workers int) *Job {
				j := tableJob(text)
				narrow := j.Model
				j.Model = func(s ModelSpec) (nn.Layer, error) { // wide enough that a step is worth sharing
					m, err := narrow(s)
					if err != nil {
						return nil, err
					}
					return nn.Chain{&nn.Dense{In: s.Width, Out: 256, Act: nn.Relu}, &nn.Dense{In: 256, Out: 256, Act: nn.Relu}, &nn.Dense{In: 256, Out: s.Width, Act: nn.Tanh}, m}, nil
				}
				j.Batch, j.Workers = 64, workers
				return j
			}
			want := undisturbed(t, job(1))
			for _, workers := range []int{2, 7} {
				sameRun(t, undisturbed(t, job(workers)), want)
			}
		})
	}
}

// When checkpoints are written decides nothing.
func TestCheckpointsChangeNothing(t *testing.T) {
	want := undisturbed(t, smallJob())
	for _, every := range []time.Duration{time.Nanosecond, time.Hour} {
		j := smallJob()
		j.CheckpointEvery = every
		sameRun(t, undisturbed(t, j), want)
	}
}

// A run is stopped before each of its steps in turn and resumed.
func TestInterruptAnywhere(t *testing.T) {
	for _, every := range []time.Duration{0, time.Nanosecond, time.Hour} {
		want := undisturbed(t, smallJob())
		stops := 0
		for k := 0; ; k++ {
			j := smallJob()
			j.CheckpointEvery = every
			disk := faultfs.New()
			_, err := trainIn(t, cancelAfter(k), disk, j)
			if err == nil {
				break
			}
			if ClassOf(err) != Interrupted {
				t.Fatalf("stopped at %d: %v", k, err)
			}
			if info, err := readInfo(disk, "run"); err != nil || info.State != StateInterrupted {
				t.Fatalf("stopped at %d: run.json says %v, %v", k, info.State, err)
			}
			stops++
			if _, err := resumeIn(t, context.Background(), disk, smallJob()); err != nil {
				t.Fatalf("stopped at %d: resume: %v", k, err)
			}
			sameRun(t, disk, want)
		}
		if stops < 12 {
			t.Fatalf("only %d steps", stops)
		}
	}
}

// A run is interrupted at every second step, again and again.
func TestInterruptManyTimes(t *testing.T) {
	disk := faultfs.New()
	_, err := trainIn(t, cancelAfter(2), disk, smallJob())
	for stops := 0; err != nil; stops++ {
		if ClassOf(err) != Interrupted || stops > 30 {
			t.Fatal(err)
		}
		_, err = resumeIn(t, cancelAfter(2), disk, smallJob())
	}
	sameRun(t, disk, undisturbed(t, smallJob()))
}

// stride is the distance between the operations that are disturbed: each of them, or in
// short mode every seventh.
func stride() int {
	if testing.Short() {
		return 7
	}
	return 1
}

// The process is killed and the disk loses power after every operation in turn.
// Of what was not synced a part survives.
func TestKillAnywhere(t *testing.T) {
	job := func() *Job { j := smallJob(); j.Epochs = 3; return j }
	want := undisturbed(t, job())
	recoveries := 0
	for k := 1; ; k += stride() {
		disk := faultfs.New()
		disk.Inject(faultfs.Fault{At: k, Err: faultfs.ErrKilled, Forever: true})
		if _, err := trainIn(t, context.Background(), disk, job()); err == nil {
			break
		}
		for _, c := range []struct {
			seed    uint64
			percent int
		}{{1, 0}, {1, 50}, {2, 50}, {1, 100}} {
			after := disk.Crash(c.seed, c.percent)
			if err := goOnOrStart(t, after, job()); err != nil {
				t.Fatalf("killed at operation %d, seed %d, %d %% survived: %v\n%v", k, c.seed, c.percent, err, after)
			}
			sameRun(t, after, want)
			recoveries++
		}
	}
	t.Logf("%d recoveries", recoveries)
}

// goOnOrStart resumes a run, or starts it if it was killed before it was one.
func goOnOrStart(t *testing.T, disk *faultfs.FS, j *Job) error {
	_, err := readInfo(disk, "run")
	if errors.Is(err, fs.ErrNotExist) {
		_, err = trainIn(t, context.Background(), disk, j)
		return err
	}
	_, err = resumeIn(t, context.Background(), disk, j)
	if e := (*Error)(nil); errors.As(err, &e) && strings.Contains(err.Error(), string(CodeRunFinished)) {
		return nil
	}
	return err
}

// Every operation fails in turn, once and from then on. Training never panics, an
// error names path and operation, and nothing that was saved is lost.
func TestEveryOperationFails(t *testing.T) {
	job := func() *Job { j := smallJob(); j.Epochs = 3; return j }
	want := undisturbed(t, job())
	for _, cause := range []error{syscall.EIO, syscall.ENOSPC} {
		for _, forever := range []bool{false, true} {
			for k := 1; ; k += stride() {
				disk := faultfs.New()
				disk.Inject(faultfs.Fault{At: k, Err: cause, Forever: forever, Short: true})
				_, err := trainIn(t, context.Background(), disk, job())
				if err != nil && !is[*fs.PathError](err) {
					t.Fatalf("%v at operation %d: the error names no path: %v", cause, k, err)
				}
				if err != nil && ClassOf(err) != Machine {
					t.Fatalf("%v at operation %d: %v is of class %d", cause, k, err, ClassOf(err))
				}
				ended := len(disk.Ops()) < k
				disk.Inject(faultfs.Fault{})
				if err := goOnOrStart(t, disk, job()); err != nil {
					t.Fatalf("%v at operation %d: afterwards: %v\n%v", cause, k, err, disk)
				}
				sameRun(t, disk, want)
				if ended {
					break
				}
			}
		}
	}
}

func TestResumeRefusesChanges(t *testing.T) {
	disk := faultfs.New()
	if _, err := trainIn(t, cancelAfter(7), disk, smallJob()); ClassOf(err) != Interrupted {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		change func(*Job)
		want   []string
	}{
		{"data", func(j *Job) { *j = *tableJob(strings.Replace(table(80, yesNo), "red", "blue", 1)) }, []string{"data"}},
		{"recipe", func(j *Job) { j.RecipeSource = []byte("train(table(\"small.csv\"), mlp([8]))\n") }, []string{"line 1", "- train(table(\"small.csv\"), mlp([6]))", "+ train(table(\"small.csv\"), mlp([8]))"}},
		{"settings", func(j *Job) { j.Settings = []string{"epochs=9"} }, []string{"epochs=9"}},
		{"seed", func(j *Job) { j.Seed = 4 }, []string{"seed", "was 3", "is 4"}},
		{"batch", func(j *Job) { j.Batch = 8 }, []string{"batch_size", "was 16", "is 8"}},
		{"patience", func(j *Job) { j.EarlyStop = nil }, []string{"early_stop", "is none"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			j := smallJob()
			c.change(j)
			_, err := resumeIn(t, context.Background(), disk, j)
			if ClassOf(err) != Refused || !strings.Contains(err.Error(), string(CodeRunChanged)) {
				t.Fatalf("error %v", err)
			}
			for _, want := range c.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q is missing in\n%v", want, err)
				}
			}
		})
	}
	if _, err := resumeIn(t, context.Background(), disk, smallJob()); err != nil { // refusals touched nothing
		t.Fatal(err)
	}
	sameRun(t, disk, undisturbed(t, smallJob()))
}

// A finished run is neither resumed nor trained over.
func TestFinishedRun(t *testing.T) {
	disk := undisturbed(t, smallJob())
	before := disk.String()
	if _, err := resumeIn(t, context.Background(), disk, smallJob()); err == nil || !strings.Contains(err.Error(), "[run-finished]") {
		t.Errorf("resume: %v", err)
	}
	if _, err := trainIn(t, context.Background(), disk, smallJob()); err == nil || !strings.Contains(err.Error(), "[run-exists]") {
		t.Errorf("train: %v", err)
	}
	if after := disk.String(); after != before {
		t.Errorf("the folder changed:\n%s\n%s", before, after)
	}
}

// One process at a time.
func TestOneWriter(t *testing.T) {
	disk := faultfs.New()
	if _, err := trainIn(t, cancelAfter(7), disk, smallJob()); ClassOf(err) != Interrupted {
		t.Fatal(err)
	}
	first, err := open(disk, "run")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := open(disk, "run"); ClassOf(err) != Machine || !is[*fsx.LockedError](err) {
		t.Errorf("second: %v", err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := resumeIn(t, context.Background(), disk, smallJob()); err != nil {
		t.Error(err)
	}
}

// A newer format is refused with both numbers.
func TestNewerRun(t *testing.T) {
	disk := undisturbed(t, smallJob())
	text := strings.Replace(read(t, disk, infoFile), `"version": 1`, `"version": 2`, 1)
	write(t, disk, infoFile, text)
	_, err := readInfo(disk, "run")
	if err == nil || !strings.Contains(err.Error(), "format version 2; this program reads versions 1 to 1") {
		t.Errorf("%v", err)
	}
}

func TestInfoRoundTrip(t *testing.T) {
	disk := undisturbed(t, smallJob())
	info, err := readInfo(disk, "run")
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.MarshalIndent(info, "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := string(text)+"\n", read(t, disk, infoFile); got != want {
		t.Errorf("run.json changes when it is read and written:\n%s\n%s", got, want)
	}
	if info.State != StateDone || info.Result == nil || info.Result.Test == nil {
		t.Errorf("run.json: %+v", info)
	}
}

func write(t testing.TB, fsys fsx.FS, name, text string) {
	t.Helper()
	f, err := fsys.Create(name)
	if err == nil {
		_, err = fmt.Fprint(f, text)
	}
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
}
