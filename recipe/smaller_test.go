package recipe

import "testing"

// TestSmaller holds on which images a loss of large ones is tried: on small ones, unless
// it is of their size alone, and never on fewer columns of a table.
func TestSmaller(t *testing.T) {
	const squares = "def loss(y_true, y_pred): return K.mean(K.square(y_true - y_pred))\n"
	for _, tc := range []struct{ name, shape, source, want string }{
		{"large images", "N,500,300,3", squares, "[N 64 64 3]"},
		{"small images", "N,128,128,1", squares, ""},
		{"a table", "N,1000", squares, ""},
		{"a size that is named", "N,500,500,1", "def loss(y_true, y_pred): return K.mean(K.square(K.reshape(y_true - y_pred, (-1, 250000))))\n", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f, found := Load(write(t, t.TempDir(), "x.py", tc.source), Options{})
			if f == nil {
				t.Fatal(found)
			}
			shape, err := parseShape(tc.shape)
			if err != nil {
				t.Fatal(err)
			}
			if found := f.CheckLoss(LossOptions{Pred: shape, Target: shape, Activation: "sigmoid", TargetKind: "binary"}); found.Refused() {
				t.Fatal(found)
			}
			got := ""
			if f.Tried != nil {
				got = f.Tried.String()
			}
			if got != tc.want || f.Probe == nil || f.Slopes == nil {
				t.Errorf("tried on %q, want %q; probe %v, slopes %v", got, tc.want, f.Probe != nil, f.Slopes != nil)
			}
		})
	}
}
