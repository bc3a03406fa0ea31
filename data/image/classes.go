package image

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/data/internal/words"
)

// classes are the numbers in masks that stand for class 0, 1, ...
type classes []int

// rule decides which numbers the masks of a set use: those that the options name, else 0 and 1, or 0 and 255 or 65535, the
// white of 8 and of 16 bits. A mask with any other number is bad.
func (o *Options) rule(masks []map[int]int64) (classes, *data.Note) {
	if o.MaskValues != nil {
		return o.MaskValues, nil
	}
	ones, whites := 0, map[int]int{255: 0, 65535: 0}
	for _, h := range masks {
		if holds(h, 1) && h[1] > 0 {
			ones++
		}
		for white := range whites {
			if holds(h, white) && h[white] > 0 {
				whites[white]++
			}
		}
	}
	white := 255
	if whites[65535] > whites[255] {
		white = 65535
	}
	if ones >= whites[white] {
		return classes{0, 1}, nil
	}
	return classes{0, white}, &data.Note{Code: "mask-values", Text: fmt.Sprintf("masks hold 0 and %d: %d is class 1", white, white)}
}

// holds reports whether a mask holds 0 and one other number alone.
func holds(h map[int]int64, other int) bool {
	for v := range h {
		if v != 0 && v != other {
			return false
		}
	}
	return h != nil
}

// fits reports whether every number of a mask stands for a class.
func (c classes) fits(h map[int]int64) bool {
	for v := range h {
		if !slices.Contains(c, v) {
			return false
		}
	}
	return h != nil
}

// counts returns the pixels of each class.
func (c classes) counts(h map[int]int64) []int64 {
	n := make([]int64, len(c))
	for k, v := range c {
		n[k] = h[v]
	}
	return n
}

// codes returns the class of each pixel.
func (c classes) codes(p *picture) []uint8 {
	out := make([]uint8, p.h*p.w)
	of := map[int]uint8{}
	for k, v := range c {
		of[v] = uint8(k)
	}
	if p.bytes != nil {
		var table [256]uint8
		for v, k := range of {
			if v < 256 {
				table[v] = k
			}
		}
		for i, v := range p.bytes {
			out[i] = table[v]
		}
		return out
	}
	for i := range out {
		out[i] = of[int(p.at(i))]
	}
	return out
}

// shownValues is the number of different numbers of a mask that a message counts.
const shownValues = 6

// count prints a histogram: the most frequent numbers, and how many others there are.
func count(h map[int]int64) string {
	values := slices.SortedFunc(maps.Keys(h), func(a, b int) int { return cmp.Or(cmp.Compare(h[b], h[a]), cmp.Compare(a, b)) })
	shown := slices.Sorted(slices.Values(values[:min(len(values), shownValues)]))
	var parts []string
	for _, v := range shown {
		parts = append(parts, fmt.Sprintf("%d: %s", v, words.Count(int(h[v]))))
	}
	text := strings.Join(parts, ", ")
	if more := len(values) - len(shown); more > 0 {
		text += fmt.Sprintf(" and %s", words.Of(more, "other value"))
	}
	return text
}

// refuse returns the refusal of a set most of whose masks do not fit: the numbers of all its masks, and what they may mean.
func (c classes) refuse(folder, name string, bad int, masks []map[int]int64) *data.Problem {
	all := map[int]int64{}
	for _, h := range masks {
		for v, n := range h {
			all[v] += n
		}
	}
	p := &data.Problem{File: folder, What: fmt.Sprintf("%d of %s with other numbers than %s", bad, words.Of(len(masks), "mask"), c), Code: "mask-values",
		Notes: words.Lines("pixels", count(all), "first", name), Option: "mask_values"}
	if len(all) <= 16 {
		p.Fixes = append(p.Fixes, fmt.Sprintf("mask_values = %s if each of them is a class", list(slices.Sorted(maps.Keys(all)))))
	}
	how := "if the edges of white shapes are smoothed: magick mogrify -threshold 50% masks/*"
	if strings.HasSuffix(strings.ToLower(name), ".jpg") || strings.HasSuffix(strings.ToLower(name), ".jpeg") {
		how = "JPEG changes numbers; save masks as PNG, and white shapes in them with magick mogrify -threshold 50% -format png masks/*"
	}
	p.Fixes = append(p.Fixes, how)
	return p
}

// String lists the numbers: "0 and 255".
func (c classes) String() string {
	if len(c) == 2 {
		return fmt.Sprintf("%d and %d", c[0], c[1])
	}
	return strings.Trim(list(c), "[]")
}

func list(values []int) string {
	return strings.ReplaceAll(fmt.Sprint(values), " ", ", ")
}
