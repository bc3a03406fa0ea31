package image

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"math"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/data/internal/files"
	"github.com/descent-ml/descent/internal/limits"
)

// store reads the files of a folder.
type store struct {
	fsys   fs.FS
	border *BorderWeight // nil if weights are not made from masks
}

// hashes are those of the files of one image; zero where there is no file.
type hashes struct{ image, mask, weight [sha256.Size]byte }

// trio is the content of the files of one image, turned as it is to be seen.
type trio struct {
	image, mask, weight *picture // mask and weight may be nil
	hashes
	turned bool // by the orientation that EXIF gives, which the mask lacks
}

// mostFile is the bound of one file.
var mostFile = files.Bound{Bytes: limits.ImageBytes, Why: "for the file of one image", Code: "image-limit"}

// read reads the files of an image and holds them against each other. Files are named in problems as below the folder.
func (s *store) read(e entry) (*trio, *data.Problem) {
	t := &trio{}
	orientation := 0
	var p *data.Problem
	if t.image, orientation, t.hashes.image, p = s.file(e.image, decode); p != nil {
		return nil, p
	}
	if i := t.image.finite(); i >= 0 {
		return nil, &data.Problem{File: e.image, What: fmt.Sprintf("number %d is not finite", i), Code: "not-finite"}
	}
	if t.image.c > mostChannels {
		return nil, &data.Problem{File: e.image, What: fmt.Sprintf("%d channels, above the limit of %d", t.image.c, mostChannels), Code: "image-channels"}
	}
	for _, other := range []struct {
		what, name string
		to         **picture
		sum        *[sha256.Size]byte
	}{{"mask", e.mask, &t.mask, &t.hashes.mask}, {"weights", e.weight, &t.weight, &t.hashes.weight}} {
		if other.name == "" {
			continue
		}
		picture, own, sum, p := s.file(other.name, decodeNumbers)
		if p != nil {
			return nil, p
		}
		if picture, p = t.beside(picture, orientation, own, other.what, other.name); p != nil {
			return nil, p
		}
		*other.to, *other.sum = picture, sum
	}
	t.image = t.image.oriented(orientation)
	return t, nil
}

// file reads and decodes one file.
func (s *store) file(name string, decode func([]byte, string) (*picture, int, *data.Problem)) (*picture, int, [sha256.Size]byte, *data.Problem) {
	b, err := files.Read(s.fsys, name, name, mostFile)
	if err != nil {
		return nil, 0, [sha256.Size]byte{}, asProblem(err, name)
	}
	sum := sha256.Sum256(b)
	p, orientation, bad := decode(b, name)
	return p, orientation, sum, bad
}

// beside returns a mask or weights, as role says, turned like the image of the orientation given, or why the two do not lie on
// each other.
//
// A mask without an orientation of its own lies on the pixels as they are stored, so it is turned with them. Whether that is
// so cannot be seen if it has the size of the image after turning: then it is refused.
func (t *trio) beside(mask *picture, orientation, own int, role, file string) (*picture, *data.Problem) {
	seen := t.image.oriented(orientation)
	refuse := func(format string, args ...any) (*picture, *data.Problem) {
		return nil, &data.Problem{File: file, What: fmt.Sprintf(format, args...), Code: "mask-size"}
	}
	if mask.c != 1 {
		return refuse("its %s: %d channels, where 1 is expected; %s", role, mask.c, magick(file, "-colorspace Gray"))
	}
	switch turn := or1(orientation); {
	case own != 0 && own != turn && (turn != 1 || own != 1):
		return refuse("turned by EXIF as %d, its %s as %d: turn the pixels themselves with magick mogrify -auto-orient", turn, role, own)
	case mask.h == t.image.h && mask.w == t.image.w:
		t.turned = t.turned || own == 0 && turn > 1
		return mask.oriented(turn), nil
	case mask.h == seen.h && mask.w == seen.w:
		return refuse("%dx%d and to be turned by EXIF as %d, its %s %dx%d: turn the pixels themselves with magick mogrify -auto-orient", t.image.h, t.image.w, orientation, role, mask.h, mask.w)
	}
	return refuse("%dx%d, its %s %dx%d", t.image.h, t.image.w, role, mask.h, mask.w)
}

func or1(orientation int) int { return max(orientation, 1) }

// moments are the number, mean and sum of squared deviations of the values of one channel.
type moments struct{ n, mean, m2 float64 }

// add joins two sets of values (Chan, Golub and LeVeque, "Updating formulae and a pairwise algorithm for computing sample
// variances", 1979).
func (m *moments) add(o moments) {
	n := m.n + o.n
	if n == 0 {
		return
	}
	d := o.mean - m.mean
	m.m2 += o.m2 + float64(d*d)*m.n/n*o.n
	m.mean += d * (o.n / n)
	m.n = n
}

// momentsOf returns the moments of each channel, of scaled numbers.
func momentsOf(p *picture) []moments {
	unit := 1.0
	if p.top > 0 {
		unit = 1 / float64(p.top)
	}
	all := make([]moments, p.c)
	for k := range all {
		n, sum := float64(p.h*p.w), 0.0
		for i := k; i < p.h*p.w*p.c; i += p.c {
			sum += p.at(i)
		}
		mean, m2 := sum/n, 0.0
		for i := k; i < p.h*p.w*p.c; i += p.c {
			d := p.at(i) - mean
			m2 += float64(d * d)
		}
		all[k] = moments{n, float64(mean * unit), float64(m2*unit) * unit}
	}
	return all
}

// histogram counts the numbers of a mask; nil if one is no whole number from 0 to 65535.
func histogram(p *picture) map[int]int64 {
	if p.bytes != nil {
		var counts [256]int64
		for _, v := range p.bytes {
			counts[v]++
		}
		h := map[int]int64{}
		for v, n := range counts {
			if n > 0 {
				h[v] = n
			}
		}
		return h
	}
	h := map[int]int64{}
	for i := range p.h * p.w {
		v := p.at(i)
		if !(v >= 0 && v <= 65535) || v != math.Trunc(v) {
			return nil
		}
		h[int(v)]++
	}
	return h
}
