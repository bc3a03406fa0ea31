package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/tracer"
	"github.com/descent-ml/descent/train"
)

// usage is the error of a command line that cannot be meant.
func usage(message string, fixes ...string) error {
	return &train.Error{Class: train.Unreadable, Err: &graph.Diagnostic{
		Code: codeUsage, Pos: graph.Position{File: "descent"}, Message: message, Fixes: fixes,
	}}
}

// misspelt finds a command or flag that does not exist, and names the nearest.
func misspelt(app *kong.Application, args []string) error {
	node := app.Node
	for i := 0; i < len(args); i++ {
		arg := args[i]
		switch {
		case arg == "--":
			return nil
		case strings.HasPrefix(arg, "-") && arg != "-":
			flag, err := findFlag(node, arg)
			if err != nil {
				return err
			}
			if flag == nil || flag.IsBool() || strings.Contains(arg, "=") || !strings.HasPrefix(arg, "--") && len(arg) > 2 {
				continue
			}
			if i++; i == len(args) || strings.HasPrefix(args[i], "--") {
				return usage(fmt.Sprintf("--%s needs a value", flag.Name), fmt.Sprintf("--%s %s", flag.Name, flag.FormatPlaceHolder()))
			}
		case node == app.Node:
			command := slices.IndexFunc(node.Children, func(n *kong.Node) bool { return n.Name == arg })
			if command < 0 {
				return usage(fmt.Sprintf("there is no command %q", arg), nearestCommand(node, arg))
			}
			node = node.Children[command]
		}
	}
	return nil
}

func nearestCommand(node *kong.Node, typed string) string {
	var names []string
	for _, n := range node.Children {
		names = append(names, n.Name)
	}
	if near, ok := tracer.Nearest(typed, names); ok {
		return "descent " + near
	}
	return "one of " + strings.Join(names, ", ")
}

// findFlag returns the flag that an argument begins with.
func findFlag(node *kong.Node, arg string) (*kong.Flag, error) {
	name, _, _ := strings.Cut(strings.TrimLeft(arg, "-"), "=")
	long := strings.HasPrefix(arg, "--")
	var names []string
	var short *kong.Flag
	for _, group := range node.AllFlags(true) {
		for _, f := range group {
			if long && f.Name == name {
				return f, nil
			}
			if f.Name == name && len(name) > 1 { // a word after one dash
				return nil, usage(fmt.Sprintf("%q: long flags begin with two dashes", arg), "-"+arg)
			}
			if !long && name != "" && f.Short == rune(name[0]) {
				short = f
			}
			names = append(names, f.Name)
		}
	}
	if short != nil {
		return short, nil
	}
	where := "descent"
	if node.Parent != nil {
		where = "descent " + node.Name
	}
	message := fmt.Sprintf("%s has no flag %q", where, strings.SplitN(arg, "=", 2)[0])
	if near, ok := tracer.Nearest(name, names); ok {
		return nil, usage(message, "--"+near)
	}
	return nil, usage(message, where+" --help lists them")
}
