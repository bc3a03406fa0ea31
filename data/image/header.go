package image

import (
	"bytes"
	"fmt"
	stdimage "image"
	"image/jpeg"
	"image/png"
	"strings"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/data/internal/words"
	"github.com/descent-ml/descent/internal/limits"
)

// format is how a file is written.
type format uint8

const (
	unknown format = iota
	isPNG
	isJPEG
	isTIFF
	isNPY
)

// formatOf tells the format by the first bytes; names may lie.
func formatOf(b []byte) format {
	starts := func(with string) bool { return bytes.HasPrefix(b, []byte(with)) }
	switch {
	case starts("\x89PNG\r\n\x1a\n"):
		return isPNG
	case starts("\xFF\xD8"):
		return isJPEG
	case starts("II*\x00"), starts("MM\x00*"):
		return isTIFF
	case starts("\x93NUMPY"):
		return isNPY
	}
	return unknown
}

// header is what a file says of itself before its pixels are decoded.
type header struct {
	h, w        int // as stored, before any orientation
	depth       int // bits of a sample of a grey PNG; 0 where that does not matter
	colours     int // of the palette of a PNG; 0 where that does not matter
	orientation int // of EXIF, 1 to 8; 0 where the file does not say
	trouble     trouble
}

// trouble is why a file is refused though it may be sound; "" if it is not.
type trouble string

const (
	hasAlpha  trouble = "it has an alpha channel"
	hasCMYK   trouble = "its colours are CMYK, for printing"
	hasPages  trouble = "it holds several images"
	hasPlanes trouble = "its channels are stored one after the other (planar)"
	hasFloats trouble = "its samples are not unsigned whole numbers"
	hasFax    trouble = "it is packed as fax machines do (CCITT), and readers differ in what is black"
)

// remedies say, for a file, how to make another without the trouble.
var remedies = map[trouble]func(file string) string{
	hasAlpha:  func(f string) string { return magick(f, "-alpha off") },
	hasCMYK:   func(f string) string { return magick(f, "-colorspace sRGB") },
	hasPages:  func(string) string { return "save each image as a file of its own" },
	hasPlanes: func(f string) string { return magick(f, "") },
	hasFax:    func(f string) string { return magick(f, "") },
	hasFloats: func(string) string { return "save it as npy: numpy.save(file, tifffile.imread(file))" },
}

// magick returns the command that converts a file with ImageMagick.
func magick(file, options string) string {
	return strings.Join(strings.Fields(fmt.Sprintf("magick %q %s new.png", file, options)), " ")
}

// readHeader reads the header of a PNG, JPEG or TIFF file, and refuses what is too large or cannot be read exactly.
func readHeader(b []byte, file string) (*header, *data.Problem) {
	h := &header{}
	var config stdimage.Config
	var err error
	r := bytes.NewReader(b)
	switch formatOf(b) {
	case isPNG:
		pngHeader(b, h)
		config, err = png.DecodeConfig(r)
	case isJPEG:
		jpegHeader(b, h)
		if h.trouble == "" { // 4 channels are refused whatever they are
			config, err = jpeg.DecodeConfig(r)
		}
	case isTIFF:
		tiffHeader(b, h)
		if h.trouble == "" {
			config, _, err = stdimage.DecodeConfig(r)
			err = registered(err)
		}
	default:
		return nil, &data.Problem{File: file, What: "not an image that is read", Code: "not-image",
			Notes: words.Lines("found", fmt.Sprintf("starts with % x", b[:min(len(b), 8)]), "read are", "PNG, JPEG, TIFF and npy")}
	}
	if h.trouble != "" {
		return nil, &data.Problem{File: file, What: string(h.trouble), Code: "image-kind", Fixes: []string{remedies[h.trouble](file)}}
	}
	if err != nil {
		return nil, damaged(file, b, len(b)-r.Len(), err)
	}
	h.h, h.w = config.Height, config.Width
	return h, tooLarge(file, h.h, h.w)
}

// tooLarge refuses images beyond the limits.
func tooLarge(file string, h, w int) *data.Problem {
	pixels, ok := limits.Mul64(int64(h), int64(w))
	if ok && pixels <= limits.ImagePixels && max(h, w) <= limits.ImageSide && min(h, w) > 0 {
		return nil
	}
	return &data.Problem{File: file, Code: "image-limit", Fixes: []string{"cut it into tiles"},
		What: fmt.Sprintf("%s x %s pixels: %s, above the limit of %d megapixels and %s a side", words.Count(h), words.Count(w), mega(pixels), limits.ImagePixels/1_000_000, words.Count(limits.ImageSide))}
}

// mega prints a number of pixels.
func mega(pixels int64) string {
	switch {
	case pixels >= 1e9:
		return fmt.Sprintf("%.1f gigapixels", float64(pixels)/1e9)
	case pixels >= 1e6:
		return fmt.Sprintf("%.1f megapixels", float64(pixels)/1e6)
	}
	return words.Of(int(pixels), "pixel")
}
