package image

import (
	"fmt"
	"math"

	"github.com/descent-ml/descent/data"
)

// Augment changes the samples of training at random: moves their pixels, those of image, mask and weights alike, or changes the
// values of the image. The kinds are [Flip], [QuarterTurns], [Rotate], [Scale], [Elastic], [Brightness] and [Noise].
type Augment interface {
	check() string                         // what is wrong with it; "" if nothing
	move(d *dice, g *geometry)             // pixels
	change(d *dice, s *Sample, white bool) // values; white: they lie in [0, 1] and shall do so after
}

// still moves nothing.
type still struct{}

func (still) move(*dice, *geometry) {}

// plain changes no value.
type plain struct{}

func (plain) change(*dice, *Sample, bool) {}

// Flip mirrors half of the samples left to right, and half of them top to bottom.
type Flip struct {
	NoHorizontal bool // never left to right
	NoVertical   bool // never top to bottom
	plain
}

func (Flip) check() string { return "" }

func (f Flip) move(d *dice, g *geometry) {
	if x := d.below(2) == 1; x && !f.NoHorizontal {
		g.matrix(1, 0, 0, -1)
	}
	if y := d.below(2) == 1; y && !f.NoVertical {
		g.matrix(-1, 0, 0, 1)
	}
}

// QuarterTurns turns samples by 0, 90, 180 or 270 degrees, each as likely; with Half by 0 or 180.
type QuarterTurns struct {
	Half bool
	plain
}

func (QuarterTurns) check() string { return "" }

func (q QuarterTurns) move(d *dice, g *geometry) {
	turns := d.below(4)
	if q.Half {
		turns &^= 1
	}
	for range turns {
		g.matrix(0, -1, 1, 0)
	}
	if turns%2 == 1 {
		g.swapped = !g.swapped
	}
}

// Rotate turns samples by an angle up to Degrees to either side, uniformly.
type Rotate struct {
	Degrees float64
	plain
}

func (r Rotate) check() string {
	if !(r.Degrees > 0 && r.Degrees <= 180) {
		return fmt.Sprintf("rotate by up to %v degrees: they lie above 0 and up to 180", r.Degrees)
	}
	return ""
}

func (r Rotate) move(d *dice, g *geometry) {
	angle := d.between(-r.Degrees, r.Degrees) * math.Pi / 180
	sin, cos := math.Sincos(angle)
	g.matrix(cos, -sin, sin, cos)
	g.between = true
}

// Scale makes what samples show larger or smaller, up to 1 + By times, as likely the one as the other.
type Scale struct {
	By float64
	plain
}

func (s Scale) check() string {
	if !(s.By > 0 && s.By <= 9) {
		return fmt.Sprintf("scale by up to %v: it lies above 0 and up to 9", s.By)
	}
	return ""
}

func (s Scale) move(d *dice, g *geometry) {
	factor := math.Exp(d.between(-1, 1) * math.Log1p(s.By))
	g.matrix(1/factor, 0, 0, 1/factor)
	g.between = true
}

// Brightness adds a number up to By, or takes it away, the same for each pixel. Values of whole numbers stay in [0, 1].
type Brightness struct {
	By float64
	still
}

func (b Brightness) check() string {
	if !(b.By > 0 && b.By <= 1) {
		return fmt.Sprintf("brightness by up to %v: it lies above 0 and up to 1", b.By)
	}
	return ""
}

func (b Brightness) change(d *dice, s *Sample, white bool) {
	by := float32(d.between(-b.By, b.By))
	for i, v := range s.Pix {
		s.Pix[i] = clip(v+by, white)
	}
}

// Noise adds to each number of the image one of the normal distribution. Values of whole numbers stay in [0, 1].
type Noise struct {
	Sigma float64 // its standard deviation
	still
}

func (n Noise) check() string {
	if !(n.Sigma > 0 && n.Sigma <= 1) {
		return fmt.Sprintf("noise of deviation %v: it lies above 0 and up to 1", n.Sigma)
	}
	return ""
}

func (n Noise) change(d *dice, s *Sample, white bool) {
	for i, v := range s.Pix {
		s.Pix[i] = clip(v+float32(n.Sigma*d.normal()), white)
	}
}

func clip(v float32, white bool) float32 {
	if white {
		return min(max(v, 0), 1)
	}
	return v
}

// checkAugment refuses augmentation that cannot be meant.
func checkAugment(all []Augment) data.Problems {
	var ps data.Problems
	for _, a := range all {
		if what := a.check(); what != "" {
			ps = append(ps, &data.Problem{What: what, Code: "bad-option", Option: "augment"})
		}
	}
	return ps
}
