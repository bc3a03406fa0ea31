package tracer

import (
	"fmt"
	"slices"
	"strings"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/syntax"
)

// bind gives the parameters of f their values, by Python's rules and with Python's
// words.
func (t *Tracer) bind(f *Function, e *env, args []Value, keywords []Keyword, at syntax.Span) bool {
	name := callableName(f) + "()"
	ok, next := true, 0
	for _, p := range f.params {
		switch p.Kind {
		case syntax.PositionalOnly, syntax.Positional:
			if next < len(args) {
				e.vars[p.Name.Name] = args[next]
				next++
			}
		case syntax.VarPositional:
			e.vars[p.Name.Name] = Tuple(slices.Clone(args[next:]))
			next = len(args)
		case syntax.VarKeyword:
			e.vars[p.Name.Name] = NewDict()
		}
	}
	if next < len(args) {
		t.tooMany(f, name, len(args), at)
		ok = false
	}
	for _, k := range keywords {
		ok = t.bindKeyword(f, e, k, name) && ok
	}
	var missing, missingKeywords []string
	for i, p := range f.params {
		if _, bound := e.vars[p.Name.Name]; bound {
			continue
		}
		switch {
		case f.defaults[i] != nil:
			e.vars[p.Name.Name] = f.defaults[i]
		case p.Kind == syntax.KeywordOnly:
			missingKeywords = append(missingKeywords, p.Name.Name)
		default:
			missing = append(missing, p.Name.Name)
		}
	}
	if !ok {
		return false // what is missing may be what was misspelled
	}
	if len(missing) > 0 {
		t.missing(name, "positional", missing, at)
	} else if len(missingKeywords) > 0 {
		t.missing(name, "keyword-only", missingKeywords, at)
	}
	return len(missing)+len(missingKeywords) == 0
}

func (t *Tracer) bindKeyword(f *Function, e *env, k Keyword, name string) bool {
	var words []string
	for _, p := range f.params {
		switch p.Kind {
		case syntax.VarKeyword:
			t.charge(k.At, entryBytes)
			e.vars[p.Name.Name].(*Dict).Put(Str(k.Name), k.Value)
			return true
		case syntax.Positional, syntax.KeywordOnly:
			if p.Name.Name != k.Name {
				words = append(words, p.Name.Name)
				continue
			}
			if _, twice := e.vars[k.Name]; twice {
				t.Refuse(k.At, CodeType, "%s got multiple values for argument '%s'", name, k.Name)
				return false
			}
			e.vars[k.Name] = k.Value
			return true
		}
	}
	t.unknownKeyword(k, words)
	return false
}

func (t *Tracer) missing(name, kind string, params []string, at syntax.Span) {
	quoted := make([]string, len(params))
	for i, p := range params {
		quoted[i] = "'" + p + "'"
	}
	list := quoted[0]
	switch n := len(quoted); {
	case n == 2:
		list = quoted[0] + " and " + quoted[1]
	case n > 2:
		list = strings.Join(quoted[:n-1], ", ") + ", and " + quoted[n-1]
	}
	t.Refuse(at, CodeType, "%s missing %d required %s argument%s: %s", name, len(params), kind, plural(len(params)), list)
}

func plural(n int) string {
	if n == 1 {
		return ""
	}
	return "s"
}

func (t *Tracer) tooMany(f *Function, name string, given int, at syntax.Span) {
	names, required := f.Params()
	n := len(names)
	were := "were"
	if given == 1 {
		were = "was"
	}
	if required < n {
		t.Refuse(at, CodeType, "%s takes from %d to %d positional arguments but %d %s given", name, required, n, given, were)
		return
	}
	t.Refuse(at, CodeType, "%s takes %d positional argument%s but %d %s given", name, n, plural(n), given, were)
}

// unknownKeyword refuses a keyword that a call does not take, with the nearest
// that it does.
func (t *Tracer) unknownKeyword(k Keyword, words []string) Value {
	d := graph.Diagnostic{Code: graph.CodeUnknownWord, Message: k.Func + " has no keyword \"" + k.Name + "\""}
	if near, ok := Nearest(k.Name, words); ok {
		d.Fixes = []string{near + " = " + t.Brief(k.Src)}
	}
	if home, f, ok := t.home(k.Func, nil); ok && d.Fixes == nil && slices.ContainsFunc(f.Params(), func(p Param) bool { return p.Name == k.Name }) {
		d.Fixes = []string{home + ", the one of tensors, takes " + k.Name}
	}
	if others := t.takers(k); d.Fixes == nil && len(others) > 0 {
		const shown = 3
		owners := strings.Join(others[:min(len(others), shown)], ", ")
		if len(others) > shown {
			owners += " and others"
		}
		d.Fixes = []string{fmt.Sprintf("%s belongs to %s: %s(%[1]s = %[4]s)", k.Name, owners, others[0], t.Brief(k.Src))}
	}
	d.Notes = takes(k.Func, words)
	return t.Report(k.At, d)
}

// takers lists the recipe's own words that take the keyword, where it was given to
// another one of them.
func (t *Tracer) takers(k Keyword) (names []string) {
	if _, ok := t.config.Names[k.Func].(*Builtin); !ok {
		return nil
	}
	for name, v := range t.config.Names {
		if f, ok := v.(*Builtin); ok && slices.ContainsFunc(f.Params(), func(p Param) bool { return p.Name == k.Name }) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// takes lists the keywords of a function.
func takes(function string, words []string) []string {
	if len(words) == 0 {
		return []string{function + " takes no keywords"}
	}
	sorted := slices.Sorted(slices.Values(words))
	return []string{function + " takes: " + strings.Join(sorted, ", ")}
}
