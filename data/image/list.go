package image

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/data/internal/words"
)

// entry is one image as the folder lists it: paths below the folder, "" for none.
type entry struct {
	part                string // "train", "valid" or "test" if the folder says so
	image, mask, weight string
}

// root is a place of images, and where their masks and weights are.
type root struct {
	part                string
	image, mask, weight string // patterns; mask and weight "" for none
}

// listing is a folder being listed.
type listing struct {
	fsys    fs.FS
	folder  string // as the user named it
	options *Options
	entries []entry
	bad     []badImage
	notes   []data.Note
}

// list returns the images of the folder in the order of their names, those of one part after those of another.
func (l *listing) list() error {
	roots, err := l.roots()
	if err != nil {
		return err
	}
	for _, r := range roots {
		if err := l.pair(r); err != nil {
			return err
		}
	}
	if len(l.entries)+len(l.bad) == 0 {
		return &data.Problem{File: l.folder, What: "no images", Code: "no-images", Notes: words.Lines("looked for", strings.Join(patternsOf(roots), ", "), "read are", "PNG, JPEG, TIFF and npy"),
			Fixes: []string{`images(..., image = "*.png") says where they are`}, Option: "image"}
	}
	return nil
}

func patternsOf(roots []root) []string {
	var all []string
	for _, r := range roots {
		all = append(all, r.image)
	}
	return all
}

// roots finds how the folder is laid out.
func (l *listing) roots() ([]root, error) {
	here, err := fs.ReadDir(l.fsys, ".")
	if err != nil {
		return nil, l.noFolder(err)
	}
	has := func(dir string) bool {
		i, err := fs.Stat(l.fsys, dir)
		return err == nil && i.IsDir()
	}
	o := l.options
	if o.Image == "" && o.Mask == "" && !has("images") && has("imagesTr") {
		return l.nnUNet(has), nil
	}
	var parts []string
	for _, e := range here {
		if slices.Contains(partNames, e.Name()) && has(e.Name()) {
			parts = append(parts, e.Name())
		}
	}
	if !slices.Contains(parts, "train") {
		return []root{l.root("", has)}, nil
	}
	for _, name := range []string{"val", "validation", "dev"} {
		if has(name) {
			return nil, &data.Problem{File: l.folder, What: fmt.Sprintf("the folder %s beside train", name), Code: "part-name", Notes: words.Lines("parts are", strings.Join(partNames, ", ")),
				Fixes: []string{fmt.Sprintf("mv %s valid", path.Join(l.folder, name))}}
		}
	}
	var roots []root
	for _, part := range partNames {
		if slices.Contains(parts, part) {
			roots = append(roots, l.root(part, has))
		}
	}
	return roots, nil
}

// partNames are the words for parts, in their order; that of images which only choose the threshold cannot be a folder.
var partNames = []string{"train", "valid", "test"}

// root returns where images, masks and weights of a part are; part "" is the folder itself.
func (l *listing) root(part string, has func(string) bool) root {
	o := l.options
	r := root{part: part, image: path.Join(part, or(o.Image, "images/*"))}
	if !o.NoMask {
		r.mask = path.Join(part, or(o.Mask, "masks/*"))
	}
	switch {
	case o.Weights != "":
		r.weight = path.Join(part, o.Weights)
	case o.Border == nil && has(path.Join(part, "weights")):
		r.weight = path.Join(part, "weights/*")
		l.note("weights-found", "pixels are weighed by the files in %s", path.Join(part, "weights"))
	}
	return r
}

func or(pattern, otherwise string) string {
	if pattern == "" {
		return otherwise
	}
	return pattern
}

// nnUNet returns the places of nnU-Net's layout: NAME_0000.png in imagesTr/ with NAME.png in labelsTr/, and images to judge
// by in imagesTs/ if their masks are there.
func (l *listing) nnUNet(has func(string) bool) []root {
	o := l.options
	train := root{image: "imagesTr/*_0000", mask: "labelsTr/*", weight: o.Weights}
	test := root{part: "test", image: "imagesTs/*_0000", mask: "labelsTs/*", weight: o.Weights}
	if o.NoMask {
		train.mask, test.mask = "", ""
	}
	switch {
	case !has("imagesTs"):
		return []root{train}
	case !has("labelsTs") && !o.NoMask:
		l.note("no-labels", "imagesTs is left out: it has no masks in labelsTs")
		return []root{train}
	}
	train.part = "train"
	return []root{train, test}
}

func (l *listing) note(code, format string, args ...any) {
	l.notes = append(l.notes, data.Note{Code: code, Text: fmt.Sprintf(format, args...)})
}

func (l *listing) noFolder(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s: %w", l.folder, fs.ErrNotExist)
	}
	return &data.Problem{File: l.folder, What: "not a folder that can be read: " + cause(err), Code: "not-folder", Fixes: []string{"name a folder of images"}}
}

// cause is the reason of an error of the file system, without the path.
func cause(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	return err.Error()
}

// pair lists the images of a root with what belongs to each.
func (l *listing) pair(r root) error {
	masks, err := l.files(r.mask)
	if err != nil {
		return err
	}
	weights, err := l.files(r.weight)
	if err != nil {
		return err
	}
	images, err := l.files(r.image)
	if err != nil {
		return err
	}
	images.drop(masks)
	images.drop(weights)
	for _, key := range images.keys {
		e := entry{part: r.part, image: images.names[key][0]}
		var why string
		switch {
		case len(images.names[key]) > 1:
			why = fmt.Sprintf("%s has the same name: which mask is whose?", images.names[key][1])
		case r.mask != "":
			e.mask, why = only(masks, r.mask, key)
		}
		if why == "" && r.weight != "" {
			e.weight, why = only(weights, r.weight, key)
		}
		if why != "" {
			l.bad = append(l.bad, badImage{entry: e, name: e.image, why: why, mask: true})
			continue
		}
		l.entries = append(l.entries, e)
	}
	var alone []string
	for _, key := range masks.keys {
		if images.names[key] == nil {
			alone = append(alone, masks.names[key]...)
		}
	}
	if len(alone) > 0 {
		l.note("mask-alone", "%s without an image: %s", words.Of(len(alone), "mask"), words.Names(alone, 5))
	}
	return nil
}

// only returns the one file of the key, or why there is none.
func only(f *found, pattern, key string) (name, why string) {
	switch names := f.names[key]; len(names) {
	case 1:
		return names[0], ""
	case 0:
		ending := ".*"
		if _, base := cutLast(pattern); strings.Contains(base, ".") {
			ending = ""
		}
		return "", "no file " + strings.Replace(pattern, "*", key, 1) + ending
	default:
		return "", fmt.Sprintf("two files: %s and %s", names[0], names[1])
	}
}

// found are the files of a pattern by what its '*' stands for.
type found struct {
	keys  []string // in the order of the files' names
	names map[string][]string
}

// drop leaves out the files that other has too: with image = "*.png" and mask = "*-mask.png" a mask is no image.
func (f *found) drop(other *found) {
	taken := map[string]bool{}
	for _, names := range other.names {
		for _, n := range names {
			taken[n] = true
		}
	}
	f.keys = slices.DeleteFunc(f.keys, func(key string) bool {
		f.names[key] = slices.DeleteFunc(f.names[key], func(n string) bool { return taken[n] })
		if len(f.names[key]) == 0 {
			delete(f.names, key)
			return true
		}
		return false
	})
}

// endings are those of files that are looked at, in lower case.
var endings = []string{".png", ".jpg", ".jpeg", ".tif", ".tiff", ".npy"}

// files returns the files of a pattern; none of the pattern "".
func (l *listing) files(pattern string) (*found, error) {
	f := &found{names: map[string][]string{}}
	if pattern == "" {
		return f, nil
	}
	dir, base := cutLast(pattern)
	entries, err := fs.ReadDir(l.fsys, dir)
	if errors.Is(err, fs.ErrNotExist) {
		p := &data.Problem{File: l.folder, What: "there is no folder " + dir, Code: "no-images", Notes: words.Lines("looked for", pattern)}
		if strings.HasPrefix(base, "*") && pattern == or(l.options.Mask, "masks/*") {
			p.Fixes, p.Option = []string{"mask = None if there are no masks"}, "mask"
		}
		return nil, p
	}
	if err != nil {
		return nil, l.noFolder(err)
	}
	before, after, _ := strings.Cut(base, "*")
	whole := strings.Contains(base, ".")
	var others []string
	for _, e := range entries {
		name, ending := e.Name(), path.Ext(e.Name())
		if strings.HasPrefix(name, ".") {
			continue
		}
		if e.IsDir() || !slices.Contains(endings, strings.ToLower(ending)) {
			if dir != "." || !e.IsDir() {
				others = append(others, name)
			}
			continue
		}
		key := name
		if !whole {
			key = strings.TrimSuffix(name, ending)
		}
		if len(key) < len(before)+len(after) || !strings.HasPrefix(key, before) || !strings.HasSuffix(key, after) {
			if before == "" && after == "_0000" && channel(key) {
				return nil, &data.Problem{File: path.Join(l.folder, dir, name), What: "a further channel of an image as a file of its own", Code: "image-channels",
					Fixes: []string{"write the channels of an image into one file: npy [height width channels]"}}
			}
			continue
		}
		key = key[len(before) : len(key)-len(after)]
		if f.names[key] == nil {
			f.keys = append(f.keys, key)
		}
		f.names[key] = append(f.names[key], path.Join(dir, name))
	}
	if len(others) > 0 && dir != "." {
		l.note("not-images", "%s of %s left out, being no images: %s", words.Of(len(others), "entry"), dir, words.Names(others, 5))
	}
	return f, nil
}

// channel reports whether a name ends in nnU-Net's number of a channel.
func channel(name string) bool {
	if len(name) < 5 || name[len(name)-5] != '_' {
		return false
	}
	return strings.Trim(name[len(name)-4:], "0123456789") == ""
}
