package train

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/internal/fsx"
	"github.com/descent-ml/descent/internal/limits"
	"github.com/descent-ml/descent/internal/strictjson"
)

// RunState is where a run stands.
type RunState string

// The states. A run whose process was killed stays StateRunning, with no process
// that holds its lock.
const (
	StateRunning     RunState = "running"
	StateDone        RunState = "done"
	StateInterrupted RunState = "interrupted" // it was told to stop
	StateFailed      RunState = "failed"      // it stopped itself
)

// infoVersion is the format of run.json.
const infoVersion = 1

// RunInfo is run.json: what was run, where it stands, and what came of it.
type RunInfo struct {
	Version  int       `json:"version"`
	State    RunState  `json:"state"`
	Error    string    `json:"error,omitempty"` // why it stopped
	Name     string    `json:"name"`
	Started  time.Time `json:"started"`
	Platform Platform  `json:"platform"`

	Recipe   *RecipeInfo  `json:"recipe,omitempty"`
	Data     *DataInfo    `json:"data,omitempty"`
	Model    *ModelInfo   `json:"model,omitempty"`
	Training TrainingInfo `json:"training"`
	Proof    *ProofInfo   `json:"proof,omitempty"`
	Notes    []data.Note  `json:"notes,omitempty"`
	Result   *Result      `json:"result,omitempty"`
}

// Platform is what the last bits of a result depend on, and what its speed does.
type Platform struct {
	Descent string   `json:"descent"`
	Go      string   `json:"go"`
	OS      string   `json:"os"`
	Arch    string   `json:"arch"`
	Kernels string   `json:"kernels"` // the same bits are promised within one set
	CPU     []string `json:"cpu"`     // features that kernels choose by
	Cores   int      `json:"cores"`
}

// RecipeInfo tells where the recipe came from.
type RecipeInfo struct {
	Path     string   `json:"path"` // as typed
	SHA256   string   `json:"sha256"`
	Settings []string `json:"settings,omitempty"` // as typed
}

// DataInfo tells which rows did what.
type DataInfo struct {
	Path   string       `json:"path"` // as the recipe names it, relative to its folder
	Schema *data.Schema `json:"schema,omitempty"`
	Images *ImagesInfo  `json:"images,omitempty"` // in place of a schema
	Arrays *ArraysInfo  `json:"arrays,omitempty"` // the same
	Parts  []PartInfo   `json:"parts"`
	Rows   string       `json:"rows_sha256,omitempty"` // of rows.csv
}

// Target is what the run learned to predict; nil if it has none or is not told.
func (d *DataInfo) Target() *data.Target {
	switch {
	case d == nil:
		return nil
	case d.Images != nil:
		return maskTarget(d.Images.Classes)
	case d.Schema != nil:
		return d.Schema.Target
	}
	return nil
}

// PartInfo is one part of the rows.
type PartInfo struct {
	Name   string `json:"name"`
	Rows   int    `json:"rows"`              // or images
	Counts []int  `json:"classes,omitempty"` // rows of each class, or with each label; pixels of each class
	SHA256 string `json:"sha256"`            // of the numbers of its rows in the file
}

// ModelInfo is the network.
type ModelInfo struct {
	Name       string      `json:"name"`
	Layers     []LayerInfo `json:"layers"`
	Parameters int         `json:"parameters"`
}

// LayerInfo is a line of the table of layers.
type LayerInfo struct {
	Name       string `json:"name"`           // "Dense[0]"
	Size       string `json:"size,omitempty"` // "3 -> 64"
	Act        string `json:"activation,omitempty"`
	Out        string `json:"out"` // shape of what it gives: "[N 64]"
	Parameters int    `json:"parameters"`
}

// TrainingInfo is how it was trained, with every default filled in.
type TrainingInfo struct {
	Own bool `json:"own_objective,omitempty"` // an objective of its own, or codes of rows: the target is not predicted

	Loss      string     `json:"loss,omitempty"`
	Optimizer string     `json:"optimizer,omitempty"`
	Epochs    int        `json:"epochs"`
	Batch     int        `json:"batch_size"`
	Parts     int        `json:"accumulate"` // batches a step
	Seed      uint64     `json:"seed"`
	EarlyStop *EarlyStop `json:"early_stop,omitempty"`
	Balance   Balance    `json:"balance,omitempty"`
	EpochRows int        `json:"epoch_rows"`          // rows that an epoch trains on, repeated ones too
	Threshold string     `json:"threshold,omitempty"` // the rule
	Calibrate Calibrate  `json:"calibrate,omitempty"`
	PriorBias bool       `json:"prior_bias"`

	CheckpointSeconds float64 `json:"checkpoint_every"`
}

const infoFile = "run.json"

// writeInfo replaces run.json.
func writeInfo(fsys fsx.FS, info *RunInfo) error { return writeJSON(fsys, infoFile, info) }

func writeJSON(fsys fsx.FS, name string, v any) error {
	text, err := json.MarshalIndent(v, "", "\t")
	if err != nil {
		return err
	}
	return fsx.WriteFileAtomic(fsys, name, func(w io.Writer) error {
		_, err := w.Write(append(text, '\n'))
		return err
	})
}

// readInfo reads run.json.
func readInfo(fsys fsx.FS, path string) (*RunInfo, error) {
	info := new(RunInfo)
	if err := readJSON(fsys, infoFile, path, infoVersion, info); err != nil {
		return nil, err
	}
	return info, nil
}

// readJSON reads a file of this package, whoever wrote it: within limits, without
// a field that is unknown or there twice, and no newer than version. Path is that
// of the run, for messages.
func readJSON(fsys fsx.FS, name, path string, version int, v any) error {
	text, err := fsx.ReadFile(fsys, name, limits.ModelJSONBytes)
	if err != nil {
		return err
	}
	where := path + "/" + name
	r, err := strictjson.NewReader(text, strictjson.Limits{Depth: limits.ModelJSONDepth, Keys: maxKeys})
	if err != nil {
		return refuse(Refused, CodeNotARun, where, err.Error(), nil)
	}
	if _, err := r.Raw(); err != nil {
		return refuse(Refused, CodeNotARun, where, err.Error(), nil)
	}
	var head struct {
		Version int `json:"version"`
	}
	if err := json.Unmarshal(text, &head); err != nil {
		return refuse(Refused, CodeNotARun, where, err.Error(), nil)
	}
	if head.Version < 1 || head.Version > version {
		return refuse(Refused, CodeNewerVersion, where, fmt.Sprintf("format version %d; this program reads versions 1 to %d", head.Version, version), nil,
			"use the version of Descent that wrote it, or a later one")
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		return refuse(Refused, CodeNotARun, where, err.Error(), nil)
	}
	return nil
}

// maxKeys bounds the keys of one object of a file of ours.
const maxKeys = 100_000

// ReadRun reads run.json of the run directory at path. It needs no lock: the
// file is replaced as a whole.
func ReadRun(path string) (*RunInfo, error) {
	dir, err := openDir(path)
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	return readInfo(dir, path)
}

// openDir opens a folder that should hold a run.
func openDir(path string) (*fsx.Dir, error) {
	dir, err := fsx.OpenDir(path)
	if err != nil {
		return nil, &Error{Unreadable, err}
	}
	return dir, nil
}

var errNoInfo = errors.New("no " + infoFile)

func notARun(path string, err error) error {
	return refuse(Unreadable, CodeNotARun, path, fmt.Sprintf("not a run: %v", err), graph.Columns([]string{"expected", "a folder that descent train wrote, with " + infoFile}))
}
