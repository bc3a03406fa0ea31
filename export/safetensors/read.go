package safetensors

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/descent-ml/descent/internal/limits"
	"github.com/descent-ml/descent/internal/strictjson"
)

// A File is a safetensors file whose header has been read and checked.
type File struct {
	Meta    map[string]string // nil if there is none
	Tensors []Info            // in the order of their bytes
	reader  io.ReaderAt
	index   map[string]int // of Tensors, by name
}

// An Info says what a tensor is and where its bytes are.
type Info struct {
	Name   string
	DType  string // as the format writes it: "F32", "F64", "I64", …
	Shape  []int
	Offset int64 // of its first byte in the file
	Bytes  int64
}

// Read reads and checks the header of a file of the given size. It keeps r.
//
// Refused are: a header whose length is 0, above [limits.SafetensorsHeaderBytes]
// or beyond the file; a header that is not UTF-8, not one JSON object, or has a
// key twice or unknown; a dtype that is unknown or of less than a byte; a shape
// beyond [limits.Elements]; a range of bytes that overlaps another, leaves a
// gap, or is not as long as dtype and shape say; bytes that belong to no tensor.
func Read(r io.ReaderAt, size int64) (*File, error) {
	header, err := readHeader(r, size)
	if err != nil {
		return nil, err
	}
	f := &File{reader: r}
	if err := f.parse(header); err != nil {
		return nil, err
	}
	slices.SortFunc(f.Tensors, func(a, b Info) int {
		return cmp.Or(cmp.Compare(a.Offset, b.Offset), cmp.Compare(a.Bytes, b.Bytes), cmp.Compare(a.Name, b.Name))
	})
	start := headerOffset + int64(len(header))
	if err := f.place(start, size); err != nil {
		return nil, err
	}
	f.index = make(map[string]int, len(f.Tensors))
	for i, t := range f.Tensors {
		f.index[t.Name] = i
	}
	return f, nil
}

func readHeader(r io.ReaderAt, size int64) ([]byte, error) {
	if size < headerOffset {
		return nil, fmt.Errorf("safetensors: %d bytes; the length of the header alone takes %d", size, headerOffset)
	}
	var word [headerOffset]byte
	if err := readAt(r, word[:], 0); err != nil {
		return nil, err
	}
	length := binary.LittleEndian.Uint64(word[:])
	switch {
	case length == 0:
		return nil, errors.New("safetensors: the header has length 0")
	case length > limits.SafetensorsHeaderBytes:
		return nil, &limits.Refusal{Where: "safetensors", What: "header", Value: int64(min(length, math.MaxInt64)), Limit: limits.SafetensorsHeaderBytes, Unit: limits.Bytes}
	case int64(length) > size-headerOffset:
		return nil, fmt.Errorf("safetensors: a header of %d bytes in a file of %d", length, size)
	}
	header := make([]byte, length)
	if err := readAt(r, header, headerOffset); err != nil {
		return nil, err
	}
	if header[0] != '{' {
		return nil, fmt.Errorf("safetensors: the header begins with %q, not with {", header[:1])
	}
	return header, nil
}

// readAt fills p or fails.
func readAt(r io.ReaderAt, p []byte, offset int64) error {
	n, err := r.ReadAt(p, offset)
	if n == len(p) {
		return nil
	}
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return fmt.Errorf("safetensors: reading %d bytes at byte %d: %w", len(p), offset, err)
}

func (f *File) parse(header []byte) error {
	r, err := strictjson.NewReader(header, strictjson.Limits{Depth: 3, Keys: limits.SafetensorsTensors + 1})
	if err == nil {
		err = r.Object(func(key string) error {
			if key == metadataKey {
				return f.parseMetadata(r)
			}
			return f.parseTensor(r, key)
		})
	}
	if err != nil {
		return fmt.Errorf("safetensors: header: %w", err)
	}
	return nil
}

func (f *File) parseMetadata(r *strictjson.Reader) error {
	f.Meta = map[string]string{}
	return r.Object(func(key string) (err error) {
		f.Meta[key], err = r.String()
		return err
	})
}

// parseTensor reads one entry. Offset and Bytes are as written until place checks them.
func (f *File) parseTensor(r *strictjson.Reader, name string) error {
	t := Info{Name: name, Shape: []int{}}
	fields := 0
	err := r.Object(func(key string) (err error) {
		fields++
		switch key {
		case "dtype":
			t.DType, err = r.String()
		case "shape":
			err = r.Array(func() error {
				size, err := r.Int()
				if err == nil && (len(t.Shape) == limits.TensorRank || int64(int(size)) != size) {
					err = fmt.Errorf("more than %d axes, or an axis of %d", limits.TensorRank, size)
				}
				t.Shape = append(t.Shape, int(size))
				return err
			})
		case "data_offsets":
			var ends []int64
			err = r.Array(func() error {
				at, err := r.Int()
				if err == nil && (at < 0 || len(ends) == 2) {
					err = errors.New("data_offsets must be two positions")
				}
				ends = append(ends, at)
				return err
			})
			if err == nil && (len(ends) != 2 || ends[0] > ends[1]) {
				err = fmt.Errorf("data_offsets %v must be begin and end", ends)
			}
			if err == nil {
				t.Offset, t.Bytes = ends[0], ends[1]-ends[0]
			}
		default:
			err = fmt.Errorf("unknown field %.80q", key)
		}
		return err
	})
	if err == nil && fields != 3 {
		err = errors.New("it needs dtype, shape and data_offsets")
	}
	if err != nil {
		return fmt.Errorf("tensor %.80q: %w", name, err)
	}
	f.Tensors = append(f.Tensors, t)
	return nil
}

// place checks that the sorted tensors fill the file from start to end, each
// with the bytes that its type and shape need, and makes their offsets those of
// the file.
func (f *File) place(start, end int64) error {
	next := int64(0)
	for i := range f.Tensors {
		t := &f.Tensors[i]
		want, err := byteSize(t.Name, t.DType, t.Shape)
		if err != nil {
			return err
		}
		at := fmt.Sprintf("safetensors: tensor %q at byte %d", t.Name, t.Offset)
		switch {
		case t.Offset < next:
			return fmt.Errorf("%s overlaps %q, which ends at byte %d", at, f.Tensors[i-1].Name, next)
		case t.Offset > next:
			return fmt.Errorf("%s leaves a gap of %d bytes before it", at, t.Offset-next)
		case t.Bytes != want:
			return fmt.Errorf("%s has %d bytes, but %s %v needs %d", at, t.Bytes, t.DType, t.Shape, want)
		case t.Bytes > end-start-next:
			return fmt.Errorf("%s has %d bytes, but the file has %d left", at, t.Bytes, end-start-next)
		}
		t.Offset += start
		next += t.Bytes
	}
	if extra := end - start - next; extra > 0 {
		return fmt.Errorf("safetensors: %d bytes after the last tensor, from byte %d of the file", extra, start+next)
	}
	return nil
}

// Find returns what is known of the tensor of this name.
func (f *File) Find(name string) (Info, bool) {
	i, ok := f.index[name]
	if !ok {
		return Info{}, false
	}
	return f.Tensors[i], true
}

// ReadF32 reads a tensor of dtype F32 into dst, which must have its number of elements.
func (f *File) ReadF32(name string, dst []float32) error {
	t, err := f.expect(name, "F32", len(dst))
	if err != nil {
		return err
	}
	return f.chunks(t, func(p []byte) {
		for ; len(p) > 0; p, dst = p[4:], dst[1:] {
			dst[0] = math.Float32frombits(binary.LittleEndian.Uint32(p))
		}
	})
}

// ReadF64 reads a tensor of dtype F64 into dst, which must have its number of elements.
func (f *File) ReadF64(name string, dst []float64) error {
	t, err := f.expect(name, "F64", len(dst))
	if err != nil {
		return err
	}
	return f.chunks(t, func(p []byte) {
		for ; len(p) > 0; p, dst = p[8:], dst[1:] {
			dst[0] = math.Float64frombits(binary.LittleEndian.Uint64(p))
		}
	})
}

// Load reads a tensor of dtype F32 or F64.
func (f *File) Load(name string) (Tensor, error) {
	info, ok := f.Find(name)
	if !ok {
		return Tensor{}, notFound(name)
	}
	t := Tensor{Name: name, Shape: slices.Clone(info.Shape)}
	if info.DType == "F64" {
		t.F64 = make([]float64, info.Bytes/8)
		return t, f.ReadF64(name, t.F64)
	}
	t.F32 = make([]float32, info.Bytes/dtypes[info.DType])
	return t, f.ReadF32(name, t.F32)
}

func notFound(name string) error { return fmt.Errorf("safetensors: there is no tensor %q", name) }

func (f *File) expect(name, dtype string, n int) (Info, error) {
	t, ok := f.Find(name)
	if !ok {
		return t, notFound(name)
	}
	if t.DType != dtype {
		return t, fmt.Errorf("safetensors: tensor %q has dtype %s, want %s", name, t.DType, dtype)
	}
	if have := t.Bytes / dtypes[dtype]; have != int64(n) {
		return t, fmt.Errorf("safetensors: tensor %q has %d numbers, shape %v, want %d", name, have, t.Shape, n)
	}
	return t, nil
}

// chunks reads the bytes of t piece by piece.
func (f *File) chunks(t Info, each func([]byte)) error {
	buffer := make([]byte, min(chunk, t.Bytes))
	for done := int64(0); done < t.Bytes; {
		p := buffer[:min(chunk, t.Bytes-done)]
		if err := readAt(f.reader, p, t.Offset+done); err != nil {
			return err
		}
		each(p)
		done += int64(len(p))
	}
	return nil
}
