// Package kernel holds the loops over float32 slices that everything else is made of.
//
// A program asks for a [Set] once, with [Default], and calls its fields: s.Add(dst, a, b), s.Gemm(g, i0, i1, j0, j1),
// s.Softmax(dst, a, rows, cols). Each family has a reference in plain Go (<family>.go), which is the definition, the
// oracle of the tests, and all there is under the build tag noasm; faster sets are checked against it.
//
// What every kernel of every set promises:
//   - A value depends on the operands of its own element (or row, or chain of additions) and on nothing else: not on
//     the position in the slice, its alignment, how the work was split, or the number of workers.
//   - No allocation, no goroutine, no state.
//   - dst may be one of the operands; slices that overlap in any other way are not allowed.
//   - NaN is never hidden: min, max, relu and clip of NaN are NaN.
//
// Lengths and strides are checked; a mismatch panics, because only a faulty plan can cause it.
package kernel

// Kinds of elementwise kernels. All slices have the length of dst.
type (
	// Unary sets dst[i] = f(a[i]).
	Unary func(dst, a []float32)
	// Binary sets dst[i] = f(a[i], b[i]).
	Binary func(dst, a, b []float32)
	// Scalar sets dst[i] = f(a[i], s).
	Scalar func(dst, a []float32, s float32)
)

// Set is a complete table of kernels for one kind of processor. It is read-only.
type Set struct {
	// Name is "noasm" or "avx2". Results carry the same bits only within one set.
	Name string

	// Exact arithmetic: every set gives the same bits.
	Add, Sub, Mul, Div Binary
	// Min and Max give the second operand where the two compare equal.
	Min, Max Binary
	// Comparisons give 1 or 0; with NaN all but NotEqual give 0.
	Equal, NotEqual, Less, LessEqual, Greater, GreaterEqual Binary
	// ReluGrad(dst, dy, y) sets dst[i] = 0 where y[i] <= 0, else dy[i].
	ReluGrad Binary

	// The same with one number as second operand. RSubS is s-a and RDivS is s/a; a-s is AddS with -s.
	AddS, RSubS, MulS, DivS, RDivS, MinS, MaxS                    Scalar
	EqualS, NotEqualS, LessS, LessEqualS, GreaterS, GreaterEqualS Scalar

	// Exact functions of one operand. Round is half to even; Sign keeps zeros and NaN.
	Neg, Abs, Sqrt, Square, Relu, Round, Floor, Sign Unary
	// Where sets dst[i] = a[i] where cond[i] != 0, else b[i].
	Where func(dst, cond, a, b []float32)
	// MulAdd sets dst[i] = a[i]*b[i] + c[i], rounded twice.
	MulAdd func(dst, a, b, c []float32)
	// Clip sets dst[i] = min(max(a[i], lo), hi).
	Clip func(dst, a []float32, lo, hi float32)
	// ScaleShift sets dst[i] = scale*a[i] + shift, rounded twice.
	ScaleShift func(dst, a []float32, scale, shift float32)
	// Axpy adds s*a[i] to dst[i], rounded twice.
	Axpy func(dst, a []float32, s float32)
	// Fill sets dst[i] = s.
	Fill func(dst []float32, s float32)

	// Transcendental functions. The reference is within 0.51 ulp; avx2 within 1 (Log), 1.1 (Exp), 1.25 (Erf),
	// 1.7 (Expm1, Log1p), 2 (Softplus), 2.5 (Sigmoid), 2.6 (Tanh), 0.6 (Pow), denormal results included (TestUlp, TestPow).
	Exp, Expm1, Log, Log1p, Tanh, Sigmoid, Softplus, Erf Unary
	// Pow follows math.Pow in its special cases.
	Pow  Binary
	PowS Scalar

	// Reductions of a contiguous slice; the order of additions depends on the length only (see sumRef).
	Sum, MinOf, MaxOf func(a []float32) float32
	// Dot returns the sum of a[i]*b[i].
	Dot func(a, b []float32) float32
	// Finite reports whether no element is infinite or not a number.
	Finite func(a []float32) bool
	// SumRows sets dst[i] to the sum of row i of a [rows, cols] matrix with the given row stride.
	SumRows func(dst, a []float32, rows, cols, stride int)
	// SumColumns adds each row of a [rows, cols] matrix with the given row stride to dst[:cols], in order.
	SumColumns func(dst, a []float32, rows, cols, stride int)
	// Softmax and LogSoftmax work on each row of a dense [rows, cols] matrix.
	Softmax, LogSoftmax func(dst, a []float32, rows, cols int)
	// LogSumExp sets dst[i] = log(sum(exp(row i))) for a dense [rows, cols] matrix.
	LogSumExp func(dst, a []float32, rows, cols int)

	// Gemm computes the rectangle of rows [i0, i1) and panels [j0, j1) of g's product.
	Gemm func(g Gemm, i0, i1, j0, j1 int)
	// Pack copies the columns of panels [j0, j1) of a [rows, cols] matrix from one layout to another.
	Pack func(dst, src Matrix, rows, cols, j0, j1 int)
	// PackT is Pack of the transpose: dst is [rows, cols], src is [cols, rows].
	PackT func(dst, src Matrix, rows, cols, j0, j1 int)

	// Conv computes rows [i0, i1) of all output rows and panels [j0, j1) of output channels of a convolution.
	Conv func(c Conv, i0, i1, j0, j1 int)
	// ConvGrad adds the weight gradient of strips [s0, s1) of Out and panels [j0, j1) to the weights. To share it among
	// tasks, give each a fixed range of strips and weights of its own, and add those up in order.
	ConvGrad func(c Conv, s0, s1, j0, j1 int)
	// BiasGrad adds the sums over the pixels of strips [s0, s1) and blocks [j0, j1) to the channels of db.
	BiasGrad func(db []float32, dy Image, s0, s1, j0, j1 int)
	// TransposeWeights brings weights in kernel order into the order of transposed convolutions: panels [j0, j1) of in.
	TransposeWeights func(dst, src []float32, w Window, in, out, j0, j1 int)
	// Depthwise and DepthwiseGrad are Conv and ConvGrad where output channel c reads input channel c alone.
	Depthwise, DepthwiseGrad func(c Conv, i0, i1, j0, j1 int)

	// Winograd computes blocks [b0, b1) of tiles and panels [j0, j1) of a convolution.
	Winograd func(w Winograd, b0, b1, j0, j1 int, scratch []float32)
	// WinogradGrad adds the gradient of blocks [b0, b1) and panels [j0, j1) to dU and to the bias.
	WinogradGrad func(w Winograd, b0, b1, j0, j1 int, scratch []float32)
	// WinogradWeights sets panels [j0, j1) of U from weights in kernel order.
	WinogradWeights func(u, weights []float32, m, in, out, j0, j1 int)
	// WinogradFold sets panels [j0, j1) of the weight gradient in kernel order from dU, which is lost.
	WinogradFold func(dw, du []float32, m, in, out, j0, j1 int)

	// MaxPool and AvgPool compute rows [i0, i1) and blocks [j0, j1) of Out.
	MaxPool, AvgPool func(p Pool, i0, i1, j0, j1 int)
	// MaxPoolGrad and AvgPoolGrad compute rows [i0, i1) and blocks [j0, j1) of DIn.
	MaxPoolGrad, AvgPoolGrad func(g PoolGrad, i0, i1, j0, j1 int)
	// Resize computes rows [i0, i1) and blocks [j0, j1) of Out, ResizeGrad those of In.
	Resize, ResizeGrad func(r Resize, i0, i1, j0, j1 int)
	// CopyImage copies rows [i0, i1) and blocks [j0, j1), perhaps between layouts.
	CopyImage func(dst, src Image, i0, i1, j0, j1 int)
	// ZeroHalo sets the halo of rows [i0, i1) and blocks [j0, j1) to zero.
	ZeroHalo func(m Image, i0, i1, j0, j1 int)

	// Adam and SGD update parameters p and their moments in one pass.
	Adam func(p, grad, m, v []float32, c AdamStep)
	SGD  func(p, grad, velocity []float32, c SGDStep)

	// Uniform fills dst with the numbers start, start+1, ... of a stream, each in [0, 1).
	Uniform func(dst []float32, stream Stream, start uint64)
	// Normal is Uniform for the standard normal distribution.
	Normal func(dst []float32, stream Stream, start uint64)

	// Peak does nothing but arithmetic for about that many rounds, as fast as the processor can, and returns the number
	// of floating-point operations: the yardstick of benchmarks.
	Peak func(rounds int) (operations int)
}

var reference = Set{
	Name: "noasm",

	Add: lift2(add), Sub: lift2(sub), Mul: lift2(mul), Div: lift2(div), Min: lift2(least), Max: lift2(most),
	Equal: lift2(equal), NotEqual: lift2(notEqual), Less: lift2(less), LessEqual: lift2(lessEqual),
	Greater: lift2(greater), GreaterEqual: lift2(greaterEqual), ReluGrad: lift2(reluGrad),

	AddS: liftS(add), RSubS: liftS(rsub), MulS: liftS(mul), DivS: liftS(div), RDivS: liftS(rdiv),
	MinS: liftS(least), MaxS: liftS(most),
	EqualS: liftS(equal), NotEqualS: liftS(notEqual), LessS: liftS(less), LessEqualS: liftS(lessEqual),
	GreaterS: liftS(greater), GreaterEqualS: liftS(greaterEqual),

	Neg: lift1(neg), Abs: lift1(abs), Sqrt: lift1(sqrt), Square: lift1(square), Relu: lift1(relu),
	Round: lift1(round), Floor: lift1(floor), Sign: lift1(sign),
	Where: whereRef, MulAdd: mulAddRef, Clip: clipRef, ScaleShift: scaleShiftRef, Axpy: axpyRef, Fill: fillRef,

	Exp: lift1(single(exp)), Expm1: lift1(single(expm1)), Log: lift1(single(log)), Log1p: lift1(single(log1p)),
	Tanh: lift1(single(tanh)), Sigmoid: lift1(single(sigmoid)), Softplus: lift1(single(softplus)), Erf: lift1(single(erf)),
	Pow: lift2(pow), PowS: liftS(pow),

	Sum: sumRef, MinOf: minOfRef, MaxOf: maxOfRef, Dot: dotRef, Finite: finiteRef, SumRows: sumRowsRef, SumColumns: sumColumnsRef,
	Softmax: softmaxRef, LogSoftmax: logSoftmaxRef, LogSumExp: logSumExpRef,

	Gemm: gemmRef, Pack: packRef, PackT: packTRef,
	Conv: convRef, ConvGrad: convGradRef, BiasGrad: biasGradRef, TransposeWeights: transposeWeightsRef,
	Depthwise: depthwiseRef, DepthwiseGrad: depthwiseGradRef,
	Winograd: winogradRef, WinogradGrad: winogradGradRef, WinogradWeights: winogradWeightsRef, WinogradFold: winogradFoldRef,
	MaxPool: maxPoolRef, AvgPool: avgPoolRef, MaxPoolGrad: maxPoolGradRef, AvgPoolGrad: avgPoolGradRef,
	Resize: resizeRef, ResizeGrad: resizeGradRef, CopyImage: copyImageRef, ZeroHalo: zeroHalo,
	Adam: adamRef, SGD: sgdRef,
	Uniform: uniformRef, Normal: normalRef,
	Peak: peakRef,
}

// Reference returns the kernels in plain Go, "noasm".
func Reference() *Set { return &reference }

// Default returns the fastest set this processor can run. It is the same one for the life of the process.
func Default() *Set { return fastest }
