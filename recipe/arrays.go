package recipe

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/data/array"
	"github.com/descent-ml/descent/data/idx"
	"github.com/descent-ml/descent/data/npy"
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/tracer"
	"github.com/descent-ml/descent/train"
)

// arrays is data from files of numbers, npy, npz or IDX.
type arrays struct {
	source
	label       string // "" for none
	valid, test *arrays
	split       data.Split
	shape       graph.Shape // of the rows as an objective sees them; nil for that of the file
}

func (f *File) arraysWord(c *tracer.Call) tracer.Value {
	a := &arrays{source: source{declaration: declaration{"arrays", c}, file: f, fault: "x"}}
	given := func(i int) *arrays {
		if c.IsNone(i) {
			return nil
		}
		of, ok := c.Arg(i).(*arrays)
		if !ok {
			c.Want(i, "arrays(\"file.npy\") or None")
		}
		return of
	}
	for i, p := range c.Fn.Params() {
		switch p.Name {
		case "x":
			a.path = c.Str(i)
		case "label":
			if !c.IsNone(i) {
				a.label = c.Str(i)
			}
		case "split":
			a.split = splitOf(c, i)
		case "valid":
			a.valid = given(i)
		case "test":
			a.test = given(i)
		case "shape":
			a.shape = rowShape(c, i)
		}
	}
	if !c.OK() {
		return tracer.Poison
	}
	a.find(c)
	return a
}

// rowShape reads the shape of a row, or None.
func rowShape(c *tracer.Call, i int) graph.Shape {
	if c.IsNone(i) {
		return nil
	}
	s, ok := c.Shape(c.Arg(i), c.Span(i))
	if !ok {
		c.Fail()
		return nil
	}
	for _, n := range s {
		if n.Depends() || n.Const < 1 {
			c.Want(i, "the lengths of a row, such as (28, 28, 1)")
			return nil
		}
	}
	return append(graph.Shape{graph.Batch}, s...)
}

// input reads the files.
func (a *arrays) input() (in array.Input, err error) {
	if a.file.options.Data != "" {
		in.X, err = ReadArray(a.file.options.Data)
	} else {
		in.X, err = a.read(a.path)
	}
	if err == nil && a.label != "" {
		in.Label, err = a.read(a.label)
	}
	return in, err
}

func (a *arrays) read(path string) (read *array.Array, err error) {
	err = a.within(path, func(root *os.Root, below string) error {
		below = filepath.ToSlash(below)
		if isNumPy(below) {
			read, err = npy.ReadFS(root.FS(), below, "")
		} else {
			read, err = idx.ReadFS(root.FS(), below)
		}
		return err
	})
	if read != nil {
		read.File = path
	}
	return read, err
}

func isNumPy(path string) bool {
	return strings.HasSuffix(path, ".npy") || strings.HasSuffix(path, ".npz")
}

// ReadArray reads a file of the command line: NumPy's by its ending, else IDX.
func ReadArray(path string) (*array.Array, error) {
	if isNumPy(path) {
		return npy.ReadFile(path, "")
	}
	return idx.ReadFile(path)
}

// job is what a run learns from.
func (a *arrays) job() *train.Arrays {
	return &train.Arrays{Read: func() (array.Input, array.Options, error) {
		o := array.Options{Split: a.split}
		in, err := a.input()
		for _, part := range []struct {
			of   *arrays
			into **array.Input
		}{{a.valid, &o.Valid}, {a.test, &o.Test}} {
			if part.of == nil || err != nil {
				continue
			}
			var more array.Input
			more, err = part.of.input()
			*part.into = &more
		}
		return in, o, err
	}}
}
