package image

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/internal/limits"
)

// Set is a folder of images that have all been read once and can be used.
type Set struct {
	Folder      string // as the user named it
	Images      int    // images used
	C           int    // channels of each image
	Classes     []int  // the number in masks of each class; nil without masks
	Weighted    bool   // samples have weights
	Train       *Part  // never nil; the other parts are nil if they have no images
	Valid       *Part
	Tune        *Part // images that choose the threshold, and nothing else
	Test        *Part
	Skipped     []Skipped // images left out as SkipBad allows
	Notes       []data.Note
	Fingerprint data.Fingerprint

	store store
	cache *cache
	rule  classes
}

// Part is the samples of one part: images, or strips of images.
type Part struct {
	Name  string // "train", "valid", "tune" or "test"
	Items []Item
	set   *Set
}

// Item is one sample of a part: an image, or a strip of one.
type Item struct {
	Row                 int    // number of the image in the set, from 1, in the order of names
	Image, Mask, Weight string // paths below the folder; "" for none
	SHA256              string // of the image file's bytes, in hex
	H, W                int
	From                int     // the column of the image with which the sample begins
	Counts              []int64 // pixels of each class; nil without masks

	bytes  int64 // decoded, mask and weights included
	files  hashes
	scaled []moments // of the pixels of each channel
}

// Parts returns the parts that have images, in the order train, valid, tune, test.
func (s *Set) Parts() []*Part {
	var all []*Part
	for _, p := range []*Part{s.Train, s.Valid, s.Tune, s.Test} {
		if p != nil {
			all = append(all, p)
		}
	}
	return all
}

// Open reads the images of a folder, every file once, and divides them into parts.
//
// Errors are a [*data.Problem] or [data.Problems] if the set is refused; a folder that is not there gives an error that is
// [fs.ErrNotExist]; the end of ctx gives its error.
func Open(ctx context.Context, folder string, o Options) (*Set, error) {
	return open(ctx, os.DirFS(folder), folder, o)
}

// OpenFS is Open for a folder of fsys, which must stay open while samples are read. With the file system of an [os.Root] links
// that leave it are not followed.
func OpenFS(ctx context.Context, fsys fs.FS, folder string, o Options) (*Set, error) {
	below, err := fs.Sub(fsys, path.Clean(folder))
	if err != nil {
		return nil, &data.Problem{File: folder, What: "not a path below the folder that may be read", Code: "not-folder"}
	}
	return open(ctx, below, folder, o)
}

func open(ctx context.Context, fsys fs.FS, folder string, o Options) (*Set, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	l := &listing{fsys: fsys, folder: folder, options: &o}
	if err := l.list(); err != nil {
		return nil, err
	}
	s := &Set{Folder: folder, Notes: l.notes, store: store{fsys: fsys, border: o.Border}}
	r := &survey{set: s, options: &o, bad: l.bad, images: len(l.entries) + len(l.bad)}
	if err := r.scan(ctx, l.entries); err != nil {
		return nil, err
	}
	if err := r.judge(); err != nil {
		return nil, err
	}
	room := o.Cache
	if room == 0 {
		room = limits.Memory().Bytes / 4
	}
	s.cache = &cache{room: room}
	s.Fingerprint = r.fingerprint()
	return s, r.divide()
}

// Memory returns how many bytes of decoded images are kept in memory once all have been
// read.
func (s *Set) Memory() int64 {
	var all int64
	for _, p := range s.Parts() {
		for _, it := range p.Items {
			all += it.bytes
		}
	}
	return min(all, max(s.cache.room, 0))
}

func (s *Set) note(code, format string, args ...any) {
	s.Notes = append(s.Notes, data.Note{Code: code, Text: fmt.Sprintf(format, args...)})
}
