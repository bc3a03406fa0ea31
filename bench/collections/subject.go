package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/descent-ml/descent/recipe/syntax"
)

// subject is a loss of a collection.
type subject struct {
	part *part
	name string // as it is listed: Class.method or function
	made string // an expression for the object whose method it is, if it is a method
	call string // an expression over y_true and y_pred, and the object
	row  int    // of an autoencoder's outputs: how many numbers they are
}

// predictions and targets are what the parameters of losses are called.
var (
	predictions = []string{"y_pred", "pred", "preds", "input", "inp", "inputs", "net_output", "x", "logit", "logits", "img1"}
	targets     = []string{"y_true", "true", "target", "targets", "gt", "y", "label", "labels", "img2"}
)

// object is the name that the object has, which is made once, before anything is trained.
const object = "descent_object"

// others are the values of further parameters, by name.
var others = map[string]string{
	"alpha": "0.25", "gamma": "2.0", "label_index": "1", "bound": "K.ones_like(y_pred)",
	"soft_dice_kwargs": "{}", "ce_kwargs": "{}", "wce_kwargs": "{}", "bd_kwargs": "{}", "gdice_kwargs": "{}", "tversky_kwargs": "{}",
	"in_channels": "3", "latent_dim": fmt.Sprint(latent), "num_classes": "10", "categorical_dim": "10",
	"embedding_dim": "16", "num_embeddings": "32", "latent_dims": "[4, 8, 16, 32, 128]", "hidden_dims": "[32, 64, 128, 256, 512]",
}

// subjects finds the losses of the files, in their order. Of definitions that say the
// same, but for comments and the space between lines, the first one counts.
func (c *collection) subjects() []*subject {
	var all []*subject
	seen := map[string]bool{}
	for _, f := range c.files {
		for _, p := range f.parts {
			if text := plain(p.text); seen[text] {
				continue
			} else if isDefinition(p) {
				seen[text] = true
			}
			switch s := p.stmt.(type) {
			case *syntax.FunctionDef:
				if call, ok := callOf(s, s.Name.Name, nil); ok {
					all = append(all, &subject{part: p, name: s.Name.Name, call: call})
				} else if call, ok := factory(s); ok {
					all = append(all, &subject{part: p, name: s.Name.Name, call: call})
				}
			case *syntax.ClassDef:
				all = append(all, methods(p, s)...)
			case nil:
				if name, ok := broken(p); ok {
					all = append(all, &subject{part: p, name: name, call: name + "()(y_true, y_pred)"})
				}
			}
		}
	}
	return all
}

func isDefinition(p *part) bool {
	switch p.stmt.(type) {
	case nil, *syntax.FunctionDef, *syntax.ClassDef:
		return true
	}
	return false
}

// plain is a text without comments and empty lines.
func plain(text string) string {
	var lines []string
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, " #")
		if line = strings.TrimRight(line, " \t\r\n"); line != "" && !strings.HasPrefix(strings.TrimLeft(line, " \t"), "#") {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

// broken returns the name of a definition that is not Python, if it takes a prediction and
// a target somewhere.
func broken(p *part) (name string, ok bool) {
	if len(p.binds) == 0 {
		return "", false
	}
	for _, params := range regexp.MustCompile(`def\s+\w+\s*\(([^)]*)\)`).FindAllStringSubmatch(p.text, -1) {
		words := regexp.MustCompile(`\w+`).FindAllString(params[1], -1)
		has := func(names []string) bool {
			return slices.ContainsFunc(words, func(w string) bool { return slices.Contains(names, w) })
		}
		if has(predictions) && has(targets) {
			return p.binds[0], true
		}
	}
	return "", false
}

// callOf writes the call of a function that takes a prediction and a target.
func callOf(f *syntax.FunctionDef, callee string, skip []string) (string, bool) {
	var args []string
	var pred, target bool
	for _, p := range required(f.Params) {
		switch name := p.Name.Name; {
		case slices.Contains(skip, name):
		case slices.Contains(predictions, name):
			args, pred = append(args, name+"=y_pred"), true
		case slices.Contains(targets, name):
			args, target = append(args, name+"=y_true"), true
		default:
			value, known := others[name]
			if !known {
				return "", false
			}
			args = append(args, name+"="+value)
		}
	}
	return callee + "(" + strings.Join(args, ", ") + ")", pred && target
}

// required returns the parameters that have no default.
func required(params []*syntax.Param) []*syntax.Param {
	return slices.DeleteFunc(slices.Clone(params), func(p *syntax.Param) bool {
		return p.Default != nil || p.Kind == syntax.VarPositional || p.Kind == syntax.VarKeyword
	})
}

// factory writes the call of a function that returns a loss that it defines.
func factory(f *syntax.FunctionDef) (string, bool) {
	made, ok := construct(f.Name.Name, f.Params, nil)
	if !ok {
		return "", false
	}
	for _, s := range f.Body {
		if inner, isDef := s.(*syntax.FunctionDef); isDef {
			if call, ok := callOf(inner, made, nil); ok {
				return call, true
			}
		}
	}
	return "", false
}

// construct writes a call that gives a function or class what it needs.
func construct(name string, params []*syntax.Param, skip []string) (string, bool) {
	var args []string
	for _, p := range required(params) {
		if slices.Contains(skip, p.Name.Name) {
			continue
		}
		value, known := others[p.Name.Name]
		if !known {
			return "", false
		}
		args = append(args, p.Name.Name+"="+value)
	}
	return name + "(" + strings.Join(args, ", ") + ")", true
}

// methods finds the losses of a class: what calls an instance, what computes a loss
// of an autoencoder's outputs, and every other method of a prediction and a target.
func methods(p *part, class *syntax.ClassDef) []*subject {
	made := class.Name.Name + "()"
	var losses []*syntax.FunctionDef
	for _, s := range class.Body {
		f, ok := s.(*syntax.FunctionDef)
		if !ok {
			continue
		}
		if f.Name.Name == "__init__" {
			var ok bool
			if made, ok = construct(class.Name.Name, f.Params, []string{"self"}); !ok {
				return nil
			}
			continue
		}
		losses = append(losses, f)
	}
	var all []*subject
	for _, f := range losses {
		callee, name := object+"."+f.Name.Name, class.Name.Name+"."+f.Name.Name
		if f.Name.Name == "forward" || f.Name.Name == "call" {
			callee = object
		}
		if call, ok := callOf(f, callee, []string{"self"}); ok {
			all = append(all, &subject{part: p, name: name, made: made, call: call})
		} else if f.Name.Name == "loss_function" && len(f.Body) > 1 {
			call, row := autoencoder(class, callee, f)
			all = append(all, &subject{part: p, name: name, made: made, call: call, row: row})
		}
	}
	return all
}
