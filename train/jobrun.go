package train

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"slices"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/internal/fsx"
)

// recipeFile is the run's copy of the recipe.
const recipeFile = "recipe.py"

// predictionsDir holds a table of scores for each part but the training rows.
const predictionsDir = "predictions"

// Train trains in a new run directory and judges the result.
//
// If training ends early by ctx or by itself, the directory stays, with the last
// good weights in a checkpoint, and run.json says why.
func (p *Prepared) Train(ctx context.Context) (*Result, error) {
	run, err := p.create()
	if err != nil {
		return nil, err
	}
	return p.start(ctx, run)
}

// start trains in a run that holds nothing yet, and closes it.
func (p *Prepared) start(ctx context.Context, run *Run) (*Result, error) {
	return closing(run, func() (*Result, error) {
		if err := p.begin(run); err != nil {
			return nil, &Error{Machine, err}
		}
		return p.run(ctx, run)
	})
}

func closing(run *Run, f func() (*Result, error)) (*Result, error) {
	r, err := f()
	if failed := run.Close(); err == nil && failed != nil {
		err = &Error{Machine, failed}
	}
	return r, err
}

func (p *Prepared) create() (*Run, error) {
	j := p.Job
	if j.RunDir != "" {
		if err := p.trainer.checkSpace(j.RunDir, 0); err != nil {
			return nil, err
		}
		return Create(j.RunDir)
	}
	root, name := j.Runs, j.Name
	if root == "" {
		root = "runs"
	}
	if err := p.trainer.checkSpace(root, 0); err != nil {
		return nil, err
	}
	if name == "" {
		name = "run"
	}
	return CreateNext(root, name)
}

// begin writes what there is to know before the first step. With run.json, which
// comes last, the folder becomes a run that can be resumed.
func (p *Prepared) begin(run *Run) error {
	j, info := p.Job, run.info
	if j.RecipeSource != nil {
		err := fsx.WriteFileAtomic(run.fs, recipeFile, func(w io.Writer) error { _, err := w.Write(j.RecipeSource); return err })
		if err != nil {
			return err
		}
		info.Recipe = &RecipeInfo{Path: j.RecipePath, SHA256: hash(j.RecipeSource), Settings: j.Settings}
	}
	info.Data = p.dataInfo()
	for _, part := range p.Parts.All() {
		info.Data.Parts = append(info.Data.Parts, PartInfo{part.Name, part.Rows, part.Counts, rowsHash(part.Set)})
	}
	info.Model = &ModelInfo{Name: j.ModelName, Layers: p.Layers, Parameters: p.Parameters}
	info.Training, info.Proof, info.Notes = p.Training, &p.Proof, p.Parts.Notes
	return writeInfo(run.fs, info)
}

// dataInfo says what the run learns from, its parts left out.
func (p *Prepared) dataInfo() *DataInfo {
	if p.Images != nil {
		info := newImagesInfo(p.Images)
		info.Image, info.Mask = p.Job.Images.Options.Image, p.Job.Images.Options.Mask
		return &DataInfo{Path: p.Job.Images.Folder, Images: info}
	}
	if p.Arrays != nil {
		return &DataInfo{Path: p.Job.TablePath, Arrays: p.Arrays}
	}
	return &DataInfo{Path: p.Job.TablePath, Schema: p.Parts.Schema}
}

func hash(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// rowsHash is the SHA-256 of the rows' numbers in the file, so that parts can be
// shown to have none in common.
func rowsHash(set *data.Set) string {
	b := make([]byte, 0, 8*len(set.RowID))
	for _, id := range set.RowID {
		b = binary.LittleEndian.AppendUint64(b, uint64(id))
	}
	return hash(b)
}

// run trains from where the run stands, judges, and writes what came of it.
func (p *Prepared) run(ctx context.Context, run *Run) (*Result, error) {
	if p.trainer.config.Run != nil {
		return nil, errors.New("train: a prepared job trains once; prepare it again")
	}
	p.trainer.config.Run = run
	fitted, err := p.trainer.fit(ctx)
	if err != nil {
		return nil, run.fail(err)
	}
	r := &Result{
		Run: run.path, Epochs: fitted.Epochs, BestEpoch: fitted.Best, Stopped: fitted.Stopped,
		Parameters: fitted.Parameters, StepMS: fitted.StepMS, PeakBytes: fitted.PeakBytes, Notes: slices.Concat(p.Parts.Notes, p.trainer.told),
	}
	judge := p.judge
	switch {
	case p.Images != nil:
		judge = func(ctx context.Context, r *Result) ([]*scored, error) { return nil, p.judgeImages(ctx, r) }
	case p.Job.IsOwn():
		judge = p.judgeOwn
	}
	parts, err := judge(context.WithoutCancel(ctx), r)
	if err != nil {
		return nil, run.fail(err)
	}
	err = run.persist(ctx, func() error { return p.write(run, r, parts) })
	if err != nil {
		return nil, err // run.json cannot be written either
	}
	return r, nil
}

// write leaves the model, the predictions, and last run.json: it is what makes
// the run done.
func (p *Prepared) write(run *Run, r *Result, parts []*scored) error {
	m, err := p.model(r)
	if err != nil {
		return err
	}
	if m.Graph != nil {
		if err := writeModel(run.fs, m, p.trainer.state, m.meta()); err != nil {
			return err
		}
	} else if err := run.writeWeights(p.trainer.state, p.trainer.parameters()); err != nil {
		return err
	}
	for _, s := range parts {
		if s.name == "train" {
			continue
		}
		if err := p.writePredictions(run.fs, s); err != nil {
			return err
		}
	}
	for _, m := range p.masks {
		if err := writeMaskPredictions(run.fs, m); err != nil {
			return err
		}
	}
	if err := p.writePictures(run.fs, r); err != nil {
		return err
	}
	if run.info.Data.Rows, err = writeRows(run.fs, p.identities()); err != nil {
		return err
	}
	kept := *r
	kept.Run = run.info.Name // the directory may be moved
	run.info.Result = &kept
	return run.setState(StateDone, nil)
}

func (p *Prepared) outputs() map[string]*graph.Node {
	if p.Job.IsOwn() {
		return p.ownOutputs()
	}
	if p.calibrated != nil {
		return map[string]*graph.Node{Prediction: p.calibrated}
	}
	return map[string]*graph.Node{Prediction: p.trainer.judging.step.output(Prediction)}
}

func (p *Prepared) model(r *Result) (*modelJSON, error) {
	outputs := p.outputs()
	m := &modelJSON{Version: modelVersion, Descent: Version, Threshold: r.Threshold, Thresholds: r.Thresholds, VAE: p.vaeJSON()}
	if p.Images != nil {
		m.Images = newImagesInfo(p.Images)
	} else if p.Arrays != nil {
		m.Arrays = p.Arrays
	} else {
		m.Schema = p.Parts.Schema
	}
	if len(outputs) == 0 {
		return m, nil
	}
	var roots []*graph.Node
	var err error
	if m.Graph, err = graph.Encode(outputs); err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(outputs)) {
		roots = append(roots, outputs[name])
	}
	m.Parameters = modelParams(roots...)
	return m, nil
}

// meta is the metadata of model.safetensors. Nothing in it differs between two
// equal runs.
func (m *modelJSON) meta() map[string]string {
	text := func(v any) string {
		b, err := json.Marshal(v)
		if err != nil {
			panic("train: " + err.Error()) // these types always encode
		}
		return string(b)
	}
	meta := map[string]string{"format": "pt", "descent.version": Version, "descent.model": text(m.Graph)}
	if m.Images != nil {
		meta["descent.images"] = text(m.Images)
	} else if m.Arrays != nil {
		meta["descent.arrays"] = text(m.Arrays)
	} else {
		meta["descent.schema"] = text(m.Schema)
	}
	switch {
	case m.Threshold != nil:
		meta["descent.threshold"] = text(*m.Threshold)
	case m.Thresholds != nil:
		meta["descent.threshold"] = text(m.Thresholds)
	}
	return meta
}
