package plan

import "github.com/descent-ml/descent/graph"

// product is a matrix product or a convolution with what is computed in its epilogue.
type product struct {
	mul        *graph.Node
	bias, mask *graph.Node
	relu       bool
}

func (p *product) reads() []*graph.Node {
	reads := []*graph.Node{p.mul.In(0), p.mul.In(1)}
	if p.bias != nil {
		reads = append(reads, p.bias)
	}
	if p.mask != nil {
		reads = append(reads, p.mask)
	}
	return reads
}

// fuse draws bias, ReLU and the ReLU's derivative into the products that
// feed them, where nothing else reads the value in between.
func (b *builder) fuse() {
	for _, m := range b.order {
		if m.Op().Name() != "MatMul" && !isConv(m) {
			continue
		}
		p := &product{mul: m}
		last := m
		if u, bias := b.biased(last); u != nil {
			b.absorb(last)
			p.bias, last = bias, u
		}
		if u := b.onlyReader(last); u != nil && u.Op().Name() == "Relu" {
			b.absorb(last)
			p.relu, last = true, u
		} else if u != nil && p.bias == nil && u.Op().Name() == "ReluGrad" && u.In(1) == last {
			b.absorb(last)
			p.mask, last = u.In(0), u
		}
		b.fused[last] = p
	}
}

func (b *builder) absorb(n *graph.Node) { b.absorbed[n] = true }

// onlyReader returns the single reader of n, if no one else needs its value.
func (b *builder) onlyReader(n *graph.Node) *graph.Node {
	if b.root[n] || len(b.users[n]) != 1 {
		return nil
	}
	return b.users[n][0]
}

// isConv reports whether n is a convolution of images, transposed or not.
func isConv(n *graph.Node) bool {
	return n.Op().Name() == "Conv2D" || n.Op().Name() == "Conv2DTranspose"
}

// biased returns the addition of one number a column to n, and these numbers.
func (b *builder) biased(n *graph.Node) (sum, bias *graph.Node) {
	u := b.onlyReader(n)
	if u == nil || u.Op().Name() != "Add" {
		return nil, nil
	}
	repeated := u.In(0)
	if repeated == n {
		repeated = u.In(1)
	}
	if repeated == n || repeated.Op().Name() != "Broadcast" || b.root[repeated] {
		return nil, nil
	}
	bias = repeated.In(0)
	dims, cols := b.dims(bias), b.dims(n)[n.Rank()-1]
	if len(dims) == 0 || dims[len(dims)-1] != cols || b.size(bias) != cols || b.oneNumber(repeated) != nil && cols != 1 {
		return nil, nil
	}
	if _, known := b.number(bias); known || b.isGroupScalar(bias) {
		return nil, nil
	}
	if len(b.users[repeated]) == 1 {
		b.absorb(repeated)
	}
	return u, bias
}

// isGroupScalar reports whether a bias has no memory of its own to be read from.
func (b *builder) isGroupScalar(n *graph.Node) bool {
	src, _ := b.source(n)
	return src.Op().Name() == "Broadcast"
}
