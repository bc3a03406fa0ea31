// Package csv reads tables from files of comma-separated values.
//
//	table, err := csv.ReadFile("default.csv", data.Options{Target: "default"})
//	parts, err := data.Prepare(table, data.Options{Target: "default"})
//
// The first line names the columns. Text is UTF-8, with or without a byte order mark; cells may be quoted as in RFC 4180.
// Every cell is read exactly, or the file is refused with line, column, value and what was expected: a number is what
// reads as [+-] digits [. digits] [e [+-] digits], and never inf, nan, hexadecimal, too large or with underscores.
//
// A column is one of numbers if at least nine tenths of its cells are, leaving out missing ones, words for missing values
// ("NA", "?"), and counting as numbers what is nearly one ("1,5", "0x1F", "inf", "5 %"). Cells of such a column that are no numbers
// are refused: two bad cells in 10,000 do not make a column categorical. Any other column is one of texts.
//
// A file is read once, into memory, and hashed on the way.
package csv

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/data/internal/words"
	"github.com/descent-ml/descent/internal/limits"
)

// Read reads a table from r; name stands for the file in messages.
//
// Errors are a [*data.Problem] or [data.Problems] if the table is refused, and r's error if it cannot be read.
func Read(r io.Reader, name string, o data.Options) (*data.Table, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	buf, sum, err := load(r, name, 0)
	if err != nil {
		return nil, err
	}
	return parse(buf, sum, name, o)
}

// block is the number of bytes read and hashed at a time.
const block = 1 << 18

// load reads r to its end, of about size bytes, and hashes it.
func load(r io.Reader, name string, size int) (buf []byte, sum string, err error) {
	most := limits.Memory().Bytes / 2 // the other half is for the columns
	h := sha256.New()
	buf = make([]byte, 0, int(min(int64(size), most))+1)
	for {
		if len(buf) == cap(buf) {
			buf = append(buf, 0)[:len(buf)]
		}
		n, err := r.Read(buf[len(buf):min(cap(buf), len(buf)+block)])
		h.Write(buf[len(buf) : len(buf)+n])
		buf = buf[:len(buf)+n]
		if err == io.EOF {
			return buf, hex.EncodeToString(h.Sum(nil)), nil
		}
		if err != nil {
			return nil, "", fmt.Errorf("%s: %w", name, err)
		}
		if int64(len(buf)) > most {
			return nil, "", &data.Problem{File: name, What: "the file is larger than the memory there is for it", Code: "memory-limit",
				Notes: words.Lines("limit", limits.Size(most)+", half of the memory budget")}
		}
	}
}

func parse(buf []byte, sum, name string, o data.Options) (*data.Table, error) {
	buf, p := sniff(name, buf)
	if p != nil {
		return nil, p
	}
	format := o.Format()
	s := newScanner(name, buf, format.Sep[0])
	names, err := header(s)
	if err != nil {
		return nil, err
	}
	if err := o.CheckColumns(name, names); err != nil {
		return nil, err
	}
	t := &data.Table{File: name, SHA256: sum, Names: names, Format: format}
	cells := &reader{scanner: s, table: t, options: &o, decimal: format.Decimal[0]}
	if err := cells.read(); err != nil {
		return nil, err
	}
	return t, nil
}
