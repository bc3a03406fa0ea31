package layer

import (
	"math"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/nn"
)

// Start is an initializer that a program may put another in the place of, before
// anything starts from it.
type Start struct{ Of graph.Initializer }

// Fill implements [graph.Initializer].
func (s *Start) Fill(dst []float32, shape []int, seed uint64, name string) {
	s.Of.Fill(dst, shape, seed, name)
}

// Normal draws from N(Mean, SD²); truncated, without what is more than two deviations
// away, which leaves a deviation of 0.88·SD, as in Keras.
type Normal struct {
	Mean, SD  float64
	Truncated bool
}

// Fill implements [graph.Initializer]: values uniform in ±1 go through the inverse of
// the normal distribution function.
func (n Normal) Fill(dst []float32, shape []int, seed uint64, name string) {
	nn.Uniform(1).Fill(dst, shape, seed, name)
	reach := 1 - 1e-7 // finite
	if n.Truncated {
		reach = math.Erf(math.Sqrt2) // two deviations
	}
	for i, u := range dst {
		dst[i] = float32(n.Mean + n.SD*math.Sqrt2*math.Erfinv(float64(u)*reach))
	}
}

// Between draws uniformly from [Lo, Hi).
type Between struct{ Lo, Hi float64 }

// Fill implements [graph.Initializer].
func (b Between) Fill(dst []float32, shape []int, seed uint64, name string) {
	nn.Uniform(1).Fill(dst, shape, seed, name)
	for i, u := range dst {
		dst[i] = float32(b.Lo + (b.Hi-b.Lo)*(float64(u)+1)/2)
	}
}

// Scaling draws with variance Scale divided by a number of connections.
//
// Source: He, Zhang, Ren & Sun, "Delving Deep into Rectifiers", ICCV 2015; Glorot &
// Bengio, "Understanding the difficulty of training deep feedforward neural networks",
// AISTATS 2010.
type Scaling struct {
	Scale float64
	By    Fan
	As    Shape
}

// Fan is a number of connections of a layer.
type Fan uint8

const (
	// Inputs is how many numbers each output is made of.
	Inputs Fan = iota
	// Outputs is how many outputs each number goes to.
	Outputs
	// Average is the mean of both.
	Average
)

// Shape is that of a distribution.
type Shape uint8

const (
	// Uniform is flat.
	Uniform Shape = iota
	// Truncated is normal without what is more than two deviations away, as in Keras.
	Truncated
	// Gaussian is normal, as in PyTorch.
	Gaussian
)

// truncation is the deviation of a normal distribution cut at two deviations.
const truncation = 0.87962566103423978

// Fill implements [graph.Initializer].
func (s Scaling) Fill(dst []float32, shape []int, seed uint64, name string) {
	in, out := fans(shape)
	n := map[Fan]float64{Inputs: float64(in), Outputs: float64(out), Average: float64(in+out) / 2}[s.By]
	sd := math.Sqrt(s.Scale / math.Max(1, n))
	switch s.As {
	case Truncated:
		Normal{SD: sd / truncation, Truncated: true}.Fill(dst, shape, seed, name)
	case Gaussian:
		Normal{SD: sd}.Fill(dst, shape, seed, name)
	default:
		nn.Uniform(math.Sqrt(3)*sd).Fill(dst, shape, seed, name)
	}
}

// fans returns the number of inputs of each output of a matrix or of a convolution's
// kernel, whose last two axes are in and out, and of outputs of each input.
func fans(shape []int) (in, out int) {
	switch len(shape) {
	case 0:
		return 1, 1
	case 1:
		return shape[0], shape[0]
	}
	window := graph.Size(shape[:len(shape)-2])
	return window * shape[len(shape)-2], window * shape[len(shape)-1]
}

// Expression starts from a value that the program computes, with its random numbers
// drawn by seed and name.
type Expression struct{ Value *graph.Node }

// Fill implements [graph.Initializer]. What cannot be computed stays 0: such values are
// refused before.
func (e Expression) Fill(dst []float32, shape []int, seed uint64, name string) {
	feed := graph.Feed{Rows: 1, Random: func(id string, d graph.Distribution, values []float64) {
		draw(seed, name+"/"+id, d, values)
	}}
	out, err := graph.Eval(feed, e.Value)
	if err != nil || len(out[0].Data) != len(dst) {
		return
	}
	for i, v := range out[0].Data {
		dst[i] = float32(v)
	}
}

// draw fills values by seed and name.
func draw(seed uint64, name string, d graph.Distribution, values []float64) {
	drawn := make([]float32, len(values))
	if d == graph.StandardNormal {
		Normal{SD: 1}.Fill(drawn, nil, seed, name)
	} else {
		Between{0, 1}.Fill(drawn, nil, seed, name)
	}
	for i, v := range drawn {
		values[i] = float64(v)
	}
}
