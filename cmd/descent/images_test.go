package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// imageFolder writes images with a bright square and masks of it, and a recipe.
func imageFolder(t *testing.T, recipe string) string {
	t.Helper()
	dir := t.TempDir()
	if err := writeImages(filepath.Join(dir, "set"), "grey"); err != nil {
		t.Fatal(err)
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

// writeImages writes a dozen images of 18x20 with a bright square and masks of it: grey
// ones, of 16 bits, of palettes, or with palettes for masks.
func writeImages(dir, kind string) error {
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
		var seen, classes image.Image = picture, mask
		switch kind {
		case "grey":
		case "16-bit":
			wide := image.NewGray16(picture.Rect)
			for k, v := range picture.Pix {
				wide.SetGray16(k%20, k/20, color.Gray16{Y: 256*uint16(v) + 5})
			}
			seen = wide
		case "palette":
			seen = paletted(picture, func(v uint8) color.Color { return color.RGBA{v, 255 - v, 7, 255} })
		case "palette-masks":
			indices := paletted(mask, func(uint8) color.Color { return color.RGBA{200, 0, 0, 255} })
			for k, v := range mask.Pix {
				indices.Pix[k] = v / 255
			}
			classes = indices
		default:
			return fmt.Errorf("no kind %q", kind)
		}
		name := string(rune('a'+i)) + ".png"
		if err := writePNG(filepath.Join(dir, "images", name), seen); err != nil {
			return err
		}
		if err := writePNG(filepath.Join(dir, "masks", name), classes); err != nil {
			return err
		}
	}
	return nil
}

// paletted stores a grey image as indices of colours.
func paletted(m *image.Gray, colour func(v uint8) color.Color) *image.Paletted {
	out := image.NewPaletted(m.Rect, nil)
	for v := range 256 {
		out.Palette = append(out.Palette, colour(uint8(v)))
	}
	copy(out.Pix, m.Pix)
	return out
}

func writePNG(path string, m image.Image) error {
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, b.Bytes(), 0o644)
}

// imageSet is the script command: imageset FOLDER KIND.
func imageSet(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: imageset FOLDER KIND")
	}
	ts.Check(os.RemoveAll(ts.MkAbs(args[0])))
	ts.Check(writeImages(ts.MkAbs(args[0]), args[1]))
}

// picture is the script command: picture FILE HEIGHT WIDTH [VALUE...]. It writes a grey
// image whose first pixels have the values.
func picture(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: picture FILE HEIGHT WIDTH [VALUE...]")
	}
	var numbers []int
	for _, text := range args[1:] {
		n, err := strconv.Atoi(text)
		ts.Check(err)
		numbers = append(numbers, n)
	}
	m := image.NewGray(image.Rect(0, 0, numbers[1], numbers[0]))
	for i, v := range numbers[2:] {
		m.Pix[i] = uint8(v)
	}
	ts.Check(writePNG(ts.MkAbs(args[0]), m))
}

// spoil is the script command: spoil FILE bomb|crc|KEEP. It makes the file claim to be
// huge, changes its last checksum, or keeps so many of its bytes.
func spoil(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: spoil FILE bomb|crc|KEEP")
	}
	path := ts.MkAbs(args[0])
	b, err := os.ReadFile(path)
	ts.Check(err)
	switch args[1] {
	case "bomb":
		b = bomb(60_000)
	case "crc":
		b[len(b)-1] ^= 1
	default:
		n, err := strconv.Atoi(args[1])
		ts.Check(err)
		b = b[:n]
	}
	ts.Check(os.WriteFile(path, b, 0o644))
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
	for _, text := range []string{"12 images with masks of 2 classes.", ">iou by epoch"} {
		if !bytes.Contains(page, []byte(text)) {
			t.Errorf("%q is not in the page", text)
		}
	}
	for _, table := range regexp.MustCompile(`(?s)<table.*?</table>`).FindAllString(string(page), -1) {
		lines := regexp.MustCompile(`<tr[^>]*>`).Split(table, -1)
		for _, line := range lines[1:] {
			if cells := regexp.MustCompile(`<t[hd][ >]`); len(cells.FindAllString(line, -1)) != len(cells.FindAllString(lines[1], -1)) {
				t.Errorf("a line with other cells than its head:\n%s\n%s", lines[1], line)
			}
		}
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
