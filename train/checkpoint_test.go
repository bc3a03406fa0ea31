package train

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
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
	for seed = 1; ; seed++ {
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

func interrupted(t *testing.T) *faultfs.FS {
	t.Helper()
	_, step := stopped()
	disk := faultfs.New()
	if _, err := trainIn(t, cancelAfter(step), disk, stoppedJob()); ClassOf(err) != Interrupted {
		t.Fatal(err)
	}
	return disk
}

// rewritten returns the run with another content of its newest checkpoint, which
// verifies.
func rewritten(t *testing.T, fields json.RawMessage, change func(name string, tensors []safetensors.Tensor)) *faultfs.FS {
	t.Helper()
	disk := interrupted(t)
	old, _, err := checkpoint.Newest(disk, checkpoints)
	if err != nil {
		t.Fatal(err)
	}
	if fields == nil {
		fields = old.Fields
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
func outcome(t *testing.T, disk *faultfs.FS) string {
	t.Helper()
	var notes []string
	j := stoppedJob()
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

// Every field of a checkpoint decides something: with any of them zeroed, resume
// refuses, says so, or ends differently.
func TestEveryFieldCounts(t *testing.T) {
	want := outcome(t, interrupted(t))
	if same := outcome(t, rewritten(t, nil, func(string, []safetensors.Tensor) {})); same != want {
		t.Fatal("rewriting a checkpoint as it is changes the outcome")
	}
	disk := interrupted(t)
	c, _, err := checkpoint.Newest(disk, checkpoints)
	if err != nil {
		t.Fatal(err)
	}
	zeroed := 0
	for path, fields := range zeroedFields(t, c.Fields) {
		zeroed++
		if got := outcome(t, rewritten(t, fields, func(string, []safetensors.Tensor) {})); got == want {
			t.Errorf("field %s: zeroed, and nothing changes", path)
		}
	}
	for _, f := range c.Files {
		for _, tensor := range loadTensors(t, disk, c.Path+"/"+f.Name) {
			if !slices.ContainsFunc(tensor.F32, func(v float32) bool { return v != 0 }) {
				continue
			}
			zeroed++
			got := outcome(t, rewritten(t, nil, func(name string, tensors []safetensors.Tensor) {
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
	t.Logf("%d fields", zeroed)
	if zeroed < 25 {
		t.Errorf("only %d fields: the test lost some", zeroed)
	}
}

// zeroedFields returns the JSON with each of its leaves zeroed in turn, keys in the order that the reader wants.
func zeroedFields(t *testing.T, fields json.RawMessage) map[string]json.RawMessage {
	t.Helper()
	var s saved
	if err := json.Unmarshal(fields, &s); err != nil {
		t.Fatal(err)
	}
	out := map[string]json.RawMessage{}
	zero := func(path string, change func(s *saved)) {
		var s saved
		if err := json.Unmarshal(fields, &s); err != nil {
			t.Fatal(err)
		}
		change(&s)
		text, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		out[path] = text
	}
	zero("version", func(s *saved) { s.Version = 0 })
	zero("step", func(s *saved) { s.Progress.Step = 0 })
	zero("epoch", func(s *saved) { s.Progress.Epoch = 0 })
	zero("row", func(s *saved) { s.Progress.Row = 0 })
	zero("sums", func(s *saved) { clear(s.Progress.Sums) })
	zero("no sums", func(s *saved) { s.Progress.Sums = nil })
	zero("best", func(s *saved) { s.Progress.Best = nil })
	zero("best.epoch", func(s *saved) { s.Progress.Best.Epoch = 0 })
	zero("best.step", func(s *saved) { s.Progress.Best.Step = 0 })
	zero("best.value", func(s *saved) { s.Progress.Best.Value = 0 })
	zero("seed", func(s *saved) { s.Seed = 0 })
	zero("batch", func(s *saved) { s.Batch = 0 })
	zero("data", func(s *saved) { s.Data = "" })
	zero("metrics", func(s *saved) { s.Metrics = fsx.Mark{} })
	zero("timing", func(s *saved) { s.Timing = fsx.Mark{} })
	zero("descent", func(s *saved) { s.Descent = "" })
	zero("kernels", func(s *saved) { s.Kernels = "" })
	return out
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
	j := smallJob()
	j.Epochs, j.EarlyStop = 8, &EarlyStop{Patience: 20}
	r, err := trainIn(t, context.Background(), disk, j)
	if err != nil {
		t.Fatal(err)
	}
	steps := int64(r.Epochs) * 4
	want := []string{checkpoint.Name(steps - 4), checkpoint.Name(steps)}
	if best := checkpoint.Name(int64(r.BestEpoch) * 4); !slices.Contains(want, best) {
		want = append([]string{best}, want...)
	}
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
