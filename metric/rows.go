package metric

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
)

// Rows names the rows of a part, so that parts can be proved apart by [Apart]: a
// threshold or a calibration must not be judged on rows it was chosen on, nor chosen
// on rows the model was trained on.
//
// A row is the same as another if both have one Source and one Number, or if both
// parts have hashes and theirs are equal: a copy of a row leaks as the row itself does.
type Rows struct {
	Part   string   // as a message names it: "valid"
	Source string   // what the numbers belong to, such as the hash of the file
	Number []int64  // of each row in the source
	Hash   []uint64 // of each row's content, by [HashRow]; nil if not known
}

// An Overlap is a pair of rows of two parts that are one row.
type Overlap struct {
	Numbers [2]int64 // in the source of each part
	Copy    bool     // different rows of equal content
}

// An OverlapError says which rows are in two parts.
type OverlapError struct {
	Part [2]string
	Rows []Overlap // every row of the second part that is in the first
	Of   int       // rows in the second part
}

// Error names the first rows of the overlap.
func (e *OverlapError) Error() string {
	const shown = 5
	var names []string
	for _, o := range e.Rows[:min(shown, len(e.Rows))] {
		name := fmt.Sprint(o.Numbers[1])
		if o.Copy {
			name += fmt.Sprintf(" (a copy of %d)", o.Numbers[0])
		}
		names = append(names, name)
	}
	if more := len(e.Rows) - len(names); more > 0 {
		names = append(names, fmt.Sprintf("%d more", more))
	}
	return fmt.Sprintf("metric: %d of %d %s rows are %s rows too: %s; what is chosen on one of them says nothing about the other; fix: keep each row in one part",
		len(e.Rows), e.Of, e.Part[1], e.Part[0], strings.Join(names, ", "))
}

// Apart proves that no two of the parts share a row. If some do, the error holds an
// [OverlapError] for each two that do, in the order of the parts. Parts of different
// sources can be proved apart by hashes only; without them the error says so.
func Apart(parts ...Rows) error {
	for _, r := range parts {
		if r.Hash != nil && len(r.Hash) != len(r.Number) {
			return fmt.Errorf("metric: %s: %d hashes for %d rows", r.Part, len(r.Hash), len(r.Number))
		}
	}
	var problems []error
	for i, a := range parts {
		for _, b := range parts[i+1:] {
			if err := apart(a, b); err != nil {
				problems = append(problems, err)
			}
		}
	}
	return errors.Join(problems...)
}

func apart(a, b Rows) error {
	hashed := a.Hash != nil && b.Hash != nil
	if a.Source != b.Source && !hashed {
		return fmt.Errorf("metric: %s and %s come from different sources and not both have hashes of their rows: a row may be in both; fix: fill Rows.Hash with HashRow", a.Part, b.Part)
	}
	number, content := map[int64]bool{}, map[uint64]int64{}
	for i, n := range a.Number {
		number[n] = a.Source == b.Source
		if hashed {
			if _, known := content[a.Hash[i]]; !known {
				content[a.Hash[i]] = n
			}
		}
	}
	e := &OverlapError{Part: [2]string{a.Part, b.Part}, Of: len(b.Number)}
	for i, n := range b.Number {
		if number[n] {
			e.Rows = append(e.Rows, Overlap{[2]int64{n, n}, false})
		} else if hashed {
			if original, known := content[b.Hash[i]]; known {
				e.Rows = append(e.Rows, Overlap{[2]int64{original, n}, true})
			}
		}
	}
	if e.Rows == nil {
		return nil
	}
	return e
}

// HashRow returns 64 bits of a row's content, its cells in the order of the columns,
// the target among them. Equal rows have equal hashes on every machine; different
// ones nearly never: among a million rows of each of two parts a false overlap has a
// chance of one in 18 million. NaNs, which stand for missing cells, are all equal,
// and 0 equals −0.
func HashRow[F Float](cells ...F) uint64 {
	h := sha256.New()
	var buf [8]byte
	for _, x := range cells {
		bits := math.Float64bits(float64(x) + 0) // −0 + 0 is 0
		if math.IsNaN(float64(x)) {
			bits = math.Float64bits(math.NaN())
		}
		binary.LittleEndian.PutUint64(buf[:], bits)
		h.Write(buf[:])
	}
	return binary.LittleEndian.Uint64(h.Sum(nil))
}

// Digest returns the SHA-256 of source and numbers in rising order, in hexadecimal:
// stored with a threshold it tells, in whatever order they come, whether rows are
// the very ones it was chosen on.
func (r Rows) Digest() string {
	h := sha256.New()
	fmt.Fprintf(h, "%q", r.Source)
	var buf [8]byte
	for _, n := range slices.SortedFunc(slices.Values(r.Number), cmp.Compare) {
		binary.LittleEndian.PutUint64(buf[:], uint64(n))
		h.Write(buf[:])
	}
	return hex.EncodeToString(h.Sum(nil))
}
