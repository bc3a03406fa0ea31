package metric

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// drawMasks draws small images with scores that are multiples of 1/1024, so that steps
// hold them exactly.
func drawMasks(t *rapid.T, images int) (m Masks, scores [][]float32, masks [][]bool) {
	for range images {
		n := rapid.IntRange(1, 40).Draw(t, "pixels")
		score, mask := make([]float32, n), make([]bool, n)
		for i := range score {
			score[i] = float32(rapid.IntRange(0, 1024).Draw(t, "score")) / 1024
			mask[i] = rapid.Bool().Draw(t, "mask")
		}
		p, err := CountPixels(score, mask)
		if err != nil {
			t.Fatal(err)
		}
		m, scores, masks = append(m, p), append(scores, score), append(masks, mask)
	}
	return m, scores, masks
}

// Counts by image, and the ranking of all pixels, are those of the pixels themselves.
func TestMasksAreTheirPixels(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, scores, masks := drawMasks(t, rapid.IntRange(1, 4).Draw(t, "images"))
		threshold := float64(rapid.IntRange(0, 1024).Draw(t, "threshold")) / 1024
		var all []float64
		var label []bool
		for i := range m {
			var score []float64
			for _, s := range scores[i] {
				score = append(score, float64(s))
			}
			want, err := CountAt(score, masks[i], nil, threshold)
			if err != nil {
				t.Fatal(err)
			}
			if got := m.At(threshold)[i].Counts; got != want {
				t.Fatalf("image %d at %v: %+v, want %+v", i, threshold, got, want)
			}
			all, label = append(all, score...), append(label, masks[i]...)
		}
		want, err := Rank(all, label, nil)
		if err != nil {
			t.Fatal(err)
		}
		got := m.Rank()
		if got.Rows() != want.Rows() || got.Positives() != want.Positives() {
			t.Fatalf("%d of %d rows, want %d of %d", got.Positives(), got.Rows(), want.Positives(), want.Rows())
		}
		for name, pair := range map[string][2]float64{"AUC": {got.ROCAUC(), want.ROCAUC()}, "average precision": {got.AveragePrecision(), want.AveragePrecision()}} {
			if math.IsNaN(pair[0]) != math.IsNaN(pair[1]) || math.Abs(pair[0]-pair[1]) > 1e-12 {
				t.Fatalf("%s: %v, want %v", name, pair[0], pair[1])
			}
		}
		a, err := got.Choose(BestF{})
		if err != nil {
			t.Fatal(err)
		}
		if b, err := want.Choose(BestF{}); err != nil || a.Value != b.Value || a.Counts != b.Counts {
			t.Fatalf("%+v, want %+v (%v)", a, b, err)
		}
	})
}

// Draws take whole images: equal images leave no doubt, however many pixels they have.
func TestRunMasksDrawsImages(t *testing.T) {
	score, mask := make([]float32, 100), make([]bool, 100)
	for i := range score {
		score[i], mask[i] = float32(i)/128, i > 60 || i == 3
	}
	p, err := CountPixels(score, mask)
	if err != nil {
		t.Fatal(err)
	}
	same := Masks{p, p, p, p, p}
	s, err := Bootstrap{Resamples: 50}.RunMasks(same, same, BestF{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range s.Threshold {
		if s.Threshold[i] != s.Threshold[0] || s.Images[i].Global() != same.At(s.Threshold[0]).Global() {
			t.Fatalf("draw %d differs: %v, %+v", i, s.Threshold[i], s.Images[i].Global())
		}
	}
	other, err := CountPixels([]float32{0.1, 0.9, 0.9}, []bool{true, false, false})
	if err != nil {
		t.Fatal(err)
	}
	s, err = Bootstrap{Resamples: 50}.RunMasks(Masks{p, other}, Masks{p, other}, BestF{})
	if err != nil {
		t.Fatal(err)
	}
	if i := Interval95(s.Threshold); i.Lo == i.Hi {
		t.Errorf("two unlike images leave no doubt: %+v", i)
	}
	if _, err := (Bootstrap{}).RunMasks(nil, same, BestF{}); err == nil {
		t.Error("no images to choose on were taken")
	}
	if _, err := CountPixels([]float32{1.5}, []bool{true}); err == nil {
		t.Error("a score of 1.5 was taken")
	}
}
