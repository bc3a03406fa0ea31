package graph

// Array is a value of the float64 reference: concrete lengths and elements in
// row-major order.
type Array struct {
	Dims []int
	Data []float64
}

// NewArray returns an array of zeros.
func NewArray(dims ...int) Array {
	return Array{Dims: dims, Data: make([]float64, Size(dims))}
}

// ArrayOf wraps data, whose length must be the product of dims.
func ArrayOf(data []float64, dims ...int) Array { return Array{Dims: dims, Data: data} }

// split views an array as [outer, axis, inner] around one axis.
func (a Array) split(axis int) (outer, n, inner int) {
	return Size(a.Dims[:axis]), a.Dims[axis], Size(a.Dims[axis+1:])
}

// strides returns the row-major distance between neighbours on each axis.
func strides(dims []int) []int {
	s := make([]int, len(dims))
	step := 1
	for i := len(dims) - 1; i >= 0; i-- {
		s[i] = step
		step *= dims[i]
	}
	return s
}

// each calls f with the flat index of every element of dims and the matching
// offset under other strides.
func each(dims, stride []int, f func(flat, offset int)) {
	index := make([]int, len(dims))
	offset := 0
	for flat := range Size(dims) {
		f(flat, offset)
		for i := len(dims) - 1; i >= 0; i-- {
			index[i]++
			offset += stride[i]
			if index[i] < dims[i] {
				break
			}
			offset -= index[i] * stride[i]
			index[i] = 0
		}
	}
}
