package image

import (
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"
)

// slowWeights is the formula of BorderWeight, by looking at every pair of pixels.
func slowWeights(b BorderWeight, mask []uint8, h, w int) []float64 {
	b = b.filled()
	object := make([]int, h*w) // number of the object of each pixel, by spreading until nothing changes
	for i := range object {
		object[i] = i
	}
	touching := func(i, j int) bool {
		return mask[i] == mask[j] && max(i/w-j/w, j/w-i/w) <= 1 && max(i%w-j%w, j%w-i%w) <= 1
	}
	for changed := true; changed; {
		changed = false
		for i := range object {
			for j := range object {
				if touching(i, j) && object[j] < object[i] {
					object[i], changed = object[j], true
				}
			}
		}
	}
	out := make([]float64, h*w)
	for i := range out {
		out[i] = 1
		if mask[i] != 0 {
			continue
		}
		nearest := map[int]float64{}
		for j, m := range mask {
			if m == 0 {
				continue
			}
			d := math.Hypot(float64(i/w-j/w), float64(i%w-j%w))
			if old, ok := nearest[object[j]]; !ok || d < old {
				nearest[object[j]] = d
			}
		}
		if len(nearest) < 2 {
			continue
		}
		d1, d2 := math.Inf(1), math.Inf(1)
		for _, d := range nearest {
			if d < d1 {
				d1, d2 = d, d1
			} else if d < d2 {
				d2 = d
			}
		}
		out[i] = 1 + b.Strength*math.Exp(-(d1+d2)*(d1+d2)/(2*b.Sigma*b.Sigma))
	}
	return out
}

func TestBorderWeight(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h, w := rapid.IntRange(1, 9).Draw(t, "h"), rapid.IntRange(1, 9).Draw(t, "w")
		mask := rapid.SliceOfN(rapid.SampledFrom([]uint8{0, 0, 0, 1, 1, 2}), h*w, h*w).Draw(t, "mask")
		b := BorderWeight{Sigma: rapid.SampledFrom([]float64{0, 0.3, 1, 3}).Draw(t, "sigma"), Strength: rapid.SampledFrom([]float64{0, 1, 50}).Draw(t, "strength")}
		got, want := b.Weights(mask, h, w), slowWeights(b, mask, h, w)
		for i := range got {
			if math.Abs(float64(got[i])-want[i]) > 1e-5*want[i] {
				t.Fatalf("pixel [%d %d] of\n%v\nweighs %v, want %v", i/w, i%w, mask, got[i], want[i])
			}
		}
	})
}

// The reach beyond which distances are not computed is where the weight is 1 in float32.
func TestBorderReach(t *testing.T) {
	for _, b := range []BorderWeight{{}, {Sigma: 2, Strength: 1e6}} {
		const h, w = 3, 200
		mask := make([]uint8, h*w)
		mask[w] = 1
		for x := 2; x < w; x++ {
			line := append([]uint8(nil), mask...)
			line[w+x] = 1
			got, want := b.Weights(line, h, w), slowWeightsAt(b, x)
			for i := 1; i < x; i++ {
				if math.Abs(float64(got[w+i])-want) > 1e-7*want {
					t.Errorf("%+v: between two pixels %d apart the weight is %v, want %v", b, x, got[w+i], want)
				}
			}
		}
	}
}

// slowWeightsAt is the weight on the line between two pixels, where the distances sum to that of the two.
func slowWeightsAt(b BorderWeight, apart int) float64 {
	b = b.filled()
	return float64(float32(1 + b.Strength*math.Exp(-float64(apart*apart)/(2*b.Sigma*b.Sigma))))
}

// The transform gives the exact distance to the nearest pixel.
func TestSquaredDistances(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h, w := rapid.IntRange(1, 12).Draw(t, "h"), rapid.IntRange(1, 12).Draw(t, "w")
		pixels := rapid.SliceOfNDistinct(rapid.IntRange(0, h*w-1), 1, -1, rapid.ID[int]).Draw(t, "pixels")
		got := squaredDistances(pixels, w, box{0, 0, h, w})
		for i := range got {
			want := math.Inf(1)
			for _, p := range pixels {
				dy, dx := i/w-p/w, i%w-p%w
				want = min(want, float64(dy*dy+dx*dx))
			}
			if got[i] != want {
				t.Fatalf("pixel %d of %dx%d: %v, want %v", i, h, w, got[i], want)
			}
		}
	})
}

func ExampleBorderWeight() {
	mask := []uint8{
		1, 0, 0, 1, // two objects, three pixels apart
	}
	for _, w := range (BorderWeight{Sigma: 5, Strength: 10}).Weights(mask, 1, 4) {
		fmt.Printf("%.3f ", w)
	}
	// Output: 1.000 9.353 9.353 1.000
}

// The zero value weighs as its doc comment says: a pixel between two objects, one and two
// away from them.
func TestBorderWeightDefaults(t *testing.T) {
	got := BorderWeight{}.Weights([]uint8{1, 0, 0, 2}, 1, 4)
	want := float32(1 + 10*math.Exp(-9./50)) // d1 + d2 = 3, sigma 5
	if got[0] != 1 || got[1] != want || got[2] != want || got[3] != 1 {
		t.Errorf("%v, want %v between the objects", got, want)
	}
}
