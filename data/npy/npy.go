// Package npy reads arrays from files that NumPy's save and savez write.
//
//	x, err := npy.ReadFile("x.npy", "")
//	y, err := npy.ReadFile("data.npz", "y")
//
// Read are bool, integers and floats of at most 64 bits, of either byte order and either order of axes. What a header claims
// is compared with the file's size before memory is asked for. Pickled objects are refused: reading them runs code.
package npy

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/data/array"
	"github.com/descent-ml/descent/data/internal/files"
)

// ReadFile reads the array in the npy file at path, or the named member of an npz file; "" is its only member.
//
// Errors are a [*data.Problem] if the file is refused; a file that is not there gives an error that is [fs.ErrNotExist].
func ReadFile(path, member string) (*array.Array, error) {
	fsys, name := files.Split(path)
	return read(fsys, name, path, member)
}

// ReadFS is ReadFile for a file in fsys.
func ReadFS(fsys fs.FS, name, member string) (*array.Array, error) {
	return read(fsys, name, name, member)
}

func read(fsys fs.FS, name, shown, member string) (*array.Array, error) {
	b, err := files.Read(fsys, name, shown, files.Budget())
	if err != nil {
		return nil, err
	}
	return Decode(b, shown, member)
}

// Decode reads the array in b, the bytes of an npy or npz file; file stands for it in messages. The array takes b over.
func Decode(b []byte, file, member string) (*array.Array, error) {
	return decode(b, file, member, files.Budget())
}

func decode(b []byte, file, member string, most files.Bound) (*array.Array, error) {
	sum := sha256.Sum256(b)
	var a *array.Array
	var p *data.Problem
	switch {
	case strings.HasPrefix(string(b[:min(len(b), 4)]), "PK"):
		a, p = unzip(b, file, member, most)
	case member != "":
		p = &data.Problem{File: file, What: fmt.Sprintf("this file has no members, and %q is asked for", member), Code: "no-member", Fixes: []string{"leave the name out"}}
	default:
		var h *header
		if h, p = parseHeader(b, int64(len(b)), file); p == nil {
			a, p = h.array(b[h.start:], file)
		}
	}
	if p != nil {
		return nil, p
	}
	a.SHA256 = hex.EncodeToString(sum[:])
	return a, nil
}

// array returns the array of the elements in raw, which it takes over.
func (h *header) array(raw []byte, file string) (*array.Array, *data.Problem) {
	size := h.kind.Size()
	if h.big {
		for i := 0; i < len(raw); i += size {
			slices.Reverse(raw[i : i+size])
		}
	}
	if h.fortran {
		raw = transposed(raw, size, h.shape)
	}
	if h.kind == array.Bool {
		if i := slices.IndexFunc(raw, func(b byte) bool { return b > 1 }); i >= 0 {
			return nil, &data.Problem{File: file, What: fmt.Sprintf("element %d is neither false (0) nor true (1) but %d", i, raw[i]), Code: "npy-value",
				Fixes: []string{"copy or write the file again"}}
		}
	}
	return &array.Array{File: file, Kind: h.kind, Shape: h.shape, Data: raw}, nil
}

// transposed returns elements whose first axis varies fastest in the order in which the last one does.
func transposed(raw []byte, size int, shape []int) []byte {
	out := make([]byte, len(raw))
	at, step := make([]int, len(shape)), make([]int, len(shape))
	for k, stride := 0, size; k < len(shape); k++ {
		step[k] = stride
		stride *= shape[k]
	}
	from := 0
	for to := 0; to < len(raw); to += size {
		copy(out[to:to+size], raw[from:])
		for k := len(shape) - 1; k >= 0; k-- { // the next element: an odometer
			from += step[k]
			if at[k]++; at[k] < shape[k] {
				break
			}
			from -= at[k] * step[k]
			at[k] = 0
		}
	}
	return out
}
