package nn

import (
	"fmt"

	"github.com/descent-ml/descent/graph"
)

// ConvVAEConfig describes a VAE of convolutions.
type ConvVAEConfig struct {
	Height, Width, Channels int     // of the images; height and width are multiples of 4
	Latent                  int     // numbers in a code
	Normal                  bool    // each number is normal with a learned deviation, not 0 or 1
	Limit                   float64 // of the log-variance: see [GaussianSample]
}

// ConvVAE returns a VAE of images, the architecture of Keras's example: two convolutions that halve the image, with 32 and 64
// channels, 16 dense outputs, mean and log-variance of the code; and the way back by transposed convolutions. Kernels are
// 3x3, activations ReLU. x: [N Height·Width·Channels], as rows have it.
//
// Where the Keras example averages over the colours of a pixel, the likelihood of an image here is the sum over all of its
// numbers, since it is one probability.
//
// Source: Chollet, "Variational AutoEncoder", keras.io/examples/generative/vae.
func ConvVAE(c ConvVAEConfig) (*VAE, error) {
	if c.Height < 4 || c.Width < 4 || c.Height%4 != 0 || c.Width%4 != 0 || c.Channels < 1 {
		return nil, fmt.Errorf("nn.ConvVAE halves images twice, so their sides must be multiples of 4, not %dx%d", c.Height, c.Width)
	}
	const first, second, dense = 32, 64, 16
	h, w := c.Height/4, c.Width/4
	v := &VAE{
		Encoder: Chain{
			&unflat{c.Height, c.Width, c.Channels},
			&Conv2D{In: c.Channels, Out: first, Kernel: 3, Stride: 2, Act: Relu},
			&Conv2D{In: first, Out: second, Kernel: 3, Stride: 2, Act: Relu},
			&flat{h * w * second},
			&Dense{In: h * w * second, Out: dense, Act: Relu},
		},
		Mean:   &Dense{In: dense, Out: c.Latent},
		LogVar: &Dense{In: dense, Out: c.Latent},
		Sample: GaussianSample{Limit: c.Limit, Always: true},
		Decoder: Chain{
			&Dense{In: c.Latent, Out: h * w * second, Act: Relu},
			&unflat{h, w, second},
			&ConvTranspose2D{In: second, Out: second, Kernel: 3, Stride: 2, Act: Relu},
			&ConvTranspose2D{In: second, Out: first, Kernel: 3, Stride: 2, Act: Relu},
			&ConvTranspose2D{In: first, Out: c.Channels, Kernel: 3, Stride: 1},
			&flat{c.Height * c.Width * c.Channels},
		},
	}
	if c.Normal {
		v.Deviations = &Deviations{Columns: c.Height * c.Width * c.Channels}
	}
	return v, nil
}

// unflat makes images of rows.   x: [N H·W·C] → y: [N H W C]
type unflat struct{ h, w, c int }

// Forward applies the layer.
func (u *unflat) Forward(x *graph.Node) *graph.Node { return reshaped(x, graph.Rows(u.h, u.w, u.c)) }

// flat makes rows of images.   x: [N H W C] → y: [N size]
type flat struct{ size int }

// Forward applies the layer.
func (f *flat) Forward(x *graph.Node) *graph.Node { return reshaped(x, graph.Rows(f.size)) }

func reshaped(x *graph.Node, to graph.Shape) *graph.Node {
	if x.Poisoned() {
		return x
	}
	return x.ReshapeTo(to)
}
