package image

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// twin returns a part of one image whose mask and weights hold the same numbers as its pixels, and that item in memory.
func twin(h, w int, at func(y, x int) uint8) (*Part, *loaded) {
	p := &picture{h: h, w: w, c: 1, top: 1}
	l := &loaded{image: p}
	for y := range h {
		for x := range w {
			p.bytes = append(p.bytes, at(y, x))
			l.mask = append(l.mask, at(y, x))
			l.weight = append(l.weight, float32(at(y, x)))
		}
	}
	set := &Set{C: 1, Classes: []int{0, 1}, cache: &cache{room: 1 << 40}}
	part := &Part{Name: "train", Items: []Item{{H: h, W: w}}, set: set}
	set.cache.put(&part.Items[0], l)
	return part, l
}

// numbered gives each pixel another number, as far as there are some.
func numbered(y, x int) uint8 { return uint8(31*y + 7*x) }

func anyExact() *rapid.Generator[Augment] {
	return rapid.SampledFrom([]Augment{Flip{}, Flip{NoVertical: true}, Flip{NoHorizontal: true}, QuarterTurns{}, QuarterTurns{Half: true}})
}

// Flips and quarter turns, with windows or without, move whole pixels, and image, mask and weights alike: pixel for pixel the
// three are the same, and each pixel of a whole image appears once.
func TestExactMovesAreAlike(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 9).Draw(t, "n")
		h, w := n, n
		var crop Crop
		if rapid.Bool().Draw(t, "crop") {
			h, w = rapid.IntRange(4, 9).Draw(t, "h"), rapid.IntRange(4, 9).Draw(t, "w")
			crop = Crop{H: rapid.IntRange(1, 4).Draw(t, "ch"), W: rapid.IntRange(1, 4).Draw(t, "cw"), Foreground: rapid.Float64Range(0, 1).Draw(t, "foreground")}
		}
		part, _ := twin(h, w, numbered)
		tr, err := NewTraining(part, rapid.Uint64().Draw(t, "seed"), crop, rapid.SliceOfN(anyExact(), 0, 4).Draw(t, "augment")...)
		if err != nil {
			t.Fatal(err)
		}
		s, err := tr.Epoch(rapid.IntRange(0, 9).Draw(t, "epoch")).Sample(rapid.IntRange(0, tr.Len()-1).Draw(t, "sample"))
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(s.Pix, s.Mask) || !slices.Equal(s.Pix, s.Weight) || len(s.Pix) != s.H*s.W {
			t.Fatalf("image %v, mask %v, weights %v", s.Pix, s.Mask, s.Weight)
		}
		if crop == (Crop{}) {
			whole, _ := part.Sample(0)
			a, b := slices.Sorted(slices.Values(s.Pix)), slices.Sorted(slices.Values(whole.Pix))
			if !slices.Equal(a, b) {
				t.Fatalf("pixels %v of %v", a, b)
			}
		}
	})
}

// By any angle, scale and bend a mask of 0 and 1 that equals the image stays on it: its pixel is that of the nearest, where the
// image is a mean that says so.
func TestFreeMovesAreAlike(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bits := rapid.SliceOfN(rapid.IntRange(0, 1), 64, 64).Draw(t, "bits")
		part, _ := twin(8, 8, func(y, x int) uint8 { return uint8(bits[y*8+x]) })
		free := rapid.SampledFrom([]Augment{Rotate{Degrees: 180}, Scale{By: 1}, Elastic{Sigma: 2}, QuarterTurns{}, Flip{}})
		tr, err := NewTraining(part, rapid.Uint64().Draw(t, "seed"), Crop{}, rapid.SliceOfN(free, 1, 4).Draw(t, "augment")...)
		if err != nil {
			t.Fatal(err)
		}
		s, err := tr.Epoch(1).Sample(0)
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range s.Pix {
			if s.Mask[i] != 0 && s.Mask[i] != 1 || s.Weight[i] != v {
				t.Fatalf("pixel %d: image %v, mask %v, weight %v", i, v, s.Mask[i], s.Weight[i])
			}
			// The nearest of four counts at least a quarter.
			if s.Mask[i] == 1 && v < 0.25-1e-6 || s.Mask[i] == 0 && v > 0.75+1e-6 {
				t.Fatalf("pixel %d: image %v, mask %v", i, v, s.Mask[i])
			}
		}
	})
}

// moved returns an item after the moves of matrices, exact or between pixels.
func moved(l *loaded, between bool, matrices ...[4]float64) *Sample {
	g := newGeometry()
	g.between = between
	for _, m := range matrices {
		g.matrix(m[0], m[1], m[2], m[3])
	}
	s := newSample(l, l.image.h, l.image.w)
	g.take(l, window{h: l.image.h, w: l.image.w}, s)
	return s
}

var (
	left  = [4]float64{0, -1, 1, 0}
	right = [4]float64{0, 1, -1, 0}
	sides = [4]float64{1, 0, 0, -1}
	ends  = [4]float64{-1, 0, 0, 1}
)

// Moves undo each other, do what they are called, and come in the order in which they are listed.
func TestInverses(t *testing.T) {
	_, l := twin(3, 3, numbered)
	same := l.whole()
	for name, m := range map[string][][4]float64{
		"sides twice": {sides, sides}, "ends twice": {ends, ends}, "left and right": {left, right}, "four turns": {left, left, left, left},
		"both flips are half a turn": {sides, ends, left, left}, "turn, flip, turn, flip": {left, sides, left, sides},
	} {
		for _, between := range []bool{false, true} {
			if diff := cmp.Diff(same, moved(l, between, m...)); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
		}
	}
	at := func(s *Sample, y, x int) uint8 { return uint8(s.Pix[y*3+x]) }
	flipped, turned, both := moved(l, false, sides), moved(l, false, left), moved(l, false, left, sides)
	for y := range 3 {
		for x := range 3 {
			if at(flipped, y, x) != numbered(y, 2-x) {
				t.Errorf("sides: [%d %d]", y, x)
			}
			if at(turned, y, x) != numbered(2-x, y) { // by a quarter to the right: the first row was the first column from below
				t.Errorf("turn: [%d %d] is %d", y, x, at(turned, y, x))
			}
			if at(both, y, x) != at(turned, y, 2-x) {
				t.Errorf("a turn, then a flip: [%d %d]", y, x)
			}
		}
	}
	// A small angle back and forth is nothing but what two means blur.
	a := 0.3
	forth, back := [4]float64{math.Cos(a), -math.Sin(a), math.Sin(a), math.Cos(a)}, [4]float64{math.Cos(a), math.Sin(a), -math.Sin(a), math.Cos(a)}
	again := moved(l, true, forth, back)
	for i := range same.Pix {
		if math.Abs(float64(again.Pix[i]-same.Pix[i])) > 1e-3 {
			t.Errorf("pixel %d: %v, want %v", i, again.Pix[i], same.Pix[i])
		}
	}
}

// Between pixels a slope stays a slope: bilinear means are exact on it, away from the edges.
func TestBilinear(t *testing.T) {
	_, l := twin(21, 21, func(y, x int) uint8 { return uint8(3*y + 2*x) })
	a := 0.4
	s := moved(l, true, [4]float64{math.Cos(a), -math.Sin(a), math.Sin(a), math.Cos(a)}, [4]float64{0.8, 0, 0, 0.8})
	for y := 6; y < 15; y++ {
		for x := 6; x < 15; x++ {
			v, u := 0.8*float64(y-10), 0.8*float64(x-10)
			fy, fx := 10+math.Cos(a)*v-math.Sin(a)*u, 10+math.Sin(a)*v+math.Cos(a)*u
			if want := 3*fy + 2*fx; math.Abs(float64(s.Pix[y*21+x])-want) > 1e-4 {
				t.Errorf("[%d %d] is %v, want %v", y, x, s.Pix[y*21+x], want)
			}
			if near := 3*math.Floor(fy+0.5) + 2*math.Floor(fx+0.5); float64(s.Mask[y*21+x]) != near {
				t.Errorf("mask [%d %d] is %v, want %v", y, x, s.Mask[y*21+x], near)
			}
		}
	}
}

// A field of equal vectors moves every pixel alike; its interpolation goes through the lines of the grid and sums to one.
func TestElastic(t *testing.T) {
	_, l := twin(9, 9, numbered)
	f := &field{}
	f.over(9, 9)
	for i := range f.dy {
		for j := range f.dy[i] {
			f.dy[i][j], f.dx[i][j] = 1, -2
		}
	}
	g := newGeometry()
	g.bend = []*field{f}
	s := newSample(l, 9, 9)
	g.take(l, window{h: 9, w: 9}, s)
	for y := range 8 {
		for x := 2; x < 9; x++ {
			if got, want := s.Pix[y*9+x], float32(numbered(y+1, x-2)); math.Abs(float64(got-want)) > 1e-4 {
				t.Errorf("[%d %d] is %v, want %v", y, x, got, want)
			}
		}
	}
	for i := range 9 {
		w := cubic(i, 9)
		if sum := w[0] + w[1] + w[2]; math.Abs(sum-1) > 1e-12 {
			t.Errorf("place %d: weights sum to %v", i, sum)
		}
		if i%4 == 0 && w[i/4] != 1 {
			t.Errorf("line %d: %v", i/4, w)
		}
	}
}

// Samples are functions of seed, epoch and number: asked for again, or in another order, they are the same; another epoch, seed or
// number gives others; a step of augmentation more leaves the others as they were.
func TestSamplesAreFunctions(t *testing.T) {
	part, _ := twin(32, 32, numbered)
	build := func(seed uint64, more ...Augment) *Training {
		tr, err := NewTraining(part, seed, Crop{H: 8, W: 8, Foreground: 0.5}, append([]Augment{Flip{}, QuarterTurns{}}, more...)...)
		if err != nil {
			t.Fatal(err)
		}
		return tr
	}
	get := func(tr *Training, epoch, i int) []float32 {
		s, err := tr.Epoch(epoch).Sample(i)
		if err != nil {
			t.Fatal(err)
		}
		return s.Pix
	}
	a := build(1)
	if a.Len() != 16 || a.Size() != (Size{8, 8}) {
		t.Errorf("%d samples of %v", a.Len(), a.Size())
	}
	seen := map[string]bool{}
	for epoch := range 4 {
		for i := range 16 {
			seen[fmt.Sprint(get(a, epoch, i))] = true
		}
	}
	if len(seen) < 60 {
		t.Errorf("%d different samples of 64", len(seen))
	}
	want := get(a, 2, 5)
	get(a, 1, 3)
	if !slices.Equal(want, get(a, 2, 5)) || !slices.Equal(want, get(build(1), 2, 5)) {
		t.Error("a sample changes")
	}
	if slices.Equal(want, get(build(2), 2, 5)) {
		t.Error("another seed gives the same")
	}
	with := get(build(1, Brightness{By: 0.1}), 2, 5)
	shift := clip(with[0], true)
	for i := range want {
		if want[i] > 0 && want[i] < 1 && math.Abs(float64(with[i]-want[i]-(shift-want[0]))) > 0.2 {
			t.Fatal("a step more changes the others")
		}
	}
}

// Each of the ways of a flip and of a turn is as likely.
func TestChances(t *testing.T) {
	part, _ := twin(2, 2, func(y, x int) uint8 { return uint8(2*y + x) })
	tr, err := NewTraining(part, 7, Crop{}, Flip{}, QuarterTurns{})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	const n = 8000
	for epoch := range n {
		s, err := tr.Epoch(epoch).Sample(0)
		if err != nil {
			t.Fatal(err)
		}
		seen[fmt.Sprint(s.Pix)]++
	}
	if len(seen) != 8 {
		t.Errorf("%d of 8 symmetries of the square", len(seen))
	}
	for s, k := range seen { // a binomial of mean 1000 and deviation 29.6
		if k < 850 || k > 1150 {
			t.Errorf("%s: %d of %d", s, k, n)
		}
	}
}

// Windows lie anywhere, each as likely; those that hold a class find it, rare or not.
func TestCrops(t *testing.T) {
	part, _ := twin(20, 20, func(y, x int) uint8 {
		switch {
		case y == 3 && x == 17:
			return 2
		case y >= 10 && x < 10:
			return 1
		}
		return 0
	})
	part.set.Classes = []int{0, 1, 2}
	count := func(foreground float64) (n, ones, twos int) {
		tr, err := NewTraining(part, 1, Crop{H: 4, W: 6, Foreground: foreground}, Flip{})
		if err != nil {
			t.Fatal(err)
		}
		if tr.Len() != 5*4 {
			t.Errorf("%d windows", tr.Len())
		}
		for epoch := range 100 {
			for i := range tr.Len() {
				s, err := tr.Epoch(epoch).Sample(i)
				if err != nil {
					t.Fatal(err)
				}
				if s.H != 4 || s.W != 6 {
					t.Fatalf("%dx%d", s.H, s.W)
				}
				n++
				if slices.Contains(s.Mask, 1) {
					ones++
				}
				if slices.Contains(s.Mask, 2) {
					twos++
				}
			}
		}
		return
	}
	n, ones, twos := count(1)
	if ones+twos < n || twos < 900 || twos > 1150 {
		t.Errorf("of %d windows %d hold class 1 and %d class 2", n, ones, twos)
	}
	// At random a window holds the pixel in 4·3 of its 17·15 places.
	if n, _, twos := count(0); math.Abs(float64(twos)-float64(n)*12/255) > 5*math.Sqrt(float64(n)*12/255) {
		t.Errorf("of %d windows %d hold class 2, want about %d", n, twos, n*12/255)
	}
}

// Brightness and noise change values by what they say, and leave mask and weights.
func TestValues(t *testing.T) {
	part, l := twin(30, 30, func(y, x int) uint8 { return uint8((x + y) % 2) })
	l.image.top = 2 // values 0 and 0.5
	whole, _ := part.Sample(0)
	for _, tc := range []struct {
		a      Augment
		lo, hi float64 // of the mean shift over epochs' extremes
		spread float64 // deviation within a sample
	}{{Brightness{By: 0.2}, -0.2, 0.2, 0}, {Noise{Sigma: 0.05}, -0.01, 0.01, 0.05}} {
		tr, err := NewTraining(part, 3, Crop{}, tc.a)
		if err != nil {
			t.Fatal(err)
		}
		lo, hi := 0.0, 0.0
		for epoch := range 200 {
			s, err := tr.Epoch(epoch).Sample(0)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(s.Mask, whole.Mask) || !slices.Equal(s.Weight, whole.Weight) {
				t.Fatal("mask or weights changed")
			}
			var m moments
			for i, v := range s.Pix {
				if v < 0 || v > 1 {
					t.Fatalf("value %v", v)
				}
				if whole.Pix[i] == 0.5 { // where nothing is clipped
					m.add(moments{1, float64(v) - 0.5, 0})
				}
			}
			lo, hi = min(lo, m.mean), max(hi, m.mean)
			if std := math.Sqrt(m.m2 / m.n); math.Abs(std-tc.spread) > 0.2*tc.spread+1e-6 {
				t.Errorf("%T: deviation %v", tc.a, std)
			}
		}
		if lo < tc.lo-1e-6 || hi > tc.hi+1e-6 || lo > 0.9*tc.lo && tc.spread == 0 || hi < 0.9*tc.hi && tc.spread == 0 {
			t.Errorf("%T: means from %v to %v, want %v to %v", tc.a, lo, hi, tc.lo, tc.hi)
		}
	}
}

func TestMirrored(t *testing.T) {
	want := []int{2, 2, 1, 0, 0, 1, 2, 2, 1, 0, 0, 1}
	for i, w := range want {
		if got := mirrored(i-4, 3); got != w {
			t.Errorf("mirrored(%d, 3) = %d, want %d", i-4, got, w)
		}
	}
}
