package graph

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
)

// Slopes is what came of comparing derivatives with what a loss really does.
type Slopes struct {
	Directions int     // along which both were compared
	Error      float64 // the largest difference, as a share of the slope
	Still      bool    // every derivative is 0, but for rounding
}

const (
	slopeStep  = 1e-5  // of a difference, as a share of the parameters' length
	slopeTries = 3     // at steps that get shorter
	slopeKink  = 1e-4  // the share by which half a step may change a slope without a kink
	slopeError = 1e-3  // the share by which a derivative may be off
	slopeLeast = 1e-8  // below which slopes are not told apart
	slopeZero  = 1e-14 // the derivative that rounding may leave where terms cancel
)

// Err is an error where a derivative is not the loss's slope. It is a fault of ours.
func (s Slopes) Err() error {
	if s.Error <= slopeError {
		return nil
	}
	return fmt.Errorf("the gradient of this loss is not its slope: they differ by %.1f %%; this is a fault of Descent and not of the loss", 100*s.Error)
}

// Slopes compares the proved derivatives with the slope of the loss along random
// directions of all parameters, which feed holds: central differences in float64,
// through the reference of every op. What the program takes as a constant
// ([Node.StopGradient]) is held, since no derivative is meant to see it move. Where
// half a step gives another slope, or one side another than the other, there is a kink,
// such as that of relu at 0: shorter steps are tried, and the direction is not compared
// if they meet kinks too.
func (p *Proof) Slopes(feed Feed, directions int) (Slopes, error) {
	s := Slopes{Still: true}
	held, at, err := p.held(feed)
	if err != nil {
		return s, err
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for range directions {
		direction := p.direction(held, rng)
		slope := 0.0
		for i, grad := range at {
			for k, g := range grad.Data {
				slope += g * direction[i][k]
				s.Still = s.Still && math.Abs(g) <= slopeZero
			}
		}
		h := slopeStep * max(1, p.length(held))
		for range slopeTries {
			measured, smooth, err := p.slopeAlong(held, direction, h, slope)
			if err != nil {
				return s, err
			}
			if smooth {
				s.Directions++
				s.Error = max(s.Error, math.Abs(slope-measured)/max(math.Abs(slope), math.Abs(measured), slopeLeast))
				break
			}
			h /= 32
		}
	}
	return s, nil
}

// held returns the feed with what the program takes as constant, and the derivatives
// there.
func (p *Proof) held(feed Feed) (Feed, []Array, error) {
	var roots []*Node
	for _, grad := range p.Grads {
		if grad != nil {
			roots = append(roots, grad)
		}
	}
	n := len(roots)
	for _, x := range p.order {
		if x.isStopped() {
			roots = append(roots, x)
		}
	}
	values, err := Eval(feed, roots...)
	if err != nil {
		return feed, nil, err
	}
	held := feed
	held.Values = maps.Clone(feed.Values)
	for i, x := range roots[n:] {
		held.Values[x] = values[n+i]
	}
	return held, values[:n], nil
}

// moving are the parameters that have a derivative.
func (p *Proof) moving() []*Node {
	var out []*Node
	for i, w := range p.Params {
		if p.Grads[i] != nil {
			out = append(out, w)
		}
	}
	return out
}

// direction returns one of length 1 in the space of the parameters that move.
func (p *Proof) direction(feed Feed, rng *rand.Rand) [][]float64 {
	var direction [][]float64
	length := 0.0
	for _, w := range p.moving() {
		d := make([]float64, len(feed.Values[w].Data))
		for k := range d {
			d[k] = rng.NormFloat64()
			length += d[k] * d[k]
		}
		direction = append(direction, d)
	}
	for _, d := range direction {
		for k := range d {
			d[k] /= math.Sqrt(length)
		}
	}
	return direction
}

func (p *Proof) length(feed Feed) float64 {
	sum := 0.0
	for _, w := range p.moving() {
		for _, v := range feed.Values[w].Data {
			sum += v * v
		}
	}
	return math.Sqrt(sum)
}

// slopeAlong measures how the loss changes along a direction, by a step of h to both
// sides. It is smooth if half the step gives the same, and both sides do: else there
// is a kink on the way, or where it starts.
func (p *Proof) slopeAlong(feed Feed, direction [][]float64, h, derivative float64) (slope float64, smooth bool, err error) {
	var loss [5]float64 // at -h, -h/2, 0, h/2 and h
	for i := range loss {
		if loss[i], err = p.lossAt(feed, direction, h*float64(i-2)/2); err != nil {
			return 0, false, err
		}
	}
	slope = (loss[3] - loss[1]) / h
	scale := max(math.Abs(derivative), math.Abs(slope), slopeLeast)
	whole, bend := (loss[4]-loss[0])/(2*h), (loss[3]+loss[1]-2*loss[2])/h
	return slope, math.Abs(whole-slope) <= slopeKink*scale && math.Abs(bend) <= slopeError/2*scale, nil
}

// lossAt is the loss with the parameters moved that far along a direction.
func (p *Proof) lossAt(feed Feed, direction [][]float64, far float64) (float64, error) {
	at := feed
	at.Values = maps.Clone(feed.Values)
	for i, w := range p.moving() {
		v := feed.Values[w]
		moved := Array{Dims: v.Dims, Data: make([]float64, len(v.Data))}
		for k, x := range v.Data {
			moved.Data[k] = x + far*direction[i][k]
		}
		at.Values[w] = moved
	}
	out, err := Eval(at, p.Loss)
	if err != nil {
		return 0, err
	}
	return out[0].Data[0], nil
}
