package train

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/data/image"
	"github.com/descent-ml/descent/internal/fsx"
	"github.com/descent-ml/descent/metric"
)

// rowsFile tells the part of each row of the training table, or of each image, and a
// hash of its content, so that other rows can be proved to have no part in the run.
const rowsFile = "rows.csv"

var rowsHeader = []string{"row", "part", "hash"}

// maxRowsFile is the longest such file that is read.
const maxRowsFile = 1 << 32

// hashRow is the hash of a row of a set, its target included.
func hashRow(set *data.Set, i int, room []float32) (hash uint64, _ []float32) {
	room = append(append(room[:0], set.Row(i)...), set.Y[i*set.TargetWidth:(i+1)*set.TargetWidth]...)
	return metric.HashRow(room...), room
}

func hashRows(set *data.Set) []uint64 {
	hashes := make([]uint64, set.Rows)
	var room []float32
	for i := range hashes {
		hashes[i], room = hashRow(set, i, room)
	}
	return hashes
}

// identities are the rows of all parts, or the images.
func (p *Prepared) identities() []metric.Rows {
	var all []metric.Rows
	if p.Images != nil {
		for _, part := range p.Images.Parts() {
			all = append(all, identify(part, p.Images))
		}
		return all
	}
	for _, part := range p.Parts.All() {
		all = append(all, metric.Rows{Part: part.Name, Source: p.Parts.Schema.Fingerprint.SHA256, Number: part.RowID, Hash: hashRows(part.Set)})
	}
	return all
}

// identify names the images of a part, by their number in the set and the bytes of
// their files.
func identify(part *image.Part, of *image.Set) metric.Rows {
	r := metric.Rows{Part: part.Name, Source: of.Fingerprint.SHA256}
	for _, it := range part.Items {
		r.Number, r.Hash = append(r.Number, int64(it.Row)), append(r.Hash, hashImage(it))
	}
	return r
}

// hashImage is 64 bits of the content of an image's file.
func hashImage(it image.Item) uint64 {
	const digits = 16
	hash, err := strconv.ParseUint(it.SHA256[:digits], 16, 64)
	if err != nil {
		panic("train: " + err.Error()) // package image writes hexadecimal digits
	}
	return hash
}

// writeRows writes rows.csv and returns the SHA-256 of what it wrote.
func writeRows(fsys fsx.FS, parts []metric.Rows) (string, error) {
	sum := sha256.New()
	err := fsx.WriteFileAtomic(fsys, rowsFile, func(w io.Writer) error {
		out := csv.NewWriter(io.MultiWriter(w, sum))
		_ = out.Write(rowsHeader) // Error tells
		for _, part := range parts {
			for i, hash := range part.Hash {
				_ = out.Write([]string{strconv.FormatInt(part.Number[i], 10), part.Part, fmt.Sprintf("%016x", hash)})
			}
		}
		out.Flush()
		return out.Error()
	})
	return hex.EncodeToString(sum.Sum(nil)), err
}

// readRows reads rows.csv of a run as the rows of its parts. The file must be the one
// that run.json names.
func readRows(fsys fsx.FS, info *DataInfo) (map[string]*metric.Rows, error) {
	text, err := fsx.ReadFile(fsys, rowsFile, maxRowsFile)
	if err != nil {
		return nil, err
	}
	if sum := sha256.Sum256(text); hex.EncodeToString(sum[:]) != info.Rows {
		return nil, errors.New("it is not the file that run.json names")
	}
	records, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		return nil, err
	}
	if len(records) == 0 || !slices.Equal(records[0], rowsHeader) {
		return nil, errors.New("its header is another")
	}
	parts := map[string]*metric.Rows{}
	for _, r := range records[1:] {
		number, err := strconv.ParseInt(r[0], 10, 64)
		if err != nil {
			return nil, err
		}
		hash, err := strconv.ParseUint(r[2], 16, 64)
		if err != nil {
			return nil, err
		}
		part := parts[r[1]]
		if part == nil {
			part = &metric.Rows{Part: r[1], Source: info.fingerprint().SHA256}
			parts[r[1]] = part
		}
		part.Number, part.Hash = append(part.Number, number), append(part.Hash, hash)
	}
	return parts, nil
}
