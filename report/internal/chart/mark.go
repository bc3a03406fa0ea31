package chart

import "strings"

// A Line joins points, straight or in steps.
type Line struct {
	Class  string
	Points []Point
	Steps  bool // hold y until the next x
}

func (l Line) draw(c *canvas) {
	var d strings.Builder
	pen := false
	for _, p := range l.Points {
		x, y, ok := c.at(p)
		switch {
		case !ok:
		case !pen:
			d.WriteString("M" + unit(x) + " " + unit(y))
		case l.Steps:
			d.WriteString("H" + unit(x) + "V" + unit(y))
		default:
			d.WriteString("L" + unit(x) + " " + unit(y))
		}
		pen = ok
	}
	c.path("line", l.Class, &d)
}

// path adds a path unless it is empty.
func (c *canvas) path(kind, class string, d *strings.Builder) {
	if d.Len() > 0 {
		c.printf(`<path class="%s %s" d="%s"/>`, kind, text(class), d)
	}
}

// Dots are points of one look: lines of no length, to which the style sheet gives
// round ends and a width.
type Dots struct {
	Class  string
	Points []Point
}

func (m Dots) draw(c *canvas) {
	var d strings.Builder
	for _, p := range m.Points {
		if x, y, ok := c.at(p); ok {
			d.WriteString("M" + unit(x) + " " + unit(y) + "h0")
		}
	}
	c.path("dots", m.Class, &d)
}

// Bars stand side by side on the lower end of the y axis: Height[i] from Edges[i]
// to Edges[i+1].
type Bars struct {
	Class  string
	Edges  []float64
	Height []float64
}

func (m Bars) draw(c *canvas) {
	var d strings.Builder
	for i, h := range m.Height {
		x0, y, ok := c.at(Point{m.Edges[i], h})
		x1, _, also := c.at(Point{m.Edges[i+1], h})
		if ok && also {
			d.WriteString("M" + unit(x0) + " " + unit(c.y.from) + "V" + unit(y) + "H" + unit(x1) + "V" + unit(c.y.from) + "z")
		}
	}
	c.path("bar", m.Class, &d)
}

// Whiskers are intervals in y.
type Whiskers struct {
	Class string
	Spans []Span
}

// A Span is an interval of y at x.
type Span struct{ X, Lo, Hi float64 }

func (m Whiskers) draw(c *canvas) {
	var d strings.Builder
	for _, s := range m.Spans {
		x, lo, ok := c.at(Point{s.X, s.Lo})
		_, hi, also := c.at(Point{s.X, s.Hi})
		if ok && also {
			d.WriteString("M" + unit(x) + " " + unit(lo) + "V" + unit(hi))
		}
	}
	c.path("whisker", m.Class, &d)
}

// An Area is the rectangle between two corners.
type Area struct {
	Class    string
	From, To Point
}

func (m Area) draw(c *canvas) {
	x0, y0, ok := c.at(m.From)
	x1, y1, also := c.at(m.To)
	if ok && also {
		c.printf(`<rect class="area %s" x="%s" y="%s" width="%s" height="%s"/>`, text(m.Class),
			unit(min(x0, x1)), unit(min(y0, y1)), unit(max(x0, x1)-min(x0, x1)), unit(max(y0, y1)-min(y0, y1)))
	}
}

// A Ruler is a straight line from one point to another that is no data.
type Ruler struct {
	Class    string
	From, To Point
}

func (m Ruler) draw(c *canvas) {
	x0, y0, ok := c.at(m.From)
	x1, y1, also := c.at(m.To)
	if ok && also {
		c.printf(`<path class="ruler %s" d="M%s %sL%s %s"/>`, text(m.Class), unit(x0), unit(y0), unit(x1), unit(y1))
	}
}

// A Note is a short text beside a point: to its right where there is room.
type Note struct {
	Class string
	At    Point
	Text  string
	Below bool // and below it, not above
}

// noteRoom is the width that is kept for a note.
const noteRoom = 60

func (m Note) draw(c *canvas) {
	x, y, ok := c.at(m.At)
	if !ok {
		return
	}
	anchor, dx, dy := "start", 8.0, -8.0
	if x > width-right-noteRoom {
		anchor, dx = "end", -8
	}
	if m.Below && y < height-bottom-24 || y < top+24 {
		dy = 16
	}
	c.printf(`<text class="note %s" x="%s" y="%s" text-anchor="%s">%s</text>`, text(m.Class), unit(x+dx), unit(y+dy), anchor, text(m.Text))
}
