package main

import (
	"strings"
	"unicode/utf8"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

// aligned lays rows of cells out in columns, two blanks apart. Align has a letter
// a column: l or r.
func aligned(align string, rows ...[]string) []string {
	t := table.NewWriter()
	style := table.StyleDefault
	style.Options = table.OptionsNoBordersAndSeparators
	style.Box.PaddingLeft, style.Box.PaddingRight = "", "  "
	t.SetStyle(style)
	var columns []table.ColumnConfig
	for i, side := range align {
		c := table.ColumnConfig{Number: i + 1, Align: text.AlignLeft}
		if side == 'r' {
			c.Align = text.AlignRight
		}
		columns = append(columns, c)
	}
	t.SetColumnConfigs(columns)
	for _, cells := range rows {
		row := make(table.Row, len(cells))
		for i, c := range cells {
			row[i] = c
		}
		t.AppendRow(row)
	}
	lines := strings.Split(t.Render(), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(l, " ")
	}
	return lines
}

// blockIndent is how far the lines of a block stand in.
const blockIndent = 8

// fitted builds a table that has names in it, cut as far as a line has no room for them.
// Build gets how long a name may be.
func fitted(names []string, build func(most int) [][]string) [][]string {
	longest := 0
	for _, name := range names {
		longest = max(longest, utf8.RuneCountInString(word(name)))
	}
	rows := build(longest)
	if over := tableWidth(rows) - (maxWidth - blockIndent); over > 0 {
		return build(max(longest-over, shortestName))
	}
	return rows
}

// shortestName is how far names are cut at most.
const shortestName = 6

func tableWidth(rows [][]string) int {
	var widths []int
	for _, cells := range rows {
		for i, c := range cells {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], utf8.RuneCountInString(c))
		}
	}
	sum := 2 * (len(widths) - 1)
	for _, w := range widths {
		sum += w
	}
	return sum
}

// shortWord is word cut to that many characters.
func shortWord(name string, most int) string {
	out := word(name)
	for r := []rune(name); utf8.RuneCountInString(out) > most && len(r) > 0; {
		r = r[:len(r)-1]
		out = word(strings.TrimRight(string(r), " ") + "...")
	}
	return out
}
