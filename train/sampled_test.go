package train

import (
	"context"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"

	"github.com/descent-ml/descent/data"
)

// TestCompareColumn compares columns whose distances are known.
func TestCompareColumn(t *testing.T) {
	set := func(width int, x ...float32) *data.Set { return &data.Set{Rows: len(x) / width, Width: width, X: x} }
	number := &data.Field{Name: "n", Kind: data.Numeric, Std: 1, Indicator: true}
	c := compareColumn(number, 0, set(2, 1, 0, 2, 0, 3, 0, 0, 1), set(2, 3, 0, 4, 0, 4, 0, 25, 0))
	if math.Abs(c.Distance-0.75) > 1e-12 || !slices.Equal(c.Missing, []float64{0.25, 0}) {
		t.Errorf("distance %v, missing %v", c.Distance, c.Missing)
	}
	if len(c.Edges) != bins+1 || c.Edges[0] != 1 || c.Edges[bins] != 25 || math.Abs(c.Trained[0]-1./3) > 1e-12 || math.Abs(c.Drawn[3]-0.5) > 1e-12 || c.Drawn[bins-1] != 0.25 {
		t.Errorf("bins %v: %v and %v", c.Edges, c.Trained, c.Drawn)
	}
	level := &data.Field{Name: "l", Kind: data.Categorical, Levels: []string{"a", "b", "c"}}
	c = compareColumn(level, 1, set(4, 9, 1, 0, 0, 9, 0, 1, 0), set(4, 9, 1, 0, 0, 9, 0, 0, 1))
	if math.Abs(c.Distance-0.5) > 1e-12 || !slices.Equal(c.Trained, []float64{0.5, 0.5, 0}) || !slices.Equal(c.Drawn, []float64{0.5, 0, 0.5}) {
		t.Errorf("%+v", c)
	}
	same := set(3, 1, 2, 0, 2, 4, 0, 3, 6, 0)
	other := set(3, 1, -2, 0, 2, -4, 0, 3, -6, 0)
	if got := correlationDifference(same, other); math.Abs(got-2./3) > 1e-12 || correlationDifference(same, same) != 0 {
		t.Errorf("correlations differ by %v", got)
	}
	marks := nearest(set(2, 0, 0, 3, 4), set(2, 0, 1, 3, 3))
	if marks[0] != 1 || marks[nearestMarks-1] != 1 {
		t.Errorf("distances %v", marks)
	}
}

// TestSampled holds what a run says of rows that are copies, and that it compares all columns.
func TestSampled(t *testing.T) {
	j := vaeJob(300)
	j.RunDir, j.Epochs, j.EarlyStop = filepath.Join(t.TempDir(), "run"), 3, nil
	r, err := j.Train(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	s := r.Sampled
	if s.Rows != r.Train.Rows || len(s.Columns) != 4 || s.Other == nil || s.Other.Part != "test" || s.Copies != 0 || !slices.IsSorted(s.Nearest) || !(s.Nearest[0] > 0) {
		t.Errorf("%+v", s)
	}
	p, err := vaeJob(300).Prepare()
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	known := map[string]bool{p.rowText(p.Parts.Train, 3): true}
	if got := p.copies(known, p.Parts.Train); got != 1/float64(p.Parts.Train.Rows) {
		t.Errorf("%v of the rows are copies of one", got)
	}
}

// TestCodePrior holds that draws have the mean and covariance of the codes.
func TestCodePrior(t *testing.T) {
	mean, logVar := []float32{0, 1, 2, 3, 4, 3}, []float32{0, -1, 0, -2, -3, -1}
	p := newCodePrior(mean, logVar, 3)
	if err := p.check(2); err != nil {
		t.Fatal(err)
	}
	want := [2][2]float64{{8./3 + (2+math.Exp(-3))/3, 4. / 3}, {4. / 3, 8./9 + (2*math.Exp(-1)+math.Exp(-2))/3}}
	const n = 200_000
	r := rand.New(rand.NewPCG(1, 1))
	var sum [2]float64
	var products [2][2]float64
	for range n {
		z := []float64{r.NormFloat64(), r.NormFloat64()}
		p.move(z)
		for d := range 2 {
			sum[d] += z[d] / n
			for e := range 2 {
				products[d][e] += (z[d] - p.Mean[d]) * (z[e] - p.Mean[e]) / n
			}
		}
	}
	for d := range 2 {
		if math.Abs(sum[d]-[]float64{2, 7. / 3}[d]) > 0.02 {
			t.Errorf("mean %v", sum)
		}
		for e := range 2 {
			if math.Abs(products[d][e]-want[d][e]) > 0.05 {
				t.Errorf("covariance %v, want %v", products, want)
			}
		}
	}
	same := newCodePrior([]float32{1, 1, 2, 2}, []float32{-80, -80, -80, -80}, 2) // the second dimension is the first
	if err := same.check(2); err != nil {
		t.Error(err)
	}
	for _, bad := range []*codePrior{nil, {Mean: []float64{0}}, {Mean: []float64{0}, Factor: [][]float64{{0}}}, {Mean: []float64{math.NaN()}, Factor: [][]float64{{1}}}, {Mean: []float64{0}, Factor: [][]float64{{1, 2}}}} {
		if bad.check(1) == nil {
			t.Errorf("%+v is accepted", bad)
		}
	}
}
