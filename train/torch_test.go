package train

import (
	"context"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/internal/fsx"
	"github.com/descent-ml/descent/nn"
)

// TestTorchStateDict reads the weights that PyTorch wrote of a U-Net with convolutions,
// transposed ones and batch norm, gives PyTorch's answers with them, and writes the same
// names, shapes and numbers again: see testdata/torch/unet.py.
func TestTorchStateDict(t *testing.T) {
	var recorded struct {
		Image, Said []float32
	}
	text, err := os.ReadFile(filepath.Join("testdata", "torch", "said.json"))
	if err == nil {
		err = json.Unmarshal(text, &recorded)
	}
	if err != nil {
		t.Fatal(err)
	}
	dir, err := fsx.OpenDir(filepath.Join("testdata", "torch"))
	if err != nil {
		t.Fatal(err)
	}
	defer dir.Close()

	g := graph.New(graph.Inference)
	u := nn.UNet(nn.UNetConfig{In: 1, Base: 2, Depth: 2, Norm: nn.Batches, Head: nn.Head{Out: 1, Act: nn.Sigmoid}})
	nn.Bind(g, u)
	p := u.Forward(g.Input("x", graph.Rows(9, 7, 1), graph.Unknown))
	if err := g.Diagnostics().Err(); err != nil {
		t.Fatal(err)
	}
	params := modelParams(p)
	state, err := readWeights(dir, "torch", params, g)
	if err != nil {
		t.Fatal(err)
	}
	model, err := newPredictor(state, map[string]*graph.Node{Prediction: p}, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer model.close()
	said := make([]float32, len(recorded.Said))
	if err := model.fill(context.Background(), Prediction, said, recorded.Image, 2); err != nil {
		t.Fatal(err)
	}
	if lo, hi := slices.Min(recorded.Said), slices.Max(recorded.Said); hi-lo < 0.2 {
		t.Fatalf("the recorded answers are all between %v and %v: they tell nothing", lo, hi)
	}
	for i, want := range recorded.Said {
		if math.Abs(float64(said[i]-want)) > 1e-5 {
			t.Fatalf("pixel %d is %v, and %v from PyTorch", i, said[i], want)
		}
	}

	written := fileTensors(state, params)
	again := fileTensors(state, params)
	for i := range again {
		again[i].F32 = make([]float32, len(again[i].F32))
	}
	if err := readTensors(dir, weightsFile, again); err != nil {
		t.Fatal(err)
	}
	for i := range written {
		if !slices.Equal(written[i].F32, again[i].F32) {
			t.Errorf("%s is written otherwise than PyTorch wrote it", written[i].Name)
		}
	}
}
