package metric

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Two images: half of the mask found, and an empty mask of which nothing is flagged.
func TestImagesByHand(t *testing.T) {
	score := []float32{0.9, 0.2, 0.8, 0.1, 0, 0, 0, 0.4}
	mask := []bool{true, true, false, false, false, false, false, false}
	m := must(CountImages(score, mask, nil, 4, 0.5))
	if len(m) != 2 || m[0].Counts != (Counts{1, 1, 1, 1}) || m[1].Counts != (Counts{TN: 4}) {
		t.Fatalf("%+v", m)
	}
	if g := m.Global(); g != (Counts{1, 1, 1, 5}) {
		t.Errorf("global %+v", g)
	}
	near(t, "global IoU", m.Global().IoU(Zero), 1.0/3, 1e-15)
	near(t, "global Dice", m.Global().F1(Zero), 1.0/2, 1e-15)
	for z, want := range []float64{1.0 / 6, 2.0 / 3, 1.0 / 3} { // the empty mask wrong, right, left out
		near(t, fmt.Sprintf("mean IoU, policy %d", z), m.Mean(func(c Counts) float64 { return c.IoU(ZeroDivision(z)) }), want, 1e-15)
	}
	near(t, "mean recall", m.Mean(func(c Counts) float64 { return c.Recall(Undefined) }), 0.5, 0)
	if x := (Images{}).Mean(Counts.Accuracy); !math.IsNaN(x) {
		t.Errorf("mean of no images %v", x)
	}
}

func TestImagesAreBatches(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pixels, n := rapid.IntRange(1, 5).Draw(t, "pixels"), rapid.IntRange(0, 6).Draw(t, "images")
		var score []float64
		var mask []bool
		var weight []float64
		for range pixels * n {
			score = append(score, float64(rapid.IntRange(0, 4).Draw(t, "score"))/4)
			mask = append(mask, rapid.Bool().Draw(t, "mask"))
			weight = append(weight, float64(rapid.IntRange(0, 2).Draw(t, "weight")))
		}
		all := must(CountImages(score, mask, weight, pixels, 0.5))
		cut := rapid.IntRange(0, n).Draw(t, "cut") * pixels
		parts := append(must(CountImages(score[:cut], mask[:cut], weight[:cut], pixels, 0.5)),
			must(CountImages(score[cut:], mask[cut:], weight[cut:], pixels, 0.5))...)
		if !slices.Equal(all, parts) {
			t.Errorf("batches give %v, all %v", parts, all)
		}
		if got, want := all.Global(), must(CountAt(score, mask, weight, 0.5)); got != want {
			t.Errorf("global %+v, of all pixels %+v", got, want)
		}
		// Weight k of an image is k copies of it.
		var copies Images
		for i := range all {
			all[i].Weight = float64(rapid.IntRange(0, 3).Draw(t, "copies"))
			copies = append(copies, slices.Repeat(Images{{all[i].Counts, 1}}, int(all[i].Weight))...)
		}
		iou := func(c Counts) float64 { return c.IoU(Undefined) }
		if all.Global() != copies.Global() || !alike(all.Mean(iou), copies.Mean(iou)) {
			t.Errorf("of weights %v and %v, of copies %v and %v", all.Global(), all.Mean(iou), copies.Global(), copies.Mean(iou))
		}
	})
}

// Images, not pixels, are drawn: ten copies of each pixel make no interval narrower.
func TestBootstrapImages(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 1))
	var images, large Images
	for range 40 {
		c := Counts{float64(random.IntN(50)), float64(random.IntN(20)), float64(random.IntN(20)), 100}
		images, large = append(images, Image{c, 1}), append(large, Image{c.Times(10), 1})
	}
	global := func(m Images) float64 { return m.Global().IoU(Zero) }
	b := Bootstrap{Resamples: 300, Seed: 6}
	for i := range images {
		images[i].Weight, large[i].Weight = float64(i%3), float64(i%3)
	}
	draws := must(b.Images(images, global))
	if other := must(b.Images(large, global)); Interval95(draws) != Interval95(other) {
		t.Errorf("interval %v, of larger images %v", Interval95(draws), Interval95(other))
	}
	for i, times := range slow(b, 40)[:20] {
		var m Images
		for j, n := range times {
			m = append(m, slices.Repeat(images[j:j+1], int(n))...)
		}
		if !alike(draws[i], global(m)) {
			t.Errorf("draw %d: %v, want %v", i, draws[i], global(m))
		}
	}
	if x := global(images); !(Interval95(draws).Lo < x && x < Interval95(draws).Hi) {
		t.Errorf("%v is outside %v", x, Interval95(draws))
	}
	if _, err := b.Images(nil, global); err == nil {
		t.Error("no images were drawn")
	}
}

func drawPixels(t *rapid.T, score *rapid.Generator[float32]) (scores []float32, mask []bool, weight []float32) {
	for range rapid.IntRange(1, 60).Draw(t, "pixels") {
		scores = append(scores, score.Draw(t, "score"))
		mask = append(mask, rapid.Bool().Draw(t, "mask"))
		weight = append(weight, float32(rapid.IntRange(0, 2).Draw(t, "weight")))
	}
	return scores, mask, weight
}

func wide(x []float32) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = float64(v)
	}
	return out
}

// Of 16-bit scores a histogram, merged from batches, is the ranking of all pixels.
func TestHistogramOf16Bits(t *testing.T) {
	steps := rapid.Map(rapid.OneOf(rapid.IntRange(0, 65535), rapid.IntRange(0, 3), rapid.IntRange(65532, 65535), rapid.IntRange(32766, 32769)),
		func(i int) float32 { return float32(i) / 65535 })
	rapid.Check(t, func(t *rapid.T) {
		score, mask, weight := drawPixels(t, steps)
		const copies = 20 // enough positive pixels to choose on
		score, mask, weight = slices.Repeat(score, copies), slices.Repeat(mask, copies), slices.Repeat(weight, copies)
		cut := rapid.IntRange(0, len(score)).Draw(t, "cut")
		var h, second Histogram
		for _, err := range []error{h.Add(score[:cut], mask[:cut], weight[:cut]), second.Add(score[cut:], mask[cut:], weight[cut:])} {
			if err != nil {
				t.Fatal(err)
			}
		}
		h.Merge(&second)
		want := must(Rank(wide(score), mask, wide(weight)))
		if want.Rows() == 0 {
			if _, err := h.Choose(BestF{}); err == nil {
				t.Error("a threshold was chosen on no pixel")
			}
			return
		}
		for _, rule := range append(rules, Fixed{0.3}) {
			if a, b := must(h.Choose(rule)), must(want.Choose(rule)); a != b {
				t.Errorf("%v: %+v of the histogram, %+v of all pixels", rule, a, b)
			}
		}
		if !alike(h.ROCAUC(), want.ROCAUC()) || !alike(h.AveragePrecision(), want.AveragePrecision()) || !slices.Equal(h.Points(), want.Points()) {
			t.Errorf("areas %v, %v; of all pixels %v, %v", h.ROCAUC(), h.AveragePrecision(), want.ROCAUC(), want.AveragePrecision())
		}
	})
}

// Of any scores the counts at the chosen threshold are exact, and no threshold does
// better by more than the pixels of one cell can.
func TestHistogramOfAnyScores(t *testing.T) {
	near := rapid.Map(rapid.IntRange(-20, 20), func(i int) float32 { return 0.5 + float32(i)/400000 }) // about 3 a cell
	rapid.Check(t, func(t *rapid.T) {
		score, mask, weight := drawPixels(t, rapid.OneOf(near, rapid.Float32Range(0, 1)))
		score, mask, weight = slices.Repeat(score, 20), slices.Repeat(mask, 20), slices.Repeat(weight, 20)
		var h Histogram
		if err := h.Add(score, mask, weight); err != nil {
			t.Fatal(err)
		}
		want := must(Rank(wide(score), mask, wide(weight)))
		if want.Rows() == 0 {
			return
		}
		for _, rule := range rules {
			got, best := must(h.Choose(rule)), must(want.Choose(rule))
			if counts := must(CountAt(score, mask, weight, got.Value)); got.Counts != counts {
				t.Errorf("%v: at %v the histogram counts %+v, the pixels %+v", rule, got.Value, got.Counts, counts)
			}
			if got.Kept != best.Kept || got.Positives != best.Positives || got.Rows != best.Rows {
				t.Errorf("%v: %+v, want %+v", rule, got, best)
			}
		}
		shared, all := 0.0, want.all.p*want.all.n
		for _, c := range h.cell {
			shared += c.pos * c.neg
		}
		if d := math.Abs(h.ROCAUC() - want.ROCAUC()); d > shared/all/2+1e-12 {
			t.Errorf("ROC AUC is off by %v, more than %v", d, shared/all/2)
		}
		// Each of the best F1's neighbours that is a cell's lowest score is a candidate.
		f, top := must(h.Choose(BestF{})), must(want.Choose(BestF{}))
		if f.Kept {
			return
		}
		below := math.Inf(-1)
		for _, s := range score {
			if cellOf(s) == cellOf(float32(top.Value)) && (math.IsInf(below, -1) || float64(s) < below) {
				below = float64(s)
			}
		}
		if floor := must(CountAt(score, mask, weight, below)).F1(Zero); top.Value <= 1 && f.Score < min(floor, top.Score)-1e-12 {
			t.Errorf("F1 %v, but %v at the lowest score %v of the best one's cell", f.Score, floor, below)
		}
	})
}

func cellOf(s float32) int { return int(math.Floor(float64(s)*65535 + 0.5)) }

func TestHistogramMistakes(t *testing.T) {
	var h Histogram
	nan := float32(math.NaN())
	for _, tc := range []struct {
		err  error
		want string
	}{
		{h.Add([]float32{0.5, nan}, []bool{true, true}, nil), "probability 1 is NaN"},
		{h.Add([]float32{0.5, 1.5}, []bool{true, true}, nil), "probability 1 is 1.5"},
		{h.Add([]float32{0.5}, []bool{true, true}, nil), "1 predictions and 2 targets"},
		{h.Add([]float32{0.5}, []bool{true}, []float32{-1}), "weight 0 is -1"},
		{fails(CountImages([]float32{1, 1, 1}, make([]bool, 3), nil, 2, 0.5)), "3 scores are no images of 2 pixels"},
		{fails(CountImages([]float32{1}, make([]bool, 1), nil, 0, 0.5)), "no images of 0 pixels"},
		{fails(CountImages([]float32{1, 1}, make([]bool, 1), nil, 2, 0.5)), "2 predictions and 1 targets"},
		{fails(CountImages([]float32{1, 1, nan, 1}, make([]bool, 4), nil, 2, 0.5)), "score 0 is NaN, in image 1"},
	} {
		if tc.err == nil || !strings.HasPrefix(tc.err.Error(), "metric: ") || !strings.Contains(tc.err.Error(), tc.want) {
			t.Errorf("error %v, want %q", tc.err, tc.want)
		}
	}
	if _, err := h.Choose(BestF{}); err == nil || h.pixels != 0 {
		t.Errorf("pixels of refused images were added: %d", h.pixels)
	}
	if !math.IsNaN((&Histogram{}).ROCAUC()) || !math.IsNaN((&Histogram{}).AveragePrecision()) || (&Histogram{}).Points() != nil {
		t.Error("an empty histogram has an area")
	}
}

func BenchmarkHistogram(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 1))
	score, mask := make([]float32, 500*500), make([]bool, 500*500)
	for i := range score {
		score[i], mask[i] = random.Float32(), random.IntN(50) == 0
	}
	var h Histogram
	for b.Loop() {
		if err := h.Add(score, mask, nil); err != nil {
			b.Fatal(err)
		}
	}
}
