package train

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/descent-ml/descent/export/safetensors"
	"github.com/descent-ml/descent/internal/fsx"
	"github.com/descent-ml/descent/program"
)

// weights are copies of some of a state's values.
type weights struct {
	names  []string
	values [][]float32
}

// newWeights makes room for the values of those names.
func newWeights(s *program.State, names []string) *weights {
	w := &weights{names: names}
	for _, name := range names {
		v, _ := s.Get(name)
		w.values = append(w.values, make([]float32, v.Len()))
	}
	return w
}

// copyFrom takes the values that s has now.
func (w *weights) copyFrom(s *program.State) {
	for i, name := range w.names {
		v, _ := s.Get(name)
		v.Read(w.values[i])
	}
}

// copyTo gives s the values back.
func (w *weights) copyTo(s *program.State) {
	for i, name := range w.names {
		v, _ := s.Get(name)
		v.Set(w.values[i])
	}
}

// bytes is the memory that the values take.
func (w *weights) bytes() int64 {
	n := 0
	for _, v := range w.values {
		n += 4 * len(v)
	}
	return int64(n)
}

// tensors returns the values as they are in memory, under their own names.
func (w *weights) tensors(s *program.State) []safetensors.Tensor {
	var all []safetensors.Tensor
	for i, name := range w.names {
		v, _ := s.Get(name)
		all = append(all, safetensors.Tensor{Name: name, Shape: v.Shape, F32: w.values[i]})
	}
	return all
}

// stateTensors returns every value of a state, the optimiser's moments too.
func stateTensors(s *program.State) []safetensors.Tensor {
	var all []safetensors.Tensor
	for _, name := range s.Names() {
		v, _ := s.Get(name)
		all = append(all, safetensors.Tensor{Name: name, Shape: v.Shape, F32: v.Numbers()})
	}
	return all
}

// readState fills a state from a file of all its values.
func readState(fsys fsx.FS, name string, s *program.State) error {
	tensors := stateTensors(s)
	if err := readTensors(fsys, name, tensors); err != nil {
		return err
	}
	for _, t := range tensors {
		v, _ := s.Get(t.Name)
		v.Set(t.F32)
	}
	return nil
}

// writeTensors writes finite tensors.
func writeTensors(tensors []safetensors.Tensor, meta map[string]string) func(io.Writer) error {
	return func(w io.Writer) error {
		if err := safetensors.CheckFinite(tensors...); err != nil {
			return err
		}
		return safetensors.Write(w, tensors, meta)
	}
}

// readTensors fills the tensors from a file that must hold exactly these, in
// name and shape, all finite.
func readTensors(fsys fsx.FS, name string, into []safetensors.Tensor) error {
	return openTensors(fsys, name, into, func(file *safetensors.File) error {
		for _, t := range into {
			if err := file.ReadF32(t.Name, t.F32); err != nil {
				return err
			}
		}
		return safetensors.CheckFinite(into...)
	})
}

// openTensors opens a file that must hold tensors of exactly these names and
// shapes, and hands it to read unless that is nil. All that differs is told at
// once.
func openTensors(fsys fsx.FS, name string, want []safetensors.Tensor, read func(*safetensors.File) error) (err error) {
	r, err := fsys.Open(name)
	if err != nil {
		return err
	}
	defer func() {
		if closing := r.Close(); err == nil {
			err = closing
		}
	}()
	file, err := safetensors.Read(r, r.Size())
	if err == nil {
		if d := differences(file, want); len(d) > 0 {
			err = fmt.Errorf("its tensors are not those of the model\n\t%s", strings.Join(d, "\n\t"))
		}
	}
	if err == nil && read != nil {
		err = read(file)
	}
	if err != nil {
		err = fmt.Errorf("%s: %w", name, err)
	}
	return err
}

// differences lists the tensors that are missing, of another shape, or extra.
func differences(file *safetensors.File, want []safetensors.Tensor) []string {
	var out []string
	known := map[string]bool{}
	for _, t := range want {
		known[t.Name] = true
		switch info, found := file.Find(t.Name); {
		case !found:
			out = append(out, fmt.Sprintf("%.80q missing", t.Name))
		case info.DType != "F32" || !slices.Equal(info.Shape, t.Shape):
			out = append(out, fmt.Sprintf("%.80q is %s %v, want F32 %v", t.Name, info.DType, info.Shape, t.Shape))
		}
	}
	for _, info := range file.Tensors {
		if !known[info.Name] {
			out = append(out, fmt.Sprintf("%.80q is not in the model", info.Name))
		}
	}
	const most = 20
	if len(out) > most {
		out = append(out[:most], fmt.Sprintf("and %d more", len(out)-most))
	}
	return out
}
