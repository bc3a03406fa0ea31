package recipe

import (
	"fmt"
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

// refuseSetting reports a mistake of the command line.
func (f *File) refuseSetting(s *setting, d graph.Diagnostic) {
	s.bad = true
	d.Pos = graph.Position{File: "--set " + s.text}
	f.graph.Report(d)
}

// readSettings parses the settings and puts those that name constants in place.
func (f *File) readSettings() {
	constants := f.constants()
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
		if f.isKeyword(s.path[0]) && len(s.path) == 1 {
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

// isKeyword reports whether train has a keyword of that name.
func (f *File) isKeyword(name string) bool {
	words, _ := f.words()["train"].(*tracer.Builtin).Keywords()
	for _, w := range words {
		if w == name {
			return true
		}
	}
	return false
}

// applySettings changes the arguments of train, or those of the words that made them.
func (f *File) applySettings(c *tracer.Call) bool {
	for _, s := range f.settings {
		if s.used || s.bad {
			continue
		}
		s.used = true
		changed := false
		for i, p := range c.Fn.Params() {
			if p.Name != s.path[0] || s.path[0] == "data" && len(s.path) == 1 || s.path[0] == "model" && len(s.path) == 1 {
				continue
			}
			v, ok := f.changed(s, c.Arg(i), s.path[0], s.path[1:])
			if ok {
				c.SetArg(i, v)
			}
			changed = true
		}
		if !changed {
			s.used = false
		}
	}
	for _, s := range f.settings {
		if s.bad {
			return false
		}
	}
	return true
}

// defaults are the words that a default of ... stands for.
var defaults = map[string]string{"split": "split", "optimizer": "adam", "early_stop": "early_stop"}

// changed returns a value with what the rest of a path names changed.
func (f *File) changed(s *setting, v tracer.Value, keyword string, rest []string) (tracer.Value, bool) {
	if len(rest) == 0 {
		return s.val, true
	}
	if isDefault(v) {
		v = f.tracer.Call(f.words()[defaults[keyword]], f.called)
	}
	d, ok := v.(declared)
	if !ok || d.made() == nil {
		f.refuseSetting(s, graph.Diagnostic{
			Code: CodeSetUnknown, Message: fmt.Sprintf("%s has no keywords to change", keyword),
		})
		return nil, false
	}
	call := d.made()
	inner, ok := call.ArgNamed(rest[0])
	if !ok {
		words, _ := call.Fn.Keywords()
		f.unknownSetting(s, rest[0], call.Fn.Name, words)
		return nil, false
	}
	inner, ok = f.changed(s, inner, rest[0], rest[1:])
	if !ok {
		return nil, false
	}
	return call.With(rest[0], inner)
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
