package words

import "unicode"

// Nearest returns the known word closest to word, or "" if none is close: a third of its letters may be wrong, or one, but
// not all. Letters of another case count as right; among equals the first wins.
func Nearest(word string, known []string) string {
	w := fold(word)
	best, least := "", min(max(1, len(w)/3)+1, len(w))
	for _, k := range known {
		f := fold(k)
		if d := len(f) - len(w); max(d, -d) > least {
			continue
		}
		if d := distance(w, f); d < least {
			best, least = k, d
		}
	}
	return best
}

// longest is the number of letters that are compared; longer words are cut.
const longest = 200

func fold(s string) []rune {
	r := []rune(s)
	r = r[:min(len(r), longest)]
	for i := range r {
		r[i] = unicode.ToLower(r[i])
	}
	return r
}

// distance counts the insertions, deletions, changes and swaps of neighbours that turn a into b
// (optimal string alignment, a restricted Damerau distance).
func distance(a, b []rune) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range a {
		row[0] = i + 1
		for j := range b {
			change := 1
			if a[i] == b[j] {
				change = 0
			}
			row[j+1] = min(row[j]+1, last[j+1]+1, last[j]+change)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
