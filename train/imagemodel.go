package train

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/data/image"
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/internal/fsx"
	"github.com/descent-ml/descent/internal/limits"
	"github.com/descent-ml/descent/program"
)

// ImagesInfo is what run.json and model.json say of the images.
type ImagesInfo struct {
	Fingerprint data.Fingerprint `json:"fingerprint"`
	Channels    int              `json:"channels"`
	Classes     []int            `json:"classes"` // the number in masks of each class
	Weighted    bool             `json:"weighted,omitempty"`
	Skipped     []image.Skipped  `json:"skipped,omitempty"`
	Image       string           `json:"image,omitempty"` // pattern of the images, if the recipe has one
	Mask        string           `json:"mask,omitempty"`  // and of the masks
}

func newImagesInfo(s *image.Set) *ImagesInfo {
	return &ImagesInfo{Fingerprint: s.Fingerprint, Channels: s.C, Classes: s.Classes, Weighted: s.Weighted, Skipped: s.Skipped}
}

// An ImageModel is a trained network that gives each pixel of an image a class. It is
// used by one goroutine at a time.
type ImageModel struct {
	Channels  int     // of the images it takes
	Classes   []int   // the number in masks of each class
	Threshold float64 // of two classes: the second where the probability is at least this
	Size      image.Size

	program *program.Program
	inputs  map[string][]float32
}

// OfImages reports whether the model of a run is one of images.
func OfImages(path string) (bool, error) {
	dir, err := openDir(path)
	if err != nil {
		return false, err
	}
	defer dir.Close()
	m := new(modelJSON)
	if err := readJSON(dir, modelFile, path, modelVersion, m); err != nil {
		return false, err
	}
	return m.Images != nil, nil
}

// LoadImages is [Load] of a model of images: of run.json, where it lies beside the model,
// the threshold holds.
func LoadImages(path string, workers int) (*ImageModel, error) {
	dir, err := openDir(path)
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	return loadImagesIn(dir, path, workers)
}

func loadImagesIn(fsys fsx.FS, path string, workers int) (*ImageModel, error) {
	m, outputs, state, err := readModel(fsys, path)
	if err != nil {
		return nil, err
	}
	if m.Images == nil {
		return nil, refuse(Refused, CodeModel, path, "this model is of rows of a table, not of images", nil, "load it with train.Load")
	}
	result, err := readResult(fsys, path)
	if err != nil {
		return nil, err
	}
	return newImageModel(path, m, result, outputs, state, workers)
}

// newImageModel makes a model that goes by the threshold of a result, if there is one.
func newImageModel(path string, m *modelJSON, result *Result, outputs map[string]*graph.Node, state *program.State, workers int) (*ImageModel, error) {
	model := &ImageModel{Channels: m.Images.Channels, Classes: m.Images.Classes, inputs: map[string][]float32{}}
	if err := model.decideBy(m.Threshold); err != nil {
		return nil, badModel(path, err.Error())
	}
	prediction, err := model.checkGraph(outputs)
	if err != nil {
		return nil, badModel(path, err.Error())
	}
	if result != nil {
		if err := model.decideBy(result.Threshold); err != nil {
			return nil, badResult(path, err)
		}
	}
	if model.program, err = program.Compile(state, program.Spec{Outputs: map[string]*graph.Node{Prediction: prediction}, Workers: workers}); err != nil {
		return nil, err
	}
	need, err := model.program.Peak(1)
	if err == nil && need > limits.Memory().Bytes {
		err = &limits.Refusal{Where: path, What: "memory to predict", Value: need, Limit: limits.Memory().Bytes, Unit: limits.Bytes}
	}
	if err != nil {
		model.Close()
		return nil, err
	}
	return model, nil
}

// decideBy takes a threshold, nil for one half.
func (m *ImageModel) decideBy(threshold *float64) (err error) {
	m.Threshold, err = finiteThreshold(threshold)
	return err
}

// checkGraph refuses a graph that does not lead from images to their classes.
func (m *ImageModel) checkGraph(outputs map[string]*graph.Node) (*graph.Node, error) {
	if len(m.Classes) < 2 || len(m.Classes) > 256 || m.Channels < 1 {
		return nil, fmt.Errorf("%d classes of images with %d channels", len(m.Classes), m.Channels)
	}
	for _, c := range m.Classes {
		if c < 0 || c > math.MaxUint16 {
			return nil, fmt.Errorf("class %d cannot stand in a mask", c)
		}
	}
	prediction := outputs[Prediction]
	if prediction == nil || len(outputs) != 1 {
		return nil, errors.New("its graph must have one output, named prediction")
	}
	for _, n := range graph.Reachable(prediction) {
		name, ok := n.InputName()
		if !ok {
			continue
		}
		s := n.Shape()
		if name != "x" || len(s) != 4 || s[0] != graph.Batch || s[1:].Depends() || s[3] != graph.Fixed(m.Channels) {
			return nil, fmt.Errorf("input %.40q is %v; images have %d channels", name, s, m.Channels)
		}
		m.Size = image.Size{H: s[1].Const, W: s[2].Const}
	}
	want := graph.Rows(m.Size.H, m.Size.W, outputsOf(len(m.Classes)))
	if got := prediction.Shape(); m.Size == (image.Size{}) || !got.Equal(want) {
		return nil, fmt.Errorf("its prediction is %v; the masks need %v", got, want)
	}
	return prediction, nil
}

// Close ends the model's workers.
func (m *ImageModel) Close() { m.program.Close() }

// Outputs is how many probabilities each pixel gets: one of two classes, of the second,
// else one of each.
func (m *ImageModel) Outputs() int { return outputsOf(len(m.Classes)) }

// Scores computes the probabilities of each pixel, [H W Outputs].
//
// The network sees images of [ImageModel.Size]. Another image is seen through windows
// of that size which overlap by a quarter or more, and a pixel gets the mean of what
// they say of it, each weighed by how far inside of the window the pixel is; what an
// image lacks to fill a window is mirrored.
func (m *ImageModel) Scores(ctx context.Context, s *image.Sample) ([]float32, error) {
	if s.C != m.Channels {
		return nil, refuse(Refused, graph.CodeShape, "", fmt.Sprintf("the image has %d channels, the model takes %d", s.C, m.Channels), nil)
	}
	if s.H == m.Size.H && s.W == m.Size.W {
		out, err := m.run(ctx, s.Pix)
		return append([]float32(nil), out...), err
	}
	k := m.Outputs()
	sums, weights := make([]float64, s.H*s.W*k), make([]float64, s.H*s.W)
	window := make([]float32, m.Size.H*m.Size.W*s.C)
	for _, top := range starts(s.H, m.Size.H) {
		for _, left := range starts(s.W, m.Size.W) {
			for y := range m.Size.H {
				for x := range m.Size.W {
					from := (mirrored(top+y, s.H)*s.W + mirrored(left+x, s.W)) * s.C
					copy(window[(y*m.Size.W+x)*s.C:][:s.C], s.Pix[from:])
				}
			}
			out, err := m.run(ctx, window)
			if err != nil {
				return nil, err
			}
			for y := range min(m.Size.H, s.H-top) {
				for x := range min(m.Size.W, s.W-left) {
					w := inside(y, m.Size.H) * inside(x, m.Size.W)
					at := (top+y)*s.W + left + x
					weights[at] += w
					for c := range k {
						sums[at*k+c] += w * float64(out[(y*m.Size.W+x)*k+c])
					}
				}
			}
		}
	}
	scores := make([]float32, len(sums))
	for i := range scores {
		scores[i] = float32(sums[i] / weights[i/k])
	}
	return scores, nil
}

func (m *ImageModel) run(ctx context.Context, pix []float32) ([]float32, error) {
	m.inputs["x"] = pix
	if err := m.program.Run(ctx, program.Batch{Rows: 1, Step: 1, Inputs: m.inputs}); err != nil {
		return nil, err
	}
	return m.program.Output(Prediction), nil
}

// starts are the first places of windows that cover n places, evenly, with overlaps of
// a quarter or more.
func starts(n, window int) []int {
	if n <= window {
		return []int{0}
	}
	step := max(1, window*3/4)
	count := 1 + ceilDiv(n-window, step)
	out := make([]int, count)
	for i := range out {
		out[i] = (n - window) * i / (count - 1)
	}
	return out
}

// mirrored is the place within n that place i shows, beyond the end mirrored.
func mirrored(i, n int) int {
	period := 2 * n
	i %= period
	if i >= n {
		return period - 1 - i
	}
	return i
}

// inside is how far from the edge of a window of n a place is, the edge itself being 1.
func inside(i, n int) float64 { return float64(min(i+1, n-i)) }

// Decide returns the class of each pixel by its probabilities: of two classes the
// second where they reach the threshold, of several the likeliest.
func (m *ImageModel) Decide(scores []float32) []uint8 {
	k := m.Outputs()
	class := make([]uint8, len(scores)/k)
	if k == 1 {
		for i, s := range scores {
			if float64(s) >= m.Threshold {
				class[i] = 1
			}
		}
		return class
	}
	for i, c := range likeliest(scores, k) {
		class[i] = uint8(c)
	}
	return class
}
