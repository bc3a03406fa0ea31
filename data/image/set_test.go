package image

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/descent-ml/descent/data"
)

func (f *folder) open(o Options) (*Set, error) {
	f.Helper()
	return OpenFS(context.Background(), fstestRoot{f.MapFS}, "specks", o)
}

// fstestRoot puts a folder in memory below specks/.
type fstestRoot struct{ fs fs.FS }

func (r fstestRoot) Open(name string) (fs.File, error) {
	below, ok := strings.CutPrefix(name, "specks")
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return r.fs.Open(or(strings.TrimPrefix(below, "/"), "."))
}

// names lists the samples of a part.
func names(p *Part) (all []string) {
	if p == nil {
		return nil
	}
	for _, it := range p.Items {
		all = append(all, it.Image)
	}
	return all
}

// many returns a folder of n images with masks, each third of them empty.
func many(t testing.TB, n int) *folder {
	f := newFolder(t)
	for i := range n {
		mask := square
		if i%3 == 0 {
			mask = blank
		}
		f.pair("", fmt.Sprintf("%04d", i), i, mask)
	}
	return f
}

func TestOpen(t *testing.T) {
	s, err := many(t, 20).open(Options{})
	if err != nil {
		t.Fatal(err)
	}
	if s.Images != 20 || s.C != 1 || !slices.Equal(s.Classes, []int{0, 255}) || s.Weighted || s.Tune != nil {
		t.Errorf("%+v", s)
	}
	var all []string
	for _, p := range s.Parts() {
		all = append(all, names(p)...)
	}
	slices.Sort(all)
	if len(slices.Compact(all)) != 20 {
		t.Errorf("parts overlap or lack images: %v", all)
	}
	if n := []int{s.Train.Len(), s.Valid.Len(), s.Test.Len()}; !slices.Equal(n, []int{14, 3, 3}) {
		t.Errorf("%v samples", n)
	}
	if want := "train: 14 images of 8x10x1"; s.Train.String() != want {
		t.Errorf("%s, want %s", s.Train, want)
	}
	if want := (data.Note{Code: "mask-values", Text: "masks hold 0 and 255: 255 is class 1"}); len(s.Notes) != 1 || s.Notes[0] != want {
		t.Errorf("notes %v", s.Notes)
	}
	it := s.Train.Items[0]
	sample, err := s.Train.Sample(0)
	if err != nil {
		t.Fatal(err)
	}
	n := it.Row - 1
	for y := range 8 {
		for x := range 10 {
			i := y*10 + x
			if want := float32(float64(slope(n)(y, x)) / 255); sample.Pix[i] != want {
				t.Fatalf("pixel [%d %d] is %v, want %v", y, x, sample.Pix[i], want)
			}
			if want := float32(square(y, x) / 255); n%3 != 0 && sample.Mask[i] != want {
				t.Fatalf("mask [%d %d] is %v, want %v", y, x, sample.Mask[i], want)
			}
		}
	}
	if sample.Weight != nil || sample.H != 8 || sample.W != 10 || sample.C != 1 {
		t.Errorf("%+v", sample)
	}
}

// The order of parts and the fingerprint depend on the files alone.
func TestOpenIsDetermined(t *testing.T) {
	f := many(t, 30)
	a, err := f.open(Options{})
	if err != nil {
		t.Fatal(err)
	}
	b, err := f.open(Options{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(a.Train.Items, b.Train.Items, cmp.AllowUnexported(Item{}, hashes{}, moments{})); diff != "" || a.Fingerprint != b.Fingerprint {
		t.Error(diff)
	}
	c, err := f.open(Options{Split: data.Split{Seed: 1}})
	if err != nil || slices.Equal(names(a.Train), names(c.Train)) {
		t.Errorf("another seed gives the same parts, or %v", err)
	}
	f.pair("", "0003", 99, blank)
	d, err := f.open(Options{})
	if err != nil || d.Fingerprint.SHA256 == a.Fingerprint.SHA256 || d.Fingerprint.Types != a.Fingerprint.Types {
		t.Errorf("fingerprints %+v and %+v, %v", a.Fingerprint, d.Fingerprint, err)
	}
}

func TestLayouts(t *testing.T) {
	img := func(n int) []byte { return grey(t, 8, 10, slope(n)) }
	mask := grey(t, 8, 10, square)
	weight := grey(t, 8, 10, slope(3))
	for _, tc := range []struct {
		name  string
		f     func(f *folder)
		o     Options
		want  map[string][]string
		notes string
	}{
		{"one file of each", func(f *folder) {
			f.add("images/a.jpg", kinds(t)["grey.jpg"]).add("masks/a.png", grey(t, 40, 56, square)).add("images/.DS_Store", nil).add("images/read.me", nil)
		}, Options{Split: data.Split{Train: 1}}, map[string][]string{"train": {"images/a.jpg"}}, "not-images mask-values"},
		{"masks beside images", func(f *folder) {
			f.add("a.png", img(1)).add("a-mask.png", mask).add("b.png", img(2)).add("b-mask.png", mask)
		}, Options{Image: "*.png", Mask: "*-mask.png", Split: data.Split{Train: 1}}, map[string][]string{"train": {"a.png", "b.png"}}, "mask-values"},
		{"weights", func(f *folder) { f.pair("", "a", 1, square).add("weights/a.png", weight) }, Options{Split: data.Split{Train: 1}},
			map[string][]string{"train": {"images/a.png"}}, "weights-found mask-values weights"},
		{"parts", func(f *folder) {
			f.pair("train/", "a", 1, square).pair("valid/", "b", 2, square).pair("test/", "c", 3, square)
		}, Options{}, map[string][]string{"train": {"train/images/a.png"}, "valid": {"valid/images/b.png"}, "test": {"test/images/c.png"}}, "mask-values"},
		{"parts without valid", func(f *folder) {
			for i := range 20 {
				f.pair("train/", fmt.Sprint("a", i), i, square)
			}
			f.pair("test/", "c", 30, square)
		}, Options{}, nil, "mask-values"},
		{"a copy in two parts", func(f *folder) { f.pair("train/", "a", 1, square).pair("valid/", "b", 1, square) }, Options{},
			map[string][]string{"train": {"train/images/a.png"}, "valid": {"valid/images/b.png"}}, "mask-values equal-images"},
		{"nnU-Net", func(f *folder) {
			f.add("imagesTr/case_001_0000.png", img(1)).add("labelsTr/case_001.png", mask).add("imagesTs/case_002_0000.png", img(2)).add("dataset.json", nil)
		}, Options{Split: data.Split{Train: 1}}, map[string][]string{"train": {"imagesTr/case_001_0000.png"}}, "no-labels mask-values"},
		{"nnU-Net with labels to test by", func(f *folder) {
			f.add("imagesTr/a_0000.png", img(1)).add("labelsTr/a.png", mask).add("imagesTr/b_0000.png", img(2)).add("labelsTr/b.png", mask)
			f.add("imagesTs/c_0000.png", img(3)).add("labelsTs/c.png", mask)
		}, Options{Split: data.Split{Train: 1}}, map[string][]string{"train": {"imagesTr/a_0000.png", "imagesTr/b_0000.png"}, "test": {"imagesTs/c_0000.png"}}, "mask-values"},
		{"images alone", func(f *folder) { f.add("a.png", img(1)).add("b.png", img(2)) }, Options{Image: "*", NoMask: true, Split: data.Split{Train: 1}},
			map[string][]string{"train": {"a.png", "b.png"}}, ""},
		{"a mask without an image", func(f *folder) { f.pair("", "a", 1, square).add("masks/z.png", mask) }, Options{Split: data.Split{Train: 1}},
			map[string][]string{"train": {"images/a.png"}}, "mask-alone mask-values"},
		{"strips", func(f *folder) { f.pair("", "a", 1, square) }, Options{Strips: &Strips{Train: 0.4, Valid: 0.1, Test: 0.5}},
			map[string][]string{"train": {"images/a.png"}, "valid": {"images/a.png"}, "test": {"images/a.png"}}, "mask-values"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f := newFolder(t)
			tc.f(f)
			s, err := f.open(tc.o)
			if err != nil {
				t.Fatal(err)
			}
			var codes []string
			for _, n := range s.Notes {
				codes = append(codes, n.Code)
			}
			if got := strings.Join(codes, " "); got != tc.notes {
				t.Errorf("notes %q, want %q", got, tc.notes)
			}
			if tc.want == nil { // parts without valid: 0.70 to 0.15 of the 20
				if s.Train.Len() != 16 || s.Valid.Len() != 4 || s.Test.Len() != 1 {
					t.Errorf("%d, %d and %d images", s.Train.Len(), s.Valid.Len(), s.Test.Len())
				}
				return
			}
			got := map[string][]string{}
			for _, p := range s.Parts() {
				got[p.Name] = names(p)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
			for _, p := range s.Parts() {
				for i := range p.Len() {
					if _, err := p.Sample(i); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
}

// Strips of an image do not overlap and leave nothing out, and the weights of one know nothing of its neighbours.
func TestStrips(t *testing.T) {
	f := newFolder(t).pair("", "a", 1, func(y, x int) uint8 {
		if x == 3 || x == 5 { // two lines, on both sides of the cut at 4
			return 255
		}
		return 0
	})
	s, err := f.open(Options{Strips: &Strips{Train: 0.4, Valid: 0.1, Test: 0.5}, Border: &BorderWeight{}})
	if err != nil {
		t.Fatal(err)
	}
	from := 0
	for k, p := range s.Parts() {
		it := p.Items[0]
		sample, err := p.Sample(0)
		if err != nil {
			t.Fatal(err)
		}
		if it.From != from || it.W != []int{4, 1, 5}[k] || sample.W != it.W || it.Row != 1 {
			t.Errorf("%s: %+v", p.Name, it)
		}
		for y := range sample.H {
			for x := range sample.W {
				if want := float32(float64(slope(1)(y, from+x)) / 255); sample.Pix[y*sample.W+x] != want {
					t.Errorf("%s: pixel [%d %d] is %v, want %v", p.Name, y, x, sample.Pix[y*sample.W+x], want)
				}
			}
		}
		if slices.Max(sample.Weight) != 1 {
			t.Errorf("%s: weight %v of one line alone", p.Name, slices.Max(sample.Weight))
		}
		if want := []int64{int64(8 * (it.W - []int{1, 0, 1}[k])), int64(8 * []int{1, 0, 1}[k])}; !slices.Equal(it.Counts, want) {
			t.Errorf("%s: counts %v, want %v", p.Name, it.Counts, want)
		}
		from += it.W
	}
	if from != 10 {
		t.Errorf("strips end at %d", from)
	}
}

func TestSkipBad(t *testing.T) {
	f := many(t, 20).add("images/0003.png", []byte("x")).add("masks/0007.png", grey(t, 8, 9, square))
	s, err := f.open(Options{SkipBad: 2})
	if err != nil {
		t.Fatal(err)
	}
	want := []Skipped{{"images/0003.png", "not an image that is read"}, {"images/0007.png", "8x10, its mask 8x9"}}
	if diff := cmp.Diff(want, s.Skipped); diff != "" || s.Images != 18 {
		t.Errorf("%s", diff)
	}
}

// A file that is another than when the set was opened is refused.
func TestChanged(t *testing.T) {
	f := many(t, 10)
	s, err := f.open(Options{Cache: -1})
	if err != nil {
		t.Fatal(err)
	}
	it := s.Train.Items[2]
	f.add(it.Mask, grey(t, 8, 10, func(y, x int) uint8 { return 255 }))
	_, err = s.Train.Sample(2)
	want := "specks/" + it.Mask + ": the file changed since training began [data-changed]\n\twould  have trained on two versions of the data.\n\tfix: train when nothing writes to the folder, or on a copy"
	if err == nil || err.Error() != want {
		t.Errorf("got %v\nwant %s", err, want)
	}
	delete(f.MapFS, it.Mask)
	if _, err = s.Train.Sample(2); err == nil {
		t.Error("a sample without its mask")
	}
}

// Images that EXIF turns are turned with their masks, or refused if that cannot be known.
func TestOrientation(t *testing.T) {
	all := kinds(t)
	stored := grey(t, 40, 56, square)
	turnedMask := func() []byte { // as the image is seen
		return grey(t, 56, 40, func(y, x int) uint8 { return square(39-x, y) })
	}()
	f := newFolder(t).add("images/a.jpg", all["turned6.jpg"]).add("masks/a.png", stored)
	s, err := f.open(Options{Split: data.Split{Train: 1}})
	if err != nil {
		t.Fatal(err)
	}
	if n := s.Notes[len(s.Notes)-1]; n.String() != "1 image turned as EXIF says, masks alike, since they do not say [exif-orientation]" {
		t.Errorf("note %v", n)
	}
	sample, err := s.Train.Sample(0)
	if err != nil || sample.H != 56 || sample.W != 40 {
		t.Fatalf("%v, %v", sample, err)
	}
	for i := range sample.Mask {
		if want := float32(square(39-i%40, i/40) / 255); sample.Mask[i] != want {
			t.Fatalf("mask [%d %d] is %v, want %v", i/40, i%40, sample.Mask[i], want)
		}
	}
	f.add("masks/a.png", turnedMask)
	_, err = f.open(Options{Split: data.Split{Train: 1}})
	want := "specks: 1 of 1 image has no usable mask [mask-pair]\n\timages/a.jpg  40x56 and to be turned by EXIF as 6, its mask 56x40: turn the pixels themselves with magick mogrify -auto-orient\n\tTraining does not start.\n\tfix: repair it"
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestNoFolder(t *testing.T) {
	if _, err := Open(context.Background(), filepath.Join(t.TempDir(), "none"), Options{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error %v", err)
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(context.Background(), file, Options{}); err == nil || !strings.Contains(err.Error(), "not a folder that can be read") {
		t.Errorf("error %v", err)
	}
	// A link that leaves the root is not followed.
	dir := t.TempDir()
	for _, d := range []string{"in/images", "in/masks"} {
		if err := os.MkdirAll(filepath.Join(dir, d), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"in/masks/a.png", "secret.png"} {
		if err := os.WriteFile(filepath.Join(dir, name), grey(t, 8, 10, square), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("../../secret.png", filepath.Join(dir, "in/images/a.png")); err != nil {
		t.Fatal(err)
	}
	root, err := os.OpenRoot(filepath.Join(dir, "in"))
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	if _, err := OpenFS(context.Background(), root.FS(), ".", Options{Split: data.Split{Train: 1}}); err == nil || !strings.Contains(err.Error(), "escapes") {
		t.Errorf("error %v", err)
	}
	if _, err := Open(context.Background(), filepath.Join(dir, "in"), Options{Split: data.Split{Train: 1}}); err != nil {
		t.Errorf("a link of one's own: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Open(ctx, filepath.Join(dir, "in"), Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

// Moments and counts are those of all pixels of a part.
func TestStatistics(t *testing.T) {
	s, err := many(t, 20).open(Options{})
	if err != nil {
		t.Fatal(err)
	}
	var sum, squares, n float64
	var counts [2]int64
	for i := range s.Train.Len() {
		sample, err := s.Train.Sample(i)
		if err != nil {
			t.Fatal(err)
		}
		for k, v := range sample.Pix {
			sum, squares, n = sum+float64(v), squares+float64(v)*float64(v), n+1
			counts[int(sample.Mask[k])]++
		}
	}
	mean, std := s.Train.Moments()
	wantMean := sum / n
	if d := mean[0] - wantMean; d > 1e-7 || d < -1e-7 || len(mean) != 1 {
		t.Errorf("mean %v, want %v", mean, wantMean)
	}
	if d := std[0]*std[0] - (squares/n - wantMean*wantMean); d > 1e-7 || d < -1e-7 {
		t.Errorf("std %v", std)
	}
	if !slices.Equal(s.Train.Counts(), counts[:]) {
		t.Errorf("counts %v, want %v", s.Train.Counts(), counts)
	}
}

// 16 bits stay 16 bits, colours stay three channels, and npy images mean themselves.
func TestDepths(t *testing.T) {
	all := kinds(t)
	f := newFolder(t).add("images/a.png", all["grey16.png"]).add("masks/a.npy", all["bool.npy"])
	s, err := f.open(Options{Split: data.Split{Train: 1}})
	if err != nil {
		t.Fatal(err)
	}
	sample, err := s.Train.Sample(0)
	if err != nil || sample.Pix[1] != float32(1241.0/65535) || sample.Mask[1] != 1 || !slices.Equal(s.Classes, []int{0, 1}) {
		t.Errorf("%v, %v", sample, err)
	}
	f = newFolder(t).add("images/a.npy", bytes.Clone(all["float.npy"]))
	s, err = f.open(Options{NoMask: true, Split: data.Split{Train: 1}})
	if err != nil {
		t.Fatal(err)
	}
	sample, err = s.Train.Sample(0)
	if err != nil || sample.Pix[1] != float32(5)/3 || sample.Mask != nil {
		t.Errorf("%v, %v", sample, err)
	}
}
