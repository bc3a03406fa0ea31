package image

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	stdimage "image"
	"image/color"
	"image/png"
	"testing"
	"testing/fstest"
)

// claim returns a PNG that says how large it is and has no pixels.
func claim(h, w uint32) []byte {
	b := []byte("\x89PNG\r\n\x1a\n")
	body := binary.BigEndian.AppendUint32(nil, w)
	body = append(binary.BigEndian.AppendUint32(body, h), 8, 2, 0, 0, 0)
	for _, c := range []struct {
		kind string
		body []byte
	}{{"IHDR", body}, {"IDAT", []byte{0x78, 0x9c, 3, 0, 0, 0, 0, 1}}, {"IEND", nil}} {
		b = binary.BigEndian.AppendUint32(b, uint32(len(c.body)))
		whole := append([]byte(c.kind), c.body...)
		b = append(b, whole...)
		b = binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(whole))
	}
	return b
}

// grey returns a PNG of 8 bits.
func grey(t testing.TB, h, w int, at func(y, x int) uint8) []byte {
	t.Helper()
	img := stdimage.NewGray(stdimage.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.SetGray(x, y, color.Gray{Y: at(y, x)})
		}
	}
	return encode(t, img)
}

// colour returns a PNG of 3 channels of 8 bits.
func colour(t testing.TB, h, w int) []byte {
	t.Helper()
	img := stdimage.NewRGBA(stdimage.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.SetRGBA(x, y, color.RGBA{uint8(x), uint8(y), 9, 255})
		}
	}
	return encode(t, img)
}

func encode(t testing.TB, img stdimage.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// slope is an image that differs with its number, and mask with a square of white.
func slope(n int) func(y, x int) uint8 { return func(y, x int) uint8 { return uint8(17*n + 3*y + x) } }

func square(y, x int) uint8 {
	if y < 2 && x < 3 {
		return 255
	}
	return 0
}

func blank(int, int) uint8 { return 0 }

// folder is a folder in memory.
type folder struct {
	testing.TB
	fstest.MapFS
}

func newFolder(t testing.TB) *folder { return &folder{t, fstest.MapFS{}} }

func (f *folder) add(name string, b []byte) *folder {
	f.MapFS[name] = &fstest.MapFile{Data: b, Mode: 0o644}
	return f
}

// pair adds an image and its mask, of one size, to a root.
func (f *folder) pair(root, name string, n int, mask func(y, x int) uint8) *folder {
	f.add(root+"images/"+name+".png", grey(f, 8, 10, slope(n)))
	return f.add(root+"masks/"+name+".png", grey(f, 8, 10, mask))
}
