package keras

import (
	"fmt"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/nn"
	"github.com/descent-ml/descent/recipe/internal/layer"
	"github.com/descent-ml/descent/recipe/internal/ops"
	"github.com/descent-ml/descent/recipe/tracer"
)

// layerRow is a layer of keras.layers: read looks at the settings and returns how its Go
// side is made for the first input.
type layerRow struct {
	names    []string
	settings string
	read     func(c *tracer.Call) func(c *tracer.Call, x *graph.Node) any
}

// every is what all layers take.
const every = "name=None, trainable=True, dtype=None, input_shape=None, input_dim=None, batch_input_shape=None, activity_regularizer=None"

const weighted = ", kernel_regularizer=None, bias_regularizer=None, kernel_constraint=None, bias_constraint=None"

// layerRows lists the layers of one input.
func layerRows() []layerRow {
	const window = "filters, kernel_size, strides=(1, 1), padding='valid', data_format=None, dilation_rate=(1, 1), groups=1, activation=None, use_bias=True, kernel_initializer='glorot_uniform', bias_initializer='zeros'" + weighted
	const transposed = "filters, kernel_size, strides=(1, 1), padding='valid', output_padding=None, data_format=None, dilation_rate=(1, 1), activation=None, use_bias=True, kernel_initializer='glorot_uniform', bias_initializer='zeros'" + weighted
	const pooling = "pool_size=(2, 2), strides=None, padding='valid', data_format=None"
	return []layerRow{
		{[]string{"Dense"}, "units, activation=None, use_bias=True, kernel_initializer='glorot_uniform', bias_initializer='zeros'" + weighted, dense},
		{[]string{"Conv2D", "Convolution2D"}, window, conv},
		{[]string{"Conv2DTranspose", "Convolution2DTranspose"}, transposed, convTranspose},
		{[]string{"MaxPooling2D", "MaxPool2D"}, pooling, pool("MaxPooling2D", false)},
		{[]string{"AveragePooling2D", "AvgPool2D"}, pooling, pool("AveragePooling2D", true)},
		{[]string{"UpSampling2D"}, "size=(2, 2), data_format=None, interpolation='nearest'", upsample},
		{[]string{"ZeroPadding2D"}, "padding=(1, 1), data_format=None", zeroPadding},
		{[]string{"GlobalAveragePooling2D", "GlobalAvgPool2D"}, "data_format=None, keepdims=False", overPixels((*graph.Node).Mean, (*graph.Node).MeanKeep)},
		{[]string{"GlobalMaxPooling2D", "GlobalMaxPool2D"}, "data_format=None, keepdims=False", overPixels((*graph.Node).ReduceMax, (*graph.Node).ReduceMaxKeep)},
		{[]string{"BatchNormalization"}, "axis=-1, momentum=0.99, epsilon=1e-3, center=True, scale=True", batchNorm},
		{[]string{"LayerNormalization"}, "axis=-1, epsilon=1e-3, center=True, scale=True", layerNorm},
		{[]string{"Embedding"}, "input_dim, output_dim, embeddings_initializer='uniform', embeddings_regularizer=None, mask_zero=False, input_length=None", embedding},
		{[]string{"Dropout"}, "rate, noise_shape=None, seed=None", func(c *tracer.Call) func(*tracer.Call, *graph.Node) any {
			rate := c.Float(1)
			return func(*tracer.Call, *graph.Node) any { return &nn.Dropout{Rate: rate} }
		}},
		{[]string{"SpatialDropout2D"}, "rate, seed=None, data_format=None", func(c *tracer.Call) func(*tracer.Call, *graph.Node) any {
			rate := c.Float(1)
			return same(func(x *graph.Node) *graph.Node { return droppedMaps(x, rate) })
		}},
		{[]string{"GaussianNoise"}, "stddev, seed=None", func(c *tracer.Call) func(*tracer.Call, *graph.Node) any {
			sd := c.Float(1)
			return same(func(x *graph.Node) *graph.Node {
				if x.Poisoned() || x.Graph().Mode != graph.Training {
					return x
				}
				return x.Add(x.Graph().Random("gaussian_noise", graph.StandardNormal, x.Shape()).Scale(sd))
			})
		}},
		{[]string{"Flatten"}, "data_format=None", func(c *tracer.Call) func(*tracer.Call, *graph.Node) any {
			return same(func(x *graph.Node) *graph.Node {
				if x.Rank() == 1 {
					return x.ExpandDims(1)
				}
				return ops.FlattenFrom(x, 1, -1)
			})
		}},
		{[]string{"Reshape"}, "target_shape", reshape},
		{[]string{"Permute"}, "dims", permute},
		{[]string{"RepeatVector"}, "n", func(c *tracer.Call) func(*tracer.Call, *graph.Node) any {
			n := whole(c, 1)
			return same(func(x *graph.Node) *graph.Node { return ops.Repeat(x.ExpandDims(1), n, 1) })
		}},
		{[]string{"Activation"}, "activation", func(c *tracer.Call) func(*tracer.Call, *graph.Node) any {
			a := activationArg(c, 1)
			return same(func(x *graph.Node) *graph.Node {
				if a.Apply == nil {
					return x
				}
				return a.Apply(x)
			})
		}},
		{[]string{"ReLU"}, "max_value=None, negative_slope=0.0, threshold=0.0", func(c *tracer.Call) func(*tracer.Call, *graph.Node) any {
			most, slope, at := limit(c, 1), c.Float(2), c.Float(3)
			return same(func(x *graph.Node) *graph.Node { return reluOf(x, slope, most, at) })
		}},
		{[]string{"LeakyReLU"}, "negative_slope=0.3, alpha=None", func(c *tracer.Call) func(*tracer.Call, *graph.Node) any {
			slope := c.Float(1)
			if !c.IsNone(2) {
				slope = c.Float(2)
			}
			return same(func(x *graph.Node) *graph.Node { return x.LeakyRelu(slope) })
		}},
		{[]string{"ELU"}, "alpha=1.0", func(c *tracer.Call) func(*tracer.Call, *graph.Node) any {
			alpha := c.Float(1)
			return same(func(x *graph.Node) *graph.Node { return x.Elu(alpha) })
		}},
		{[]string{"Softmax"}, "axis=-1", func(c *tracer.Call) func(*tracer.Call, *graph.Node) any {
			axis := c.AxisArg(1)
			return same(func(x *graph.Node) *graph.Node { return x.Softmax(axis) })
		}},
		{[]string{"Lambda"}, "function, output_shape=None, mask=None, arguments=None", lambda},
	}
}

// unary is the Go side of a layer without parameters.
type unary func(x *graph.Node) *graph.Node

func (f unary) Forward(x *graph.Node) *graph.Node { return f(x) }

// same is a layer that is alike for every input.
func same(f func(x *graph.Node) *graph.Node) func(*tracer.Call, *graph.Node) any {
	return func(*tracer.Call, *graph.Node) any { return unary(f) }
}

// fixed is the length of an axis, which may not depend on the batch.
func fixed(c *tracer.Call, x *graph.Node, axis int, what string) (int, bool) {
	if axis < 0 {
		axis += x.Rank()
	}
	if axis < 1 || axis >= x.Rank() || x.Shape()[axis].Depends() {
		c.Report(c.At, graph.Diagnostic{
			Code:    graph.CodeShape,
			Message: fmt.Sprintf("%s cannot be applied to %v: it needs rows of a fixed length", what, x.Shape()),
			Notes:   graph.Columns([]string{x.Display(), x.Shape().String(), x.Origin()}),
		})
		return 0, false
	}
	return x.Shape()[axis].Const, true
}

func dense(c *tracer.Call) func(*tracer.Call, *graph.Node) any {
	a := &layer.Affine{Kind: "Dense", Out: whole(c, 1), Activation: activationArg(c, 2), NoBias: !c.Bool(3)}
	a.WeightInit, _ = initializer(c, c.Arg(4))
	a.BiasInit, _ = initializer(c, c.Arg(5))
	return func(c *tracer.Call, x *graph.Node) any {
		in, ok := fixed(c, x, -1, "Dense")
		if !ok {
			return nil
		}
		a.In = in
		return a
	}
}

// frame reads the window of a convolution.
func frame(c *tracer.Call, strides, padding, dilation int) graph.Window {
	w := graph.Window{Stride: ops.Pair(c, strides), Dilation: ops.Pair(c, dilation)}
	w.Same = c.Choice(padding, "valid", "same", "VALID", "SAME")[:1] == "s"
	return w
}

// lastChannels refuses images with the channels first.
func lastChannels(c *tracer.Call) {
	for i, p := range c.Fn.Params() {
		if p.Name == "data_format" && !c.IsNone(i) {
			c.Choice(i, "channels_last")
		}
	}
}

func conv(c *tracer.Call) func(*tracer.Call, *graph.Node) any {
	lastChannels(c)
	k := &layer.Conv{Kind: "Conv2D", Out: whole(c, 1), Kernel: ops.Pair(c, 2), Window: frame(c, 3, 4, 6), Activation: activationArg(c, 8), NoBias: !c.Bool(9)}
	k.Window.Groups = whole(c, 7)
	k.WeightInit, _ = initializer(c, c.Arg(10))
	k.BiasInit, _ = initializer(c, c.Arg(11))
	return func(c *tracer.Call, x *graph.Node) any {
		in, ok := fixed(c, x, -1, "Conv2D")
		if !ok {
			return nil
		}
		k.In = in
		return k
	}
}

func convTranspose(c *tracer.Call) func(*tracer.Call, *graph.Node) any {
	lastChannels(c)
	k := &layer.ConvTranspose{Conv: layer.Conv{Kind: "Conv2DTranspose", Out: whole(c, 1), Kernel: ops.Pair(c, 2), Window: frame(c, 3, 4, 7), Activation: activationArg(c, 8), NoBias: !c.Bool(9)}}
	if !k.Window.Same { // Keras leaves room for a stride longer than the kernel
		for i := range 2 {
			k.Extra[i] = max(k.Window.Stride[i]-k.Kernel[i], 0)
		}
	}
	if !c.IsNone(5) {
		c.RefuseArg(5, tracer.CodeUnsupported, "output_padding is not supported: the size follows from strides and padding")
	}
	k.WeightInit, _ = initializer(c, c.Arg(10))
	k.BiasInit, _ = initializer(c, c.Arg(11))
	return func(c *tracer.Call, x *graph.Node) any {
		in, ok := fixed(c, x, -1, "Conv2DTranspose")
		if !ok {
			return nil
		}
		k.In = in
		return k
	}
}

func pool(kind string, mean bool) func(c *tracer.Call) func(*tracer.Call, *graph.Node) any {
	return func(c *tracer.Call) func(*tracer.Call, *graph.Node) any {
		lastChannels(c)
		p := &layer.Pool{Kind: kind, Mean: mean, Size: ops.Pair(c, 1)}
		p.Stride = p.Size
		if !c.IsNone(2) {
			p.Stride = ops.Pair(c, 2)
		}
		p.Same = c.Choice(3, "valid", "same") == "same"
		return func(*tracer.Call, *graph.Node) any { return p }
	}
}

func upsample(c *tracer.Call) func(*tracer.Call, *graph.Node) any {
	lastChannels(c)
	u := &layer.Upsample{Kind: "UpSampling2D", Times: ops.Pair(c, 1), Linear: c.Choice(3, "nearest", "bilinear") == "bilinear"}
	return func(*tracer.Call, *graph.Node) any { return u }
}

// zeroPadding takes one number, one for each axis, or two for each.
func zeroPadding(c *tracer.Call) func(*tracer.Call, *graph.Node) any {
	lastChannels(c)
	pads := [][2]int{{}, {}, {}, {}}
	if list, ok := c.Arg(1).(tracer.Tuple); ok && len(list) == 2 {
		for i, v := range list {
			if pair, ok := v.(tracer.Tuple); ok && len(pair) == 2 {
				before, okB := tracer.Dim(pair[0])
				after, okA := tracer.Dim(pair[1])
				if !okA || !okB {
					c.Want(1, "whole numbers")
				}
				pads[1+i] = [2]int{before.Const, after.Const}
			} else if d, ok := tracer.Dim(v); ok {
				pads[1+i] = [2]int{d.Const, d.Const}
			}
		}
	} else {
		n := c.Int(1)
		pads[1], pads[2] = [2]int{n, n}, [2]int{n, n}
	}
	return same(func(x *graph.Node) *graph.Node { return ops.Pad(x, pads, 0) })
}

func overPixels(drop, keep ops.Reduction) func(c *tracer.Call) func(*tracer.Call, *graph.Node) any {
	return func(c *tracer.Call) func(*tracer.Call, *graph.Node) any {
		lastChannels(c)
		kept := c.Bool(2)
		return same(func(x *graph.Node) *graph.Node {
			if kept {
				return keep(x, 1, 2)
			}
			return drop(x, 1, 2)
		})
	}
}

// centredAndScaled refuses the settings that normalising layers do not have here.
func centredAndScaled(c *tracer.Call) {
	for i, p := range c.Fn.Params() {
		if (p.Name == "center" || p.Name == "scale") && !c.Bool(i) && c.OK() {
			c.RefuseArg(i, tracer.CodeUnsupported, "%s = False is not supported", p.Name)
		}
		if p.Name == "axis" && c.AxisArg(i) != -1 && c.OK() {
			c.RefuseArg(i, tracer.CodeUnsupported, "axis is -1 here, the axis of the channels")
		}
	}
}

func batchNorm(c *tracer.Call) func(*tracer.Call, *graph.Node) any {
	centredAndScaled(c)
	momentum, eps := c.Float(2), c.Float(3)
	return func(c *tracer.Call, x *graph.Node) any {
		n, ok := fixed(c, x, -1, "BatchNormalization")
		if !ok {
			return nil
		}
		return &nn.BatchNorm{Size: n, Momentum: momentum, Eps: eps}
	}
}

func layerNorm(c *tracer.Call) func(*tracer.Call, *graph.Node) any {
	centredAndScaled(c)
	eps := c.Float(2)
	return func(c *tracer.Call, x *graph.Node) any {
		n, ok := fixed(c, x, -1, "LayerNormalization")
		if !ok {
			return nil
		}
		return &nn.LayerNorm{Size: n, Eps: eps}
	}
}

func embedding(c *tracer.Call) func(*tracer.Call, *graph.Node) any {
	e := &nn.Embedding{Size: whole(c, 1), Out: whole(c, 2)}
	e.Init, _ = initializer(c, c.Arg(3))
	if c.Bool(5) && c.OK() {
		c.RefuseArg(5, tracer.CodeUnsupported, "mask_zero = True is not supported: there are no masks")
	}
	return func(*tracer.Call, *graph.Node) any { return e }
}

// droppedMaps drops whole channels of an image.
func droppedMaps(x *graph.Node, rate float64) *graph.Node {
	if x.Poisoned() || x.Graph().Mode != graph.Training || rate == 0 || x.Rank() != 4 {
		return x
	}
	g, s := x.Graph(), x.Shape()
	shape := graph.Shape{s[0], graph.Fixed(1), graph.Fixed(1), s[3]}
	keep := g.Random("dropout", graph.StandardUniform, shape).GreaterEqual(g.Const(rate))
	return keep.BroadcastTo(s).Where(x.Scale(1/(1-rate)), g.Const(0))
}

func reshape(c *tracer.Call) func(*tracer.Call, *graph.Node) any {
	target, ok := c.Shape(c.Arg(1), c.Span(1))
	if !ok {
		c.Fail()
	}
	return same(func(x *graph.Node) *graph.Node {
		if x.Rank() == 0 {
			return x.Reshape(-1, 0) // which refuses it
		}
		return x.ReshapeTo(append(graph.Shape{x.Shape()[0]}, target...))
	})
}

// permute counts the axes behind the batch from 1.
func permute(c *tracer.Call) func(*tracer.Call, *graph.Node) any {
	order := append([]int{0}, ops.Ints(c, 1)...)
	return same(func(x *graph.Node) *graph.Node { return x.Transpose(order...) })
}

// lambda applies a function of the file, which gets what the layer gets.
func lambda(c *tracer.Call) func(*tracer.Call, *graph.Node) any {
	f := c.Arg(1)
	var keywords []tracer.Keyword
	if d, ok := c.Arg(4).(*tracer.Dict); ok {
		d.Each(func(k, v tracer.Value) {
			if s, isStr := k.(tracer.Str); isStr {
				keywords = append(keywords, tracer.Keyword{Name: string(s), Value: v, At: c.At, Src: c.At, Func: "Lambda"})
			}
		})
	}
	return func(*tracer.Call, *graph.Node) any { return applied{f, keywords} }
}

// applied is the Go side of Lambda.
type applied struct {
	f        tracer.Value
	keywords []tracer.Keyword
}
