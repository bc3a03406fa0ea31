package train

import (
	"strings"
	"testing"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/loss"
	"github.com/descent-ml/descent/nn"
	"github.com/descent-ml/descent/optim"
)

// What the rows' targets are decides which losses they are for.
func TestTargetsAreLookedAt(t *testing.T) {
	dense := func(out int, act nn.Activation) nn.Layer { return &nn.Dense{In: 1, Out: out, Act: act} }
	for name, tc := range map[string]struct {
		width int
		y     []float32
		model nn.Layer
		loss  loss.Loss
		want  string // "" for accepted
	}{
		"labels above 1":           {1, []float32{0, 1, 2, 1}, dense(1, nn.Sigmoid), loss.Mean(loss.BCE), "loss.BCE: target must lie in [0, 1], but it lies in [0, 2] [loss-domain]"},
		"signs":                    {1, []float32{-1, 1, -1, 1}, dense(1, nn.Linear), loss.Mean(loss.BCEWithLogits), "it lies in [-1, 1] [loss-domain]"},
		"legal: 0 and 1":           {1, []float32{0, 1, 0, 1}, dense(1, nn.Sigmoid), loss.Mean(loss.BCE), ""},
		"legal: shares":            {1, []float32{0.1, 0.9, 0.5, 1}, dense(1, nn.Sigmoid), loss.Mean(loss.BCE), ""},
		"class 3 of 3":             {1, []float32{0, 1, 2, 3}, dense(3, nn.Softmax), loss.Mean(loss.SparseCrossEntropy), "prediction has 3 classes, but target holds class numbers in [0, 3] [loss-domain]"},
		"legal: class 2 of 3":      {1, []float32{0, 1, 2, 2}, dense(3, nn.Softmax), loss.Mean(loss.SparseCrossEntropy), ""},
		"two classes in one row":   {2, []float32{1, 0, 0, 1, 1, 1, 0, 1}, dense(2, nn.Softmax), loss.Mean(loss.CrossEntropy), "rows of target must sum to 1, but their sums lie in [1, 2] [loss-domain]"},
		"legal: one class a row":   {2, []float32{1, 0, 0, 1, 1, 0, 0, 1}, dense(2, nn.Softmax), loss.Mean(loss.CrossEntropy), ""},
		"legal: a row of none":     {2, []float32{1, 0, 0, 1, 0, 0, 0, 1}, dense(2, nn.Softmax), loss.Mean(loss.CrossEntropy), ""},
		"legal: labels each":       {2, []float32{1, 0, 0, 1, 1, 1, 0, 1}, dense(2, nn.Sigmoid), loss.Mean(loss.BCE), ""},
		"legal: rows of numbers":   {2, []float32{1, 5, 0, 1, 1, 1, 0, 1}, dense(2, nn.Linear), loss.Mean(loss.SquaredError), ""},
		"legal: shares that round": {2, []float32{0.3, 0.7, 0.1, 0.9, 0.2, 0.8, 1. / 3, 2. / 3}, dense(2, nn.Softmax), loss.Mean(loss.CrossEntropy), ""},
	} {
		t.Run(name, func(t *testing.T) {
			set := &data.Set{Rows: 4, Width: 1, TargetWidth: tc.width, X: []float32{1, 2, 3, 4}, Y: tc.y}
			_, err := Fit(t.Context(), set, Config{Objective: Supervised(tc.model, tc.loss), Optimizer: optim.Adam{}, Epochs: 1, Batch: 4})
			switch {
			case tc.want == "" && err != nil:
				t.Errorf("refused: %v", err)
			case tc.want != "" && (err == nil || !strings.Contains(err.Error(), tc.want)):
				t.Errorf("got %v, want %s", err, tc.want)
			}
			if d, ok := err.(graph.Diagnostics); ok && len(d) != 1 {
				t.Errorf("%d messages: %v", len(d), d)
			}
		})
	}
}
