package image

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	stdimage "image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"slices"
	"strings"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/data/array"
	"github.com/descent-ml/descent/data/internal/words"
	"github.com/descent-ml/descent/data/npy"
)

// decode reads an image: a palette gives its colours. The orientation of EXIF is returned, not applied.
func decode(b []byte, file string) (*picture, int, *data.Problem) { return decodeAs(b, file, false) }

// decodeNumbers reads a mask or a map of weights: a palette gives its indices, and samples of 1, 2 or 4 bits are not stretched.
func decodeNumbers(b []byte, file string) (*picture, int, *data.Problem) {
	return decodeAs(b, file, true)
}

func decodeAs(b []byte, file string, numbers bool) (p *picture, orientation int, bad *data.Problem) {
	if formatOf(b) == isNPY {
		p, bad = fromArray(b, file)
		return p, 0, bad
	}
	h, bad := readHeader(b, file)
	if bad != nil {
		return nil, 0, bad
	}
	r := bytes.NewReader(b)
	img, err := pixels(b, r)
	if err != nil {
		return nil, 0, damaged(file, b, len(b)-r.Len(), err)
	}
	p = &picture{h: h.h, w: h.w, c: 1, top: 255}
	if numbers && h.depth > 0 && h.depth < 8 {
		p.top = 1<<h.depth - 1
	}
	switch img := img.(type) {
	case *stdimage.Gray:
		p.bytes = rows(img.Pix, img.Stride, p.w, p.h)
		for i := range p.bytes {
			p.bytes[i] /= uint8(255 / p.top) // what the decoder multiplied by
		}
	case *stdimage.Gray16:
		p.top, p.words = 65535, bigEndian(rows(img.Pix, img.Stride, 2*p.w, p.h))
	case *stdimage.Paletted:
		p.bytes = rows(img.Pix, img.Stride, p.w, p.h)
		if most := int(slices.Max(p.bytes)); h.colours > 0 && most >= h.colours { // the decoder would make it black
			return nil, 0, &data.Problem{File: file, What: fmt.Sprintf("pixels of colour %d, and the palette has %d", most, h.colours), Code: "damaged-image", Fixes: []string{"copy or write the file again"}}
		}
		if !numbers {
			p = coloured(p, img.Palette)
		}
	case *stdimage.RGBA:
		p.c, p.bytes = 3, opaque(rows(img.Pix, img.Stride, 4*p.w, p.h))
	case *stdimage.RGBA64:
		p.c, p.top, p.words = 3, 65535, opaque(bigEndian(rows(img.Pix, img.Stride, 8*p.w, p.h)))
	case *stdimage.YCbCr:
		p.c, p.bytes = 3, fromYCbCr(img)
	default: // no header that passed gives another
		return nil, 0, &data.Problem{File: file, What: fmt.Sprintf("colours of kind %T are not read", img), Code: "image-kind", Fixes: []string{magick(file, "-colorspace sRGB -alpha off")}}
	}
	return p, h.orientation, nil
}

// pixels decodes b, which r reads. The decoders are not ours: should one panic, the file is bad.
func pixels(b []byte, r *bytes.Reader) (img stdimage.Image, err error) {
	defer func() {
		if p := recover(); p != nil {
			img, err = nil, fmt.Errorf("the decoder fails: %v", p)
		}
	}()
	switch formatOf(b) {
	case isPNG:
		return png.Decode(r)
	case isJPEG:
		return jpeg.Decode(r)
	}
	img, _, err = stdimage.Decode(r)
	return img, registered(err)
}

// registered says what a program lacks that reads no TIFF.
func registered(err error) error {
	if errors.Is(err, stdimage.ErrFormat) {
		return errors.New("TIFF is read by programs that import golang.org/x/image/tiff")
	}
	return err
}

// damaged refuses a file whose decoder failed when it had read so many bytes.
func damaged(file string, b []byte, read int, err error) *data.Problem {
	p := &data.Problem{File: file, Code: "damaged-image", Fixes: []string{"copy or write the file again"}}
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return &data.Problem{File: file, What: fmt.Sprintf("truncated after %s bytes", words.Count(len(b))), Code: "truncated", Fixes: p.Fixes}
	}
	why := err.Error()
	for _, prefix := range []string{"png: ", "tiff: ", "invalid format: ", "invalid JPEG format: ", "unsupported JPEG feature: ", "unsupported feature: "} {
		why = strings.TrimPrefix(why, prefix)
	}
	at := fmt.Sprintf("before byte %s of %s", words.Count(read), words.Count(len(b)))
	if formatOf(b) == isTIFF { // read in the order of its directory, not of its bytes
		at = fmt.Sprintf("in its %s bytes", words.Count(len(b)))
	}
	p.What = fmt.Sprintf("damaged %s: %s", at, why)
	return p
}

// rows joins the rows of an image, each of n bytes.
func rows(pix []uint8, stride, n, h int) []uint8 {
	out := make([]uint8, 0, n*h)
	for y := range h {
		out = append(out, pix[y*stride:y*stride+n]...)
	}
	return out
}

func bigEndian(b []uint8) []uint16 {
	out := make([]uint16, len(b)/2)
	for i := range out {
		out[i] = binary.BigEndian.Uint16(b[2*i:])
	}
	return out
}

// opaque drops every fourth number, an alpha that says nothing.
func opaque[T any](x []T) []T {
	out := make([]T, 0, len(x)/4*3)
	for i := 0; i < len(x); i += 4 {
		out = append(out, x[i:i+3]...)
	}
	return out
}

func fromYCbCr(img *stdimage.YCbCr) []uint8 {
	b := img.Bounds()
	out := make([]uint8, 0, 3*b.Dx()*b.Dy())
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			luma, chroma := img.YOffset(x, y), img.COffset(x, y)
			red, green, blue := color.YCbCrToRGB(img.Y[luma], img.Cb[chroma], img.Cr[chroma])
			out = append(out, red, green, blue)
		}
	}
	return out
}

// coloured returns the colours of indices: one channel if every colour of the palette is a grey, else three; 16 bits if any needs them.
func coloured(p *picture, palette color.Palette) *picture {
	entries := make([][]uint16, len(palette))
	grey, wide := true, false
	for i, c := range palette {
		r, g, b, _ := c.RGBA()
		entries[i] = []uint16{uint16(r), uint16(g), uint16(b)}
		grey = grey && r == g && g == b
		wide = wide || r%257 != 0 || g%257 != 0 || b%257 != 0 // an 8-bit v is v*257 in 16 bits
	}
	q := &picture{h: p.h, w: p.w, c: 3, top: 65535}
	if grey {
		q.c = 1
	}
	q.words = make([]uint16, 0, len(p.bytes)*q.c)
	for _, index := range p.bytes {
		q.words = append(q.words, entries[index][:q.c]...)
	}
	if wide {
		return q
	}
	q.top, q.bytes = 255, make([]uint8, len(q.words))
	for i, v := range q.words {
		q.bytes[i] = uint8(v / 257)
	}
	q.words = nil
	return q
}

// fromArray reads an image, a mask or weights from an array [h w] or [h w c]. Unsigned numbers of 8 and 16 bits are as in other
// images; others mean themselves. It takes b over.
func fromArray(b []byte, file string) (*picture, *data.Problem) {
	a, err := npy.Decode(b, file, "")
	if err != nil {
		return nil, asProblem(err, file)
	}
	p := &picture{c: 1}
	switch len(a.Shape) {
	case 3:
		p.c = a.Shape[2]
		fallthrough
	case 2:
		p.h, p.w = a.Shape[0], a.Shape[1]
	}
	if p.h*p.w*p.c == 0 {
		return nil, &data.Problem{File: file, What: fmt.Sprintf("an array of shape %v is no image", a.Shape), Code: "image-shape", Notes: words.Lines("expected", "[height width] or [height width channels]")}
	}
	if bad := tooLarge(file, p.h, p.w); bad != nil {
		return nil, bad
	}
	switch a.Kind {
	case array.Bool:
		p.top, p.bytes = 1, a.Data
	case array.Uint8:
		p.top, p.bytes = 255, a.Data
	case array.Uint16:
		p.top, p.words = 65535, make([]uint16, a.Len())
		for i := range p.words {
			p.words[i] = binary.LittleEndian.Uint16(a.Data[2*i:])
		}
	default:
		var inexact array.Inexact
		if p.floats, inexact, err = a.Float32(); err != nil {
			return nil, asProblem(err, file)
		}
		if inexact.Count > 0 {
			return nil, &data.Problem{File: file, What: inexact.First + " has no float32", Code: "float32-inexact", Fixes: []string{"save a smaller range of numbers"}}
		}
	}
	return p, nil
}

// asProblem returns err, a refusal or an error of the file system, as a problem of the file.
func asProblem(err error, file string) *data.Problem {
	var p *data.Problem
	if errors.As(err, &p) {
		return p
	}
	return &data.Problem{File: file, What: err.Error(), Code: "unreadable"}
}
