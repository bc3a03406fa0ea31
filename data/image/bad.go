package image

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/data/internal/words"
)

// badImage is an image that cannot be used.
type badImage struct {
	entry
	name string // of the image, or of the mask that has none
	why  string
	mask bool // the image itself is sound
}

// Skipped is an image that was left out.
type Skipped struct {
	Name string `json:"name"` // below the folder
	Why  string `json:"why"`
}

// shownBad is the number of bad images that a refusal lists.
const shownBad = 10

// skip leaves the bad images out if there are no more than the options allow, or refuses them, all in one list.
func (o *Options) skip(folder string, images int, bad []badImage) ([]Skipped, error) {
	if len(bad) == 0 {
		return nil, nil
	}
	slices.SortStableFunc(bad, func(a, b badImage) int { return cmp.Compare(a.name, b.name) })
	if len(bad) <= o.SkipBad && len(bad) < images {
		skipped := make([]Skipped, len(bad))
		for i, b := range bad {
			skipped[i] = Skipped{b.name, b.why}
		}
		return skipped, nil
	}
	p := &data.Problem{File: folder, What: fmt.Sprintf("%d of %s have no usable mask", len(bad), words.Of(images, "image")), Code: "mask-pair"}
	if len(bad) == 1 {
		p.What = fmt.Sprintf("1 of %s has no usable mask", words.Of(images, "image"))
	}
	if slices.ContainsFunc(bad, func(b badImage) bool { return !b.mask }) {
		p.What, p.Code = fmt.Sprintf("%d of %s cannot be used", len(bad), words.Of(images, "image")), "bad-image"
	}
	var lines []string
	for _, b := range bad[:min(len(bad), shownBad)] {
		lines = append(lines, b.name, b.why)
	}
	p.Notes = words.Lines(lines...)
	if more := len(bad) - shownBad; more > 0 {
		p.Notes = append(p.Notes, fmt.Sprintf("and %d more", more))
	}
	p.Notes = append(p.Notes, "Training does not start.")
	them, upTo := "them", "up to "
	if len(bad) == 1 {
		them, upTo = "it", ""
	}
	p.Fixes = []string{"repair " + them}
	if len(bad) < images {
		p.Fixes[0] += fmt.Sprintf(", or leave out %s%s, by name in run.json: images(%q, skip_bad = %d)", upTo, words.Small(len(bad)), folder, len(bad))
	}
	return nil, p
}

// whyBad is the reason of a problem, on one line, for a list of images, with what makes
// a file of another kind of it.
func whyBad(p *data.Problem, image string) string {
	why := p.What
	if p.File != image {
		why = p.File + " " + verb(p.What)
	}
	if p.Code == "image-kind" {
		why += "; " + p.Fixes[0]
	}
	return why
}

// verb turns what a file is or has into a sentence about it.
func verb(what string) string {
	switch {
	case strings.HasPrefix(what, "truncated"), strings.HasPrefix(what, "damaged"), strings.HasPrefix(what, "not "):
		return "is " + what
	}
	return "is refused: " + what
}
