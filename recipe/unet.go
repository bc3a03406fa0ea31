package recipe

import (
	"fmt"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/internal/limits"
	"github.com/descent-ml/descent/nn"
	"github.com/descent-ml/descent/recipe/tracer"
	"github.com/descent-ml/descent/train"
)

// norms are how a network may be normalised.
var norms = map[string]nn.Norm{"group": nn.Groups, "batch": nn.Batches, "none": nn.Without}

// unetWord is a U-Net for images of any size: a sigmoid for masks of two classes, a
// softmax for more.
func (f *File) unetWord(c *tracer.Call) tracer.Value {
	base, depth := atLeastOne(c, 0), atLeastOne(c, 1)
	const deepest = 12
	if c.Fine(1) && depth > deepest {
		c.RefuseArg(1, tracer.CodeValue, "depth is how often the image is halved, from 1 to %d, not %d", deepest, depth)
	}
	if c.Fine(0) && base > limits.ImageSide {
		c.RefuseArg(0, tracer.CodeValue, "base is the number of channels of the first level, from 1 to %d, not %d", limits.ImageSide, base)
	}
	norm := norms[c.Choice(2, "group", "batch", "none")]
	linear := c.Choice(3, "auto", "linear") == "linear"
	at := f.tracer.Position(c.At)
	return &model{declaration{"model", c}, func(spec train.ModelSpec) (nn.Layer, error) {
		if spec.Channels == 0 {
			return nil, unreadImages("unet", at)
		}
		if err := fitsUNet(base, depth, at); err != nil {
			return nil, err
		}
		head := headOf(spec)
		if linear {
			head.Act = nil
		}
		return nn.UNet(nn.UNetConfig{In: spec.Channels, Base: base, Depth: depth, Norm: norm, Head: head}), nil
	}, nil}
}

// fitsUNet refuses a network whose weights, gradients and Adam's two moments are more
// than the memory. Nearly all are in its lowest levels.
func fitsUNet(base, depth int, at graph.Position) error {
	const bytesEach = 16
	budget := limits.Memory()
	lowest := int64(base) << depth
	kernel, ok := limits.Mul64(9*lowest, lowest+lowest/2)
	if ok && kernel <= limits.TensorElements && kernel <= budget.Bytes/bytesEach {
		return nil
	}
	return graph.Diagnostics{{
		Code: CodeMemory, Pos: at,
		Message: fmt.Sprintf("this model does not fit: its lowest level has %d channels, which is %d x 2^%d", lowest, base, depth),
		Notes:   []string{"available  " + budget.String()},
		Fixes:   []string{"unet(base = 16, depth = 4)"},
	}}
}
