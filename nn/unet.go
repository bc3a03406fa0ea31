package nn

import (
	"fmt"

	"github.com/descent-ml/descent/graph"
)

// UNetConfig describes a U-Net.
type UNetConfig struct {
	In    int  // channels of the images
	Base  int  // channels of the first level, twice as many on each below; 0 for 16
	Depth int  // times that the image is halved; 0 for 4
	Norm  Norm // after each convolution; Groups if left out
	Head  Head // channels out
}

// Norm is how the layers of a network are normalised.
type Norm uint8

const (
	// Groups normalises groups of channels of each image: [GroupNorm].
	Groups Norm = iota
	// Batches normalises each channel over the batch: [BatchNorm].
	Batches
	// Without normalises nothing.
	Without
)

// UNet returns a U-Net: levels of two 3x3 convolutions, each normalised and with ReLU,
// of which each below sees the image at half the size, and levels back up, which see
// what comes from below beside what their level saw on the way down.
// x: [N H W In] → y: [N H W Out], for images of any size.
//
// Sizes that are no multiple of 2^Depth are rounded up on the way down, where squares
// reach over the edge, and cut again on the way up, so that every pixel has an answer.
// Source: Ronneberger, Fischer & Brox, "U-Net: Convolutional Networks for Biomedical
// Image Segmentation", MICCAI 2015, which has no padding and normalises nothing.
func UNet(c UNetConfig) Layer {
	base, depth := c.Base, c.Depth
	if base == 0 {
		base = 16
	}
	if depth == 0 {
		depth = 4
	}
	u := &unet{Head: &Conv2D{In: base, Out: c.Head.Out, Kernel: 1, Act: c.Head.Act, BiasInit: c.Head.Bias}}
	in := c.In
	for k := range depth + 1 {
		u.Down = append(u.Down, newLevel(in, base<<k, c.Norm))
		in = base << k
	}
	for k := range depth {
		u.Up = append(u.Up, &unetUp{
			Enlarge: &ConvTranspose2D{In: base << (k + 1), Out: base << k, Kernel: 2, Stride: 2, WeightInit: HeUniform{}},
			Level:   newLevel(base<<(k+1), base<<k, c.Norm),
		})
	}
	return u
}

type unet struct {
	Down []*unetLevel // the first has the size of the image, the last the smallest
	Up   []*unetUp    // in the order of Down
	Head *Conv2D
}

// unetUp enlarges what comes from below and puts it beside what the level saw before.
type unetUp struct {
	Enlarge *ConvTranspose2D
	Level   *unetLevel
}

// unetLevel is two convolutions, each with what follows it.
type unetLevel struct {
	First, Second         *Conv2D
	FirstNorm, SecondNorm Layer // nil for none
}

func newLevel(in, out int, n Norm) *unetLevel {
	l := &unetLevel{
		First:  &Conv2D{In: in, Out: out, Kernel: 3, NoBias: n != Without, WeightInit: HeUniform{}},
		Second: &Conv2D{In: out, Out: out, Kernel: 3, NoBias: n != Without, WeightInit: HeUniform{}},
	}
	switch n {
	case Groups:
		l.FirstNorm, l.SecondNorm = &GroupNorm{Size: out}, &GroupNorm{Size: out}
	case Batches:
		l.FirstNorm, l.SecondNorm = &BatchNorm{Size: out}, &BatchNorm{Size: out}
	}
	return l
}

// Forward applies the layer.
func (l *unetLevel) Forward(x *graph.Node) *graph.Node {
	for _, part := range []struct {
		conv *Conv2D
		norm Layer
	}{{l.First, l.FirstNorm}, {l.Second, l.SecondNorm}} {
		x = part.conv.Forward(x)
		if part.norm != nil {
			x = part.norm.Forward(x)
		}
		x = x.Relu()
	}
	return x
}

// Forward applies the network.
func (u *unet) Forward(x *graph.Node) *graph.Node {
	if x.Poisoned() {
		return x
	}
	if s := x.Shape(); len(s) != 4 || s[1:].Depends() {
		return x.Graph().Poison(graph.Diagnostic{
			Code:    graph.CodeShape,
			Message: fmt.Sprintf("a U-Net takes images [N height width channels] of one size, but its input is %v", s),
			Notes:   graph.Columns([]string{"input", s.String(), x.Origin()}),
		})
	}
	var seen []*graph.Node
	for k, l := range u.Down {
		if k > 0 {
			x = x.MaxPool2D(squares(2, true))
		}
		x = l.Forward(x)
		seen = append(seen, x)
	}
	for k := len(u.Up) - 1; k >= 0; k-- {
		x = u.Up[k].Forward(x, seen[k])
	}
	return u.Head.Forward(x)
}

// Forward applies the level to what comes from below and what it saw before.
func (u *unetUp) Forward(below, seen *graph.Node) *graph.Node {
	x := u.Enlarge.Forward(below)
	if x.Poisoned() || seen.Poisoned() {
		return x
	}
	s := seen.Shape()
	x = x.Slice(1, graph.Fixed(0), s[1]).Slice(2, graph.Fixed(0), s[2])
	return u.Level.Forward(graph.Concat(3, seen, x))
}
