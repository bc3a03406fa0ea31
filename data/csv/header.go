package csv

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/data/internal/words"
	"github.com/descent-ml/descent/internal/limits"
)

// header reads the names of the columns, the first record. Names must differ in more than blanks, and may not be blank.
func header(s *scanner) ([]string, error) {
	if p := otherSeparator(s); p != nil {
		return nil, p
	}
	ok, p := s.scan()
	if p != nil {
		return nil, p
	}
	if !ok {
		return nil, s.problem(0, 0, "no-rows", "the file is blank", words.Lines("expected", "a line of column names, then a line for each row"), nil)
	}
	if len(s.cells) > limits.CSVColumns {
		return nil, s.problem(s.line, 0, "column-limit", fmt.Sprintf("%s columns, above the limit of %s",
			words.Count(len(s.cells)), words.Count(limits.CSVColumns)), nil, []string{"write fewer columns"})
	}
	names := make([]string, len(s.cells))
	seen := make(map[string]int, len(names))
	var ps data.Problems
	for i, cell := range s.cells {
		names[i] = string(cell)
		bare := strings.Join(strings.FieldsFunc(names[i], unicode.IsSpace), "")
		if bare == "" {
			ps = append(ps, s.problem(s.line, i+1, "column-name", fmt.Sprintf("column %s has no name", words.Count(i+1)),
				words.Lines("name", words.Quote(names[i])), []string{"name it in the first line; drop = [...] leaves a column out"}))
			continue
		}
		first, twice := seen[bare]
		if !twice {
			seen[bare] = i
			continue
		}
		ps = append(ps, sameName(s, names, first, i))
	}
	return names, ps.Err()
}

func sameName(s *scanner, names []string, first, second int) *data.Problem {
	what := fmt.Sprintf("columns %s and %s are both named %s", words.Count(first+1), words.Count(second+1), words.Quote(names[first]))
	if names[first] != names[second] {
		what = fmt.Sprintf("the names of columns %s and %s differ only in blanks: %s and %s",
			words.Count(first+1), words.Count(second+1), words.Quote(names[first]), words.Quote(names[second]))
	}
	return s.problem(s.line, second+1, "column-name", what,
		words.Lines("would", "have left open which one a recipe means."), []string{"rename one in the first line"})
}

// otherSeparator refuses a header that the separator does not cut but some other one does, if it cuts the next line alike.
func otherSeparator(s *scanner) *data.Problem {
	first, rest, _ := bytes.Cut(s.buf, []byte{'\n'})
	second, _, _ := bytes.Cut(rest, []byte{'\n'})
	if cuts(first, s.sep) != 0 {
		return nil
	}
	for _, sep := range []byte{',', ';', '\t', '|'} {
		n := cuts(first, sep)
		if n <= 0 || len(bytes.TrimSpace(second)) > 0 && cuts(second, sep) != n {
			continue
		}
		return s.problem(1, 1, "separator", fmt.Sprintf("one column; the file looks separated by %q", sep),
			words.Lines("header", words.Quote(string(bytes.TrimSuffix(first, []byte{'\r'}))),
				"would", fmt.Sprintf("have made one column of texts, where %s are meant.", words.Count(n+1))),
			[]string{fmt.Sprintf("table(..., sep = %q)", string(sep)), "or put the header in quotes, if it is the name of one column"})
	}
	return nil
}

// cuts counts the separators in the line, those in quotes left out. It returns -1 if a quote is left open.
func cuts(line []byte, sep byte) int {
	n, quoted := 0, false
	for _, c := range line {
		switch {
		case c == '"':
			quoted = !quoted
		case c == sep && !quoted:
			n++
		}
	}
	if quoted {
		return -1
	}
	return n
}
