package image

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/data/internal/words"
)

// Paths lists the images that a path names: itself if it is a file, or the files of a
// folder that begin as images do, in the order of their names. A folder with images/ in
// it stands for that.
func Paths(name string) ([]string, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return []string{name}, nil
	}
	if below, err := os.Stat(filepath.Join(name, "images")); err == nil && below.IsDir() {
		name = filepath.Join(name, "images")
	}
	entries, err := os.ReadDir(name)
	if err != nil {
		return nil, err
	}
	var paths []string
	for _, e := range entries {
		switch path.Ext(e.Name()) {
		case ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".npy", ".PNG", ".JPG", ".JPEG", ".TIF", ".TIFF":
			if !e.IsDir() {
				paths = append(paths, filepath.Join(name, e.Name()))
			}
		}
	}
	if len(paths) == 0 {
		return nil, &data.Problem{File: name, What: "no images", Code: "no-images", Notes: words.Lines("read are", "PNG, JPEG, TIFF and npy, by their endings")}
	}
	slices.Sort(paths)
	return paths, nil
}

// Read reads one image as [Open] reads those of a set, turned as EXIF says, with that
// many channels. Errors are a [*data.Problem], or of the file system.
func Read(name string, channels int) (*Sample, error) {
	dir, base := filepath.Split(name)
	if dir == "" {
		dir = "."
	}
	s := &store{fsys: os.DirFS(dir)}
	t, p := s.read(entry{image: base})
	if p != nil {
		if _, err := fs.Stat(s.fsys, base); errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		p.File = name
		return nil, p
	}
	if t.image.c != channels {
		return nil, &data.Problem{File: name, What: fmt.Sprintf("%s, and the model takes %d", words.Of(t.image.c, "channel"), channels), Code: "image-channels",
			Fixes: []string{magick(base, map[bool]string{true: "-colorspace Gray", false: "-colorspace sRGB -type TrueColor"}[channels == 1])}}
	}
	return (&loaded{image: t.image}).whole(), nil
}
