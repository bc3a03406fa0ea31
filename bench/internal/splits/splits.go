// Package splits knows tables with five fixed splits of their rows, on which peers
// were measured. Paths are relative to the module's root.
package splits

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Count is how many splits there are of each table.
const Count = 5

// Column is the one that [Table.Write] adds, with each row's part.
const Column = "split"

// Table is one of the tables.
type Table struct {
	Name   string
	Path   string // of the CSV file
	Splits string // a line a row, a character a split: t, v or e for train, valid or test
}

// The tables.
var (
	Default = Table{"default", "examples/credit/default.csv", "bench/quality/default.txt"}
	HPC     = Table{"hpc", "examples/jobs/hpc.csv", "bench/quality/hpc.txt"}
	Telco   = Table{"telco_churn", "examples/churn/telco_churn.csv", "bench/quality/telco_churn.txt"}
)

// Write writes the table with a column that names each row's part, and returns the
// path of the file.
func (t Table) Write(dir string, split int) (string, error) {
	table, err := os.ReadFile(t.Path)
	if err != nil {
		return "", err
	}
	letters, err := os.ReadFile(t.Splits)
	if err != nil {
		return "", err
	}
	parts := map[byte]string{'t': "train", 'v': "valid", 'e': "test"}
	lines := strings.Split(strings.TrimSpace(string(table)), "\n")
	rows := strings.Fields(string(letters))
	if len(rows) != len(lines)-1 {
		return "", fmt.Errorf("%s: %d rows have a split, the table has %d", t.Name, len(rows), len(lines)-1)
	}
	var out bytes.Buffer
	fmt.Fprintf(&out, "%s,%s\n", strings.TrimSuffix(lines[0], "\r"), Column)
	for i, line := range lines[1:] {
		fmt.Fprintf(&out, "%s,%s\n", strings.TrimSuffix(line, "\r"), parts[rows[i][split]])
	}
	path := filepath.Join(dir, fmt.Sprintf("%s-%d.csv", t.Name, split))
	return path, os.WriteFile(path, out.Bytes(), 0o666)
}
