package image

import (
	"slices"
	"testing"
)

// Weights from files are the numbers in them, cut like their images.
func TestFileWeights(t *testing.T) {
	f := newFolder(t).pair("", "a", 1, square).add("weights/a.png", grey(t, 8, 10, slope(2)))
	s, err := f.open(Options{Strips: &Strips{Train: 0.4, Valid: 0.1, Test: 0.5}})
	if err != nil {
		t.Fatal(err)
	}
	if n := s.Notes[len(s.Notes)-1].String(); !s.Weighted || n != "weights are the numbers in their files, up to 64 [weights]" {
		t.Errorf("note %s", n)
	}
	for _, p := range s.Parts() {
		sample, err := p.Sample(0)
		if err != nil {
			t.Fatal(err)
		}
		for i, w := range sample.Weight {
			if want := float32(slope(2)(i/sample.W, p.Items[0].From+i%sample.W)); w != want {
				t.Errorf("%s: pixel %d weighs %v, want %v", p.Name, i, w, want)
			}
		}
	}
}

// Weights from borders are those of the mask.
func TestSampleBorders(t *testing.T) {
	two := func(y, x int) uint8 {
		if x < 3 || x > 5 {
			return 255
		}
		return 0
	}
	s, err := newFolder(t).pair("", "a", 1, two).open(Options{Split: all1, Border: &BorderWeight{Sigma: 2, Strength: 4}})
	if err != nil {
		t.Fatal(err)
	}
	sample, err := s.Train.Sample(0)
	if err != nil {
		t.Fatal(err)
	}
	mask := make([]uint8, len(sample.Mask))
	for i, k := range sample.Mask {
		mask[i] = uint8(k)
	}
	want := BorderWeight{Sigma: 2, Strength: 4}.Weights(mask, 8, 10)
	if !s.Weighted || !slices.Equal(sample.Weight, want) || slices.Max(want) == 1 {
		t.Errorf("weights %v, want %v", sample.Weight, want)
	}
}

// Images with nothing in their masks are spread over the parts like the others.
func TestStratified(t *testing.T) {
	for seed := range uint64(5) {
		o := Options{}
		o.Split.Seed = seed
		s, err := many(t, 60).open(o)
		if err != nil {
			t.Fatal(err)
		}
		for k, p := range s.Parts() {
			empty := 0
			for _, it := range p.Items {
				if it.Counts[1] == 0 {
					empty++
				}
			}
			if want := []int{14, 3, 3}[k]; empty != want || p.Len() != 3*want {
				t.Errorf("seed %d: %s has %d images, %d of them empty, want %d", seed, p.Name, p.Len(), empty, want)
			}
		}
	}
}
