package train

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/export/safetensors"
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/internal/fsx"
	"github.com/descent-ml/descent/program"
)

// The files that hold a model.
const (
	modelFile   = "model.json"
	weightsFile = "model.safetensors"
)

// modelVersion is the format of model.json.
const modelVersion = 1

// modelJSON is model.json: all that a prediction needs but the weights.
type modelJSON struct {
	Version    int            `json:"version"`
	Descent    string         `json:"descent"`
	Graph      *graph.Encoded `json:"graph"` // from x to the outputs
	Parameters []paramJSON    `json:"parameters"`
	Schema     *data.Schema   `json:"schema,omitempty"`     // of rows
	Images     *ImagesInfo    `json:"images,omitempty"`     // of images
	Arrays     *ArraysInfo    `json:"arrays,omitempty"`     // of rows of arrays
	Threshold  *float64       `json:"threshold,omitempty"`  // of a binary target: positive where the probability is at least this
	Thresholds []float64      `json:"thresholds,omitempty"` // of labels, the same of each; of classes, to decide by: see [Result]
	VAE        *vaeJSON       `json:"vae,omitempty"`        // of a variational autoencoder
}

// paramJSON tells where a parameter of the graph is in model.safetensors.
type paramJSON struct {
	Name  string `json:"name"` // in the graph and in messages
	File  string `json:"file"` // in model.safetensors
	Shape []int  `json:"shape"`
	Axes  []int  `json:"axes,omitempty"` // which of ours each axis of the file is, where PyTorch has another order
}

// modelParams describes the parameters that outputs are computed from.
func modelParams(outputs ...*graph.Node) []paramJSON {
	var params []paramJSON
	var names []string
	nodes := graph.Reachable(outputs...)
	for _, n := range nodes {
		if p, ok := n.Param(); ok {
			names = append(names, p.Name)
			params = append(params, paramJSON{Name: p.Name, Shape: p.Shape, Axes: fileAxes(n, nodes)})
		}
	}
	for i, file := range fileNames(names) {
		params[i].File = file
	}
	return params
}

// fileAxes returns the order of axes that PyTorch has for the weights of a layer, nil where
// it is ours: [out in] for a matrix that rows are multiplied by, [out in height width] for the
// kernel of a convolution and [in out height width] for that of a transposed one, whose
// axes here are [height width in out] and [height width out in].
func fileAxes(n *graph.Node, nodes []*graph.Node) (axes []int) {
	p, _ := n.Param()
	if !strings.HasSuffix(p.Name, "Weight") {
		return nil
	}
	for _, user := range nodes {
		if !slices.Contains(user.Inputs(), n) {
			continue
		}
		switch op := user.Op().Name(); {
		case user.In(0) == n:
			return nil
		case op == "MatMul" && len(p.Shape) == 2 && !user.Attrs().TransB:
			axes = []int{1, 0}
		case op == "Conv2D" || op == "Conv2DTranspose":
			axes = []int{3, 2, 0, 1}
		default:
			return nil
		}
	}
	return axes
}

// fileShape returns the shape in model.safetensors.
func (p paramJSON) fileShape() []int {
	if p.Axes == nil {
		return p.Shape
	}
	shape := make([]int, len(p.Axes))
	for i, axis := range p.Axes {
		shape[i] = p.Shape[axis]
	}
	return shape
}

// fileTensors returns the parameters of a state as model.safetensors holds them.
func fileTensors(s *program.State, params []paramJSON) []safetensors.Tensor {
	var all []safetensors.Tensor
	for _, p := range params {
		v, _ := s.Get(p.Name)
		numbers := v.Numbers()
		t := safetensors.Tensor{Name: p.File, Shape: p.fileShape(), F32: numbers}
		if p.Axes != nil {
			t.F32 = make([]float32, len(numbers))
			p.eachPlace(func(file, ours int) { t.F32[file] = numbers[ours] })
		}
		all = append(all, t)
	}
	return all
}

// eachPlace goes through the numbers of a parameter as the file has them, and says where
// each is in memory.
func (p paramJSON) eachPlace(each func(file, ours int)) {
	steps := make([]int, len(p.Shape)) // from one number to the next along each of our axes
	step := 1
	for i := len(p.Shape) - 1; i >= 0; i-- {
		steps[i] = step
		step *= p.Shape[i]
	}
	shape, at, ours := p.fileShape(), make([]int, len(p.Axes)), 0
	for file := range step {
		each(file, ours)
		for i := len(at) - 1; i >= 0; i-- {
			at[i]++
			ours += steps[p.Axes[i]]
			if at[i] < shape[i] {
				break
			}
			ours -= at[i] * steps[p.Axes[i]]
			at[i] = 0
		}
	}
}

// writeModel writes model.safetensors and model.json. Two equal models give equal bytes.
func writeModel(fsys fsx.FS, m *modelJSON, s *program.State, meta map[string]string) error {
	tensors := fileTensors(s, m.Parameters)
	if err := safetensors.CheckFinite(tensors...); err != nil {
		return &Error{SelfStopped, err}
	}
	err := fsx.WriteFileAtomic(fsys, weightsFile, func(w io.Writer) error { return safetensors.Write(w, tensors, meta) })
	if err != nil {
		return err
	}
	return writeJSON(fsys, modelFile, m)
}

// readModel reads both files into a graph and a state that belong together.
func readModel(fsys fsx.FS, path string) (*modelJSON, map[string]*graph.Node, *program.State, error) {
	m := new(modelJSON)
	if err := readJSON(fsys, modelFile, path, modelVersion, m); err != nil {
		return nil, nil, nil, err
	}
	where := path + "/" + modelFile
	bad := func(err error) error { return refuse(Refused, CodeModel, where, err.Error(), nil) }
	kinds := 0
	for _, is := range []bool{m.Schema != nil, m.Images != nil, m.Arrays != nil} {
		if is {
			kinds++
		}
	}
	if m.Graph == nil || kinds != 1 {
		return nil, nil, nil, bad(fmt.Errorf("it needs a graph, and a schema, images or arrays"))
	}
	if m.Arrays != nil {
		if err := m.Arrays.check(); err != nil {
			return nil, nil, nil, bad(err)
		}
	}
	g, outputs, err := graph.Decode(m.Graph)
	if err != nil {
		return nil, nil, nil, bad(err)
	}
	if err := m.checkParams(g); err != nil {
		return nil, nil, nil, bad(err)
	}
	state, err := readWeights(fsys, path, m.Parameters, g)
	return m, outputs, state, err
}

// checkParams refuses a list of parameters that is not the graph's.
func (m *modelJSON) checkParams(g *graph.Graph) error {
	listed, files := map[string]paramJSON{}, map[string]bool{}
	for _, p := range m.Parameters {
		if _, twice := listed[p.Name]; twice || files[p.File] {
			return fmt.Errorf("parameter %.80q (%.80q) is listed twice", p.Name, p.File)
		}
		listed[p.Name], files[p.File] = p, true
		if p.Axes != nil && !isPermutation(p.Axes, len(p.Shape)) {
			return fmt.Errorf("parameter %.80q of shape %v has no axes %v to put in order", p.Name, p.Shape, p.Axes)
		}
	}
	for _, n := range g.Params() {
		p, _ := n.Param()
		l, ok := listed[p.Name]
		if !ok || !slices.Equal(l.Shape, p.Shape) {
			return fmt.Errorf("parameter %.80q has shape %v in the graph and %v in the list", p.Name, p.Shape, l.Shape)
		}
	}
	if len(listed) != len(g.Params()) {
		return fmt.Errorf("%d parameters are listed, the graph has %d", len(listed), len(g.Params()))
	}
	return nil
}

// isPermutation reports whether axes are the numbers below n in some order.
func isPermutation(axes []int, n int) bool {
	sorted := slices.Sorted(slices.Values(axes))
	for i, axis := range sorted {
		if axis != i {
			return false
		}
	}
	return len(sorted) == n
}

// readWeights makes the state of a graph from model.safetensors. The file's
// header is compared with the list before memory is asked for.
func readWeights(fsys fsx.FS, path string, params []paramJSON, g *graph.Graph) (*program.State, error) {
	bad := func(err error) error { return &Error{Refused, fmt.Errorf("%s/%w", path, err)} }
	var expected []safetensors.Tensor
	for _, p := range params {
		expected = append(expected, safetensors.Tensor{Name: p.File, Shape: p.fileShape()})
	}
	if err := openTensors(fsys, weightsFile, expected, nil); err != nil {
		return nil, bad(err)
	}
	s := program.NewState(0, g.Params()...)
	tensors := fileTensors(s, params)
	if err := readTensors(fsys, weightsFile, tensors); err != nil {
		return nil, bad(err)
	}
	for i, p := range params {
		v, _ := s.Get(p.Name)
		numbers := tensors[i].F32
		if p.Axes != nil {
			numbers = make([]float32, len(numbers))
			p.eachPlace(func(file, ours int) { numbers[ours] = tensors[i].F32[file] })
		}
		v.Set(numbers)
	}
	return s, nil
}
