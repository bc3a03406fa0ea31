package train

import (
	"context"
	stdimage "image"
	"math"

	"github.com/descent-ml/descent/internal/overlay"
)

// Drawing is a sheet of pictures that an autoencoder made.
type Drawing struct {
	File string `json:"file"` // below the run directory
	Text string `json:"text"` // what it shows
}

const (
	mapSide      = 20 // pictures on a side of the map of codes
	drawnSide    = 10 // on a side of a sheet of pictures drawn
	originalsRow = 10 // beside each other, with what becomes of them below
)

// drawCodes draws what codes stand for: pictures beside their reconstructions, and a map of codes of two numbers, or pictures
// that were drawn.
func (p *Prepared) drawCodes(ctx context.Context, m *VAEModel, r *Result) error {
	h, w, channels, ok := p.Arrays.Picture()
	if !ok {
		return nil
	}
	part := p.lookedAt()
	few := *part.Set
	few.Rows = min(few.Rows, originalsRow)
	mean, _, err := m.Encode(ctx, &few)
	if err != nil {
		return err
	}
	again, err := m.Likeliest(ctx, mean, nil)
	if err != nil {
		return err
	}
	add := func(file, text string, columns int, pix []float32) {
		r.Drawings = append(r.Drawings, Drawing{picturesDir + "/" + file + ".png", text})
		p.drawn = append(p.drawn, overlay.Sheet(h, w, channels, columns, pix))
	}
	add("reconstructions", "The first "+part.Name+" rows above, and below what their codes keep of them.", originalsRow,
		append(append([]float32(nil), few.X[:few.Rows*few.Width]...), again...))
	if m.Latent() == 2 {
		x, err := m.Likeliest(ctx, m.mapOfCodes(), nil)
		if err == nil {
			add("map", "The map of codes: what a code stands for, from left to right by its first number and upwards by its second. Steps are of equal probability.", mapSide, x)
		}
		return err
	}
	x, err := m.Draw(ctx, m.Codes(drawnSide*drawnSide, p.Job.Seed), nil, p.Job.Seed)
	if err == nil {
		add("drawn", "Drawn by the model.", drawnSide, x)
	}
	return err
}

// mapOfCodes returns codes of two numbers at the middles of steps of equal probability, the largest second number first.
func (v *VAEModel) mapOfCodes() []float32 {
	at := func(k int) float64 { return math.Sqrt2 * math.Erfinv(2*(float64(k)+0.5)/mapSide-1) }
	var z []float32
	for i := range mapSide {
		for k := range mapSide {
			code := []float64{at(k), at(mapSide - 1 - i)}
			v.prior.move(code)
			z = append(z, float32(code[0]), float32(code[1]))
		}
	}
	return z
}

// Sheet draws rows of arrays that are pictures, so many beside each other; nil if they are none.
func (v *VAEModel) Sheet(x []float32, columns int) *stdimage.RGBA {
	h, w, channels, ok := v.Arrays.Picture()
	if !ok {
		return nil
	}
	return overlay.Sheet(h, w, channels, columns, x)
}
