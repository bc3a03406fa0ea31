package train

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"slices"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/data/image"
	"github.com/descent-ml/descent/metric"
)

// decideMasks chooses the threshold of pixels, on whole images.
func (t *tuning) decideMasks(ctx context.Context, r *Result) error {
	parts, err := t.maskParts(r)
	if err != nil {
		return err
	}
	by := choosingMasks(parts)
	if t.options.Data != "" {
		if by, err = t.folder(ctx); err != nil {
			return err
		}
	}
	return decideMasks(t.rule, t.run.info.Training.Seed, parts, by, r)
}

// maskParts reads what was seen of the run's own images, which must be those of
// run.json, and gives each part metrics of its own in r, beginning with those it has.
func (t *tuning) maskParts(r *Result) ([]*maskPart, error) {
	kept := map[string]**Judged{"valid": &r.Valid, "tune": &r.Tune, "test": &r.Test}
	var parts []*maskPart
	for _, p := range t.run.info.Data.Parts {
		j := kept[p.Name]
		if j == nil {
			continue
		}
		file := t.run.path + "/" + predictionsDir + "/" + p.Name + ".csv"
		m, err := readMaskPredictions(t.run.fs, p.Name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil, &Error{Unreadable, fmt.Errorf("%s: %w", t.run.path, err)}
		case err != nil:
			return nil, refuse(Refused, CodeNotARun, file, err.Error(), nil)
		case rowsHash(&data.Set{RowID: m.row}) != p.SHA256:
			return nil, refuse(Refused, CodeNotARun, file, "its images are not those that run.json names", nil)
		case *j == nil:
			return nil, refuse(Refused, CodeNotARun, t.run.path, fmt.Sprintf("run.json has no result of the images in predictions/%s.csv", p.Name), nil)
		}
		if yes, all := m.masks.Positives(); int(yes) != (*j).Positives || all != (*j).Pixels {
			return nil, refuse(Refused, CodeNotARun, file, fmt.Sprintf("%d of %d pixels are to be found, of run.json's %d of %d", yes, all, (*j).Positives, (*j).Pixels), nil)
		}
		m.source = t.run.info.Data.fingerprint().SHA256
		m.judged = &Judged{Rows: (*j).Rows, Positives: (*j).Positives, Pixels: (*j).Pixels, Metrics: slices.Clone((*j).Metrics)}
		*j = m.judged
		parts = append(parts, m)
	}
	return parts, nil
}

// folder predicts the images of the folder that chooses.
func (t *tuning) folder(ctx context.Context) (*maskPart, error) {
	info := t.run.info.Data.Images
	model, err := newImageModel(t.run.path, t.model, nil, t.outputs, t.state, t.options.Workers)
	if err != nil {
		return nil, err
	}
	defer model.Close()
	set, err := image.Open(ctx, t.options.Data, image.Options{
		Image: info.Image, Mask: info.Mask, Channels: info.Channels, MaskValues: info.Classes, Split: data.Split{Train: 1},
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &Error{Unreadable, err}
	}
	if err != nil {
		return nil, err
	}
	m := &maskPart{name: filepath.Base(t.options.Data), source: set.Fingerprint.SHA256}
	rows := metric.Rows{Part: m.name, Source: m.source}
	name := map[int64]string{}
	for _, part := range set.Parts() {
		of := identify(part, set)
		rows.Number, rows.Hash = append(rows.Number, of.Number...), append(rows.Hash, of.Hash...)
		for _, it := range part.Items {
			name[int64(it.Row)] = path.Base(it.Image)
		}
	}
	known, err := t.known(rows, "image", func(number int64) string { return name[number] })
	if err != nil {
		return nil, err
	}
	for _, part := range set.Parts() {
		for i, it := range part.Items {
			if known[int64(it.Row)] {
				continue
			}
			pixels, err := seenBy(ctx, model, part, i)
			if err != nil {
				return nil, err
			}
			m.row, m.image, m.masks = append(m.row, int64(it.Row)), append(m.image, it.Image), append(m.masks, pixels)
		}
	}
	return m, nil
}

// seenBy counts the scores that a model gives the pixels of an image.
func seenBy(ctx context.Context, model *ImageModel, part *image.Part, i int) (*metric.Pixels, error) {
	if err := ctx.Err(); err != nil {
		return nil, &Error{Interrupted, err}
	}
	s, err := part.Sample(i)
	if err != nil {
		return nil, err
	}
	scores, err := model.Scores(ctx, s)
	if err != nil {
		return nil, err
	}
	return metric.CountPixels(scores, isForeground(s.Mask))
}
