package torch

import (
	"fmt"
	"slices"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/internal/layer"
	"github.com/descent-ml/descent/recipe/internal/ops"
	"github.com/descent-ml/descent/recipe/tracer"
)

// pools are the functions that make one number of each window: along the last one, two or
// three axes of [N C ...].
func pools() []ops.Function {
	var rows []ops.Function
	for axes := 1; axes <= 3; axes++ {
		rows = append(rows,
			ops.Function{
				Signature: fmt.Sprintf("avg_pool%dd(input, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True, divisor_override=None)", axes),
				Do:        pool(axes, true),
			},
			ops.Function{
				Signature: fmt.Sprintf("max_pool%dd(input, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False)", axes),
				Do:        pool(axes, false),
			})
	}
	return append(rows, ops.Function{Signature: "adaptive_avg_pool2d(input, output_size)", Do: func(c *tracer.Call) tracer.Value {
		x, size := c.TensorArg(0), ops.Pair(c, 1)
		if size != [2]int{1, 1} && c.OK() {
			return c.Refuse(c.At, tracer.CodeUnsupported, "adaptive_avg_pool2d() gives 1 x 1 here, not %v", size)
		}
		return c.Node(func() *graph.Node { return meanPool{}.Forward(x) })
	}})
}

func pool(axes int, mean bool) func(c *tracer.Call) tracer.Value {
	return func(c *tracer.Call) tracer.Value {
		x, size, pad := c.TensorArg(0), perAxis(c, 1, axes), perAxis(c, 3, axes)
		step := size
		if !c.IsNone(2) {
			step = perAxis(c, 2, axes)
		}
		counts := false
		for i, p := range c.Fn.Params() {
			switch p.Name {
			case "count_include_pad":
				counts = c.Bool(i)
			case "ceil_mode", "return_indices":
				if c.Bool(i) && c.OK() {
					c.RefuseArg(i, tracer.CodeUnsupported, "%s = True is not supported", p.Name)
				}
			case "divisor_override":
				if !c.IsNone(i) && c.OK() {
					c.RefuseArg(i, tracer.CodeUnsupported, "divisor_override is not supported")
				}
			case "dilation":
				for _, d := range perAxis(c, i, axes) {
					if d != 1 && c.OK() {
						c.RefuseArg(i, tracer.CodeUnsupported, "a dilation of %d is not supported", d)
					}
				}
			}
		}
		return c.Node(func() *graph.Node {
			if x.Poisoned() {
				return x
			}
			if s := x.Shape(); len(s) != axes+2 || s[1:].Depends() {
				return c.Graph().Poison(graph.Diagnostic{
					Code:    graph.CodeShape,
					Message: fmt.Sprintf("%s takes [N C] and %d more axes of one size, but its input is %v", c.Fn.Name, axes, s),
					Notes:   graph.Columns([]string{x.Display(), s.String(), x.Origin()}),
				})
			}
			// plane pools two axes as the height and width of an image; -1 is one of length 1.
			plane := func(x *graph.Node, height, width int) *graph.Node {
				p := &layer.Pool{Kind: c.Fn.Name, Mean: mean, Size: [2]int{1, 1}, Stride: [2]int{1, 1}, PadCounts: counts, ChannelsFirst: true}
				for k, a := range [2]int{height, width} {
					if a >= 0 {
						p.Size[k], p.Stride[k], p.Pad[k] = size[a], step[a], pad[a]
					}
				}
				return p.Forward(x)
			}
			switch axes {
			case 1:
				return ops.Squeeze(plane(x.ExpandDims(3), 0, -1), []int{3}, false)
			case 2:
				return plane(x, 0, 1)
			}
			// Depth is one more axis of channels first, then height and width are one axis.
			s := x.Shape()
			y := plane(x.ReshapeTo(graph.Shape{s[0], graph.Infer, s[3], s[4]}), 1, 2)
			if y.Poisoned() {
				return y
			}
			h, w := y.Shape()[2], y.Shape()[3]
			y = plane(y.ReshapeTo(graph.Shape{s[0], s[1], s[2], graph.Infer}), 0, -1)
			if y.Poisoned() {
				return y
			}
			return y.ReshapeTo(graph.Shape{s[0], s[1], y.Shape()[2], h, w})
		})
	}
}

// perAxis reads a number for each of some axes, or one for all.
func perAxis(c *tracer.Call, i, axes int) []int {
	list := ops.Ints(c, i)
	if _, one := c.Arg(i).(tracer.Int); one {
		list = slices.Repeat(list, axes)
	}
	if len(list) != axes {
		if c.OK() {
			c.Want(i, fmt.Sprintf("a whole number, or %d of them", axes))
		}
		return make([]int, axes)
	}
	return list
}
