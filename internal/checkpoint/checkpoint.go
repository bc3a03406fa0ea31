// Package checkpoint keeps whole states of a run, each in a folder of its own,
// so that one that was written is found again and one that was not is not.
//
//	err := checkpoint.Save(fsys, "checkpoints", 1234, files, fields)
//	err = checkpoint.Prune(fsys, "checkpoints", checkpoint.Name(1234), best)
//	newest, skipped, err := checkpoint.Newest(fsys, "checkpoints")
//
// A save fills a folder under a temporary name, writes manifest.json with size
// and SHA-256 of each file, syncs all of it, and renames the folder to
// step-000001234. A reader trusts no name: the newest folder is the newest
// whose manifest verifies. The package knows bytes and names, nothing of training.
//
// All calls expect that the caller holds the run's lock.
package checkpoint

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"github.com/descent-ml/descent/internal/fsx"
)

const prefix = "step-"

// Name returns the folder name of a step: "step-000001234".
func Name(step int64) string { return fmt.Sprintf("%s%09d", prefix, step) }

// parseName is the inverse of Name, and false for every other name.
func parseName(name string) (step int64, ok bool) {
	digits, found := strings.CutPrefix(name, prefix)
	step, err := strconv.ParseInt(digits, 10, 64)
	return step, found && err == nil && step >= 0 && Name(step) == name
}

// A Checkpoint is a folder whose files are as its manifest says.
type Checkpoint struct {
	Step   int64
	Path   string          // of the folder
	Files  []Entry         // sorted by name
	Fields json.RawMessage // what the caller gave to Save, perhaps with other white space
}

// An Entry is one file of a checkpoint.
type Entry struct {
	Name   string
	Size   int64
	SHA256 string // in hex
}

// A Skipped is a folder that Newest passed over.
type Skipped struct {
	Path   string
	Reason error
}

// A NoneError says that there are checkpoints, and that none of them is whole.
type NoneError struct {
	Dir     string
	Skipped []Skipped
}

// Error lists every folder with its reason.
func (e *NoneError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: none of %d checkpoints is whole", e.Dir, len(e.Skipped))
	for _, s := range e.Skipped {
		fmt.Fprintf(&b, "\n\t%s: %v", s.Path, s.Reason)
	}
	b.WriteString("\n\tNothing was deleted.")
	return b.String()
}

// Newest returns the newest checkpoint in dir that verifies, reading all of its
// bytes, and the newer ones that do not. If dir has no checkpoint or does not
// exist, the result is nil without an error; if none of them is whole, the
// error is a [*NoneError].
func Newest(fsys fsx.FS, dir string) (*Checkpoint, []Skipped, error) {
	steps, err := list(fsys, dir)
	if err != nil || len(steps) == 0 {
		return nil, nil, err
	}
	var skipped []Skipped
	for _, step := range slices.Backward(steps) {
		c, err := open(fsys, dir, step)
		if err == nil {
			return c, skipped, nil
		}
		skipped = append(skipped, Skipped{folder(dir, step), err})
	}
	return nil, skipped, &NoneError{dir, skipped}
}

// list returns the steps that have a folder in dir, in rising order.
func list(fsys fsx.FS, dir string) ([]int64, error) {
	entries, err := fsys.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var steps []int64
	for _, e := range entries {
		if step, ok := parseName(e.Name); ok && e.Dir {
			steps = append(steps, step)
		}
	}
	slices.Sort(steps)
	return steps, nil
}

func folder(dir string, step int64) string { return dir + "/" + Name(step) }

// Prune removes the checkpoints in dir that are not named in keep. It refuses
// to remove any if that would leave none.
func Prune(fsys fsx.FS, dir string, keep ...string) error {
	steps, err := list(fsys, dir)
	if err != nil {
		return err
	}
	kept := func(step int64) bool { return slices.Contains(keep, Name(step)) }
	if len(steps) > 0 && !slices.ContainsFunc(steps, kept) {
		return fmt.Errorf("%s: removing all %d checkpoints but %q would leave none: nothing was removed", dir, len(steps), keep)
	}
	for _, step := range steps {
		if !kept(step) {
			if err := fsys.RemoveAll(folder(dir, step)); err != nil {
				return err
			}
		}
	}
	return nil
}

// Clean removes what a killed process left under temporary names in dir.
func Clean(fsys fsx.FS, dir string) error {
	entries, err := fsys.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name, fsx.TempPrefix) {
			if err := fsys.RemoveAll(dir + "/" + e.Name); err != nil {
				return err
			}
		}
	}
	return nil
}
