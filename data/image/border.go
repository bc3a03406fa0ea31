package image

import "math"

// BorderWeight makes the weight of each pixel from the mask: background between two objects that are close to each other
// counts more, so that a network learns to keep them apart.
//
//	w(x) = 1 + Strength · exp(−(d1(x) + d2(x))² / (2 Sigma²))   for x in the background, if there are two objects
//	w(x) = 1                                                    elsewhere
//
// d1 and d2 are the distances, in pixels, from x to the nearest pixel of the nearest object and of the second nearest. An object
// is pixels of one class, not 0, that touch each other at a side or a corner. Zero fields mean Sigma 5 and Strength 10.
//
// Source: Ronneberger, Fischer and Brox, "U-Net: convolutional networks for biomedical image segmentation", MICCAI 2015,
// equation 2; its weights of classes are left to the loss.
type BorderWeight struct{ Sigma, Strength float64 }

// filled returns the weights with their defaults.
func (b BorderWeight) filled() BorderWeight {
	if b.Sigma == 0 {
		b.Sigma = 5
	}
	if b.Strength == 0 {
		b.Strength = 10
	}
	return b
}

// Weights returns the weight of each pixel of a mask [h w] of classes.
func (b BorderWeight) Weights(mask []uint8, h, w int) []float32 {
	b = b.filled()
	out := make([]float32, h*w)
	for i := range out {
		out[i] = 1
	}
	objects := objectsOf(mask, h, w)
	if len(objects) < 2 {
		return out
	}
	// Beyond this distance the weight is 1 in float32, whatever the other distance.
	reach := int(math.Ceil(b.Sigma*math.Sqrt(2*math.Log(b.Strength*(1<<25))))) + 1
	first, second := make([]float64, h*w), make([]float64, h*w) // the least squared distances to two objects
	for i := range first {
		first[i], second[i] = math.Inf(1), math.Inf(1)
	}
	for _, o := range objects {
		box := o.box.grown(reach, h, w)
		distance := squaredDistances(o.pixels, w, box)
		k := 0
		for y := box.y0; y < box.y1; y++ {
			for x := box.x0; x < box.x1; x++ {
				i, d := y*w+x, distance[k]
				k++
				switch {
				case d < first[i]:
					first[i], second[i] = d, first[i]
				case d < second[i]:
					second[i] = d
				}
			}
		}
	}
	for i, m := range mask {
		if m == 0 {
			d := math.Sqrt(first[i]) + math.Sqrt(second[i])
			out[i] = float32(1 + float64(b.Strength*math.Exp(-float64(d*d)/(2*b.Sigma*b.Sigma))))
		}
	}
	return out
}

// box is the pixels with y0 <= y < y1 and x0 <= x < x1.
type box struct{ y0, x0, y1, x1 int }

// grown returns the box with by more pixels on each side, inside an image.
func (b box) grown(by, h, w int) box {
	return box{max(b.y0-by, 0), max(b.x0-by, 0), min(b.y1+by, h), min(b.x1+by, w)}
}

// object is the pixels of one class that touch each other.
type object struct {
	pixels []int // places in the mask
	box    box
}

// objectsOf returns the objects of a mask, in the order of their first pixels.
func objectsOf(mask []uint8, h, w int) []object {
	var all []object
	seen := make([]bool, len(mask))
	for start, class := range mask {
		if class == 0 || seen[start] {
			continue
		}
		seen[start] = true
		o := object{pixels: []int{start}, box: box{h, w, 0, 0}}
		for at := 0; at < len(o.pixels); at++ {
			y, x := o.pixels[at]/w, o.pixels[at]%w
			o.box = box{min(o.box.y0, y), min(o.box.x0, x), max(o.box.y1, y+1), max(o.box.x1, x+1)}
			for ny := max(y-1, 0); ny < min(y+2, h); ny++ {
				for nx := max(x-1, 0); nx < min(x+2, w); nx++ {
					if n := ny*w + nx; mask[n] == class && !seen[n] {
						seen[n] = true
						o.pixels = append(o.pixels, n)
					}
				}
			}
		}
		all = append(all, o)
	}
	return all
}

// squaredDistances returns, for each pixel of the box, the squared distance to the nearest of the given pixels, exactly: along
// columns, then along rows as the lower envelope of parabolas (Felzenszwalb and Huttenlocher, "Distance transforms of sampled
// functions", Theory of Computing 8, 2012).
func squaredDistances(pixels []int, w int, b box) []float64 {
	bh, bw := b.y1-b.y0, b.x1-b.x0
	d := make([]float64, bh*bw)
	for i := range d {
		d[i] = math.Inf(1)
	}
	for _, p := range pixels {
		d[(p/w-b.y0)*bw+p%w-b.x0] = 0
	}
	line := newLine(max(bh, bw))
	for x := range bw {
		line.transform(d[x:], bh, bw)
	}
	for y := range bh {
		line.transform(d[y*bw:], bw, 1)
	}
	return d
}

// line is the room for the transform of one line.
type line struct {
	f    []float64 // the values before
	v    []int     // the parabolas of the envelope, by their places
	from []float64 // where each of them begins
}

func newLine(n int) *line { return &line{make([]float64, n), make([]int, n), make([]float64, n+1)} }

// transform sets d[q] = min over p of (q-p)² + d[p] for n numbers that are stride apart.
func (l *line) transform(d []float64, n, stride int) {
	k := -1
	for q := range n {
		l.f[q] = d[q*stride]
		if math.IsInf(l.f[q], 1) {
			continue
		}
		start := math.Inf(-1)
		for k >= 0 {
			p := l.v[k]
			// Both heights are whole numbers below 2^53, so that the quotient is rounded once.
			start = (l.f[q] + float64(q*q) - l.f[p] - float64(p*p)) / float64(2*(q-p))
			if start > l.from[k] {
				break
			}
			k--
			start = math.Inf(-1)
		}
		k++
		l.v[k], l.from[k] = q, start
	}
	if k < 0 {
		return
	}
	last := k
	k = 0
	for q := range n {
		for k < last && l.from[k+1] < float64(q) {
			k++
		}
		p := l.v[k]
		d[q*stride] = float64((q-p)*(q-p)) + l.f[p]
	}
}
