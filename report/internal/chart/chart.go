// Package chart draws lines, dots and bars on two axes as SVG that belongs in an
// HTML page: every mark has a class and no colour, so that the page's style sheet
// decides how it looks in light, in dark and on paper.
//
//	svg := chart.Plot{
//		ID: "roc", Title: "ROC curve", Desc: "recall against false alarms; area 0.95",
//		X: chart.Axis{Label: "false alarms", Min: 0, Max: 1}, Y: chart.Axis{Label: "recall", Min: 0, Max: 1},
//		Marks: []chart.Mark{chart.Line{Class: "test", Points: points}},
//	}.SVG()
//
// Classes are axis, grid, tick and label for the frame, and line, dots, area, bar,
// whisker, ruler and note before a mark's own class. The same plot gives the same
// bytes everywhere.
package chart

import (
	"fmt"
	"html"
	"math"
	"strconv"
	"strings"
)

// The size of a plot in its own units, in which text is 11 high: about a half of a
// page's column, and about the width of a phone.
const (
	width, height            = 384, 262
	left, right, top, bottom = 48, 18, 26, 42
)

// A Plot is a picture of marks on two axes.
type Plot struct {
	ID    string // unique on its page
	Title string // read aloud by a screen reader, with Desc
	Desc  string
	X, Y  Axis
	Marks []Mark // drawn in this order
}

// A Point is a place in the units of the axes. One that is not finite is not
// drawn, and interrupts a line.
type Point struct{ X, Y float64 }

// A Mark is something that is drawn: [Line], [Dots], [Bars], [Whiskers], [Area],
// [Ruler] or [Note].
type Mark interface{ draw(*canvas) }

// SVG returns the plot as an element of an HTML page. All its texts are escaped.
func (p Plot) SVG() string {
	c := &canvas{x: p.X.scale(left, width-right), y: p.Y.scale(height-bottom, top)}
	id := html.EscapeString(p.ID)
	c.printf(`<svg class="plot" viewBox="0 0 %d %d" role="img" aria-labelledby="%s-title %s-desc">`, width, height, id, id)
	c.printf(`<title id="%s-title">%s</title><desc id="%s-desc">%s</desc>`, id, text(p.Title), id, text(p.Desc))
	c.frame(p.X, p.Y)
	for _, m := range p.Marks {
		m.draw(c)
	}
	c.printf("</svg>")
	return c.out.String()
}

// canvas collects the elements of a plot.
type canvas struct {
	out  strings.Builder
	x, y scale
}

func (c *canvas) printf(format string, args ...any) { fmt.Fprintf(&c.out, format, args...) }

// at returns a place in the plot's own units.
func (c *canvas) at(p Point) (x, y float64, ok bool) {
	x, y = c.x.at(p.X), c.y.at(p.Y)
	return x, y, finite(x) && finite(y)
}

// frame draws the axes, their ticks and labels, and a grid.
func (c *canvas) frame(x, y Axis) {
	var grid strings.Builder
	for _, t := range y.ticks() {
		at := unit(c.y.at(t.value))
		fmt.Fprintf(&grid, "M%d %sH%d", left, at, width-right)
		c.printf(`<text class="tick" x="%d" y="%s" dy=".35em" text-anchor="end">%s</text>`, left-6, at, text(t.text))
	}
	for _, t := range x.ticks() {
		at := unit(c.x.at(t.value))
		fmt.Fprintf(&grid, "M%s %dV%d", at, top, height-bottom)
		c.printf(`<text class="tick" x="%s" y="%d" text-anchor="middle">%s</text>`, at, height-bottom+15, text(t.text))
	}
	c.printf(`<path class="grid" d="%s"/><path class="axis" d="M%d %dV%dH%d"/>`, &grid, left, top, height-bottom, width-right)
	c.printf(`<text class="label" x="%d" y="%d">%s</text>`, left, top-10, text(y.Label))
	c.printf(`<text class="label" x="%d" y="%d" text-anchor="end">%s</text>`, width-right, height-8, text(x.Label))
}

// unit prints a coordinate to a tenth.
func unit(v float64) string { return strconv.FormatFloat(math.Round(v*10)/10, 'f', -1, 64) }

// text escapes a text. Which characters a page may hold is the page's matter.
func text(s string) string { return html.EscapeString(s) }

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
