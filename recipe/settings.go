package recipe

import (
	"fmt"
	"slices"
	"strings"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/syntax"
	"github.com/descent-ml/descent/recipe/tracer"
)

// setting is one --set NAME=VALUE.
type setting struct {
	text string
	path []string
	val  tracer.Value
	used bool
	bad  bool // refused already
}

// pos is where a setting stands in messages.
func (s *setting) pos() graph.Position { return graph.Position{File: "--set " + s.text} }

// refuseSetting reports a mistake of the command line.
func (f *File) refuseSetting(s *setting, d graph.Diagnostic) {
	s.bad = true
	d.Pos = s.pos()
	f.graph.Report(d)
}

// readSettings parses the settings and puts those that name constants in place.
func (f *File) readSettings() {
	constants := f.constants()
	keywords, _ := f.words()["train"].(*tracer.Builtin).Keywords()
	for _, text := range f.options.Set {
		name, value, _ := strings.Cut(text, "=")
		s := &setting{text: text, path: strings.Split(strings.TrimSpace(name), ".")}
		f.settings = append(f.settings, s)
		v, ok := tracer.Literal(strings.TrimSpace(value))
		if !ok {
			f.refuseSetting(s, graph.Diagnostic{
				Code: CodeSetValue, Message: fmt.Sprintf("%.80q is no value: a number, a string in quotes, True, False, None or a list of these", strings.TrimSpace(value)),
				Fixes: []string{fmt.Sprintf("--set '%s=\"%.80s\"'", strings.TrimSpace(name), strings.TrimSpace(value))},
			})
			continue
		}
		s.val = v
		constant, isConstant := constants[strings.TrimSpace(name)]
		if !isConstant {
			continue
		}
		if len(s.path) == 1 && slices.Contains(keywords, s.path[0]) {
			f.refuseSetting(s, graph.Diagnostic{
				Code:    CodeSetAmbiguous,
				Message: fmt.Sprintf("%q is a constant of the recipe and a keyword of train", s.path[0]),
				Notes:   []string{"constant  " + f.tracer.Position(constant.Targets[0].Span()).String()},
				Fixes:   []string{"rename the constant"},
			})
			continue
		}
		s.used = true
		f.tracer.Override(constant, v)
	}
}

// constants are the top level's assignments of literals to names that are assigned
// once.
func (f *File) constants() map[string]*syntax.Assign {
	times := map[string]int{}
	out := map[string]*syntax.Assign{}
	for _, s := range f.tracer.Module().Body {
		syntax.Walk(s, func(n syntax.Node) bool {
			if a, ok := n.(*syntax.Assign); ok {
				for _, target := range a.Targets {
					if name, ok := target.(*syntax.Name); ok {
						times[name.Id]++
					}
				}
			}
			_, isDef := n.(*syntax.FunctionDef)
			_, isClass := n.(*syntax.ClassDef)
			return !isDef && !isClass
		})
		a, ok := s.(*syntax.Assign)
		if !ok || len(a.Targets) != 1 {
			continue
		}
		name, ok := a.Targets[0].(*syntax.Name)
		if !ok {
			continue
		}
		if _, literal := tracer.Literal(f.tracer.Text(a.Value.Span())); literal {
			out[name.Id] = a
		}
	}
	for name, n := range times {
		if n > 1 {
			delete(out, name)
		}
	}
	return out
}

// change is what is left of a setting's path inside of some value.
type change struct {
	*setting
	rest []string
}

// applySettings changes the arguments of train, or those of the words that made them.
func (f *File) applySettings(c *tracer.Call) bool {
	words, _ := c.Fn.Keywords()
	var changes []change
	for _, s := range f.settings {
		whole := len(s.path) == 1 && (s.path[0] == "data" || s.path[0] == "model")
		if !s.used && !s.bad && slices.Contains(words, s.path[0]) && !whole {
			s.used = true
			changes = append(changes, change{s, s.path})
		}
	}
	c.Change(f.arguments(c, changes))
	return !slices.ContainsFunc(f.settings, func(s *setting) bool { return s.bad })
}

// arguments returns the arguments of a call that changes reach, changed.
func (f *File) arguments(c *tracer.Call, changes []change) map[string]tracer.Change {
	out := map[string]tracer.Change{}
	inside := map[string][]change{}
	var order []string
	for _, ch := range changes {
		name := ch.rest[0]
		old, ok := c.ArgNamed(name)
		switch {
		case !ok:
			words, _ := c.Fn.Keywords()
			f.unknownSetting(ch.setting, name, c.Fn.Name, words)
		case len(ch.rest) == 1:
			out[name] = tracer.Change{Value: ch.val, From: ch.pos()}
		default:
			if inside[name] == nil {
				order = append(order, name)
				out[name] = tracer.Change{Value: old, From: ch.pos()}
			}
			inside[name] = append(inside[name], change{ch.setting, ch.rest[1:]})
		}
	}
	for _, name := range order {
		of := out[name]
		of.Value = f.changed(name, of.Value, inside[name])
		out[name] = of
	}
	return out
}

// defaults are the words that a default of ... stands for.
var defaults = map[string]string{"split": "split", "optimizer": "adam", "schedule": "constant", "early_stop": "early_stop"}

// changed makes a value again as its word would with other arguments.
func (f *File) changed(name string, v tracer.Value, changes []change) tracer.Value {
	if isDefault(v) {
		v = f.tracer.Call(f.words()[defaults[name]], f.called)
	}
	if d, ok := v.(declared); ok && d.made() != nil {
		return d.made().With(f.arguments(d.made(), changes))
	}
	if !tracer.Poisoned(v) {
		for _, ch := range changes {
			f.refuseSetting(ch.setting, graph.Diagnostic{
				Code: CodeSetUnknown, Message: fmt.Sprintf("%s has no keywords to change", name),
			})
		}
	}
	return tracer.Poison
}

func (f *File) unknownSetting(s *setting, name, owner string, words []string) {
	d := graph.Diagnostic{Code: CodeSetUnknown, Message: fmt.Sprintf("%s has no %q", owner, name)}
	if near, ok := tracer.Nearest(name, words); ok {
		path := strings.Join(s.path[:len(s.path)-1], ".")
		if path != "" {
			path += "."
		}
		_, value, _ := strings.Cut(s.text, "=")
		d.Fixes = []string{"--set " + path + near + "=" + strings.TrimSpace(value)}
	}
	f.refuseSetting(s, d)
}

// checkSettings refuses settings that found nothing to change.
func (f *File) checkSettings() {
	words, _ := f.words()["train"].(*tracer.Builtin).Keywords()
	for name := range f.constants() {
		words = append(words, name)
	}
	for _, s := range f.settings {
		if s.used || s.bad || f.graph.Diagnostics().Refused() && f.called == (syntax.Span{}) {
			continue
		}
		f.unknownSetting(s, s.path[0], "the recipe", words)
	}
}
