package tracer

import (
	"regexp"
	"slices"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/syntax"
)

// Nearest returns the word that is fewest slips of the keyboard away from the one
// that was typed, if that is few enough for it to be meant. Of words equally near
// the first in the alphabet is returned.
//
// The distance is Damerau's restricted one: letters put in, left out, changed, or
// swapped with their neighbour (F. J. Damerau, "A technique for computer detection
// and correction of spelling errors", CACM 7, 1964).
func Nearest(typed string, words []string) (word string, ok bool) {
	best := 1 + len([]rune(typed))/3
	if best > 4 {
		best = 4
	}
	for _, w := range slices.Sorted(slices.Values(words)) {
		if w == typed {
			continue
		}
		if d := distance([]rune(typed), []rune(w), best); d < best {
			word, best, ok = w, d, true
		}
	}
	return word, ok
}

// distance counts the slips between two words, or returns most when there are at
// least that many.
func distance(a, b []rune, most int) int {
	if d := len(a) - len(b); d >= most || -d >= most {
		return most
	}
	before, row := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		last := make([]int, len(b)+1)
		last[0] = i + 1
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			d := min(row[j]+cost, row[j+1]+1, last[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				d = min(d, before[j-1]+1)
			}
			last[j+1] = d
		}
		before, row = row, last
	}
	return min(row[len(b)], most)
}

// unknownName refuses a name that nothing gives a value.
func (t *Tracer) unknownName(name string, at syntax.Span, visible []string) Value {
	d := graph.Diagnostic{Code: graph.CodeUnknownWord, Message: "name \"" + name + "\" is not known here"}
	words := append(visible, t.predefinedNames()...)
	if data.MatchString(name) {
		d.Notes = []string{"a recipe names its data by a word that reads them"}
		d.Fixes = []string{`data = table("file.csv", target = "column")`, `data = images("folder")`}
	} else if home, _, ok := t.home(name, visible); ok {
		d.Fixes = []string{home}
	} else if near, ok := Nearest(name, words); ok {
		d.Fixes = []string{near}
	}
	if why, ok := absent[name]; ok {
		d.Notes = []string{why}
	}
	return t.Report(at, d)
}

// data are names that code gives the data that it has read.
var data = regexp.MustCompile(`^(?i:[xy]_?(train|valid|val|test)|(train|valid|val|test)_?(x|y|ds|dataset|loader|dataloader|data)|dataset|dataloader)$`)

// home returns a function of that name in a module: one that the file has a name for,
// else K, whose words need no import.
func (t *Tracer) home(name string, visible []string) (qualified string, f *Builtin, ok bool) {
	for _, module := range append(slices.Sorted(slices.Values(visible)), "K") {
		m, isModule := t.config.Names[module].(*Module)
		if !isModule {
			continue
		}
		v, _ := m.attr(name)
		if f, ok := v.(*Builtin); ok {
			return module + "." + name, f, true
		}
	}
	return "", nil, false
}

// absent says why some of Python's names are not here.
var absent = map[string]string{
	"open":       "a recipe reads files only through its data: table(\"file.csv\", ...)",
	"eval":       "a recipe runs no code from strings",
	"exec":       "a recipe runs no code from strings",
	"compile":    "a recipe runs no code from strings",
	"__import__": "a recipe runs no other program",
	"input":      "a recipe asks nothing while it is read: --set NAME=VALUE changes a constant",
	"globals":    "names cannot be made or listed by code here",
	"locals":     "names cannot be made or listed by code here",
	"vars":       "names cannot be made or listed by code here",
	"getattr":    "write the attribute itself: value.name",
	"setattr":    "write the assignment itself: value.name = x",
	"type":       "isinstance(value, float) asks for a type",
	"iter":       "for and comprehensions go over values here",
	"next":       "for and comprehensions go over values here",
}

// predefinedNames lists what is known without the file.
func (t *Tracer) predefinedNames() (names []string) {
	for name := range t.builtins {
		names = append(names, name)
	}
	for name := range t.config.Names {
		names = append(names, name)
	}
	return names
}

// unknownAttribute refuses an attribute, with the nearest that there is.
func (t *Tracer) unknownAttribute(owner, name string, at syntax.Span, words []string) Value {
	return t.Report(at, unknownAttribute(owner, name, words))
}

func unknownAttribute(owner, name string, words []string) graph.Diagnostic {
	d := graph.Diagnostic{Code: graph.CodeUnknownWord, Message: owner + " has no \"" + name + "\""}
	if near, ok := Nearest(name, words); ok {
		d.Fixes = []string{near}
	}
	return d
}
