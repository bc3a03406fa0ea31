package image

import (
	"context"
	"testing"
)

// BenchmarkSample reads samples of 500x500 with masks: from files, from memory, moved by whole pixels, and by any angle.
func BenchmarkSample(b *testing.B) {
	f := newFolder(b)
	f.add("images/a.png", grey(b, 500, 500, slope(1))).add("masks/a.png", grey(b, 500, 500, square))
	for _, bench := range []struct {
		name    string
		cache   int64
		augment []Augment
	}{
		{"decode", -1, nil}, {"memory", 0, nil}, {"flip", 0, []Augment{Flip{}, QuarterTurns{}}}, {"rotate", 0, []Augment{Rotate{Degrees: 15}}},
		{"elastic", 0, []Augment{Elastic{Sigma: 10}}}, {"noise", 0, []Augment{Noise{Sigma: 0.1}}},
	} {
		b.Run(bench.name, func(b *testing.B) {
			s, err := OpenFS(context.Background(), fstestRoot{f.MapFS}, "specks", Options{Split: all1, Cache: bench.cache})
			if err != nil {
				b.Fatal(err)
			}
			tr, err := NewTraining(s.Train, 1, Crop{}, bench.augment...)
			if err != nil {
				b.Fatal(err)
			}
			for epoch := 0; b.Loop(); epoch++ {
				if _, err := tr.Epoch(epoch).Sample(0); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkBorderWeight weighs a mask of 500x500 with 144 objects.
func BenchmarkBorderWeight(b *testing.B) {
	mask := make([]uint8, 500*500)
	for i := range mask {
		if y, x := i/500%41, i%500%41; y < 30 && x < 30 {
			mask[i] = 1
		}
	}
	for b.Loop() {
		BorderWeight{}.Weights(mask, 500, 500)
	}
}
