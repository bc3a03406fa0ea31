// Package safetensors reads and writes tensors in the safetensors format: a
// length, a header in JSON, and the numbers.
//
//	err := safetensors.Write(w, []safetensors.Tensor{{Name: "0.weight", Shape: []int{3, 2}, F32: w}}, nil)
//	file, err := safetensors.Read(r, size)
//	err = file.ReadF32("0.weight", arena[:6])
//
// A file is data and is not trusted. [Read] takes the strict reading of the
// format: every byte belongs to exactly one tensor or to the header, every name
// is there once, and every size is checked before memory is asked for. It reads
// the header alone; numbers are read when they are asked for, never mapped.
//
// The same tensors and metadata always give the same bytes.
package safetensors

import (
	"fmt"
	"math"

	"github.com/descent-ml/descent/internal/limits"
)

// A Tensor has a name, a shape, and its numbers in row-major order: either F32
// or F64, as many as the product of the shape. Rank 0 is one number; a tensor
// without numbers has a 0 in its shape.
type Tensor struct {
	Name  string
	Shape []int
	F32   []float32
	F64   []float64
}

// dtype is "F64" if the numbers are in F64, and otherwise "F32".
func (t Tensor) dtype() string {
	if t.F64 != nil {
		return "F64"
	}
	return "F32"
}

// CheckFinite reports the first of the tensors with a NaN or an infinity, and
// how many numbers of it are so. Such numbers are legal in the format, but no
// model that Descent saves has any.
func CheckFinite(tensors ...Tensor) error {
	for _, t := range tensors {
		first, count := -1, 0
		see := func(i int, x float64) {
			if math.IsNaN(x) || math.IsInf(x, 0) {
				if count++; count == 1 {
					first = i
				}
			}
		}
		for i, x := range t.F32 {
			see(i, float64(x))
		}
		for i, x := range t.F64 {
			see(i, x)
		}
		if count > 0 {
			return fmt.Errorf("safetensors: tensor %q: %d of %d numbers are not finite, the first at index %d",
				t.Name, count, len(t.F32)+len(t.F64), first)
		}
	}
	return nil
}

// dtypes are the types of the format that fill whole bytes, and the bytes of one element.
var dtypes = map[string]int64{
	"BOOL": 1, "U8": 1, "I8": 1, "F8_E5M2": 1, "F8_E4M3": 1, "F8_E8M0": 1, "F8_E4M3FNUZ": 1, "F8_E5M2FNUZ": 1,
	"U16": 2, "I16": 2, "F16": 2, "BF16": 2,
	"U32": 4, "I32": 4, "F32": 4,
	"U64": 8, "I64": 8, "F64": 8, "C64": 8,
}

// metadataKey is the one key of the header that is no tensor.
const metadataKey = "__metadata__"

// headerOffset is where the header begins, after its length in 8 bytes.
const headerOffset = 8

// byteSize returns the bytes of a tensor after checking name, type and shape.
func byteSize(name, dtype string, shape []int) (int64, error) {
	where := fmt.Sprintf("safetensors: tensor %q", name)
	if len(name) > limits.SafetensorsNameBytes {
		return 0, &limits.Refusal{Where: fmt.Sprintf("safetensors: tensor %.80q…", name), What: "name",
			Value: int64(len(name)), Limit: limits.SafetensorsNameBytes, Unit: limits.Bytes}
	}
	width, known := dtypes[dtype]
	if !known {
		return 0, fmt.Errorf("%s: unknown dtype %.80q", where, dtype)
	}
	elements, err := limits.Elements(where, shape)
	return elements * width, err // at most 2^31 · 8
}
