package train

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/internal/fsx"
	"github.com/descent-ml/descent/program"
)

// The files of a run directory that grow while it trains.
const (
	metricsFile = "metrics.jsonl" // a line an epoch, without a clock: equal runs write equal files
	timingFile  = "timing.jsonl"  // a line an epoch: seconds, rows a second
	lockFile    = "lock"
)

// A Run is a run directory that this process writes to, and no other does.
type Run struct {
	path    string // as the user named it
	fs      fsx.FS
	dir     io.Closer // nil for a folder in memory
	lock    io.Closer
	info    *RunInfo
	metrics *fsx.Log
	timing  *fsx.Log
	pause   time.Duration // between tries on a full disk
}

// Create makes the run directory at path and takes its lock. A folder that holds
// anything is left as it is, and refused.
func Create(path string) (*Run, error) {
	made, err := makeDir(path)
	if err != nil {
		return nil, err
	}
	dir, err := fsx.OpenDir(path)
	if err != nil {
		return nil, &Error{Machine, err}
	}
	r, err := create(dir, path)
	if err != nil {
		dir.Close()
		if made {
			os.Remove(path) // empty, or it stays
		}
		return nil, err
	}
	r.dir = dir
	return r, nil
}

// CreateNext makes the first of root/name-1, root/name-2, ... that is not there.
func CreateNext(root, name string) (*Run, error) {
	for n := 1; ; n++ {
		path := filepath.Join(root, fmt.Sprintf("%s-%d", name, n))
		made, err := makeDir(path)
		if err != nil {
			return nil, err
		}
		if made {
			return Create(path)
		}
	}
}

// makeDir makes a folder and those above it, and reports whether it was not there.
func makeDir(path string) (made bool, err error) {
	parent, name := filepath.Split(filepath.Clean(path))
	parent = filepath.Clean(parent)
	if err := os.MkdirAll(parent, 0o777); err != nil {
		return false, &Error{Machine, err}
	}
	dir, err := fsx.OpenDir(parent)
	if err != nil {
		return false, &Error{Machine, err}
	}
	defer dir.Close()
	err = dir.Mkdir(name)
	if errors.Is(err, fs.ErrExist) {
		return false, nil
	}
	if err == nil {
		err = dir.SyncDir(".")
	}
	if err != nil {
		return false, &Error{Machine, err}
	}
	return true, nil
}

// create starts a run in a folder that should be empty.
func create(fsys fsx.FS, path string) (*Run, error) {
	if err := checkEmpty(fsys, path); err != nil {
		return nil, err
	}
	lock, err := fsys.Lock(lockFile)
	if err != nil {
		return nil, &Error{Machine, err}
	}
	r := &Run{path: path, fs: fsys, lock: lock, pause: fullDiskPause}
	if err := checkEmpty(fsys, path); err != nil { // another process may have been faster
		r.Close()
		return nil, err
	}
	r.info = &RunInfo{Version: infoVersion, State: StateRunning, Name: filepath.Base(path), Started: time.Now().UTC().Truncate(time.Second), Platform: ThisPlatform()}
	return r, nil
}

// checkEmpty refuses a folder that holds a run or anything else. What a process
// leaves that was killed before it wrote run.json is nothing.
func checkEmpty(fsys fsx.FS, path string) error {
	if info, err := readInfo(fsys, path); err == nil {
		return runExists(path, info)
	}
	entries, err := fsys.ReadDir(".")
	if err != nil {
		return &Error{Machine, err}
	}
	for _, e := range entries {
		if e.Name == lockFile || e.Name == recipeFile || strings.HasPrefix(e.Name, fsx.TempPrefix) {
			continue
		}
		return refuse(Unreadable, CodeNotARun, path, "the folder is not empty, and holds no run",
			graph.Columns([]string{"found", fmt.Sprintf("%.80q", e.Name)}, []string{"would", "have mixed a run with other files."}),
			"name a folder that is not there yet", "or leave out --run: the next free one is taken")
	}
	return nil
}

func runExists(path string, info *RunInfo) error {
	what, fix := "this run is finished; descent does not train over it", "leave out --run: the next free folder is taken"
	if info.State != StateDone {
		what, fix = "a run is here, and it is not finished", "go on with it: descent resume "+path
	}
	notes := []string{string(info.State), "started " + info.Started.Format("2006-01-02 15:04")}
	if info.Result != nil {
		notes = append(notes, fmt.Sprintf("%d epochs", info.Result.Epochs))
	}
	return refuse(Refused, CodeRunExists, path, what, graph.Columns(notes), fix)
}

// Open takes the lock of the run at path, to go on with it.
func Open(path string) (*Run, error) {
	dir, err := openDir(path)
	if err != nil {
		return nil, err
	}
	r, err := open(dir, path)
	if err != nil {
		dir.Close()
		return nil, err
	}
	r.dir = dir
	return r, nil
}

func open(fsys fsx.FS, path string) (*Run, error) { return openIf(fsys, path, unfinished) }

// unfinished refuses a run that is done.
func unfinished(path string, info *RunInfo) error {
	if info.State != StateDone {
		return nil
	}
	return refuse(Refused, CodeRunFinished, path, "this run is finished; there is nothing left to resume", nil,
		"train anew, for more epochs: descent train RECIPE --set epochs=200")
}

// finished refuses a run that is not done.
func finished(path string, info *RunInfo) error {
	if info.State == StateDone {
		return nil
	}
	return refuse(Refused, CodeUnfinished, path, fmt.Sprintf("this run has no result yet: it is %s", info.State), nil, "descent resume "+path)
}

// openIf takes the lock of a run that check accepts.
func openIf(fsys fsx.FS, path string, check func(path string, info *RunInfo) error) (*Run, error) {
	if _, err := readInfo(fsys, path); errors.Is(err, fs.ErrNotExist) { // before a lock file is left in a folder that is no run
		return nil, notARun(path, errNoInfo)
	} else if err != nil {
		return nil, err
	}
	lock, err := fsys.Lock(lockFile)
	if err != nil {
		return nil, &Error{Machine, err}
	}
	r := &Run{path: path, fs: fsys, lock: lock, pause: fullDiskPause}
	r.info, err = readInfo(fsys, path)
	if err == nil {
		err = check(path, r.info)
	}
	if err == nil {
		err = r.clean()
	}
	if err != nil {
		r.Close()
		return nil, err
	}
	return r, nil
}

// clean removes what a killed process left under temporary names. Those below
// [checkpoints] are cleaned with them.
func (r *Run) clean() error {
	for _, dir := range []string{".", predictionsDir} {
		entries, err := r.fs.ReadDir(dir)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return &Error{Machine, err}
		}
		for _, e := range entries {
			if !strings.HasPrefix(e.Name, fsx.TempPrefix) {
				continue
			}
			if err := r.fs.RemoveAll(path.Join(dir, e.Name)); err != nil {
				return &Error{Machine, err}
			}
		}
	}
	return nil
}

// Path returns the run directory as it was named.
func (r *Run) Path() string { return r.path }

// Info returns what run.json holds.
func (r *Run) Info() *RunInfo { return r.info }

// openLogs opens the logs, cut to the place that a checkpoint knows.
func (r *Run) openLogs(metrics, timing fsx.Mark) (err error) {
	if r.metrics, err = openLog(r.fs, metricsFile, metrics); err != nil {
		return err
	}
	r.timing, err = openLog(r.fs, timingFile, timing)
	if ClassOf(err) == Refused { // nothing depends on it: it starts anew
		r.timing, err = openLog(r.fs, timingFile, fsx.Mark{})
	}
	return err
}

// openLog opens a log; one that is not what the checkpoint knows is refused.
func openLog(fsys fsx.FS, name string, mark fsx.Mark) (*fsx.Log, error) {
	log, err := fsx.OpenLog(fsys, name, mark)
	if err == nil {
		return log, nil
	}
	if is[*fs.PathError](err) && !errors.Is(err, fs.ErrNotExist) {
		return nil, &Error{Machine, err}
	}
	return nil, &Error{Refused, err}
}

// setState records where the run stands.
func (r *Run) setState(s RunState, why error) error {
	r.info.State, r.info.Error = s, ""
	if why != nil {
		r.info.Error = why.Error()
	}
	if err := writeInfo(r.fs, r.info); err != nil {
		return &Error{Machine, err}
	}
	return nil
}

// fail records why the run stopped and returns that error.
func (r *Run) fail(why error) error {
	state := StateFailed
	if ClassOf(why) == Interrupted {
		state = StateInterrupted
	}
	return errors.Join(why, r.setState(state, why))
}

// Close closes the logs and lets the lock go.
func (r *Run) Close() error {
	var errs []error
	for _, log := range []*fsx.Log{r.metrics, r.timing} {
		if log != nil {
			errs = append(errs, log.Close())
		}
	}
	errs = append(errs, r.lock.Close())
	if r.dir != nil {
		errs = append(errs, r.dir.Close())
	}
	return errors.Join(errs...)
}

// ThisPlatform describes the machine and the program that runs on it.
func ThisPlatform() Platform {
	return Platform{Descent: Version, Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH, Kernels: program.Kernels(), CPU: cpuFeatures(), Cores: runtime.NumCPU()}
}
