// Package tracer evaluates recipes: files in Python's syntax whose operations on
// tensors become a graph.
//
//	t, found := tracer.New(tracer.Config{File: "x.py", Source: src, Graph: g, Names: words, Modules: tracer.Modules()})
//	t.Check()                                // wrong words, before anything is evaluated
//	t.Run()                                  // the top level, from top to bottom
//	node := t.Invoke(training, loss, at, y, p) // a function of the file, later, on another graph
//
// Values that are known while tracing are Python's own and behave as CPython's do,
// to the words of its errors. A tensor is a *graph.Node: operators, comparisons,
// indexing and the functions of modules such as K make further nodes, each at the
// place of its operator or at the first letter of its call. What needs the value of
// a tensor, such as an if, is refused with the way to write it ([graph.CodeTracedValue]).
//
// Nothing fails and nothing is unwound: what is refused is reported and becomes
// [Poison], and everything computed from it is Poison without another message. So
// one trace reports all independent mistakes. Only a limit ends it; see [Limits].
//
// Functions, modules and classes written in Go are tables of [Builtin]s: a signature
// as Python writes it, and a function that reads its arguments from a [Call].
package tracer
