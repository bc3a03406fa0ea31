package checkpoint

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/descent-ml/descent/internal/fsx"
	"github.com/descent-ml/descent/internal/limits"
	"github.com/descent-ml/descent/internal/strictjson"
)

// Version is the format of the manifests written. Older ones are read, newer ones refused.
const Version = 1

const manifestName = "manifest.json"

// maxEntries bounds the files of one checkpoint, and the keys of an object in its fields.
const maxEntries = 10_000

type manifestJSON struct {
	Version int             `json:"version"`
	Step    int64           `json:"step"`
	Files   []fileJSON      `json:"files"`
	Fields  json.RawMessage `json:"fields"`
}

type fileJSON struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// manifest returns the bytes of manifest.json.
func (c *Checkpoint) manifest() ([]byte, error) {
	m := manifestJSON{Version: Version, Step: c.Step, Files: []fileJSON{}, Fields: c.Fields}
	for _, f := range c.Files {
		m.Files = append(m.Files, fileJSON(f))
	}
	text, err := json.MarshalIndent(m, "", "\t")
	if err != nil {
		return nil, err
	}
	text = seal(bytes.TrimSuffix(text, []byte("\n}")))
	if len(text) > limits.ModelJSONBytes {
		return nil, &limits.Refusal{What: manifestName, Value: int64(len(text)), Limit: limits.ModelJSONBytes, Unit: limits.Bytes}
	}
	return text, nil
}

// seal ends the object that text begins with the SHA-256 of text, so that a
// change in the manifest itself is noticed as well.
func seal(text []byte) []byte {
	return fmt.Appendf(nil, "%s,\n\t\"sha256\": \"%x\"\n}\n", text, sha256.Sum256(text))
}

func isSealed(text []byte) bool {
	end := len(text) - len(seal(nil))
	return end >= 0 && bytes.Equal(text, seal(text[:end]))
}

// equal compares everything but where the folders are.
func (c *Checkpoint) equal(d *Checkpoint) bool {
	a, errA := c.manifest()
	b, errB := d.manifest()
	return errA == nil && errB == nil && bytes.Equal(a, b)
}

// open reads the manifest of a step and verifies every file.
func open(fsys fsx.FS, dir string, step int64) (*Checkpoint, error) {
	c := &Checkpoint{Path: folder(dir, step)}
	text, err := fsx.ReadFile(fsys, c.Path+"/"+manifestName, limits.ModelJSONBytes)
	if err != nil {
		return nil, err
	}
	err = c.parse(text)
	if err == nil && !isSealed(text) {
		err = errors.New("its last field is not the SHA-256 of what stands before: it was changed")
	}
	if err == nil && c.Step != step {
		err = fmt.Errorf("it is of step %d", c.Step)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", manifestName, err)
	}
	for _, f := range c.Files {
		if err := f.verify(fsys, c.Path); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// parse reads a manifest. The version comes first, so that a newer one is named
// as such and not by its first unknown field.
func (c *Checkpoint) parse(text []byte) error {
	r, err := strictjson.NewReader(text, strictjson.Limits{Depth: limits.ModelJSONDepth, Keys: maxEntries})
	if err != nil {
		return err
	}
	seen := 0
	err = r.Object(func(key string) (err error) {
		seen++
		switch key {
		case "version":
			return readVersion(r)
		case "step":
			c.Step, err = r.Int()
		case "files":
			err = c.parseFiles(r)
		case "fields":
			c.Fields, err = r.Raw()
		case "sha256": // for isSealed
			_, err = r.String()
		default:
			err = fmt.Errorf("unknown field %q", key)
		}
		return err
	})
	if err == nil && seen != 5 {
		err = errors.New("it needs version, step, files, fields and sha256")
	}
	return err
}

func readVersion(r *strictjson.Reader) error {
	version, err := r.Int()
	if err == nil && (version < 1 || version > Version) {
		err = fmt.Errorf("format version %d; this program reads versions 1 to %d", version, Version)
	}
	return err
}

func (c *Checkpoint) parseFiles(r *strictjson.Reader) error {
	return r.Array(func() error {
		var f Entry
		err := r.Object(func(key string) (err error) {
			switch key {
			case "name":
				f.Name, err = r.String()
			case "size":
				f.Size, err = r.Int()
			case "sha256":
				f.SHA256, err = r.String()
			default:
				err = fmt.Errorf("unknown field %q of a file", key)
			}
			return err
		})
		if err == nil {
			err = checkFileName(f.Name)
		}
		if err != nil {
			return err
		}
		if n := len(c.Files); n > 0 && strings.Compare(c.Files[n-1].Name, f.Name) >= 0 {
			return fmt.Errorf("file %q is out of order", f.Name)
		}
		if len(c.Files) == maxEntries {
			return &limits.Refusal{What: "files", Limit: maxEntries}
		}
		c.Files = append(c.Files, f)
		return nil
	})
}

// verify reads the file and compares size and hash.
func (f Entry) verify(fsys fsx.FS, dir string) (err error) {
	r, err := fsys.Open(dir + "/" + f.Name)
	if err != nil {
		return err
	}
	defer func() {
		if closing := r.Close(); err == nil {
			err = closing
		}
	}()
	if r.Size() != f.Size {
		return fmt.Errorf("%s: %d bytes, want %d", f.Name, r.Size(), f.Size)
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, r); err != nil {
		return err
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != f.SHA256 {
		return fmt.Errorf("%s: its content was changed: SHA-256 %s, want %s", f.Name, got, f.SHA256)
	}
	return nil
}
