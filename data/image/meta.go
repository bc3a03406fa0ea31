package image

import (
	"bytes"
	"encoding/binary"
)

// pngHeader reads what Go's decoder does not tell: the bits of a grey sample, the size of a palette, an alpha channel, an animation, EXIF. What is
// malformed it leaves to the decoder.
func pngHeader(b []byte, h *header) {
	for at := 8; at+8 <= len(b); {
		length := int64(binary.BigEndian.Uint32(b[at:]))
		kind, body := string(b[at+4:at+8]), b[at+8:]
		if length > int64(len(body)) {
			return
		}
		body = body[:length]
		switch {
		case kind == "IHDR" && length == 13:
			const grey, greyAlpha, colourAlpha = 0, 4, 6
			switch body[9] {
			case grey:
				h.depth = int(body[8])
			case greyAlpha, colourAlpha:
				h.trouble = hasAlpha
			}
		case kind == "PLTE":
			h.colours = len(body) / 3
		case kind == "tRNS":
			h.trouble = hasAlpha
		case kind == "acTL" && length == 8 && binary.BigEndian.Uint32(body) > 1:
			h.trouble = hasPages
		case kind == "eXIf":
			h.orientation = orientationOf(body)
		}
		at += 12 + int(length)
	}
}

// jpegHeader reads the number of channels and EXIF. What is malformed it leaves to the decoder.
func jpegHeader(b []byte, h *header) {
	const app1, sof0, sof15, dht, jpg, dac, sos = 0xE1, 0xC0, 0xCF, 0xC4, 0xC8, 0xCC, 0xDA
	for at := 2; at+4 <= len(b) && b[at] == 0xFF; {
		marker := b[at+1]
		if marker == 0xFF { // filling
			at++
			continue
		}
		length := int(binary.BigEndian.Uint16(b[at+2:]))
		if length < 2 || at+2+length > len(b) || marker == sos {
			return
		}
		body := b[at+4 : at+2+length]
		switch {
		case marker == app1 && bytes.HasPrefix(body, []byte("Exif\x00\x00")) && h.orientation == 0:
			h.orientation = orientationOf(body[6:])
		case sof0 <= marker && marker <= sof15 && marker != dht && marker != jpg && marker != dac && len(body) >= 6:
			if body[5] == 4 {
				h.trouble = hasCMYK
			}
		}
		at += 2 + length
	}
}

// The tags of TIFF 6.0, and of the EXIF data in other formats, that are looked at.
const (
	tagBits         = 258
	tagCompression  = 259
	tagPhotometric  = 262
	tagOrientation  = 274
	tagSamples      = 277
	tagPlanar       = 284
	tagExtraSamples = 338
	tagSampleFormat = 339
)

// tiffHeader reads what Go's decoder ignores or gets wrong in silence: further images, planar storage, extra samples, the
// orientation. What is malformed it leaves to the decoder.
func tiffHeader(b []byte, h *header) {
	d, ok := firstDirectory(b)
	if !ok {
		return
	}
	const rgb, cmyk = 2, 5
	samples := max(d.values[tagSamples], 1)
	switch format, says := d.values[tagSampleFormat]; {
	case d.next != 0:
		h.trouble = hasPages
	case d.values[tagPhotometric] == cmyk:
		h.trouble = hasCMYK
	case d.counts[tagExtraSamples] > 0, d.values[tagPhotometric] != rgb && samples > 1, samples > 3:
		h.trouble = hasAlpha
	case d.values[tagPlanar] == 2 && samples > 1:
		h.trouble = hasPlanes
	case 2 <= d.values[tagCompression] && d.values[tagCompression] <= 4:
		h.trouble = hasFax
	case says && format != 1, d.values[tagBits] > 16:
		h.trouble = hasFloats
	}
	h.orientation = valid(d.values[tagOrientation])
}

// orientationOf returns the orientation that EXIF data give; 0 if they do not say.
func orientationOf(exif []byte) int {
	d, _ := firstDirectory(exif)
	return valid(d.values[tagOrientation])
}

func valid(orientation int) int {
	if orientation < 1 || orientation > 8 {
		return 0
	}
	return orientation
}

// directory is the list of tags of the first image of a TIFF file.
type directory struct {
	values map[int]int // the first value of each tag, if it is a short or long that stands in the list itself or where it points
	counts map[int]int // of values
	next   int         // offset of the next image's list; 0 if there is none
}

// firstDirectory reads the first directory of a TIFF file; ok is false if it is not whole.
func firstDirectory(b []byte) (d directory, ok bool) {
	var order binary.ByteOrder = binary.LittleEndian
	switch {
	case len(b) < 8:
		return d, false
	case string(b[:4]) == "MM\x00*":
		order = binary.BigEndian
	case string(b[:4]) != "II*\x00":
		return d, false
	}
	at := int64(order.Uint32(b[4:]))
	if at+2 > int64(len(b)) {
		return d, false
	}
	n := int64(order.Uint16(b[at:]))
	at += 2
	if at+12*n+4 > int64(len(b)) {
		return d, false
	}
	d.values, d.counts = map[int]int{}, map[int]int{}
	for range n {
		e := b[at : at+12]
		at += 12
		tag, kind, count := int(order.Uint16(e)), order.Uint16(e[2:]), int64(order.Uint32(e[4:]))
		const short, long = 3, 4
		width := map[uint16]int64{short: 2, long: 4}[kind]
		if width == 0 || count == 0 {
			continue
		}
		value := e[8:]
		if width*count > 4 {
			from := int64(order.Uint32(value))
			if from+width > int64(len(b)) {
				continue
			}
			value = b[from:]
		}
		d.counts[tag] = int(count)
		if kind == short {
			d.values[tag] = int(order.Uint16(value))
		} else {
			d.values[tag] = int(order.Uint32(value))
		}
	}
	d.next = int(order.Uint32(b[at:]))
	return d, true
}
