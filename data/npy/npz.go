package npy

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/data/array"
	"github.com/descent-ml/descent/data/internal/files"
	"github.com/descent-ml/descent/data/internal/words"
)

// unzip reads the array of the named member of the archive b.
func unzip(b []byte, file, member string, most files.Bound) (*array.Array, *data.Problem) {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return nil, &data.Problem{File: file, What: "the archive cannot be read: " + reason(err), Code: "bad-archive", Fixes: []string{"copy or write the file again"}}
	}
	f, p := find(z, file, member)
	if p != nil {
		return nil, p
	}
	shown := file + ":" + strings.TrimSuffix(f.Name, ".npy")
	if f.UncompressedSize64 > uint64(most.Bytes) {
		return nil, most.Refuse(shown, "the unpacked array", int64(min(f.UncompressedSize64, 1<<62)))
	}
	bad := func(read int, err error) *data.Problem {
		return &data.Problem{File: shown, What: fmt.Sprintf("the archive is damaged after %s unpacked bytes: %s", words.Count(read), reason(err)), Code: "bad-archive",
			Fixes: []string{"copy or write the file again"}}
	}
	r, err := f.Open()
	if err != nil {
		return nil, bad(0, err)
	}
	defer r.Close() // only read
	size := int64(f.UncompressedSize64)
	var content bytes.Buffer // grows with what is there, not with what is claimed
	if _, err := io.CopyN(&content, r, min(size, mostHeader+12)); err != nil {
		return nil, bad(content.Len(), err)
	}
	h, p := parseHeader(content.Bytes(), size, shown)
	if p != nil {
		return nil, p
	}
	if _, err := io.Copy(&content, io.LimitReader(r, size-int64(content.Len())+1)); err != nil || int64(content.Len()) != size {
		return nil, bad(content.Len(), err)
	}
	return h.array(content.Bytes()[h.start:], shown)
}

// reason is the text of an error of the archive or of what is packed in it.
func reason(err error) string {
	if err == nil {
		return "more bytes than the archive says"
	}
	return strings.TrimPrefix(err.Error(), "zip: ")
}

// find returns the named member, the only one if the name is "".
func find(z *zip.Reader, file, member string) (*zip.File, *data.Problem) {
	var names []string
	var found *zip.File
	for _, f := range z.File {
		name, ok := strings.CutSuffix(f.Name, ".npy")
		if !ok {
			continue
		}
		if slices.Contains(names, name) {
			return nil, &data.Problem{File: file, What: fmt.Sprintf("two members are named %s", words.Quote(name)), Code: "bad-archive", Fixes: []string{"write the file again with numpy.savez"}}
		}
		names = append(names, name)
		if name == member || member == "" {
			found = f
		}
	}
	switch {
	case len(names) == 0:
		return nil, &data.Problem{File: file, What: "the archive holds no array", Code: "no-member", Notes: words.Lines("expected", "files ending in .npy, as numpy.savez writes")}
	case found == nil:
		return nil, &data.Problem{File: file, What: fmt.Sprintf("the archive has no array %s", words.Quote(member)), Code: "no-member", Notes: words.Lines("arrays", words.Names(names, 20))}
	case member == "" && len(names) > 1:
		return nil, &data.Problem{File: file, What: fmt.Sprintf("the archive has %s; which is meant?", words.Of(len(names), "array")), Code: "no-member", Notes: words.Lines("arrays", words.Names(names, 20)),
			Fixes: []string{fmt.Sprintf("name one: %s:%s", file, names[0])}}
	}
	return found, nil
}
