package limits

import (
	"fmt"
	"math"
	"math/bits"
	"strconv"
	"strings"
)

// Mul64 returns a·b for non-negative a and b. It reports false if either is
// negative or the product is above math.MaxInt64; the product is then
// math.MaxInt64.
func Mul64(a, b int64) (product int64, ok bool) {
	if a < 0 || b < 0 {
		return math.MaxInt64, false
	}
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	if hi != 0 || lo > math.MaxInt64 {
		return math.MaxInt64, false
	}
	return int64(lo), true
}

// Elements returns the number of elements of a tensor of the given shape: the
// product of its sizes, 1 for rank 0, and 0 if a size is 0.
//
// It refuses more than [TensorRank] axes, a negative size, and more than
// [TensorElements] elements; a product that would wrap around 2^63 is refused
// even if another size is 0. Errors begin with where and write the
// multiplication out.
func Elements(where string, shape []int) (int64, error) {
	if len(shape) > TensorRank {
		return 0, &Refusal{Where: where, What: "rank", Value: int64(len(shape)), Limit: TensorRank, Unit: "axes"}
	}
	product, empty := int64(1), false
	for axis, size := range shape {
		switch {
		case size < 0:
			return 0, fmt.Errorf("%s: size %d of axis %d is negative in shape %v", where, size, axis, shape)
		case size == 0:
			empty = true
			continue
		}
		var ok bool
		if product, ok = Mul64(product, int64(size)); !ok {
			return 0, &Refusal{Where: where, What: "elements", Limit: TensorElements, How: times(shape)}
		}
	}
	if empty {
		return 0, nil
	}
	if product > TensorElements {
		return 0, &Refusal{Where: where, What: "elements", Value: product, Limit: TensorElements, How: times(shape)}
	}
	return product, nil
}

// times writes a product out: "2 × 3 × 4".
func times(shape []int) string {
	words := make([]string, len(shape))
	for i, size := range shape {
		words[i] = strconv.Itoa(size)
	}
	return strings.Join(words, " × ")
}
