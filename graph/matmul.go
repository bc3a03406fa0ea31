package graph

import "fmt"

// MatMul returns the matrix product of a [M K] and b [K P], which is [M P].
//
// The product with a parameter is tagged as a score: an affine layer reaches
// every value.
func (n *Node) MatMul(b *Node) *Node { return apply(matMulOp{}, n, b) }

type matMulOp struct {
	smooth
	TransA bool `json:"trans_a,omitempty"` // a is [K M]
	TransB bool `json:"trans_b,omitempty"` // b is [P K]
}

func (matMulOp) Name() string { return "MatMul" }

// sizes returns rows, the two inner lengths and columns.
func (op matMulOp) sizes(a, b Shape) (m, ka, kb, p Dim) {
	m, ka, kb, p = a[0], a[1], b[0], b[1]
	if op.TransA {
		m, ka = ka, m
	}
	if op.TransB {
		kb, p = p, kb
	}
	return m, ka, kb, p
}

func (op matMulOp) Infer(in []*Node) (Type, *Refusal) {
	a, b := in[0], in[1]
	if a.Rank() != 2 || b.Rank() != 2 {
		return Type{}, &Refusal{Code: CodeShape, Message: fmt.Sprintf("matmul: %v and %v are not both matrices", a.shape, b.shape), Notes: facts(a, b)}
	}
	m, ka, kb, p := op.sizes(a.shape, b.shape)
	if ka != kb {
		return Type{}, &Refusal{
			Code:    CodeShape,
			Message: fmt.Sprintf("matmul: %v times %v: rows of %v meet columns of %v", a.shape, b.shape, ka, kb),
			Notes:   facts(a, b),
		}
	}
	return Type{Shape: Shape{m, p}, DType: Float}, nil
}
func (op matMulOp) Range(in []*Node) Range {
	a, b := in[0], in[1]
	inner := a.count([]int{1})
	if op.TransA {
		inner = a.count([]int{0})
	}
	r := only(a.rng.mul(b.rng.Interval).mul(inner))
	if !r.IsZero() && (a.isParam() || b.isParam()) {
		r.Tag = Score
	}
	return r
}
func (op matMulOp) Grad(n, dy *Node) []*Node {
	a, b := n.in[0], n.in[1]
	product := func(x, y *Node, tx, ty bool) *Node {
		return apply(matMulOp{TransA: tx, TransB: ty}, x, y)
	}
	var da, db *Node
	if op.TransA {
		da = product(b, dy, op.TransB, true)
	} else {
		da = product(dy, b, false, !op.TransB)
	}
	if op.TransB {
		db = product(dy, a, true, op.TransA)
	} else {
		db = product(a, dy, !op.TransA, false)
	}
	return []*Node{da, db}
}
func (op matMulOp) Ref(rows int, out Array, in []Array) {
	a, b := in[0], in[1]
	m, p := out.Dims[0], out.Dims[1]
	k, ai, ak := a.Dims[1], a.Dims[1], 1
	if op.TransA {
		k, ai, ak = a.Dims[0], 1, a.Dims[1]
	}
	bk, bj := b.Dims[1], 1
	if op.TransB {
		bk, bj = 1, b.Dims[1]
	}
	for i := range m {
		for l := range k {
			x := a.Data[i*ai+l*ak]
			for j := range p {
				out.Data[i*p+j] += x * b.Data[l*bk+j*bj]
			}
		}
	}
}
