package main

import (
	"strings"

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
