package tracer

import "github.com/descent-ml/descent/graph"

// runWith traces a source, and returns what it printed and what was refused.
func runWith(source string, c Config) (out string, ds graph.Diagnostics, tr *Tracer) {
	modules := Modules()
	c.File, c.Source, c.Graph = "x.py", []byte(source), graph.New(graph.Inference)
	c.Graph.Language = graph.Python
	c.Modules, c.Names = modules, Names(modules)
	tr, ds = New(c)
	if tr == nil {
		return "", ds, nil
	}
	tr.Run()
	return tr.Output(), tr.g.Diagnostics(), tr
}
