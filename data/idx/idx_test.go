package idx

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"flag"
	"io/fs"
	"math"
	"os"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/descent-ml/descent/data/array"
	"github.com/descent-ml/descent/data/internal/files"
	"github.com/descent-ml/descent/data/internal/mutate"
)

// file writes an IDX file.
func file(kind byte, shape []int, elements ...byte) []byte {
	b := []byte{0, 0, kind, byte(len(shape))}
	for _, n := range shape {
		b = binary.BigEndian.AppendUint32(b, uint32(n))
	}
	return append(b, elements...)
}

func packed(b []byte) []byte {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	z.Write(b)
	z.Close()
	return out.Bytes()
}

func TestDigits(t *testing.T) {
	images, err := ReadFile("testdata/digits.idx3.gz")
	if err != nil {
		t.Fatal(err)
	}
	labels, err := ReadFile("testdata/digits.idx1")
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(images.Shape, []int{12, 28, 28}) || !slices.Equal(labels.Shape, []int{12}) || images.Kind != array.Uint8 || images.File != "testdata/digits.idx3.gz" {
		t.Errorf("%v and %v", images.Shape, labels.Shape)
	}
	var sums []int
	for r := range images.Rows() {
		sum := 0
		for _, v := range images.Data[r*784 : (r+1)*784] {
			sum += int(v)
		}
		sums = append(sums, sum)
	}
	if want := []int{30706, 38269, 21969, 25644, 19385, 9253, 16458, 31717, 19697, 30484, 19624, 41457}; !slices.Equal(sums, want) {
		t.Errorf("sums of pixels %v, want %v", sums, want)
	}
	if want := []byte{4, 3, 8, 6, 5, 1, 7, 3, 8, 2, 7, 0}; !bytes.Equal(labels.Data, want) {
		t.Errorf("labels %v, want %v", labels.Data, want)
	}
	if _, err := ReadFile("testdata/none"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error %v", err)
	}
}

func TestKinds(t *testing.T) {
	for _, tc := range []struct {
		kind byte
		raw  []byte
		want []float64
	}{
		{0x08, []byte{0, 255}, []float64{0, 255}},
		{0x09, []byte{127, 255}, []float64{127, -1}},
		{0x0B, []byte{0x01, 0x02, 0xFF, 0xFE}, []float64{258, -2}},
		{0x0C, []byte{0, 1, 0, 2, 0xFF, 0xFF, 0xFF, 0xFE}, []float64{65538, -2}},
		{0x0D, binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, math.Float32bits(1.5)), math.Float32bits(-3)), []float64{1.5, -3}},
		{0x0E, binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, math.Float64bits(0.1)), math.Float64bits(-3)), []float64{0.1, -3}},
	} {
		a, err := Decode(file(tc.kind, []int{2}, tc.raw...), "x")
		if err != nil {
			t.Fatalf("%#x: %v", tc.kind, err)
		}
		if got := []float64{a.At(0), a.At(1)}; !slices.Equal(got, tc.want) {
			t.Errorf("%#x: %v, want %v", tc.kind, got, tc.want)
		}
	}
}

// Any array of bytes reads as it was written, packed or not.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		shape := rapid.SliceOfN(rapid.IntRange(0, 5), 1, 4).Draw(t, "shape")
		n := 1
		for _, s := range shape {
			n *= s
		}
		want := rapid.SliceOfN(rapid.Byte(), n, n).Draw(t, "elements")
		b := file(8, shape, want...)
		if rapid.Bool().Draw(t, "packed") {
			b = packed(b)
		}
		a, err := Decode(b, "x")
		if err != nil || !bytes.Equal(a.Data, want) || !slices.Equal(a.Shape, shape) {
			t.Fatalf("%+v, %v", a, err)
		}
	})
}

func TestRefusals(t *testing.T) {
	ok := file(8, []int{2, 3}, 1, 2, 3, 4, 5, 6)
	damaged := packed(ok)
	damaged[len(damaged)-5] ^= 1 // of the checksum
	for _, tc := range []struct {
		name         string
		bytes, legal []byte
		want         string
	}{
		{"another format", []byte("\x89PNG\r\n"), ok, "x: this is not an IDX file [not-idx]\n\tfound     starts with 89 50 4e 47\n\texpected  00 00, a type 08 09 0b 0c 0d 0e, the number of axes"},
		{"type", file(0xA, []int{1}, 1), file(9, []int{1}, 1), "x: this is not an IDX file [not-idx]\n\tfound     starts with 00 00 0a 01\n\texpected  00 00, a type 08 09 0b 0c 0d 0e, the number of axes"},
		{"packed", packed([]byte("text")), packed(ok), "x: this is not an IDX file [not-idx]\n\tfound     starts with 74 65 78 74 unpacked\n\texpected  00 00, a type 08 09 0b 0c 0d 0e, the number of axes"},
		{"short", ok[:len(ok)-1], ok, "x: truncated after 17 bytes [truncated]\n\theader  claims [2 3] of uint8: 6 bytes\n\tfix: copy the file again"},
		{"short and packed", packed(ok[:len(ok)-1]), packed(ok), "x: truncated after 17 unpacked bytes [truncated]\n\theader  claims [2 3] of uint8: 6 bytes\n\tfix: copy the file again"},
		{"long", append(slices.Clone(ok), 0), ok, "x: bytes follow the last element [trailing-bytes]\n\theader  claims [2 3] of uint8: 6 bytes\n\tfix: copy or write the file again"},
		{"header", ok[:7], ok, "x: truncated after 7 bytes, in the header [truncated]\n\tfix: copy the file again"},
		{"empty", nil, ok, "x: truncated after 0 bytes, in the header [truncated]\n\tfix: copy the file again"},
		{"gzip cut", packed(ok)[:20], packed(ok), "x: the gzip file is damaged after 12 unpacked bytes: it ends too early [bad-archive]\n\tfix: copy the file again"},
		{"gzip checksum", damaged, packed(ok), "x: the gzip file is damaged after 18 unpacked bytes: invalid checksum [bad-archive]\n\tfix: copy the file again"},
		{"gzip header", []byte{0x1F, 0x8B, 9, 0, 0, 0, 0, 0, 0, 0}, packed(ok), "x: the gzip file is damaged after 0 unpacked bytes: invalid header [bad-archive]\n\tfix: copy the file again"},
		{"elements", file(8, []int{1 << 20, 1 << 20}), ok, "x: axes: elements: 1048576 × 1048576 = 1099511627776, above the limit of 2147483648 [element-limit]"},
		{"rank", file(8, []int{1, 1, 1, 1, 1, 1, 1, 1, 1}, 1), file(8, []int{1, 1, 1, 1, 1, 1, 1, 1}, 1), "x: axes: rank: 9 axes, above the limit of 8 axes [element-limit]"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			a, err := Decode(tc.bytes, "x")
			if err == nil {
				t.Fatalf("read: %+v", a)
			}
			if diff := cmp.Diff(tc.want, err.Error()); diff != "" {
				t.Errorf("message (-want +got):\n%s", diff)
			}
			if _, err := Decode(tc.legal, "x"); err != nil {
				t.Errorf("the legal neighbour is refused: %v", err)
			}
		})
	}
}

// A small file that unpacks to much is not unpacked beyond what its header asks for, and an array above the budget not at all.
func TestBudget(t *testing.T) {
	bomb := packed(append(file(8, []int{4}, 1, 2, 3, 4), make([]byte, 64<<20)...))
	large := packed(append(file(8, []int{64 << 20}), make([]byte, 64<<20)...))
	for _, tc := range []struct {
		bytes []byte
		want  string
	}{
		{bomb, "x: bytes follow the last element [trailing-bytes]\n\theader  claims [4] of uint8: 4 bytes\n\tfix: copy or write the file again"},
		{large, "x: the array has 64.0 MiB, above the limit of 1.0 MiB [memory-limit]\n\tlimit  1048576 bytes, for the test"},
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, p := decode(tc.bytes, "x", files.Bound{Bytes: 1 << 20, Why: "for the test", Code: "memory-limit"})
		runtime.ReadMemStats(&after)
		if p == nil || p.Error() != tc.want {
			t.Errorf("got %v, want %s", p, tc.want)
		}
		if used := after.TotalAlloc - before.TotalAlloc; used > 1<<20 {
			t.Errorf("%d bytes allocated", used)
		}
	}
}

func seeds() [][]byte {
	return [][]byte{file(8, []int{2, 3}, 1, 2, 3, 4, 5, 6), packed(file(8, []int{2, 3}, 1, 2, 3, 4, 5, 6)), file(0xC, []int{1, 2}, make([]byte, 8)...)}
}

// mutations is how many damaged files are tried: go test . -args -mutations 10000.
var mutations = flag.Int("mutations", 2000, "damaged files to try")

// Damaged files are refused or read, within time and memory; nothing panics, and gzip's checksum finds damage to the content.
func TestMutations(t *testing.T) {
	content, err := os.ReadFile("testdata/digits.idx3.gz")
	if err != nil {
		t.Fatal(err)
	}
	whole, err := Decode(content, "x")
	if err != nil {
		t.Fatal(err)
	}
	all := append(seeds(), content)
	for n := range *mutations {
		b := mutate.Bytes(all[n%len(all)], n)
		a := tryBytes(t, b)
		if a != nil && n%len(all) == 3 && !bytes.Equal(a.Data, whole.Data) && !bytes.Equal(b, content) {
			t.Errorf("mutation %d changed the digits silently", n)
		}
	}
}

func tryBytes(t *testing.T, b []byte) *array.Array {
	defer func() {
		if r := recover(); r != nil {
			t.Fatalf("panic %v on %q", r, b)
		}
	}()
	start := time.Now()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	a, err := Decode(b, "x")
	runtime.ReadMemStats(&after)
	if took := time.Since(start); took > time.Second {
		t.Errorf("%v for %q", took, b)
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > 64<<20 {
		t.Errorf("%d bytes allocated for %q", used, b)
	}
	if err != nil {
		return nil
	}
	if len(a.Data) != a.Rows()*a.Width()*a.Kind.Size() {
		t.Errorf("%d bytes for shape %v of %s", len(a.Data), a.Shape, a.Kind)
	}
	return a
}

func FuzzDecode(f *testing.F) {
	for _, b := range seeds() {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) { tryBytes(t, b) })
}
