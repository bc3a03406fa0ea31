package image

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/data/internal/deal"
	"github.com/descent-ml/descent/data/internal/words"
)

// divide puts the images into parts.
func (r *survey) divide() error {
	s := r.set
	part := make([]string, len(r.read)) // of each image that is not cut into strips
	if r.options.Strips == nil {
		part = r.assign()
		r.copies(part)
	}
	var items [4][]Item
	for i, im := range r.read {
		for k, st := range im.strips {
			if st.from == st.to {
				return &data.Problem{File: s.Folder, What: fmt.Sprintf("the strip of %s in %s is 0 of %d columns wide", st.part, im.image, im.w), Code: "few-images",
					Fixes: []string{"strips(train = 0.4, valid = 0.1, test = 0.5)"}, Option: "split"}
			}
			name := st.part
			if r.options.Strips == nil {
				name = part[i]
			}
			p := slices.Index(deal.Parts[:], name)
			items[p] = append(items[p], r.item(i+1, im, k))
		}
	}
	for p, to := range []**Part{&s.Train, &s.Valid, &s.Tune, &s.Test} {
		if len(items[p]) > 0 {
			*to = &Part{Name: deal.Parts[p], Items: items[p], set: s}
		}
	}
	return r.checkParts()
}

// assign returns the part of each image: what the folder says, and shares of the rest. Where the folder has train and test
// but no valid, images of train are divided between the two in the ratio of their shares.
func (r *survey) assign() []string {
	part := make([]string, len(r.read))
	shares := deal.Shares(r.options.Split)
	named := map[string]bool{}
	for i, im := range r.read {
		part[i] = im.part
		named[im.part] = true
	}
	if named["train"] {
		if named["valid"] {
			return part
		}
		shares[3] = 0
		if !named["test"] {
			shares = deal.Shares(r.options.Split)
		}
	}
	var rest []int
	for i, im := range r.read {
		if im.part == "" || im.part == "train" {
			rest = append(rest, i)
		}
	}
	r.deal(part, rest, shares)
	return part
}

// deal divides images into parts by shares and seed. Images of equal bytes stay together; unless the options say otherwise,
// those with something in their masks are divided apart from those without.
func (r *survey) deal(part []string, images []int, shares [4]float64) {
	group := map[[sha256.Size]byte]int{}
	var groups []deal.Group
	for _, i := range images {
		sum := r.read[i].sums.image
		k, seen := group[sum]
		if !seen {
			k = len(groups)
			group[sum] = k
			g := deal.Group{Key: binary.LittleEndian.Uint64(sum[:])}
			if !r.options.Split.NoStratify && !r.read[i].foreground(r.set.rule) {
				g.Stratum = 1
			}
			groups = append(groups, g)
		}
		groups[k].Members = append(groups[k].Members, i)
	}
	for i, p := range deal.Deal(r.options.Split.Seed, shares, groups) {
		part[i] = deal.Parts[p]
	}
}

// foreground reports whether the mask has a pixel of a class other than 0.
func (im *surveyed) foreground(rule classes) bool {
	for _, n := range rule.counts(im.mask)[min(1, len(rule)):] {
		if n > 0 {
			return true
		}
	}
	return false
}

// copies notes images of equal bytes, and says so if the folder has them in different parts.
func (r *survey) copies(part []string) {
	first := map[[sha256.Size]byte]int{}
	several, apart := map[[sha256.Size]byte]bool{}, map[[sha256.Size]byte]bool{}
	for i, im := range r.read {
		j, seen := first[im.sums.image]
		if !seen {
			first[im.sums.image] = i
			continue
		}
		several[im.sums.image] = true
		if part[i] != part[j] {
			apart[im.sums.image] = true
		}
	}
	if len(several) == 0 {
		return
	}
	text := fmt.Sprintf("%s of equal images", words.Of(len(several), "group"))
	if len(apart) == 0 {
		text += ", each kept in one part"
	} else {
		text += fmt.Sprintf(", of which the folders of the parts have %s in different parts", words.Count(len(apart)))
	}
	r.set.note("equal-images", "%s", text)
}

// checkParts refuses parts that should have images and do not.
func (r *survey) checkParts() error {
	s := r.set
	shares := deal.Shares(r.options.Split)
	if r.options.Strips != nil {
		shares = [4]float64{1}
	}
	var have []string
	missing := ""
	for p, part := range []*Part{s.Train, s.Valid, s.Tune, s.Test} {
		n := 0
		if part != nil {
			n = len(part.Items)
		}
		if n == 0 && shares[p] > 0 && missing == "" && (p == 0 || !r.named()) {
			missing = deal.Parts[p]
		}
		if n > 0 || shares[p] > 0 {
			have = append(have, fmt.Sprintf("%s %d", deal.Parts[p], n))
		}
	}
	if missing == "" {
		return nil
	}
	return &data.Problem{File: s.Folder, What: fmt.Sprintf("no image is in %s", missing), Code: "few-images", Notes: words.Lines("images", strings.Join(have, ", ")),
		Fixes: []string{"add images", "or give each part a strip of every image: split = strips(train = 0.4, valid = 0.1, test = 0.5)"}, Option: "split"}
}

// named reports whether the folder names parts.
func (r *survey) named() bool {
	return slices.ContainsFunc(r.read, func(im *surveyed) bool { return im.part != "" })
}

// fingerprint tells whether the folder is the one that was read.
func (r *survey) fingerprint() data.Fingerprint {
	content, kinds := sha256.New(), sha256.New()
	columns := 0
	for _, im := range r.read {
		fmt.Fprintf(content, "%q %x %q %x %q %x\n", im.image, im.sums.image, im.entry.mask, im.sums.mask, im.weight, im.sums.weight)
		fmt.Fprintf(kinds, "%dx%dx%d\n", im.h, im.w, im.c)
		columns = max(columns, 1+min(1, len(im.entry.mask))+min(1, len(im.weight)))
	}
	fmt.Fprintf(kinds, "%v\n", r.set.rule)
	return data.Fingerprint{SHA256: hex.EncodeToString(content.Sum(nil)), Rows: len(r.read), Columns: columns, Types: hex.EncodeToString(kinds.Sum(nil))}
}
