//go:build amd64 && !noasm

package kernel

import (
	"unsafe"

	"golang.org/x/sys/cpu"
)

// avx2 holds the kernels for processors with AVX2 and FMA.
var avx2 = Set{
	Name: "avx2",

	Add: vector2(addAVX2), Sub: vector2(subAVX2), Mul: vector2(mulAVX2), Div: vector2(divAVX2),
	Min: vector2(minAVX2), Max: vector2(maxAVX2),
	Equal: vector2(equalAVX2), NotEqual: vector2(notEqualAVX2), Less: vector2(lessAVX2), LessEqual: vector2(lessEqualAVX2),
	Greater: vector2(greaterAVX2), GreaterEqual: vector2(greaterEqualAVX2), ReluGrad: vector2(reluGradAVX2),

	AddS: vectorS(addSAVX2), RSubS: vectorS(rsubSAVX2), MulS: vectorS(mulSAVX2), DivS: vectorS(divSAVX2),
	RDivS: vectorS(rdivSAVX2), MinS: vectorS(minSAVX2), MaxS: vectorS(maxSAVX2),
	EqualS: vectorS(equalSAVX2), NotEqualS: vectorS(notEqualSAVX2), LessS: vectorS(lessSAVX2),
	LessEqualS: vectorS(lessEqualSAVX2), GreaterS: vectorS(greaterSAVX2), GreaterEqualS: vectorS(greaterEqualSAVX2),

	Neg: vector1(negAVX2), Abs: vector1(absAVX2), Sqrt: vector1(sqrtAVX2), Square: vector1(squareAVX2),
	Relu: vector1(reluAVX2), Round: vector1(roundAVX2), Floor: vector1(floorAVX2), Sign: vector1(signAVX2),
	Where: vector3(whereAVX2), MulAdd: vector3(mulAddAVX2), Clip: vectorSS(clipAVX2), ScaleShift: vectorSS(scaleShiftAVX2),
	Axpy: axpyVector, Fill: fillVector,

	Exp: vector1(expAVX2), Expm1: vector1(expm1AVX2), Log: vector1(logAVX2), Log1p: vector1(log1pAVX2),
	Tanh: vector1(tanhAVX2), Sigmoid: vector1(sigmoidAVX2), Softplus: vector1(softplusAVX2), Erf: vector1(erfAVX2),
	Pow: vector2(powAVX2), PowS: vectorS(powSAVX2),

	Sum: sumVector, MinOf: minOfVector, MaxOf: maxOfVector, Dot: dotVector, Finite: finiteVector,
	SumRows: sumRowsVector, SumColumns: sumColumnsVector,
	Softmax: softmaxVector, LogSoftmax: logSoftmaxVector, LogSumExp: logSumExpVector,

	Gemm: gemmVector, Pack: packRef, PackT: packTVector,
	Conv: convVector, ConvGrad: convGradVector, BiasGrad: biasGradVector, TransposeWeights: transposeWeightsVector,
	Depthwise: depthwiseVector, DepthwiseGrad: depthwiseGradVector,
	Winograd: winogradVector, WinogradGrad: winogradGradVector, WinogradWeights: winogradWeightsVector, WinogradFold: winogradFoldVector,
	MaxPool: maxPoolVector, AvgPool: avgPoolVector, MaxPoolGrad: maxPoolGradVector, AvgPoolGrad: avgPoolGradVector,
	Resize: resizeVector, ResizeGrad: resizeGradVector, CopyImage: copyImageVector, ZeroHalo: zeroHalo,
	Adam: adamVector, SGD: sgdVector,
	Uniform: uniformVector, Normal: normalVector,
	Peak: peakVector,
}

var fastest = func() *Set {
	if cpu.X86.HasAVX2 && cpu.X86.HasFMA {
		return &avx2
	}
	return &reference
}()

// at returns a pointer to element i, or nil if the slice has none.
func at(a []float32, i int) *float32 {
	if i < len(a) {
		return &a[i]
	}
	return nil
}

// hidden returns p. The compiler believes that a pointer escapes when it goes to an assembly routine that is chosen from a
// table, and would allocate what it points to; none of them keeps a pointer.
//
//go:nosplit
func hidden[T any](p *T) *T {
	address := uintptr(unsafe.Pointer(p))
	return *(**T)(unsafe.Pointer(&address))
}

// laneMasks has eight ones and eight zeros: the mask of the first n lanes begins at element 8-n.
var laneMasks = [16]int32{-1, -1, -1, -1, -1, -1, -1, -1}
