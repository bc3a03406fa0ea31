// Package idx reads arrays from IDX files, the format of the MNIST digits, compressed with gzip or not.
//
//	images, err := idx.ReadFile("train-images-idx3-ubyte.gz")
//
// An IDX file is two zero bytes, a byte for the type of the elements, one for the number of axes, the size of each axis in four
// bytes, and the elements; all numbers begin with the most significant byte. (LeCun, Cortes and Burges, "The MNIST database of
// handwritten digits", the section on file formats.)
//
// The header is read first, and no more is unpacked than it asks for: a small file that unpacks to a terabyte costs nothing.
package idx

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/data/array"
	"github.com/descent-ml/descent/data/internal/files"
	"github.com/descent-ml/descent/data/internal/words"
	"github.com/descent-ml/descent/internal/limits"
)

// ReadFile reads the array in the file at path.
//
// Errors are a [*data.Problem] if the file is refused; a file that is not there gives an error that is [fs.ErrNotExist].
func ReadFile(path string) (*array.Array, error) {
	fsys, name := files.Split(path)
	return read(fsys, name, path)
}

// ReadFS is ReadFile for a file in fsys.
func ReadFS(fsys fs.FS, name string) (*array.Array, error) { return read(fsys, name, name) }

func read(fsys fs.FS, name, shown string) (*array.Array, error) {
	b, err := files.Read(fsys, name, shown, files.Budget())
	if err != nil {
		return nil, err
	}
	return Decode(b, shown)
}

// Decode reads the array in b, the bytes of an IDX file, compressed with gzip or not; file stands for it in messages.
func Decode(b []byte, file string) (*array.Array, error) {
	a, p := decode(b, file, files.Budget())
	if p != nil {
		return nil, p
	}
	sum := sha256.Sum256(b)
	a.SHA256 = hex.EncodeToString(sum[:])
	return a, nil
}

// content is the inside of a file, as it is unpacked.
type content struct {
	io.Reader
	file string
	read int // bytes so far
	gzip bool
}

func decode(b []byte, file string, most files.Bound) (*array.Array, *data.Problem) {
	c := &content{Reader: bytes.NewReader(b), file: file}
	if bytes.HasPrefix(b, []byte{0x1F, 0x8B}) {
		z, err := gzip.NewReader(c.Reader)
		if err != nil {
			return nil, c.damaged(err)
		}
		c.Reader, c.gzip = z, true
	}
	kind, shape, p := c.header()
	if p != nil {
		return nil, p
	}
	n, err := limits.Elements("axes", shape)
	if err != nil {
		return nil, &data.Problem{File: file, What: err.Error(), Code: "element-limit"}
	}
	size := n * int64(kind.Size())
	if size > most.Bytes {
		return nil, most.Refuse(file, "the array", size)
	}
	var raw bytes.Buffer // grows with what is there, not with what is claimed
	_, err = io.Copy(&raw, io.LimitReader(c.Reader, size+1))
	c.read += raw.Len()
	switch claim := words.Lines("header", fmt.Sprintf("claims %v of %s: %s bytes", shape, kind, words.Count(int(size)))); {
	case err != nil:
		return nil, c.damaged(err)
	case int64(raw.Len()) < size:
		return nil, &data.Problem{File: file, What: fmt.Sprintf("truncated after %s%s bytes", words.Count(c.read), c.unpacked()), Code: "truncated", Notes: claim, Fixes: []string{"copy the file again"}}
	case int64(raw.Len()) > size:
		return nil, &data.Problem{File: file, What: "bytes follow the last element", Code: "trailing-bytes", Notes: claim, Fixes: []string{"copy or write the file again"}}
	}
	elements := raw.Bytes()
	for i := 0; i < len(elements); i += kind.Size() {
		slices.Reverse(elements[i : i+kind.Size()])
	}
	return &array.Array{File: file, Kind: kind, Shape: shape, Data: elements}, nil
}

// header reads what comes before the elements.
func (c *content) header() (array.Kind, []int, *data.Problem) {
	head, p := c.next(4)
	if p != nil {
		return 0, nil, p
	}
	kind, known := map[byte]array.Kind{8: array.Uint8, 9: array.Int8, 0xB: array.Int16, 0xC: array.Int32, 0xD: array.Float32, 0xE: array.Float64}[head[2]]
	if head[0] != 0 || head[1] != 0 || !known {
		return 0, nil, &data.Problem{File: c.file, What: "this is not an IDX file", Code: "not-idx",
			Notes: words.Lines("found", fmt.Sprintf("starts with % x%s", head, c.unpacked()), "expected", "00 00, a type 08 09 0b 0c 0d 0e, the number of axes")}
	}
	sizes, p := c.next(4 * int(head[3]))
	if p != nil {
		return 0, nil, p
	}
	shape := make([]int, head[3])
	for k := range shape {
		shape[k] = int(binary.BigEndian.Uint32(sizes[4*k:]))
	}
	return kind, shape, nil
}

// next returns n bytes of the header.
func (c *content) next(n int) ([]byte, *data.Problem) {
	b := make([]byte, n)
	got, err := io.ReadFull(c.Reader, b)
	c.read += got
	switch {
	case err == io.EOF || err == io.ErrUnexpectedEOF:
		return nil, &data.Problem{File: c.file, What: fmt.Sprintf("truncated after %s%s bytes, in the header", words.Count(c.read), c.unpacked()), Code: "truncated", Fixes: []string{"copy the file again"}}
	case err != nil:
		return nil, c.damaged(err)
	}
	return b, nil
}

// damaged refuses a file that gzip cannot unpack.
func (c *content) damaged(err error) *data.Problem {
	why := strings.TrimPrefix(err.Error(), "gzip: ")
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		why = "it ends too early"
	}
	return &data.Problem{File: c.file, What: fmt.Sprintf("the gzip file is damaged after %s unpacked bytes: %s", words.Count(c.read), why), Code: "bad-archive", Fixes: []string{"copy the file again"}}
}

func (c *content) unpacked() string {
	if c.gzip {
		return " unpacked"
	}
	return ""
}
