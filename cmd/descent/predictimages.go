package main

import (
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	images "github.com/descent-ml/descent/data/image"
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/internal/fsx"
	"github.com/descent-ml/descent/internal/overlay"
	"github.com/descent-ml/descent/train"
)

// masks writes a mask and an overlay for each image that DATA names, into a new folder:
// all of them or none.
func (p *predictCommand) masks(ctx context.Context, c *console) error {
	if p.Output == "-" {
		return usage("masks are written to a folder, not to stdout", "descent predict "+word(p.Model)+" "+word(p.Data)+" -o masks")
	}
	if p.Missing != "" || p.Unseen != "" {
		return usage("--missing and --unseen are about tables, and this model is of images")
	}
	if err := p.newFolder(); err != nil {
		return err
	}
	paths, err := images.Paths(p.Data)
	if err != nil {
		return unreadable(err)
	}
	model, err := train.LoadImages(p.Model, int(p.Workers))
	if err != nil {
		return withoutModel(p.Model, err)
	}
	defer model.Close()
	collect(collectImagesAt)
	names, err := maskNames(paths)
	if err != nil {
		return err
	}
	parent, err := fsx.OpenDir(filepath.Dir(p.Output))
	if err != nil {
		return &train.Error{Class: train.Machine, Err: err}
	}
	defer parent.Close()
	base := filepath.Base(p.Output)
	temporary := "." + base + ".tmp"
	if err := makeFolders(parent, temporary, temporary+"/masks", temporary+"/overlays"); err != nil {
		return &train.Error{Class: train.Machine, Err: err}
	}
	for i, path := range paths {
		text, err := p.mask(ctx, model, parent, temporary, path, names[i])
		if err != nil {
			_ = parent.RemoveAll(temporary) // the error that led here is the one to tell
			return err
		}
		fmt.Fprintln(c.err, text)
	}
	if err := parent.Rename(temporary, base); err != nil {
		return &train.Error{Class: train.Machine, Err: err}
	}
	fmt.Fprintf(c.out, "%s  %s, each with masks/ and overlays/\n", word(p.Output), of(len(paths), "image"))
	return nil
}

// newFolder refuses to write into a folder that is there.
func (p *predictCommand) newFolder() error {
	_, err := os.Lstat(p.Output)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return &train.Error{Class: train.Machine, Err: err}
	}
	return p.exists("the folder exists, and masks would be mixed with what is in it", "name another folder")
}

// makeFolders makes folders, the first anew.
func makeFolders(dir *fsx.Dir, names ...string) error {
	if err := dir.RemoveAll(names[0]); err != nil {
		return err
	}
	for _, name := range names {
		if err := dir.Mkdir(name); err != nil {
			return err
		}
	}
	return nil
}

// unreadable is the error of data that is not there.
func unreadable(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return &train.Error{Class: train.Unreadable, Err: err}
	}
	return err
}

// mask writes the mask and the overlay of one image, and says how much of it is marked.
func (p *predictCommand) mask(ctx context.Context, model *train.ImageModel, dir *fsx.Dir, folder, path, name string) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", &train.Error{Class: train.Interrupted, Err: err}
	}
	s, err := images.Read(path, model.Channels)
	if err != nil {
		return "", unreadable(err)
	}
	scores, err := model.Scores(ctx, s)
	if err != nil {
		return "", err
	}
	class := model.Decide(scores)
	marked := 0
	for _, k := range class {
		if k != 0 {
			marked++
		}
	}
	for _, of := range []struct {
		folder  string
		picture image.Image
	}{{"masks", maskOf(s.H, s.W, class, model.Classes)}, {"overlays", overlay.Picture{H: s.H, W: s.W, C: s.C, Pix: s.Pix}.Mask(class)}} {
		err := fsx.WriteFileAtomic(dir, folder+"/"+of.folder+"/"+name, func(w io.Writer) error { return png.Encode(w, of.picture) })
		if err != nil {
			return "", &train.Error{Class: train.Machine, Err: err}
		}
	}
	return fmt.Sprintf("%s  %dx%d  %s marked", word(path), s.H, s.W, shareText(marked, len(class))), nil
}

// maskNames are the names of masks: those of the images, which must differ.
func maskNames(paths []string) ([]string, error) {
	first := map[string]string{}
	names := make([]string, len(paths))
	for i, path := range paths {
		base := filepath.Base(path)
		names[i] = strings.TrimSuffix(base, filepath.Ext(base)) + ".png"
		if other, twice := first[names[i]]; twice {
			return nil, &train.Error{Class: train.Refused, Err: &graph.Diagnostic{
				Code: codeFileExists, Pos: graph.Position{File: path}, Message: "its mask would have the name of that of " + other, Fixes: []string{"rename one of them"},
			}}
		}
		first[names[i]] = path
	}
	return names, nil
}

// maskOf holds the number of each pixel's class as the masks of training did.
func maskOf(h, w int, class []uint8, numbers []int) image.Image {
	most := 0
	for _, n := range numbers {
		most = max(most, n)
	}
	if most > 255 {
		m := image.NewGray16(image.Rect(0, 0, w, h))
		for i, k := range class {
			m.SetGray16(i%w, i/w, color.Gray16{Y: uint16(numbers[k])})
		}
		return m
	}
	m := image.NewGray(image.Rect(0, 0, w, h))
	for i, k := range class {
		m.Pix[i] = uint8(numbers[k])
	}
	return m
}
