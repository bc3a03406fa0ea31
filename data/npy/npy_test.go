package npy

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"math"
	"path/filepath"
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

// file writes an npy file as NumPy does: the header padded so that the elements begin at a multiple of 64.
func file(dict string, elements []byte) []byte {
	b := append([]byte(magic), 1, 0, 0, 0)
	b = append(b, dict...)
	for len(b)%64 != 63 {
		b = append(b, ' ')
	}
	b = append(b, '\n')
	binary.LittleEndian.PutUint16(b[8:], uint16(len(b)-10))
	return append(b, elements...)
}

func dict(descr string, fortran bool, shape ...int) string {
	order := map[bool]string{false: "False", true: "True"}[fortran]
	return fmt.Sprintf("{'descr': '%s', 'fortran_order': %s, 'shape': %s, }", descr, order, tuple(shape))
}

// archive writes an npz file.
func archive(t testing.TB, method uint16, members ...any) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(members); i += 2 {
		w, err := z.CreateHeader(&zip.FileHeader{Name: members[i].(string), Method: method})
		if err != nil {
			t.Fatal(err)
		}
		w.Write(members[i+1].([]byte))
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

var (
	small = file(dict("|u1", false, 3), []byte{1, 2, 3})
	plain = file(dict("<f4", false, 2, 3), elements(binary.LittleEndian, float32(0), float32(1), float32(2), float32(3), float32(4), float32(5)))
)

func elements(order binary.AppendByteOrder, v ...any) []byte {
	var b []byte
	for _, x := range v {
		switch x := x.(type) {
		case float32:
			b = order.AppendUint32(b, math.Float32bits(x))
		case float64:
			b = order.AppendUint64(b, math.Float64bits(x))
		case int16:
			b = order.AppendUint16(b, uint16(x))
		case int64:
			b = order.AppendUint64(b, uint64(x))
		}
	}
	return b
}

// Files that numpy 2.4.6 wrote (see testdata/make.py) read as the same numbers.
func TestNumPyFiles(t *testing.T) {
	want := map[string][]float64{"bool": {0, 1, 0, 1, 0, 1}}
	for _, kind := range []string{"uint8", "uint16", "uint32", "uint64"} {
		want[kind] = []float64{0, 1, 2, 3, 4, 5}
	}
	for _, kind := range []string{"int8", "int16", "int32", "int64", "float16", "float32", "float64", "fortran", "big", "bigfortran"} {
		want[kind] = []float64{-2, -1, 0, 1, 2, 3}
	}
	for name, want := range want {
		for _, get := range []func() (*array.Array, error){
			func() (*array.Array, error) { return ReadFile("testdata/all.npz", name) },
			func() (*array.Array, error) { return ReadFile("testdata/packed.npz", name) },
		} {
			a, err := get()
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			var got []float64
			for i := range a.Len() {
				got = append(got, a.At(i))
			}
			if !slices.Equal(got, want) || !slices.Equal(a.Shape, []int{2, 3}) {
				t.Errorf("%s: %v of shape %v, want %v", name, got, a.Shape, want)
			}
		}
	}
	a, err := ReadFile("testdata/fortran.npy", "")
	if err != nil || !slices.Equal(a.Shape, []int{2, 3, 4}) || a.File != "testdata/fortran.npy" || len(a.SHA256) != 64 {
		t.Fatalf("%+v, %v", a, err)
	}
	for i := range a.Len() {
		if a.At(i) != float64(i) {
			t.Fatalf("element %d is %v", i, a.At(i))
		}
	}
}

// Any array reads as it was written, in any order of bytes and axes.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		shape := rapid.SliceOfN(rapid.IntRange(0, 4), 0, 4).Draw(t, "shape")
		n := 1
		for _, s := range shape {
			n *= s
		}
		values := rapid.SliceOfN(rapid.Float64(), n, n).Draw(t, "values")
		fortran, big := rapid.Bool().Draw(t, "fortran"), rapid.Bool().Draw(t, "big")
		written := make([]any, n)
		for i, v := range values {
			written[place(i, shape, fortran)] = v
		}
		descr, order := "<f8", binary.AppendByteOrder(binary.LittleEndian)
		if big {
			descr, order = ">f8", binary.BigEndian
		}
		a, err := Decode(file(dict(descr, fortran, shape...), elements(order, written...)), "x.npy", "")
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range values {
			if a.At(i) != v {
				t.Fatalf("element %d of %v is %v, want %v", i, shape, a.At(i), v)
			}
		}
	})
}

// place returns where element i in row-major order stands in the file.
func place(i int, shape []int, fortran bool) int {
	if !fortran {
		return i
	}
	at, stride := 0, 1
	index := make([]int, len(shape))
	for k := len(shape) - 1; k >= 0; k-- {
		index[k] = i % shape[k]
		i /= shape[k]
	}
	for k, x := range index {
		at += x * stride
		stride *= shape[k]
	}
	return at
}

func TestRefusals(t *testing.T) {
	swap := func(b []byte, from, to string) []byte {
		return bytes.Replace(slices.Clone(b), []byte(from), []byte(to), 1)
	}
	for _, tc := range []struct {
		name   string
		bytes  []byte
		member string
		want   string
		legal  []byte // the nearest that is read
		ask    string // the member of legal
	}{
		{"elements that are not there", file(dict("<f8", false, 1<<20, 1<<10), make([]byte, 4096)), "",
			"x.npy: truncated after 4,224 bytes [truncated]\n\theader  claims (1048576, 1024) of float64: 8,589,934,592 bytes\n\tfound   4,096 bytes after the header\n\tfix: copy or write the file again",
			file(dict("<f8", false, 512), make([]byte, 4096)), ""},
		{"too many elements", file(dict("<f8", false, 1<<20, 1<<20), make([]byte, 4096)), "",
			"x.npy: shape: elements: 1048576 × 1048576 = 1099511627776, above the limit of 2147483648 [element-limit]", small, ""},
		{"product that wraps", file(dict("|u1", false, 4194305, 4194305, 211106198978564), make([]byte, 4)), "",
			"x.npy: shape: elements: 4194305 × 4194305 × 211106198978564 = more than the limit of 2147483648 [element-limit]", file(dict("|u1", false, 4), make([]byte, 4)), ""},
		{"pickle", file(dict("|O", false, 3), []byte("\x80\x04]q.")), "",
			"x.npy: pickled objects are code: not read [npy-dtype]\n\tdtype  \"|O\"\n\tfix: save numbers: numpy.save(file, x.astype(\"float32\"), allow_pickle = False)", small, ""},
		{"named fields", file("{'descr': [('a', '<f4'), ('b', '|u1')], 'fortran_order': False, 'shape': (1,), }", make([]byte, 5)), "",
			"x.npy: rows of named fields are not read: an array has one kind of number [npy-dtype]\n\tdtype  \"[\"\n\tfix: save each field as an array of its own", small, ""},
		{"texts", file(dict("<U5", false, 1), make([]byte, 20)), "",
			"x.npy: the elements are no numbers that Descent reads [npy-dtype]\n\tdtype  \"<U5\"\n\tfix: save bool, or integers or floats of at most 64 bits", small, ""},
		{"native order", file(dict("=f4", false, 1), make([]byte, 4)), "",
			"x.npy: the order of bytes is not said [npy-dtype]\n\tdtype  \"=f4\"\n\tfix: save with numpy.save, which says it", file(dict(">f4", false, 1), make([]byte, 4)), ""},
		{"one byte short", plain[:len(plain)-1], "",
			"x.npy: truncated after 151 bytes [truncated]\n\theader  claims (2, 3) of float32: 24 bytes\n\tfound   23 bytes after the header\n\tfix: copy or write the file again", plain, ""},
		{"one byte more", append(slices.Clone(plain), 0), "",
			"x.npy: 1 bytes follow the last element [trailing-bytes]\n\theader  claims (2, 3) of float32: 24 bytes\n\tfound   25 bytes after the header\n\tfix: write the file again with numpy.save", plain, ""},
		{"in the header", plain[:50], "", "x.npy: truncated after 50 bytes, in the header [truncated]\n\theader  claims 128 bytes", plain, ""},
		{"in the first bytes", plain[:9], "", "x.npy: truncated after 9 bytes, in the header [truncated]", plain, ""},
		{"another format", []byte("P5 2 2 255\n...."), "", "x.npy: this is not an npy file [not-npy]\n\tfound     starts with 50 35 20 32 20 32\n\texpected  93 4e 55 4d 50 59", small, ""},
		{"empty", nil, "", "x.npy: this is not an npy file [not-npy]\n\tfound     starts with \n\texpected  93 4e 55 4d 50 59", small, ""},
		{"version", swap(plain, magic+"\x01", magic+"\x04"), "", "x.npy: version 4.0 of the format is not known [npy-header]\n\tknown  1.0, 2.0 and 3.0", plain, ""},
		{"header length", append([]byte(magic+"\x02\x00\xff\xff\xff\xff"), make([]byte, 50)...), "", "x.npy: the header claims 1,073,741,824 bytes [npy-header]\n\tlimit  65,536 bytes", plain, ""},
		{"no shape", file("{'descr': '<f4', 'fortran_order': False, }", nil), "",
			"x.npy: the header lacks the key \"shape\" [npy-header]\n\theader  \"{'descr': '<f4', 'fortran_order': False, }\"", file("{'descr':'<f4','fortran_order':False,'shape':()}", make([]byte, 4)), ""},
		{"a key twice", file("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': ()}", make([]byte, 4)), "",
			"x.npy: the key \"descr\" stands twice in the header [npy-header]\n\theader  \"{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': ()}\"", small, ""},
		{"another key", file("{'descr': '<f4', 'order': False, 'shape': ()}", make([]byte, 4)), "",
			"x.npy: the key \"order\" of the header is not known [npy-header]\n\theader  \"{'descr': '<f4', 'order': False, 'shape': ()}\"", small, ""},
		{"a size without comma", file("{'descr': '|u1', 'fortran_order': False, 'shape': (3)}", make([]byte, 3)), "",
			"x.npy: byte 53 of the header: a tuple of one size ends in a comma [npy-header]\n\theader  \"{'descr': '|u1', 'fortran_order': False, 'shape': (3)}\"", small, ""},
		{"a negative size", file("{'descr': '|u1', 'fortran_order': False, 'shape': (-3,)}", make([]byte, 3)), "",
			"x.npy: byte 51 of the header: expected a size below 2^63 [npy-header]\n\theader  \"{'descr': '|u1', 'fortran_order': False, 'shape': (-3,)}\"", small, ""},
		{"code in the header", file("{'descr': '|u1', 'fortran_order': False, 'shape': (3,)}; import os", make([]byte, 3)), "",
			"x.npy: text after the header's dict [npy-header]\n\theader  \"{'descr': '|u1', 'fortran_order': False, 'shape': (3,)}; import os\"", small, ""},
		{"rank", file(dict("|u1", false, 1, 1, 1, 1, 1, 1, 1, 1, 1), []byte{0}), "", "x.npy: shape: rank: 9 axes, above the limit of 8 axes [element-limit]", file(dict("|u1", false, 1, 1, 1, 1, 1, 1, 1, 1), []byte{0}), ""},
		{"a truth of 2", file(dict("|b1", false, 3), []byte{0, 1, 2}), "", "x.npy: element 2 is neither false (0) nor true (1) but 2 [npy-value]\n\tfix: copy or write the file again", file(dict("|b1", false, 3), []byte{0, 1, 1}), ""},
		{"member of an npy file", small, "x", "x.npy: this file has no members, and \"x\" is asked for [no-member]\n\tfix: leave the name out", small, ""},
		{"no such member", archive(t, zip.Store, "a.npy", small, "b.npy", small), "c", "x.npy: the archive has no array \"c\" [no-member]\n\tarrays  a, b", archive(t, zip.Store, "a.npy", small), "a"},
		{"which member", archive(t, zip.Store, "a.npy", small, "b.npy", small), "", "x.npy: the archive has 2 arrays; which is meant? [no-member]\n\tarrays  a, b\n\tfix: name one: x.npy:a", archive(t, zip.Store, "a.npy", small, "notes.txt", []byte("-")), ""},
		{"no arrays", archive(t, zip.Store, "a.txt", small), "", "x.npy: the archive holds no array [no-member]\n\texpected  files ending in .npy, as numpy.savez writes", archive(t, zip.Store, "a.npy", small), ""},
		{"two of a name", archive(t, zip.Store, "a.npy", small, "a.npy", plain), "a", "x.npy: two members are named \"a\" [bad-archive]\n\tfix: write the file again with numpy.savez", archive(t, zip.Store, "a.npy", small, "b.npy", plain), "a"},
		{"a bad member", archive(t, zip.Deflate, "a.npy", plain[:len(plain)-1]), "", "x.npy:a: truncated after 151 bytes [truncated]\n\theader  claims (2, 3) of float32: 24 bytes\n\tfound   23 bytes after the header\n\tfix: copy or write the file again", archive(t, zip.Deflate, "a.npy", plain), ""},
		{"no archive", []byte("PK\x03\x04 and no more"), "", "x.npy: the archive cannot be read: not a valid zip file [bad-archive]\n\tfix: copy or write the file again", archive(t, zip.Store, "a.npy", small), ""},
		{"checksum", swap(archive(t, zip.Store, "a.npy", small), "\x01\x02\x03", "\x01\x02\x02"), "", "x.npy:a: the archive is damaged after 131 unpacked bytes: checksum error [bad-archive]\n\tfix: copy or write the file again", archive(t, zip.Store, "a.npy", small), ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			a, err := Decode(slices.Clone(tc.bytes), "x.npy", tc.member)
			if err == nil {
				t.Fatalf("read: %+v", a)
			}
			if diff := cmp.Diff(tc.want, err.Error()); diff != "" {
				t.Errorf("message (-want +got):\n%s", diff)
			}
			if _, err := Decode(slices.Clone(tc.legal), "x.npy", tc.ask); err != nil {
				t.Errorf("the legal neighbour is refused: %v", err)
			}
		})
	}
}

// An archive that unpacks to far more than it has bytes stops at the budget, before memory is asked for.
func TestBudget(t *testing.T) {
	zeros := make([]byte, 8<<20)
	b := archive(t, zip.Deflate, "a.npy", file(dict("|u1", false, len(zeros)), zeros))
	most := files.Bound{Bytes: 1 << 20, Why: "for the test", Code: "memory-limit"}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := decode(b, "x.npz", "", most)
	runtime.ReadMemStats(&after)
	want := "x.npz:a: the unpacked array has 8.0 MiB, above the limit of 1.0 MiB [memory-limit]\n\tlimit  1048576 bytes, for the test"
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > 1<<20 {
		t.Errorf("%d bytes allocated", used)
	}
	// The directory says little, and the stream goes on.
	lie := slices.Clone(b)
	end := bytes.LastIndex(lie, []byte("PK\x01\x02"))
	binary.LittleEndian.PutUint32(lie[end+24:], 200)
	if _, err := decode(lie, "x.npz", "", most); err == nil {
		t.Error("a member longer than its entry says was read")
	}
}

func TestNoFile(t *testing.T) {
	if _, err := ReadFile(filepath.Join(t.TempDir(), "none.npy"), ""); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error %v", err)
	}
}

// mutations is how many damaged files are tried: go test . -args -mutations 10000.
var mutations = flag.Int("mutations", 2000, "damaged files to try")

// Damaged files are refused or read, within time and memory; nothing panics.
func TestMutations(t *testing.T) {
	seeds := [][]byte{plain, small, archive(t, zip.Deflate, "a.npy", plain, "b.npy", small), archive(t, zip.Store, "a.npy", plain), file(dict(">i2", true, 4, 5), make([]byte, 40))}
	for n := range *mutations {
		tryBytes(t, mutate.Bytes(seeds[n%len(seeds)], n))
	}
}

func tryBytes(t *testing.T, b []byte) {
	defer func() {
		if r := recover(); r != nil {
			t.Fatalf("panic %v on %q", r, b)
		}
	}()
	start := time.Now()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	a, err := Decode(slices.Clone(b), "x.npy", "")
	runtime.ReadMemStats(&after)
	if took := time.Since(start); took > time.Second {
		t.Errorf("%v for %q", took, b)
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > 64<<20 {
		t.Errorf("%d bytes allocated for %q", used, b)
	}
	if err == nil && len(a.Data) != a.Rows()*a.Width()*a.Kind.Size() {
		t.Errorf("%d bytes for shape %v of %s", len(a.Data), a.Shape, a.Kind)
	}
}

func FuzzDecode(f *testing.F) {
	for _, b := range [][]byte{plain, small, archive(f, zip.Deflate, "a.npy", small), archive(f, zip.Store, "a.npy", plain), file(dict(">i2", true, 2, 3), make([]byte, 12))} {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) { tryBytes(t, b) })
}
