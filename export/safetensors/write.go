package safetensors

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"unicode/utf8"

	"github.com/descent-ml/descent/internal/limits"
)

// Write writes the tensors, in any order, and the metadata, which may be nil.
//
// The 64-bit tensors come first, then the 32-bit ones, each sorted by name, so
// that every number lies at a multiple of its size. Write refuses what [Read]
// would refuse, before it writes anything: two tensors of one name, a name that
// is not UTF-8 or longer than [limits.SafetensorsNameBytes], numbers that do not
// fill the shape.
func Write(w io.Writer, tensors []Tensor, meta map[string]string) error {
	sorted := slices.Clone(tensors)
	slices.SortFunc(sorted, func(a, b Tensor) int {
		return cmp.Or(cmp.Compare(b.dtype(), a.dtype()), cmp.Compare(a.Name, b.Name)) // "F64" before "F32"
	})
	header, err := encodeHeader(sorted, meta)
	if err != nil {
		return err
	}
	if _, err := w.Write(header); err != nil {
		return err
	}
	for _, t := range sorted {
		if err := writeNumbers(w, t); err != nil {
			return err
		}
	}
	return nil
}

// encodeHeader returns the header with its length before it and spaces after
// it, up to a multiple of 8 bytes.
func encodeHeader(sorted []Tensor, meta map[string]string) ([]byte, error) {
	if len(sorted) > limits.SafetensorsTensors {
		return nil, &limits.Refusal{Where: "safetensors", What: "tensors", Value: int64(len(sorted)), Limit: limits.SafetensorsTensors}
	}
	b := bytes.NewBuffer(make([]byte, headerOffset))
	b.WriteByte('{')
	if len(meta) > 0 {
		if err := encodeMetadata(b, meta); err != nil {
			return nil, err
		}
	}
	seen := map[string]bool{metadataKey: true}
	offset := int64(0)
	for i, t := range sorted {
		size, err := checkTensor(t, seen)
		if err != nil {
			return nil, err
		}
		if i > 0 || len(meta) > 0 {
			b.WriteByte(',')
		}
		encodeTensor(b, t, offset, offset+size)
		offset += size
	}
	b.WriteByte('}')
	for b.Len()%8 != 0 {
		b.WriteByte(' ')
	}
	header := b.Bytes()
	length := len(header) - headerOffset
	if length > limits.SafetensorsHeaderBytes {
		return nil, &limits.Refusal{Where: "safetensors", What: "header", Value: int64(length), Limit: limits.SafetensorsHeaderBytes, Unit: limits.Bytes}
	}
	binary.LittleEndian.PutUint64(header, uint64(length))
	return header, nil
}

func checkTensor(t Tensor, seen map[string]bool) (bytes int64, err error) {
	switch {
	case !isText(t.Name):
		return 0, fmt.Errorf("safetensors: tensor name %q is not UTF-8, or holds U+FFFD", t.Name)
	case seen[t.Name]:
		return 0, fmt.Errorf("safetensors: tensor %q: the name is taken", t.Name)
	case t.F32 != nil && t.F64 != nil:
		return 0, fmt.Errorf("safetensors: tensor %q has both 32-bit and 64-bit numbers", t.Name)
	}
	seen[t.Name] = true
	bytes, err = byteSize(t.Name, t.dtype(), t.Shape)
	if err != nil {
		return 0, err
	}
	if have, want := int64(len(t.F32)+len(t.F64)), bytes/dtypes[t.dtype()]; have != want {
		return 0, fmt.Errorf("safetensors: tensor %q: %d numbers for shape %v, which holds %d", t.Name, have, t.Shape, want)
	}
	return bytes, nil
}

// isText reports whether s survives in JSON: UTF-8 without the character that
// stands for a lost one.
func isText(s string) bool {
	for _, r := range s {
		if r == utf8.RuneError {
			return false
		}
	}
	return true
}

func encodeMetadata(b *bytes.Buffer, meta map[string]string) error {
	quote(b, metadataKey)
	b.WriteByte(':')
	separator := byte('{')
	for _, key := range slices.Sorted(maps.Keys(meta)) {
		if !isText(key) || !isText(meta[key]) {
			return fmt.Errorf("safetensors: metadata %q = %.80q is not UTF-8, or holds U+FFFD", key, meta[key])
		}
		b.WriteByte(separator)
		quote(b, key)
		b.WriteByte(':')
		quote(b, meta[key])
		separator = ','
	}
	b.WriteByte('}')
	return nil
}

func encodeTensor(b *bytes.Buffer, t Tensor, begin, end int64) {
	quote(b, t.Name)
	fmt.Fprintf(b, `:{"dtype":"%s","shape":[`, t.dtype())
	for i, size := range t.Shape {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(b, "%d", size)
	}
	fmt.Fprintf(b, `],"data_offsets":[%d,%d]}`, begin, end)
}

// quote writes a JSON string. Characters of HTML stay as they are.
func quote(b *bytes.Buffer, s string) {
	encoder := json.NewEncoder(b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(s); err != nil {
		panic(err) // our own bug: a string into memory cannot fail
	}
	b.Truncate(b.Len() - 1) // the newline that Encode adds
}

// chunk is how many bytes are converted at a time.
const chunk = 64 << 10

func writeNumbers(w io.Writer, t Tensor) error {
	buffer := make([]byte, 0, chunk)
	for part := range slices.Chunk(t.F32, chunk/4) {
		buffer = buffer[:0]
		for _, x := range part {
			buffer = binary.LittleEndian.AppendUint32(buffer, math.Float32bits(x))
		}
		if _, err := w.Write(buffer); err != nil {
			return err
		}
	}
	for part := range slices.Chunk(t.F64, chunk/8) {
		buffer = buffer[:0]
		for _, x := range part {
			buffer = binary.LittleEndian.AppendUint64(buffer, math.Float64bits(x))
		}
		if _, err := w.Write(buffer); err != nil {
			return err
		}
	}
	return nil
}
