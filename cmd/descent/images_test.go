package main

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// imageFolder writes images with a bright square and masks of it, and a recipe.
func imageFolder(t *testing.T, recipe string) string {
	t.Helper()
	dir := t.TempDir()
	for i := range 12 {
		picture, mask := image.NewGray(image.Rect(0, 0, 20, 18)), image.NewGray(image.Rect(0, 0, 20, 18))
		for k := range picture.Pix {
			picture.Pix[k] = uint8(40 + (k*7+i*13)%30)
		}
		for y := range 5 {
			for x := range 5 {
				picture.SetGray(3+i+x-i/2, 4+i/2+y, color.Gray{Y: 200})
				mask.SetGray(3+i+x-i/2, 4+i/2+y, color.Gray{Y: 255})
			}
		}
		name := string(rune('a'+i)) + ".png"
		putPNG(t, filepath.Join(dir, "set", "images", name), picture)
		putPNG(t, filepath.Join(dir, "set", "masks", name), mask)
	}
	if recipe == "" {
		recipe = `data = images("set")`
	}
	recipe += "\ntrain(data, unet(base = 2, depth = 1), epochs = 2)\n"
	if err := os.WriteFile(filepath.Join(dir, "r.py"), []byte(recipe), 0o644); err != nil {
		t.Fatal(err)
	}
	return dir
}

func putPNG(t *testing.T, path string, m image.Image) {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	put(t, path, b.Bytes())
}

func put(t *testing.T, path string, b []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
}

// descent runs the command in a folder, and returns what it printed and its exit code.
func descentIn(t *testing.T, dir string, args ...string) (string, int) {
	t.Helper()
	p := exec.Command("descent", args...)
	p.Dir = dir
	out, err := p.CombinedOutput()
	if err != nil && p.ProcessState == nil {
		t.Fatal(err)
	}
	return string(out), p.ProcessState.ExitCode()
}

// bomb is a PNG of a hundred bytes that claims to be huge.
func bomb(side uint32) []byte {
	header := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32([]byte("IHDR"), side), side)
	header = append(header, 8, 0, 0, 0, 0)
	out := binary.BigEndian.AppendUint32([]byte("\x89PNG\r\n\x1a\n"), uint32(len(header)-4))
	out = append(out, header...)
	out = binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(header))
	return append(out, make([]byte, 60)...)
}

// TestBadImages: what cannot be trained on is refused by name, with a way out, and
// nothing is written; its nearest legal neighbour trains.
func TestBadImages(t *testing.T) {
	for _, tc := range []struct {
		name, recipe string
		spoil        func(t *testing.T, set string)
		says         []string // nil: it trains
	}{
		{"legal", "", func(*testing.T, string) {}, nil},
		{"a bomb", "", func(t *testing.T, set string) { put(t, set+"/images/a.png", bomb(60_000)) },
			[]string{"3.6 gigapixels"}},
		{"a truncated file", "", func(t *testing.T, set string) {
			b, err := os.ReadFile(set + "/images/a.png")
			if err != nil {
				t.Fatal(err)
			}
			put(t, set+"/images/a.png", b[:len(b)/2])
		}, []string{"a.png", "damaged before byte", "skip_bad = 1"}},
		{"a truncated file that may be left out", `data = images("set", skip_bad = 1)`, func(t *testing.T, set string) {
			put(t, set+"/images/a.png", []byte("\x89PNG\r\n\x1a\n"))
		}, nil},
		{"a mask of another size", "", func(t *testing.T, set string) {
			putPNG(t, set+"/masks/b.png", image.NewGray(image.Rect(0, 0, 20, 19)))
		}, []string{"b.png", "18x20", "19x20"}},
		{"a missing mask", "", func(t *testing.T, set string) { os.Remove(set + "/masks/c.png") },
			[]string{"c.png", "no file"}},
		{"soft edges in a mask", "", func(t *testing.T, set string) {
			m := image.NewGray(image.Rect(0, 0, 20, 18))
			m.Pix[5], m.Pix[6], m.Pix[7] = 255, 128, 63
			putPNG(t, set+"/masks/d.png", m)
		}, []string{"128", "63"}},
		{"an alpha channel", "", func(t *testing.T, set string) {
			m := image.NewNRGBA(image.Rect(0, 0, 20, 18))
			m.Pix[3] = 7
			putPNG(t, set+"/images/e.png", m)
		}, []string{"e.png", "alpha"}},
		{"other channels", "", func(t *testing.T, set string) {
			m := image.NewRGBA(image.Rect(0, 0, 20, 18))
			for i := range m.Pix {
				m.Pix[i] = 255
			}
			putPNG(t, set+"/images/f.png", m)
		}, []string{"f.png", "3 channels"}},
		{"no folder", `data = images("sett")`, func(*testing.T, string) {}, []string{`r.py:1:15: there is no file "sett" in the recipe's folder`, `fix: "set"`}},
		{"a folder outside", `data = images("../set")`, func(*testing.T, string) {}, []string{"outside the recipe's folder"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			dir := imageFolder(t, tc.recipe)
			tc.spoil(t, filepath.Join(dir, "set"))
			out, code := descentIn(t, dir, "train", "r.py", "-q")
			if tc.says == nil {
				if code != 0 {
					t.Fatalf("exit %d: %s", code, out)
				}
				return
			}
			if code != 1 {
				t.Errorf("exit %d: %s", code, out)
			}
			for _, text := range tc.says {
				if !strings.Contains(out, text) {
					t.Errorf("%q is not in\n%s", text, out)
				}
			}
			if _, err := os.Stat(filepath.Join(dir, "runs")); err == nil {
				t.Error("a run was begun")
			}
		})
	}
}

// TestPredictMasks: masks and overlays for all images or for none.
func TestPredictMasks(t *testing.T) {
	dir := imageFolder(t, "")
	if out, code := descentIn(t, dir, "train", "r.py", "-q"); code != 0 {
		t.Fatal(out)
	}
	if out, code := descentIn(t, dir, "predict", "runs/r-1", "set", "-o", "out"); code != 0 || !strings.Contains(out, "12 images") {
		t.Fatalf("exit %d: %s", code, out)
	}
	f, err := os.Open(filepath.Join(dir, "out", "masks", "a.png"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	mask, err := png.Decode(f)
	if err != nil || mask.Bounds().Dx() != 20 || mask.Bounds().Dy() != 18 {
		t.Fatalf("%v, %v", mask.Bounds(), err)
	}
	for _, p := range mask.(*image.Gray).Pix {
		if p != 0 && p != 255 {
			t.Fatalf("a mask holds %d", p)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "out", "overlays", "l.png")); err != nil {
		t.Error(err)
	}
	put(t, filepath.Join(dir, "set", "images", "m.png"), []byte("no image"))
	for _, tc := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"runs/r-1", "set", "-o", "out"}, 1, "the folder exists"},
		{[]string{"runs/r-1", "set"}, 2, "not to stdout"},
		{[]string{"runs/r-1", "set", "-o", "new"}, 1, "not an image"},
		{[]string{"runs/r-1", "nowhere.png", "-o", "new"}, 2, "nowhere.png"},
	} {
		out, code := descentIn(t, dir, append([]string{"predict"}, tc.args...)...)
		if code != tc.code || !strings.Contains(out, tc.says) {
			t.Errorf("%v: exit %d, %s", tc.args, code, out)
		}
		if _, err := os.Stat(filepath.Join(dir, "new")); err == nil {
			t.Errorf("%v: something was written", tc.args)
		}
	}
}

// TestTuneMasks: another threshold of pixels is chosen by images of the run, which need
// not be there any more, or by others; what the model knows is refused, and the page
// tells what was chosen before.
func TestTuneMasks(t *testing.T) {
	dir := imageFolder(t, "")
	if out, code := descentIn(t, dir, "train", "r.py", "-q"); code != 0 {
		t.Fatal(out)
	}
	if err := os.Rename(filepath.Join(dir, "set"), filepath.Join(dir, "others")); err != nil {
		t.Fatal(err)
	}
	out, code := descentIn(t, dir, "tune", "runs/r-1", "--precision-at-recall", "0.8")
	if code != 0 {
		t.Fatalf("exit %d: %s", code, out)
	}
	for _, text := range []string{"on 2 test images (", "of the pixels 255)", "recall >= 0.8", "pixels of valid", "before  threshold ", "iou_per_image ", "next    descent predict runs/r-1 images/ -o masks"} {
		if !strings.Contains(out, text) {
			t.Errorf("%q is not in\n%s", text, out)
		}
	}
	if out, code := descentIn(t, dir, "tune", "runs/r-1", "--fixed", "0.9", "-q"); code != 0 || out != "" {
		t.Fatalf("exit %d: %s", code, out)
	}
	page, err := os.ReadFile(filepath.Join(dir, "runs", "r-1", "report.html"))
	if err != nil || !bytes.Contains(page, []byte("Chosen before, and judged on the same test images")) || !bytes.Contains(page, []byte("They were drawn when the run ended, at threshold")) {
		t.Errorf("the page does not tell what was chosen before: %v", err)
	}
	out, code = descentIn(t, dir, "tune", "runs/r-1", "--data", "others")
	const refused = `others: 10 of 12 images took part in runs/r-1: a threshold is chosen on images that neither trained the model nor judge it [threshold-leak]
	trained it  8 images: `
	if code != 1 || !strings.HasPrefix(out, refused) || !strings.HasSuffix(out, `
	would       choose a threshold that looks better than it is on new images.
	fix: leave them out: descent tune runs/r-1 --data others --new-only
	fix: or choose on images that are new
`) {
		t.Errorf("exit %d: %s", code, out)
	}
	out, code = descentIn(t, dir, "tune", "runs/r-1", "--data", "others", "--new-only", "--cost", "5:1")
	if code != 0 || !strings.Contains(out, "pixels of others") || !strings.Contains(out, "10 images that trained this run or judge it were left out") {
		t.Errorf("exit %d: %s", code, out)
	}
}
