package checkpoint

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/descent-ml/descent/internal/fsx"
)

// A File is one file to save.
type File struct {
	Name  string // no slash in it
	Write func(io.Writer) error
}

// Save makes the checkpoint of a step in dir, which it makes too if need be.
// Fields is any JSON of the caller's, kept in the manifest; nil is null.
//
// After an error nothing is changed but for, at most, a temporary folder that
// [Clean] removes. A step that has a whole checkpoint already is an error
// wrapping [fs.ErrExist], unless both are equal; one that is torn is replaced.
func Save(fsys fsx.FS, dir string, step int64, files []File, fields json.RawMessage) error {
	if err := check(step, files, fields); err != nil {
		return fmt.Errorf("checkpoint of step %d: %w", step, err)
	}
	temp := fmt.Sprintf("%s/%s%d-%d", dir, fsx.TempPrefix, step, os.Getpid())
	made, err := fill(fsys, dir, temp, step, files, fields)
	if err == nil {
		err = put(fsys, temp, made)
	}
	if err != nil {
		_ = fsys.RemoveAll(temp) // the first error is the one to report
		return err
	}
	return fsys.SyncDir(dir)
}

func check(step int64, files []File, fields json.RawMessage) error {
	if step < 0 {
		return errors.New("the step is negative")
	}
	if fields != nil && !json.Valid(fields) {
		return errors.New("its fields are not JSON")
	}
	for _, f := range files {
		if err := checkFileName(f.Name); err != nil {
			return err
		}
	}
	return nil
}

// checkFileName refuses names that are not of a file right in the folder.
func checkFileName(name string) error {
	if !fs.ValidPath(name) || name == "." || name == manifestName || strings.ContainsAny(name, `/\:`) {
		return fmt.Errorf("%q is no name for a file in a checkpoint", name)
	}
	return nil
}

// fill writes the files and the manifest below temp, all of it durable.
func fill(fsys fsx.FS, dir, temp string, step int64, files []File, fields json.RawMessage) (*Checkpoint, error) {
	if err := makeDir(fsys, dir); err != nil {
		return nil, err
	}
	if err := fsys.RemoveAll(temp); err != nil { // of an earlier process with our number
		return nil, err
	}
	if err := fsys.Mkdir(temp); err != nil {
		return nil, err
	}
	c := &Checkpoint{Step: step, Path: folder(dir, step), Fields: fields}
	for _, f := range files {
		entry, err := writeFile(fsys, temp, f)
		if err != nil {
			return nil, err
		}
		c.Files = append(c.Files, entry)
	}
	slices.SortFunc(c.Files, func(a, b Entry) int { return strings.Compare(a.Name, b.Name) })
	text, err := c.manifest()
	if err == nil {
		err = new(Checkpoint).parse(text) // what could not be read must not be written
	}
	if err != nil {
		return nil, fmt.Errorf("checkpoint of step %d: %w", step, err)
	}
	err = fsx.WriteFile(fsys, temp+"/"+manifestName, func(w io.Writer) error { _, err := w.Write(text); return err })
	if err != nil {
		return nil, err
	}
	return c, fsys.SyncDir(temp)
}

// makeDir makes dir if it is not there, and its name durable in any case: a
// process killed in between may have made it.
func makeDir(fsys fsx.FS, dir string) error {
	if err := fsys.Mkdir(dir); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return fsys.SyncDir(path.Dir(dir))
}

func writeFile(fsys fsx.FS, temp string, f File) (Entry, error) {
	sum, size := sha256.New(), counter(0)
	err := fsx.WriteFile(fsys, temp+"/"+f.Name, func(w io.Writer) error {
		return f.Write(io.MultiWriter(w, sum, &size))
	})
	return Entry{Name: f.Name, Size: int64(size), SHA256: hex.EncodeToString(sum.Sum(nil))}, err
}

type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

// put renames temp to the name of its step.
func put(fsys fsx.FS, temp string, made *Checkpoint) error {
	there, err := open(fsys, path.Dir(made.Path), made.Step)
	var reading *fs.PathError
	switch {
	case err == nil && there.equal(made):
		return fsys.RemoveAll(temp)
	case err == nil:
		return &fs.PathError{Op: "save checkpoint", Path: made.Path, Err: fmt.Errorf("%w, whole and with another content", fs.ErrExist)}
	case errors.As(err, &reading) && !errors.Is(err, fs.ErrNotExist):
		return err // it could still be whole
	}
	if err := fsys.RemoveAll(made.Path); err != nil { // torn: it was passed over when this run resumed
		return err
	}
	return fsys.Rename(temp, made.Path)
}
