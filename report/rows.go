package report

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"slices"

	"github.com/descent-ml/descent/train"
)

// rowsVerdict says whether the parts have a row in common.
type rowsVerdict int

const (
	rowsUnknown rowsVerdict = iota // files are missing
	rowsApart                      // shown by the numbers of the rows
	rowsShared                     // a row is in two parts
	rowsOther                      // the numbers are not those of run.json
)

// maxRows is the longest table whose row numbers are compared.
const maxRows = 1 << 26

// verdict compares the rows of the parts. The numbers of valid, tune and test rows
// are in the files of predictions; those of the training rows have to be the rest,
// whose SHA-256 is in run.json.
func verdict(r *run) rowsVerdict {
	if r.Data == nil || r.Data.Schema == nil {
		return rowsUnknown
	}
	total := r.Data.Schema.Fingerprint.Rows
	sums := map[string]train.PartInfo{}
	for _, p := range r.Data.Parts {
		sums[p.Name] = p
	}
	if total > maxRows {
		return rowsUnknown
	}
	taken := make([]bool, total)
	for _, part := range []string{"valid", "tune", "test"} {
		p := r.scores[part]
		if p == nil {
			if sums[part].Rows > 0 {
				return rowsUnknown
			}
			continue
		}
		for _, id := range p.rows {
			if id < 1 || id > int64(total) {
				return rowsOther
			}
			if taken[id-1] {
				return rowsShared
			}
			taken[id-1] = true
		}
		if hashRows(slices.Values(p.rows)) != sums[p.part].SHA256 {
			return rowsOther
		}
	}
	rest := hashRows(func(yield func(int64) bool) {
		for i, t := range taken {
			if !t && !yield(int64(i)+1) {
				return
			}
		}
	})
	if rest != sums["train"].SHA256 {
		return rowsUnknown // rows of the file may be in no part
	}
	return rowsApart
}

// hashRows is the SHA-256 of row numbers, as run.json has it.
func hashRows(rows func(yield func(int64) bool)) string {
	h := sha256.New()
	var b [8]byte
	for id := range rows {
		binary.LittleEndian.PutUint64(b[:], uint64(id))
		h.Write(b[:])
	}
	return hex.EncodeToString(h.Sum(nil))
}
