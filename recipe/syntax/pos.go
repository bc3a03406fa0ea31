package syntax

import "strconv"

// Pos is a place in a source file.
//
// Line and Col count from 1, as editors show them; Col counts characters (Unicode code points), so that a caret under a
// printed line stands where it should. Offset counts bytes from the start of the file. File tells the files apart that belong
// together, by the number that they were parsed with.
type Pos struct {
	Line, Col int
	Offset    int
	File      int
}

// String returns the position as line:col.
func (p Pos) String() string { return strconv.Itoa(p.Line) + ":" + strconv.Itoa(p.Col) }

// Span is the part of a source file from Start up to, not including, End.
type Span struct{ Start, End Pos }
