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
	"github.com/descent-ml/descent/internal/fsx"
	"github.com/descent-ml/descent/metric"
)

// rowsFile tells the part of each row of the training table and a hash of its
// content, so that other rows can be proved to have no part in the run.
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

// writeRows writes rows.csv and returns the SHA-256 of what it wrote.
func writeRows(fsys fsx.FS, parts *data.Parts) (string, error) {
	sum := sha256.New()
	err := fsx.WriteFileAtomic(fsys, rowsFile, func(w io.Writer) error {
		out := csv.NewWriter(io.MultiWriter(w, sum))
		_ = out.Write(rowsHeader) // Error tells
		for _, part := range parts.All() {
			for i, hash := range hashRows(part.Set) {
				_ = out.Write([]string{strconv.FormatInt(part.RowID[i], 10), part.Name, fmt.Sprintf("%016x", hash)})
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
			part = &metric.Rows{Part: r[1], Source: info.Schema.Fingerprint.SHA256}
			parts[r[1]] = part
		}
		part.Number, part.Hash = append(part.Number, number), append(part.Hash, hash)
	}
	return parts, nil
}
