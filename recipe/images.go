package recipe

import (
	"context"
	"os"
	"path/filepath"

	_ "golang.org/x/image/tiff" // so that folders may hold TIFF

	"github.com/descent-ml/descent/data/image"
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/internal/limits"
	"github.com/descent-ml/descent/recipe/syntax"
	"github.com/descent-ml/descent/recipe/tracer"
	"github.com/descent-ml/descent/train"
)

// imageFolder is data from a folder of images.
type imageFolder struct {
	source
	options image.Options
	crop    image.Crop
}

type (
	// stripsValue cuts each image into parts.
	stripsValue struct {
		declaration
		strips image.Strips
	}
	// borderWeight makes weights from masks.
	borderWeight struct {
		declaration
		weight image.BorderWeight
	}
	// cropValue is windows that training sees.
	cropValue struct {
		declaration
		crop image.Crop
	}
)

func (f *File) imagesWord(c *tracer.Call) tracer.Value {
	m := &imageFolder{source: source{declaration: declaration{"images", c}, file: f, fault: "folder"}}
	o := &m.options
	for i, p := range c.Fn.Params() {
		switch p.Name {
		case "folder":
			m.path = c.Str(i)
		case "image":
			if c.Given(i) {
				o.Image = c.Str(i)
			}
		case "mask":
			switch {
			case c.IsNone(i):
				o.NoMask = true
			case c.Given(i):
				o.Mask = c.Str(i)
			}
		case "weights":
			m.setWeights(c, i)
		case "size":
			o.Size = sizeOf(c, i)
		case "channels":
			if s, ok := c.Arg(i).(tracer.Str); !ok || s != "auto" {
				o.Channels = atLeastOne(c, i)
			}
		case "mask_values":
			if s, ok := c.Arg(i).(tracer.Str); !ok || s != "auto" {
				o.MaskValues = wholeNumbers(c, i)
			}
		case "crop":
			m.setCrop(c, i)
		case "skip_bad":
			o.SkipBad = c.Int(i)
		case "split":
			if s, ok := c.Arg(i).(*stripsValue); ok {
				o.Strips = &s.strips
			} else {
				o.Split = splitOf(c, i)
			}
		}
	}
	if !c.OK() {
		return tracer.Poison
	}
	m.find(c)
	return m
}

// Attrs implements [tracer.Attributer].
func (m *imageFolder) Attrs() []string { return []string{"x", "y"} }

// Attr implements [tracer.Attributer].
func (m *imageFolder) Attr(_ *tracer.Tracer, name string, _ syntax.Span) (tracer.Value, bool) {
	return sideOf(m, name)
}

func (m *imageFolder) setWeights(c *tracer.Call, i int) {
	switch v := c.Arg(i).(type) {
	case tracer.None:
	case *borderWeight:
		m.options.Border = &v.weight
	case tracer.Str:
		m.options.Weights = string(v)
	default:
		c.Want(i, "a pattern of files such as \"weights/*\", or border_weight()")
	}
}

func (m *imageFolder) setCrop(c *tracer.Call, i int) {
	if v, ok := c.Arg(i).(*cropValue); ok {
		m.crop = v.crop
		return
	}
	if size := sizeOf(c, i); size != (image.Size{}) {
		m.crop = image.Crop{H: size.H, W: size.W}
	}
}

// sizeOf reads a height and a width, or None.
func sizeOf(c *tracer.Call, i int) (s image.Size) {
	if c.IsNone(i) {
		return s
	}
	n := wholeNumbers(c, i)
	if !c.Fine(i) {
		return s
	}
	if len(n) != 2 || min(n[0], n[1]) < 1 || max(n[0], n[1]) > limits.ImageSide {
		c.RefuseArg(i, tracer.CodeValue, "%s is a height and a width in pixels, such as (500, 500), not %s", c.Fn.Params()[i].Name, tracer.Repr(c.Arg(i)))
		return s
	}
	return image.Size{H: n[0], W: n[1]}
}

// wholeNumbers reads a list or tuple of them.
func wholeNumbers(c *tracer.Call, i int) (out []int) {
	for _, v := range c.Elements(i) {
		n, ok := v.(tracer.Int)
		k, small := int64(0), false
		if ok {
			k, small = n.Int64()
		}
		if !small || k != int64(int(k)) {
			c.Want(i, "whole numbers")
			return nil
		}
		out = append(out, int(k))
	}
	return out
}

// setImages makes the images those of the job.
func (f *File) setImages(m *imageFolder, job *train.Job) {
	f.data = &m.source
	job.Images = &train.Images{Folder: m.path, Options: m.options, Crop: m.crop, Open: m.open}
	if f.options.Data != "" {
		job.Images.Folder, job.Images.Open = f.options.Data, nil
	}
}

// open reads the folder. Links that lead out of the recipe's folder are not followed.
func (m *imageFolder) open(ctx context.Context, folder string, o image.Options) (set *image.Set, err error) {
	err = m.within(folder, func(within *os.Root, below string) error {
		root, err := os.OpenRoot(within.Name())
		if err != nil {
			return err
		}
		set, err = image.OpenFS(ctx, root.FS(), filepath.ToSlash(below), o) // the root is open as long as samples are read
		return err
	})
	return set, err
}

func stripsWord(c *tracer.Call) tracer.Value {
	share := func(i int) float64 { return within(c, i, 0, 1, "a share of the width from 0 to 1") }
	return &stripsValue{declaration{"strips", c}, image.Strips{Train: share(0), Valid: share(1), Test: share(2)}}
}

func borderWeightWord(c *tracer.Call) tracer.Value {
	return &borderWeight{declaration{"border_weight", c}, image.BorderWeight{
		Sigma:    within(c, 0, positive, 1000, "a number of pixels above 0, at most 1000"),
		Strength: within(c, 1, positive, 1e6, "a number above 0, at most 1e6"),
	}}
}

func cropWord(c *tracer.Call) tracer.Value {
	return &cropValue{declaration{"crop", c}, image.Crop{
		H: atLeastOne(c, 0), W: atLeastOne(c, 1), PerImage: c.Int(2), Foreground: within(c, 3, 0, 1, "a share of the windows from 0 to 1"),
	}}
}

// unreadImages says that a model of the word takes images alone.
func unreadImages(word string, at graph.Position) error {
	return graph.Diagnostics{{
		Code: tracer.CodeValue, Pos: at, Message: word + "(...) takes images, and the data is rows of a table",
		Fixes: []string{`data = images("folder")`, "or mlp(hidden = [64, 32]) for rows"},
	}}
}
