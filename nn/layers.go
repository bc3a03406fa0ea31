package nn

import (
	"strings"

	"github.com/descent-ml/descent/graph"
)

// LayerInfo is a line of a model's listing.
type LayerInfo struct {
	Name   string      // "Dense[0]"
	Size   string      // "3 -> 64", or ""
	Act    string      // "relu", or ""
	Out    graph.Shape // of its result: [N 64]
	Params int         // numbers that it owns
}

// Layers lists the layers of a model in the order in which they are applied, for an
// input of the given shape. It fails if the model does not fit the input.
func Layers(model Layer, in graph.Shape) ([]LayerInfo, error) {
	g := graph.New(graph.Training) // so that layers of training are listed
	kinds := map[string]any{}
	walk(model, func(owner any, name string) {
		g.Bind(owner, name)
		kinds[name] = owner
	})
	out := model.Forward(g.Input("x", in, graph.Unknown))
	if err := g.Diagnostics().Err(); err != nil {
		return nil, err
	}
	return layersOf(kinds, out), nil
}

// LayersOf lists the layers whose nodes lead to out, in the order in which they are
// applied. Model names them, as [Bind] does; nil tells no sizes.
func LayersOf(model any, out ...*graph.Node) []LayerInfo {
	kinds := map[string]any{}
	if model != nil {
		walk(model, func(owner any, name string) { kinds[name] = owner })
	}
	return layersOf(kinds, out...)
}

func layersOf(kinds map[string]any, out ...*graph.Node) []LayerInfo {
	var list []LayerInfo
	at := map[string]int{}
	for _, n := range graph.Reachable(out...) {
		s := n.Scope()
		for s != nil && !s.Layer {
			s = s.Outer
		}
		if s == nil {
			continue
		}
		i, known := at[s.Name]
		if !known {
			i = len(list)
			at[s.Name] = i
			list = append(list, newLayerInfo(n.Graph(), s.Name, kinds[s.Name]))
		}
		list[i].Out = n.Shape()
	}
	return list
}

func newLayerInfo(g *graph.Graph, name string, layer any) LayerInfo {
	info := LayerInfo{Name: name}
	if d, ok := layer.(interface{ describe() (size, act string) }); ok {
		info.Size, info.Act = d.describe()
	}
	for _, p := range g.Params() {
		param, _ := p.Param()
		if dot := strings.LastIndexByte(param.Name, '.'); dot >= 0 && param.Name[:dot] == name {
			info.Params += graph.Size(param.Shape)
		}
	}
	return info
}
