package train

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/internal/limits"
)

const (
	keptCheckpoints = 3       // of a run: the last two and the best
	moreCheckpoints = 2       // the one being written, and the model with its report
	fileOverhead    = 4 << 10 // of a file of a checkpoint: its header, and what blocks round up
)

// checkpointBytes is how much of the disk a checkpoint takes.
func (t *trainer) checkpointBytes() int64 {
	bytes := int64(fileOverhead) // the manifest
	bytes += fileOverhead + t.state.Bytes()
	if t.config.EarlyStop != nil {
		bytes += fileOverhead + t.bestWeights.bytes()
	}
	return bytes
}

// checkSpace refuses to begin where the disk of the run at path has no room for its
// checkpoints, of which some are there already. A disk that does not tell is tried.
func (t *trainer) checkSpace(path string, there int) error {
	free, err := t.free(path)
	if err != nil {
		return nil
	}
	one := t.checkpointBytes()
	count := int64(max(keptCheckpoints-there, 0) + moreCheckpoints)
	if free >= count*one {
		return nil
	}
	return refuse(Machine, CodeDiskSpace, path, "the disk has no room for this run", append(graph.Columns(
		[]string{"needed", limits.Size(count * one), fmt.Sprintf("for %d checkpoints of %s: those that are kept, one being written, and the model", count, limits.Size(one))},
		[]string{"free", limits.Size(free)},
	), "would have trained, and could have lost what it trained."),
		fmt.Sprintf("free %s on this disk", limits.Size(count*one-free)), "or keep the run on another one: descent train RECIPE --run /other/disk/NAME")
}

// checkSpaceFor is checkSpace of a run that was opened.
func (t *trainer) checkSpaceFor(r *Run) error {
	there, err := r.checkpointsThere()
	if err != nil {
		return err
	}
	return t.checkSpace(r.path, there)
}

// checkpointsThere counts the checkpoints that a run has.
func (r *Run) checkpointsThere() (int, error) {
	entries, err := r.fs.ReadDir(checkpoints)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, &Error{Machine, err}
	}
	return len(entries), nil
}

// isFull reports whether an error says that the disk, or what this user may have of it, is full.
func isFull(err error) bool { return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) }

// room says what a checkpoint needs and what the disk has, after one that it had no room for.
func (t *trainer) room(err error) string {
	if !isFull(err) {
		return ""
	}
	text := "; it needs " + limits.Size(t.checkpointBytes())
	if free, err := t.free(t.config.Run.path); err == nil {
		text += ", and " + limits.Size(free) + " are free"
	}
	return text
}
