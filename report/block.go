package report

import (
	"html/template"
	"math"
	"strconv"
)

// A page is what the template prints.
type page struct {
	Title    string
	Policy   string // what the browser may load: nothing
	Style    template.CSS
	Heading  string
	Sentence prose
	Facts    []fact
	Sections []*section
}

// A fact is a line below the heading.
type fact struct {
	Name  string
	Value prose
}

// A section is a part of the page with a heading of its own.
type section struct {
	ID, Title string
	Lead      prose
	Blocks    []block
}

// A block is one of its fields.
type block struct {
	Text     prose
	Table    *table
	Folded   *table // shown when its caption is clicked
	Figures  []figure
	Pictures []picture
	Beside   []fact // the figures
	Notes    []note
	Facts    []fact
	Code     string
}

// A table has a heading a column; the first cell of a row is the row's heading.
type table struct {
	Caption string
	Head    []cell
	Rows    []row
}

type row struct {
	Cells  []cell
	Chosen bool // it is the one that the run uses
}

// A cell is text, or a number that lines up with those above it.
type cell struct {
	prose
	Number bool
	Shade  int  // 1 to 10: tenths of a line of a matrix
	Hit    bool // on its diagonal
}

// Class is the cell's class in the style sheet.
func (c cell) Class() string {
	class := ""
	if c.Number {
		class = "n"
	}
	if c.Hit {
		class += " hit"
	}
	if c.Shade > 0 {
		class += " s" + strconv.Itoa(c.Shade)
	}
	return class
}

// Prose is for the template, which sees no embedded field.
func (c cell) Prose() prose { return c.prose }

// A figure is a plot with its legend and the numbers behind it.
type figure struct {
	SVG     template.HTML
	Caption prose
	Keys    []key
	Table   *table
}

// A key says what the marks of a class are.
type key struct{ Class, Text string }

// A picture is a drawing with a line below it.
type picture struct {
	Source template.URL
	Alt    string
	Text   prose
}

// A note is a remark with the code that explains it.
type note struct {
	Severity string // "warning" or "note"
	Code     string
	Text     string
}

// prose is text with numbers in it.
type prose []span

// A span is text; one with a Name is a number of run.json.
type span struct {
	Text  string
	Name  string // its place below "result" in run.json: "test.f1"
	Value string // as JSON has it
}

// say makes prose of strings, spans and prose.
func say(parts ...any) prose {
	var p prose
	for _, part := range parts {
		switch part := part.(type) {
		case string:
			p = append(p, span{Text: part})
		case span:
			p = append(p, part)
		case prose:
			p = append(p, part...)
		default:
			panic("report: prose of something else") // our own mistake
		}
	}
	return p
}

// words is a cell of text.
func words(parts ...any) cell { return cell{prose: say(parts...)} }

// number is a cell of a number, or of a few.
func number(parts ...any) cell { return cell{prose: say(parts...), Number: true} }

// heads makes headings of texts: the first for words, the others for numbers.
func heads(first string, numbers ...string) []cell {
	head := []cell{words(first)}
	for _, n := range numbers {
		head = append(head, number(n))
	}
	return head
}

// fromRun is a number of run.json, printed as text.
func fromRun(name string, value float64, text string) span {
	if math.IsNaN(value) {
		return span{Text: undefined}
	}
	return span{text, name, strconv.FormatFloat(value, 'g', -1, 64)}
}

// Plain is the table without its caption, which is the summary of a folded one.
func (t *table) Plain() *table { return &table{Head: t.Head, Rows: t.Rows} }
