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
	slopeKink  = 1e-4  // the share by which half a step may change a slope without a kink
	slopeError = 1e-3  // the share by which a derivative may be off
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
// half a step gives another slope there is a kink, such as that of relu at 0: such a
// direction is not compared.
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
		var measured [2]float64
		for i := range measured {
			if measured[i], err = p.slopeAlong(held, direction, h); err != nil {
				return s, err
			}
			h /= 2
		}
		scale := max(math.Abs(slope), math.Abs(measured[1]), 1e-8)
		if math.Abs(measured[0]-measured[1]) <= slopeKink*scale {
			s.Directions++
			s.Error = max(s.Error, math.Abs(slope-measured[1])/scale)
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

// slopeAlong measures how the loss changes along a direction.
func (p *Proof) slopeAlong(feed Feed, direction [][]float64, h float64) (float64, error) {
	var value [2]float64
	for side, sign := range []float64{1, -1} {
		at := feed
		at.Values = maps.Clone(feed.Values)
		for i, w := range p.moving() {
			v := feed.Values[w]
			moved := Array{Dims: v.Dims, Data: make([]float64, len(v.Data))}
			for k, x := range v.Data {
				moved.Data[k] = x + sign*h*direction[i][k]
			}
			at.Values[w] = moved
		}
		out, err := Eval(at, p.Loss)
		if err != nil {
			return 0, err
		}
		value[side] = out[0].Data[0]
	}
	return (value[0] - value[1]) / (2 * h), nil
}
