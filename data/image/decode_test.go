package image

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/descent-ml/descent/data/array"
	"github.com/descent-ml/descent/data/internal/mutate"
	"github.com/descent-ml/descent/data/npy"
)

// kinds returns the files of testdata/kinds by name.
func kinds(t testing.TB) map[string][]byte {
	t.Helper()
	paths, err := filepath.Glob("testdata/kinds/*")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]byte{}
	for _, p := range paths {
		b, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		all[filepath.Base(p)] = b
	}
	return all
}

// Every kind of file that is read gives the numbers that Pillow and tifffile read: JPEG to within 2 of 255, since decoders may
// round, the others exactly.
func TestKinds(t *testing.T) {
	all := kinds(t)
	read := 0
	for name, b := range all {
		want, err := npy.ReadFile("testdata/expected.npz", name)
		if err != nil {
			continue // refused: see below
		}
		read++
		p, orientation, bad := decode(slices.Clone(b), name)
		if bad != nil {
			t.Errorf("%s: %v", name, bad)
			continue
		}
		p = p.oriented(orientation)
		if shape := []int{p.h, p.w, p.c}; !slices.Equal(shape[:len(want.Shape)], want.Shape) {
			t.Errorf("%s: shape %v, want %v", name, shape, want.Shape)
			continue
		}
		if top := topOf(want.Kind); p.top != top {
			t.Errorf("%s: white is %d, want %d", name, p.top, top)
		}
		within := 0.0
		if filepath.Ext(name) == ".jpg" {
			within = 2
		}
		for i := range want.Len() {
			if d := p.at(i) - want.At(i); d > within || d < -within {
				t.Errorf("%s: number %d is %v, want %v", name, i, p.at(i), want.At(i))
				break
			}
		}
	}
	if read != 39 {
		t.Errorf("%d kinds read", read)
	}
}

func topOf(k array.Kind) int {
	return map[array.Kind]int{array.Bool: 1, array.Uint8: 255, array.Uint16: 65535}[k]
}

// The numbers of a mask are those that the file stores.
func TestNumbers(t *testing.T) {
	all := kinds(t)
	for name, want := range map[string]int{"grey1.png": 1, "grey2.png": 3, "grey4.png": 3, "palette.png": 3, "shortpalette.png": -1} {
		p, _, bad := decodeNumbers(all[name], name)
		if want < 0 {
			if bad == nil {
				t.Errorf("%s: read", name)
			}
			continue
		}
		if bad != nil || p.c != 1 || int(slices.Max(p.bytes)) != want {
			t.Errorf("%s: %+v, %v", name, p, bad)
			continue
		}
		for i, v := range p.bytes {
			if y, x := i/p.w, i%p.w; int(v) != (x+y)%(want+1) {
				t.Errorf("%s: pixel [%d %d] is %d", name, y, x, v)
			}
		}
	}
}

func TestScaled(t *testing.T) {
	for _, tc := range []struct {
		p    picture
		want []float32
	}{
		{picture{top: 255, bytes: []uint8{0, 51, 255}}, []float32{0, 0.2, 1}},
		{picture{top: 65535, words: []uint16{0, 13107, 65535}}, []float32{0, 0.2, 1}},
		{picture{floats: []float32{-3, 0.5}}, []float32{-3, 0.5}},
		{picture{top: 1, bytes: []uint8{0, 1}}, []float32{0, 1}},
	} {
		got := make([]float32, len(tc.want))
		if tc.p.scaled(got); !slices.Equal(got, tc.want) {
			t.Errorf("%v, want %v", got, tc.want)
		}
	}
}

func TestFileRefusals(t *testing.T) {
	all := kinds(t)
	swap := func(name, from, to string) []byte {
		return bytes.Replace(slices.Clone(all[name]), []byte(from), []byte(to), 1)
	}
	const alpha = ": it has an alpha channel [image-kind]\n\tfix: magick \"F\" -alpha off new.png"
	for _, tc := range []struct {
		name  string
		bytes []byte
		want  string
		legal string // the nearest kind that is read
	}{
		{"grey and alpha", all["greyalpha.png"], "F" + alpha, "grey8.png"},
		{"RGBA", all["rgba.png"], "F" + alpha, "rgb8.png"},
		{"transparent grey", all["transparent.png"], "F" + alpha, "grey8.png"},
		{"TIFF with alpha", all["rgba.tif"], "F" + alpha, "rgb8.tif"},
		{"CMYK JPEG", all["cmyk.jpg"], "F: its colours are CMYK, for printing [image-kind]\n\tfix: magick \"F\" -colorspace sRGB new.png", "rgb.jpg"},
		{"CMYK TIFF", all["cmyk.tif"], "F: its colours are CMYK, for printing [image-kind]\n\tfix: magick \"F\" -colorspace sRGB new.png", "rgb8.tif"},
		{"animation", all["animated.png"], "F: it holds several images [image-kind]\n\tfix: save each image as a file of its own", "grey8.png"},
		{"pages", all["pages.tif"], "F: it holds several images [image-kind]\n\tfix: save each image as a file of its own", "grey8.tif"},
		{"planes", all["planes.tif"], "F: its channels are stored one after the other (planar) [image-kind]\n\tfix: magick \"F\" new.png", "rgb8.tif"},
		{"fax", all["bits.tif"], "F: it is packed as fax machines do (CCITT), and readers differ in what is black [image-kind]\n\tfix: magick \"F\" new.png", "bits1.tif"},
		{"floats", all["float.tif"], "F: its samples are not unsigned whole numbers [image-kind]\n\tfix: save it as npy: numpy.save(file, tifffile.imread(file))", "grey16.tif"},
		{"colour beyond the palette", all["shortpalette.png"], "F: pixels of colour 3, and the palette has 3 [damaged-image]\n\tfix: copy or write the file again", "palette.png"},
		{"truncated PNG", all["rgb8.png"][:70], "F: truncated after 70 bytes [truncated]\n\tfix: copy or write the file again", "rgb8.png"},
		{"truncated PNG header", all["rgb8.png"][:20], "F: truncated after 20 bytes [truncated]\n\tfix: copy or write the file again", "rgb8.png"},
		{"truncated JPEG", all["rgb.jpg"][:len(all["rgb.jpg"])-2], fmt.Sprintf("F: truncated after %d bytes [truncated]\n\tfix: copy or write the file again", len(all["rgb.jpg"])-2), "rgb.jpg"},
		{"truncated TIFF", all["grey8.tif"][:100], "F: truncated after 100 bytes [truncated]\n\tfix: copy or write the file again", "grey8.tif"},
		{"wrong checksum", swap("grey8.png", "IEND", "IENE"), "F: damaged before byte 79 of 79: invalid checksum [damaged-image]\n\tfix: copy or write the file again", "grey8.png"},
		{"text", []byte("<html>"), "F: not an image that is read [not-image]\n\tfound     starts with 3c 68 74 6d 6c 3e\n\tread are  PNG, JPEG, TIFF and npy", "grey8.png"},
		{"empty", nil, "F: not an image that is read [not-image]\n\tfound     starts with \n\tread are  PNG, JPEG, TIFF and npy", "grey8.png"},
		{"a row of numbers", row(t), "F: an array of shape [35] is no image [image-shape]\n\texpected  [height width] or [height width channels]", "grey8.npy"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, _, bad := decode(slices.Clone(tc.bytes), "F")
			if bad == nil {
				t.Fatal("read")
			}
			if diff := cmp.Diff(tc.want, bad.Error()); diff != "" {
				t.Errorf("message (-want +got):\n%s", diff)
			}
			if _, _, bad := decode(slices.Clone(all[tc.legal]), "F"); bad != nil {
				t.Errorf("the legal neighbour is refused: %v", bad)
			}
		})
	}
}

// row is an npy file of one axis.
func row(t *testing.T) []byte {
	b := bytes.Replace(kinds(t)["grey8.npy"], []byte("(5, 7), "), []byte("(35,),  "), 1)
	return b
}

// A PNG of a hundred bytes that claims gigapixels is refused from its header, and memory is as before.
func TestClaims(t *testing.T) {
	for _, tc := range []struct {
		h, w uint32
		want string
	}{
		{60000, 60000, "F: 60,000 x 60,000 pixels: 3.6 gigapixels, above the limit of 64 megapixels and 65,535 a side [image-limit]\n\tfix: cut it into tiles"},
		{8000, 8001, "F: 8,000 x 8,001 pixels: 64.0 megapixels, above the limit of 64 megapixels and 65,535 a side [image-limit]\n\tfix: cut it into tiles"},
		{1, 65536, "F: 1 x 65,536 pixels: 65,536 pixels, above the limit of 64 megapixels and 65,535 a side [image-limit]\n\tfix: cut it into tiles"},
	} {
		b := claim(tc.h, tc.w)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, _, bad := decode(b, "F")
		runtime.ReadMemStats(&after)
		if bad == nil {
			t.Fatal("read")
		}
		if diff := cmp.Diff(tc.want, bad.Error()); diff != "" {
			t.Error(diff)
		}
		if used := after.TotalAlloc - before.TotalAlloc; used > 1<<20 {
			t.Errorf("%d bytes allocated", used)
		}
	}
}

// mutations is how many damaged files are tried: go test . -args -mutations 10000.
var mutations = flag.Int("mutations", 2000, "damaged files to try")

// Damaged files are refused or read, within time and memory; nothing panics, and PNG's checksums find what changes a pixel.
func TestMutations(t *testing.T) {
	all := kinds(t)
	var names []string
	for name := range all {
		names = append(names, name)
	}
	slices.Sort(names)
	for n := range *mutations {
		name := names[n%len(names)]
		b := mutate.Bytes(all[name], n)
		p := tryBytes(t, b, n%2 == 0)
		if p == nil || filepath.Ext(name) != ".png" {
			continue
		}
		if whole, _, bad := decodeAs(all[name], name, n%2 == 0); bad == nil && cmp.Diff(whole, p, cmp.AllowUnexported(picture{})) != "" {
			t.Errorf("mutation %d of %s changed the picture silently", n, name)
		}
	}
}

func tryBytes(t *testing.T, b []byte, numbers bool) *picture {
	defer func() {
		if r := recover(); r != nil {
			t.Fatalf("panic %v on %q", r, b)
		}
	}()
	start := time.Now()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	p, orientation, bad := decodeAs(slices.Clone(b), "F", numbers)
	runtime.ReadMemStats(&after)
	if took := time.Since(start); took > 2*time.Second {
		t.Errorf("%v for %q", took, b)
	}
	const most = 64<<20 + 4*64_000_000*6 // 64 MiB and four times the pixels allowed, of three channels of 16 bits
	if used := after.TotalAlloc - before.TotalAlloc; used > most {
		t.Errorf("%d bytes allocated for %q", used, b)
	}
	if (p == nil) == (bad == nil) {
		t.Fatalf("picture %v and problem %v", p, bad)
	}
	if p == nil {
		return nil
	}
	if n := max(len(p.bytes), len(p.words), len(p.floats)); n != p.h*p.w*p.c {
		t.Fatalf("%d numbers for %dx%dx%d", n, p.h, p.w, p.c)
	}
	if len(p.floats)+len(p.bytes)+len(p.words) < 1<<20 {
		p.oriented(orientation)
	}
	return p
}

func FuzzDecode(f *testing.F) {
	for _, b := range kinds(f) {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if h, bad := readHeader(b, "F"); bad == nil && h.h*h.w > 1<<22 {
			t.Skip("slow rather than wrong")
		}
		tryBytes(t, b, len(b)%2 == 0)
	})
}
