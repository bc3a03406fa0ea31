package nn

import (
	"math"
)

// GlorotUniform draws uniformly from ±√(6 / (fan in + fan out)), Keras's default for
// every layer.
//
// Source: Glorot & Bengio, "Understanding the difficulty of training deep
// feedforward neural networks", AISTATS 2010.
type GlorotUniform struct{}

// Fill implements [graph.Initializer].
func (GlorotUniform) Fill(dst []float32, shape []int, seed uint64, name string) {
	in, out := fans(shape)
	uniform(dst, math.Sqrt(6/float64(in+out)), seed, name)
}

// HeUniform draws uniformly from ±√(6 / fan in), which keeps the variance through
// layers with [Relu].
//
// Source: He, Zhang, Ren & Sun, "Delving Deep into Rectifiers", ICCV 2015.
type HeUniform struct{}

// Fill implements [graph.Initializer].
func (HeUniform) Fill(dst []float32, shape []int, seed uint64, name string) {
	in, _ := fans(shape)
	uniform(dst, math.Sqrt(6/float64(in)), seed, name)
}

// Uniform draws uniformly from ±Uniform.
type Uniform float64

// Fill implements [graph.Initializer].
func (u Uniform) Fill(dst []float32, shape []int, seed uint64, name string) {
	uniform(dst, float64(u), seed, name)
}

// Constant sets every element to one value.
type Constant float64

// Fill implements [graph.Initializer].
func (c Constant) Fill(dst []float32, shape []int, seed uint64, name string) {
	for i := range dst {
		dst[i] = float32(c)
	}
}

// Values sets the elements one by one; elements without a value are 0.
type Values []float64

// Fill implements [graph.Initializer].
func (v Values) Fill(dst []float32, shape []int, seed uint64, name string) {
	clear(dst)
	for i := range min(len(v), len(dst)) {
		dst[i] = float32(v[i])
	}
}

// fans returns how many numbers each output is made of, and how many outputs each
// number goes to. The last two axes of a shape are in and out, those before them the
// window of a convolution.
func fans(shape []int) (in, out int) {
	switch len(shape) {
	case 0:
		return 1, 1
	case 1:
		return shape[0], shape[0]
	}
	window := 1
	for _, n := range shape[:len(shape)-2] {
		window *= n
	}
	return window * shape[len(shape)-2], window * shape[len(shape)-1]
}

// uniform fills dst with numbers from ±limit.
func uniform(dst []float32, limit float64, seed uint64, name string) {
	key := mix(seed) ^ hash(name)
	for i := range dst {
		u := float64(draw(key, uint64(i))>>11) * 0x1p-53
		dst[i] = float32((2*u - 1) * limit)
	}
}

// draw returns number i of the stream that key starts: SplitMix64, whose state is a
// counter, so that any number of the stream is one step away.
//
// Source: Steele, Lea & Flood, "Fast Splittable Pseudorandom Number Generators",
// OOPSLA 2014.
func draw(key, i uint64) uint64 { return mix(key + (i+1)*0x9E3779B97F4A7C15) }

func mix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
	z = (z ^ z>>27) * 0x94D049BB133111EB
	return z ^ z>>31
}

// hash is FNV-1a, 64 bits wide.
func hash(name string) uint64 {
	h := uint64(0xCBF29CE484222325)
	for i := range len(name) {
		h = (h ^ uint64(name[i])) * 0x100000001B3
	}
	return h
}
