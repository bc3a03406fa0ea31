package safetensors

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/descent-ml/descent/internal/limits"
)

func encode(t testing.TB, tensors []Tensor, meta map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, tensors, meta); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func decode(data []byte) (*File, error) { return Read(bytes.NewReader(data), int64(len(data))) }

// python holds the tensors of testdata/python.safetensors, which
// testdata/generate.py wrote with Python's safetensors 0.8.0.
var python = []Tensor{
	{Name: "adam <m> & ü", Shape: []int{2}, F64: []float64{1e-300, 0.1}},
	{Name: "step", Shape: []int{}, F64: []float64{7}},
	{Name: "decode.0.bias", Shape: []int{3}, F32: []float32{0.1, 16777216, math.MaxFloat32}},
	{Name: "decode.0.weight", Shape: []int{2, 3}, F32: []float32{1, -2.5, 2 * math.SmallestNonzeroFloat32,
		float32(math.Inf(1)), float32(math.NaN()), float32(math.Copysign(0, -1))}},
	{Name: "nothing", Shape: []int{3, 0}, F32: []float32{}},
}

var pythonMeta = map[string]string{"descent.model": `{"kind": "a<b>", "name": "ü` + "\n" + `"}`}

// The other direction was checked by hand: safetensors 0.8.0 for Python loads
// what Write makes of these tensors, and the arrays are equal to the bit. Here
// that follows from Write making the very bytes that the package wrote.
func TestPythonFile(t *testing.T) {
	want, err := os.ReadFile("testdata/python.safetensors")
	if err != nil {
		t.Fatal(err)
	}
	f, err := decode(want)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(pythonMeta, f.Meta); diff != "" {
		t.Error(diff)
	}
	if len(f.Tensors) != len(python) {
		t.Fatalf("%d tensors, want %d", len(f.Tensors), len(python))
	}
	for i, w := range python {
		got, err := f.Load(w.Name)
		if err != nil || f.Tensors[i].Name != w.Name || !same(got, w) {
			t.Errorf("tensor %d: %v, %v, want %v", i, got, err, w)
		}
	}
	shuffled := []Tensor{python[4], python[0], python[3], python[1], python[2]}
	if got := encode(t, shuffled, pythonMeta); !bytes.Equal(got, want) {
		t.Errorf("Write gives other bytes than the Python package:\n%q\n%q", got, want)
	}
}

// same compares to the bit, NaN included.
func same(a, b Tensor) bool {
	bits := func(t Tensor) []uint64 {
		var out []uint64
		for _, x := range t.F32 {
			out = append(out, uint64(math.Float32bits(x)))
		}
		for _, x := range t.F64 {
			out = append(out, math.Float64bits(x))
		}
		return out
	}
	return a.Name == b.Name && a.dtype() == b.dtype() && cmp.Equal(a.Shape, b.Shape) && cmp.Equal(bits(a), bits(b))
}

func drawTensors(t *rapid.T) []Tensor {
	names := rapid.SliceOfNDistinct(rapid.String().Filter(func(s string) bool { return isText(s) && s != metadataKey }), 0, 6, rapid.ID).Draw(t, "names")
	var tensors []Tensor
	for _, name := range names {
		shape := rapid.SliceOfN(rapid.IntRange(0, 5), 0, 4).Draw(t, "shape")
		n := 1
		for _, size := range shape {
			n *= size
		}
		tensor := Tensor{Name: name, Shape: shape}
		if rapid.Bool().Draw(t, "wide") {
			tensor.F64 = make([]float64, n)
			for i := range tensor.F64 {
				tensor.F64[i] = math.Float64frombits(rapid.Uint64().Draw(t, "x"))
			}
		} else {
			tensor.F32 = make([]float32, n)
			for i := range tensor.F32 {
				tensor.F32[i] = math.Float32frombits(rapid.Uint32().Draw(t, "x"))
			}
		}
		tensors = append(tensors, tensor)
	}
	return tensors
}

func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tensors := drawTensors(t)
		meta := rapid.MapOfN(rapid.StringMatching(`[a-z"ü]{0,3}`), rapid.StringMatching(`.{0,5}`).Filter(isText), 1, 3).Draw(t, "meta")
		var b bytes.Buffer
		if err := Write(&b, tensors, meta); err != nil {
			t.Fatal(err)
		}
		f, err := decode(b.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		if !cmp.Equal(f.Meta, meta) || len(f.Tensors) != len(tensors) {
			t.Fatalf("read %v, %v", f.Meta, f.Tensors)
		}
		for _, want := range tensors {
			got, err := f.Load(want.Name)
			if err != nil || !same(got, want) {
				t.Fatalf("read %v, %v, want %v", got, err, want)
			}
			if info, _ := f.Find(want.Name); info.Bytes > 0 && info.Offset%dtypes[info.DType] != 0 {
				t.Fatalf("%q lies at byte %d", want.Name, info.Offset)
			}
		}
		for i, j := 0, len(tensors)-1; i < j; i, j = i+1, j-1 {
			tensors[i], tensors[j] = tensors[j], tensors[i]
		}
		var again bytes.Buffer
		if err := Write(&again, tensors, meta); err != nil || !bytes.Equal(b.Bytes(), again.Bytes()) {
			t.Fatalf("another order of tensors gave other bytes, %v", err)
		}
	})
}

// Numbers that do not fit one chunk, read through a reader that gives all it has.
func TestManyChunks(t *testing.T) {
	want := Tensor{Name: "w", Shape: []int{50_001}, F32: make([]float32, 50_001)}
	for i := range want.F32 {
		want.F32[i] = float32(i)
	}
	wide := Tensor{Name: "m", Shape: []int{3, 9_001}, F64: make([]float64, 27_003)}
	for i := range wide.F64 {
		wide.F64[i] = -float64(i)
	}
	f, err := decode(encode(t, []Tensor{want, wide}, nil))
	if err != nil {
		t.Fatal(err)
	}
	for _, tensor := range []Tensor{want, wide} {
		if got, err := f.Load(tensor.Name); err != nil || !same(got, tensor) {
			t.Errorf("%s differs, %v", tensor.Name, err)
		}
	}
}

// file builds a file by hand.
func file(header string, data int) []byte {
	b := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	return append(append(b, header...), make([]byte, data)...)
}

func withLength(length uint64, rest string) []byte {
	return append(binary.LittleEndian.AppendUint64(nil, length), rest...)
}

func TestReadAccepts(t *testing.T) {
	for _, tc := range []struct {
		name, header string
		data         int
	}{
		{"nothing", `{}`, 0},
		{"padding", `{}      `, 0},
		{"only metadata", `{"__metadata__":{"format":"pt"}}`, 0},
		{"fields in any order", `{"w":{"data_offsets":[0,8],"shape":[2],"dtype":"F32"}}`, 8},
		{"tensors in any order", `{"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]},"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}`, 8},
		{"an empty one before", `{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}`, 4},
		{"an empty one after", `{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[0,9],"data_offsets":[4,4]}}`, 4},
		{"other types", `{"a":{"dtype":"I64","shape":[1],"data_offsets":[0,8]},"b":{"dtype":"BF16","shape":[3],"data_offsets":[8,14]}}`, 14},
		{"odd positions", `{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"F32","shape":[1],"data_offsets":[1,5]}}`, 5},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if _, err := decode(file(tc.header, tc.data)); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestReadRefuses(t *testing.T) {
	one := func(fields string) string { return `{"w":{` + fields + `}}` }
	two := func(a, b string) string {
		return `{"a":{"dtype":"F32","shape":` + a + `},"b":{"dtype":"F32","shape":` + b + `}}`
	}
	for _, tc := range []struct {
		name string
		data []byte
		want string
	}{
		{"empty file", nil, "0 bytes; the length of the header alone takes 8"},
		{"seven bytes", make([]byte, 7), "7 bytes"},
		{"header length 0", withLength(0, "{}"), "the header has length 0"},
		{"header length 2^63", withLength(1<<63, "{}"), "header: 9223372036854775807 bytes (8.0 EiB), above the limit of 100000000"},
		{"header length 2^64-1", withLength(math.MaxUint64, "{}"), "above the limit"},
		{"header length above the limit", withLength(limits.SafetensorsHeaderBytes+1, "{}"), "above the limit"},
		{"header above the file", withLength(3, "{}"), "a header of 3 bytes in a file of 10"},
		{"no brace", file(" {}", 0), `begins with " "`},
		{"no JSON", file("{,}", 0), "header: not JSON at byte 2"},
		{"not UTF-8", file("{\"a\xff\":{}}", 0), "header: byte 3 is not UTF-8"},
		{"half a surrogate", file(`{"\udc00":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}`, 0), "no Unicode"},
		{"bytes after the object", file("{}\x00", 0), "not JSON at byte 3"},
		{"name twice", file(`{"w":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"w":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}`, 2), `key "w" a second time`},
		{"name twice by escape", file(`{"w":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"\u0077":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}`, 2), `key "w" a second time`},
		{"metadata twice", file(`{"__metadata__":{},"__metadata__":{}}`, 0), "a second time"},
		{"metadata key twice", file(`{"__metadata__":{"a":"1","a":"2"}}`, 0), `key "a" a second time`},
		{"metadata of numbers", file(`{"__metadata__":{"a":1}}`, 0), "number 1, want a string"},
		{"metadata nested", file(`{"__metadata__":{"a":{}}}`, 0), "an object, want a string"},
		{"tensor is a list", file(`{"w":[]}`, 0), "an array, want an object"},
		{"field twice", file(one(`"dtype":"U8","dtype":"F32","shape":[1],"data_offsets":[0,4]`), 4), `key "dtype" a second time`},
		{"field in capitals", file(one(`"DTYPE":"U8","shape":[1],"data_offsets":[0,1]`), 1), `tensor "w": unknown field "DTYPE"`},
		{"unknown field", file(one(`"dtype":"U8","shape":[1],"data_offsets":[0,1],"x":1`), 1), `unknown field "x"`},
		{"missing field", file(one(`"dtype":"U8","shape":[1]`), 1), "it needs dtype, shape and data_offsets"},
		{"unknown dtype", file(one(`"dtype":"F31","shape":[1],"data_offsets":[0,4]`), 4), `tensor "w": unknown dtype "F31"`},
		{"small letters", file(one(`"dtype":"f32","shape":[1],"data_offsets":[0,4]`), 4), `unknown dtype "f32"`},
		{"half bytes", file(one(`"dtype":"F4","shape":[2],"data_offsets":[0,1]`), 1), `unknown dtype "F4"`},
		{"negative size", file(one(`"dtype":"U8","shape":[-1],"data_offsets":[0,1]`), 1), "size -1 of axis 0 is negative"},
		{"size 1.0", file(one(`"dtype":"U8","shape":[1.0],"data_offsets":[0,1]`), 1), "number 1.0, want a whole number"},
		{"size 2^63", file(one(`"dtype":"U8","shape":[9223372036854775808],"data_offsets":[0,1]`), 1), "want a whole number of 64 bits"},
		{"rank 9", file(one(`"dtype":"U8","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,1]`), 1), "more than 8 axes"},
		{"product wraps to 4", file(one(`"dtype":"U8","shape":[4194305,4194305,211106198978564],"data_offsets":[0,4]`), 4), "4194305 × 4194305 × 211106198978564"},
		{"one position", file(one(`"dtype":"U8","shape":[1],"data_offsets":[0]`), 1), "must be begin and end"},
		{"three positions", file(one(`"dtype":"U8","shape":[1],"data_offsets":[0,1,2]`), 1), "must be two positions"},
		{"negative position", file(one(`"dtype":"U8","shape":[1],"data_offsets":[-1,0]`), 1), "must be two positions"},
		{"end before begin", file(one(`"dtype":"U8","shape":[1],"data_offsets":[1,0]`), 1), "must be begin and end"},
		{"too few bytes", file(one(`"dtype":"F32","shape":[2],"data_offsets":[0,7]`), 7), "has 7 bytes, but F32 [2] needs 8"},
		{"too many bytes", file(one(`"dtype":"F32","shape":[2],"data_offsets":[0,9]`), 9), "has 9 bytes, but F32 [2] needs 8"},
		{"beyond the file", file(one(`"dtype":"F32","shape":[2],"data_offsets":[0,8]`), 7), "has 8 bytes, but the file has 7 left"},
		{"far beyond the file", file(one(`"dtype":"F64","shape":[2147483648],"data_offsets":[0,17179869184]`), 8), "but the file has 8 left"},
		{"gap at the start", file(one(`"dtype":"U8","shape":[1],"data_offsets":[1,2]`), 2), "leaves a gap of 1 bytes before it"},
		{"gap", file(two(`[1],"data_offsets":[0,4]`, `[1],"data_offsets":[8,12]`), 12), `tensor "b" at byte 8 leaves a gap of 4 bytes`},
		{"overlap", file(two(`[2],"data_offsets":[0,8]`, `[2],"data_offsets":[4,12]`), 12), `tensor "b" at byte 4 overlaps "a", which ends at byte 8`},
		{"one range twice", file(two(`[1],"data_offsets":[0,4]`, `[1],"data_offsets":[0,4]`), 4), `overlaps "a"`},
		{"one range, one empty shape", file(two(`[1],"data_offsets":[0,4]`, `[0],"data_offsets":[0,4]`), 4), `overlaps`},
		{"empty inside another", file(two(`[1],"data_offsets":[0,4]`, `[0],"data_offsets":[2,2]`), 4), `tensor "b" at byte 2 overlaps "a"`},
		{"extra bytes", file(one(`"dtype":"U8","shape":[1],"data_offsets":[0,1]`), 3), "2 bytes after the last tensor"},
		{"long name", file(`{"`+strings.Repeat("n", 1025)+`":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}`, 0), "name: 1025 bytes (1.0 KiB), above the limit of 1024"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := decode(tc.data)
			if err == nil || !strings.HasPrefix(err.Error(), "safetensors: ") || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error %v, want %q", err, tc.want)
			}
		})
	}
}

func TestReadTooManyTensors(t *testing.T) {
	var b strings.Builder
	b.WriteByte('{')
	for i := range limits.SafetensorsTensors + 2 {
		fmt.Fprintf(&b, `"%d":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},`, i)
	}
	header := strings.TrimSuffix(b.String(), ",") + "}"
	if _, err := decode(file(header, 0)); err == nil || !strings.Contains(err.Error(), "more than 100001 keys") {
		t.Errorf("error %v", err)
	}
}

func TestWriteRefuses(t *testing.T) {
	ok := []float32{1, 2}
	for _, tc := range []struct {
		name    string
		tensors []Tensor
		meta    map[string]string
		want    string
	}{
		{"name twice", []Tensor{{"w", []int{2}, ok, nil}, {"w", nil, nil, []float64{1}}}, nil, `"w": the name is taken`},
		{"name of the metadata", []Tensor{{"__metadata__", []int{2}, ok, nil}}, nil, "the name is taken"},
		{"not UTF-8", []Tensor{{"\xff", []int{2}, ok, nil}}, nil, "is not UTF-8"},
		{"long name", []Tensor{{strings.Repeat("n", 1025), []int{2}, ok, nil}}, nil, "above the limit of 1024"},
		{"both", []Tensor{{"w", []int{2}, ok, []float64{1, 2}}}, nil, "both 32-bit and 64-bit"},
		{"shape too large", []Tensor{{"w", []int{3}, ok, nil}}, nil, "2 numbers for shape [3], which holds 3"},
		{"no numbers", []Tensor{{"w", nil, nil, nil}}, nil, "0 numbers for shape [], which holds 1"},
		{"negative", []Tensor{{"w", []int{-1, -2}, ok, nil}}, nil, "size -1 of axis 0 is negative"},
		{"rank 9", []Tensor{{"w", []int{2, 1, 1, 1, 1, 1, 1, 1, 1}, ok, nil}}, nil, "9 axes"},
		{"metadata", nil, map[string]string{"a": "\xff"}, "is not UTF-8"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var b bytes.Buffer
			err := Write(&b, tc.tensors, tc.meta)
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error %v, want %q", err, tc.want)
			}
			if b.Len() > 0 {
				t.Errorf("%d bytes were written", b.Len())
			}
		})
	}
}

func TestReadInto(t *testing.T) {
	f, err := decode(encode(t, []Tensor{{"w", []int{2}, []float32{1, 2}, nil}, {"m", nil, nil, []float64{3}}}, nil))
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		do   func() error
		want string
	}{
		{func() error { return f.ReadF32("w", make([]float32, 2)) }, ""},
		{func() error { return f.ReadF32("w", make([]float32, 3)) }, `"w" has 2 numbers, shape [2], want 3`},
		{func() error { return f.ReadF32("m", make([]float32, 1)) }, `"m" has dtype F64, want F32`},
		{func() error { return f.ReadF64("w", make([]float64, 2)) }, `"w" has dtype F32, want F64`},
		{func() error { return f.ReadF32("x", nil) }, `there is no tensor "x"`},
		{func() error { _, err := f.Load("x"); return err }, `there is no tensor "x"`},
	} {
		err := tc.do()
		if tc.want == "" && err != nil || tc.want != "" && (err == nil || !strings.Contains(err.Error(), tc.want)) {
			t.Errorf("error %v, want %q", err, tc.want)
		}
	}
}

// failingAt reads data but for one range.
type failingAt struct {
	data []byte
	from int64
}

func (f failingAt) ReadAt(p []byte, off int64) (int, error) {
	if off+int64(len(p)) > f.from {
		return 0, iotest.ErrTimeout
	}
	return bytes.NewReader(f.data).ReadAt(p, off)
}

func TestReaderFails(t *testing.T) {
	data := encode(t, python[:1], nil)
	for from := range int64(len(data)) {
		f, err := Read(failingAt{data, from}, int64(len(data)))
		if err == nil {
			_, err = f.Load(python[0].Name)
		}
		if !errors.Is(err, iotest.ErrTimeout) {
			t.Fatalf("byte %d cannot be read: error %v", from, err)
		}
	}
	if _, err := Read(bytes.NewReader(data[:20]), int64(len(data))); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("file became shorter: error %v", err)
	}
}

// limitedWriter fails after n bytes.
type limitedWriter struct{ n int }

func (w *limitedWriter) Write(p []byte) (int, error) {
	if len(p) > w.n {
		return 0, io.ErrShortWrite
	}
	w.n -= len(p)
	return len(p), nil
}

func TestWriterFails(t *testing.T) {
	size := len(encode(t, python, nil))
	for n := range size {
		if err := Write(&limitedWriter{n}, python, nil); !errors.Is(err, io.ErrShortWrite) {
			t.Fatalf("room for %d of %d bytes: error %v", n, size, err)
		}
	}
}

func TestCheckFinite(t *testing.T) {
	nan := math.NaN()
	good := Tensor{"a", []int{2}, []float32{0, math.MaxFloat32}, nil}
	if err := CheckFinite(good, Tensor{"b", []int{1}, nil, []float64{-math.MaxFloat64}}); err != nil {
		t.Error(err)
	}
	for want, bad := range map[string]Tensor{
		`tensor "w": 1 of 3 numbers are not finite, the first at index 2`: {"w", []int{3}, []float32{0, 1, float32(nan)}, nil},
		`tensor "m": 2 of 3 numbers are not finite, the first at index 0`: {"m", []int{3}, nil, []float64{math.Inf(-1), 1, nan}},
	} {
		if err := CheckFinite(good, bad); err == nil || err.Error() != "safetensors: "+want {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(encode(f, python, pythonMeta))
	f.Add(encode(f, nil, nil))
	f.Add(file(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}`, 4))
	f.Add(file(`{"a":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}`, 8))
	f.Add(withLength(1<<63, "{}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := decode(data)
		if err != nil {
			return
		}
		var tensors []Tensor
		used := int64(8) + int64(binary.LittleEndian.Uint64(data))
		for _, info := range file.Tensors {
			if info.Offset != used {
				t.Fatalf("tensor %q at byte %d, want %d", info.Name, info.Offset, used)
			}
			used += info.Bytes
			if info.DType == "F32" || info.DType == "F64" {
				tensor, err := file.Load(info.Name)
				if err != nil {
					t.Fatal(err)
				}
				tensors = append(tensors, tensor)
			}
		}
		if used != int64(len(data)) {
			t.Fatalf("%d of %d bytes are accounted for", used, len(data))
		}
		again, err := decode(encode(t, tensors, file.Meta))
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range tensors {
			if got, err := again.Load(want.Name); err != nil || !same(got, want) {
				t.Fatalf("round trip: %v, %v, want %v", got, err, want)
			}
		}
	})
}
