package graph

import "testing"

func TestSqueezeAll(t *testing.T) {
	for name, tc := range map[string]struct {
		shape, want Shape
		found       string
	}{
		"one output": {Rows(1), Rows(), `loss.py:4:9: note: squeeze without an axis drops what happens to have length 1, here axis 1 of [N 1] [squeeze-batch]
	x      [N 1]  from the model
	would  make [] of a batch of one row elsewhere; here the batch axis stays.
	fix: name the axis: K.squeeze(x, 1)`},
		"a grey image": {Rows(28, 28, 1), Rows(28, 28), `loss.py:4:9: note: squeeze without an axis drops what happens to have length 1, here axis 3 of [N 28 28 1] [squeeze-batch]
	x      [N 28 28 1]  from the model
	would  make [28 28] of a batch of one row elsewhere; here the batch axis stays.
	fix: name the axis: K.squeeze(x, 3)`},
		"two outputs": {Rows(2), Rows(2), `loss.py:4:9: note: squeeze without an axis drops what happens to have length 1, and of [N 2] nothing has [squeeze-batch]
	x      [N 2]  from the model
	would  make [2] of a batch of one row elsewhere; here the batch axis stays.
	fix: take it away`},
		"without a batch": {Dims(1, 4, 1), Dims(4), ""},
	} {
		g := New(Training)
		g.Language = Python
		g.At(Position{File: "loss.py", Line: 4, Col: 9})
		got := g.InputFrom("x", "the model", tc.shape, Unknown).SqueezeAll()
		if !got.Shape().Equal(tc.want) {
			t.Errorf("%s: %v, want %v", name, got.Shape(), tc.want)
		}
		if found := g.Diagnostics().Error(); found != tc.found {
			t.Errorf("%s: got\n%s\nwant\n%s", name, found, tc.found)
		}
	}
}
