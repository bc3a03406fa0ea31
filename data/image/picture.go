package image

import "math"

// picture is the content of a file: numbers in row-major order, channels last, as the file stores them.
type picture struct {
	h, w, c int
	top     int       // the number that stands for 1: 255, 65535, or 1 of truths; 0 if numbers mean themselves
	bytes   []uint8   // [h w c]; one of the three is set
	words   []uint16  //
	floats  []float32 //
}

// size returns the bytes that the picture holds.
func (p *picture) size() int64 {
	return int64(len(p.bytes)) + 2*int64(len(p.words)) + 4*int64(len(p.floats))
}

// at returns the stored number i.
func (p *picture) at(i int) float64 {
	switch {
	case p.bytes != nil:
		return float64(p.bytes[i])
	case p.words != nil:
		return float64(p.words[i])
	}
	return float64(p.floats[i])
}

// scaled writes the numbers, divided by top, to out.
func (p *picture) scaled(out []float32) {
	switch {
	case p.bytes != nil:
		var unit [256]float32
		for v := range unit {
			unit[v] = float32(float64(v) / float64(p.top))
		}
		for i, v := range p.bytes {
			out[i] = unit[v]
		}
	case p.words != nil:
		for i, v := range p.words {
			out[i] = float32(float64(v) / float64(p.top))
		}
	default:
		copy(out, p.floats)
	}
}

// cut returns columns from up to to.
func (p *picture) cut(from, to int) *picture {
	if from == 0 && to == p.w {
		return p
	}
	q := *p
	q.w = to - from
	q.bytes, q.words, q.floats = columns(p.bytes, p.w*p.c, from*p.c, to*p.c), columns(p.words, p.w*p.c, from*p.c, to*p.c), columns(p.floats, p.w*p.c, from*p.c, to*p.c)
	return &q
}

// columns returns numbers from up to to of each row of the given length; nil of nil.
func columns[T any](x []T, length, from, to int) []T {
	var out []T
	for at := 0; at < len(x); at += length {
		out = append(out, x[at+from:at+to]...)
	}
	return out
}

// oriented returns the picture as an orientation of EXIF says that it is to be seen. 0 and 1 are as stored.
func (p *picture) oriented(orientation int) *picture {
	if orientation <= 1 {
		return p
	}
	q := *p
	if orientation >= 5 {
		q.h, q.w = p.w, p.h
	}
	q.bytes, q.words, q.floats = turned(p.bytes, p, orientation), turned(p.words, p, orientation), turned(p.floats, p, orientation)
	return &q
}

// turned returns stored in the order of an orientation; nil of nil.
//
// The eight are those of the tag Orientation of TIFF 6.0: where the stored first row and first column are to be seen.
func turned[T any](stored []T, p *picture, orientation int) []T {
	if stored == nil {
		return nil
	}
	h, w := p.h, p.w
	if orientation >= 5 {
		h, w = w, h
	}
	out := make([]T, len(stored))
	to := 0
	for y := range h {
		for x := range w {
			fy, fx := y, x
			switch orientation {
			case 2: // mirrored left to right
				fx = p.w - 1 - x
			case 3: // by half a turn
				fy, fx = p.h-1-y, p.w-1-x
			case 4: // mirrored top to bottom
				fy = p.h - 1 - y
			case 5: // mirrored along the main diagonal
				fy, fx = x, y
			case 6: // to be turned right by a quarter
				fy, fx = p.h-1-x, y
			case 7: // mirrored along the other diagonal
				fy, fx = p.h-1-x, p.w-1-y
			case 8: // to be turned left by a quarter
				fy, fx = x, p.w-1-y
			}
			from := (fy*p.w + fx) * p.c
			copy(out[to:to+p.c], stored[from:from+p.c])
			to += p.c
		}
	}
	return out
}

// finite returns the first number that is not finite, or -1.
func (p *picture) finite() int {
	for i, v := range p.floats {
		if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
			return i
		}
	}
	return -1
}
