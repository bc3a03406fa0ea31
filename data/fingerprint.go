package data

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"github.com/descent-ml/descent/data/internal/words"
)

// Fingerprint tells whether a table is the one that a run was trained on.
type Fingerprint struct {
	SHA256  string `json:"sha256"`  // of the file's bytes
	Rows    int    `json:"rows"`    // of the table
	Columns int    `json:"columns"` // of the file, read or not
	Types   string `json:"types"`   // SHA-256 over name, kind and levels of the columns read
}

// Fingerprint returns the fingerprint of the table.
func (t *Table) Fingerprint() Fingerprint {
	h := sha256.New()
	for _, c := range t.Columns {
		// Encoded, so that no name or level can run into the next.
		line, err := json.Marshal([]any{c.Name, c.Kind(), c.Levels})
		if err != nil {
			panic(err) // texts and a known kind always encode
		}
		h.Write(append(line, '\n'))
	}
	return Fingerprint{
		SHA256:  t.SHA256,
		Rows:    t.Rows,
		Columns: len(t.Names),
		Types:   hex.EncodeToString(h.Sum(nil)),
	}
}

// Diff returns what differs in the table seen now, a line each; nothing if it is the same table.
func (f Fingerprint) Diff(now Fingerprint) []string {
	if f == now {
		return nil
	}
	var pairs []string
	if f.Rows != now.Rows {
		pairs = append(pairs, "rows", fmt.Sprintf("%s, were %s", words.Count(now.Rows), words.Count(f.Rows)))
	}
	if f.Columns != now.Columns {
		pairs = append(pairs, "columns", fmt.Sprintf("%s, were %s", words.Count(now.Columns), words.Count(f.Columns)))
	}
	if f.Types != now.Types {
		pairs = append(pairs, "types", "names, kinds or categories of columns differ")
	}
	if f.SHA256 != now.SHA256 {
		pairs = append(pairs, "sha256", fmt.Sprintf("%.12s..., was %.12s...", now.SHA256, f.SHA256))
	}
	return words.Lines(pairs...)
}
