// Package syntax reads the part of Python in which recipes and pasted Keras and PyTorch code are written, and gives a tree in
// which every node knows where it stands.
//
//	module, errs := syntax.Parse("credit.py", src)
//	for _, err := range errs {
//		fmt.Println(err)
//		fmt.Println(module.Line(err.Start.Line))
//	}
//	syntax.Walk(module, func(n syntax.Node) bool { ... })
//
// It reads Python 3.12's expressions, f-strings included, and its statements except those that a recipe has no use for (async,
// try, yield, global, nonlocal, match, type); these are named, with the way to write it instead. Reading goes on after an error at
// the next statement, so that one call reports every independent mistake. Names are compared as they are written: Python's
// normalisation of look-alike letters (NFKC) is not applied.
package syntax
