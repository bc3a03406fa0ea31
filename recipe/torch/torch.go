// Package torch has the names of PyTorch that pasted code uses: modules of functions,
// methods of tensors, and the classes of torch.nn.
//
//	methods := torch.Extend(modules)                 // import torch, torch.nn, torch.nn.functional
//	t.AddMethods("tensor", methods)                  // x.view(n, -1), x.sum(dim = 1)
//	torch.Translate(diagnostic)                      // fixes in PyTorch's spelling
//
// They are tables over the operations of package graph and the losses of package loss,
// with PyTorch's conventions: dim and keepdim, (input, target), the deviation of a
// sample, weights that start uniformly in ±1/√(inputs).
//
// What changes a tensor in place changes it for every name and view that holds it, and is
// refused of weights and of what was made outside of the function. Where a tensor lives and
// whether it is watched are no matter: detach is a stop of the gradient, to("cuda") and
// requires_grad have no effect.
package torch

import (
	"maps"
	"math"
	"slices"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/internal/layer"
	"github.com/descent-ml/descent/recipe/internal/ops"
	"github.com/descent-ml/descent/recipe/syntax"
	"github.com/descent-ml/descent/recipe/tracer"
)

// Extend adds PyTorch's modules to those that a file may import, and returns the methods and
// attributes of its tensors. The optimizers and loaders of one file know each other, so each
// file has modules of its own.
func Extend(modules map[string]*tracer.Module) (methods []*tracer.Builtin) {
	functions := tensorFunctions()
	top := tracer.NewModule("torch", functions, nil)
	top.Add(sharing(creation())...)
	top.Add(sharing(joining())...)
	top.Add(running()...)
	top.Add(functionsInPlace()...)
	types := kinds()
	maps.Copy(top.Attrs, types)
	tr := &training{owners: map[tracer.Value]*tracer.Instance{}}
	base := moduleClass(tr)
	f := tracer.NewModule("F", functional(), nil)
	nn := tracer.NewModule("nn", nil, classes(base))
	nn.Attrs["functional"] = f
	nn.Attrs["init"] = tracer.NewModule("nn.init", initializers(), nil)
	nn.Attrs["utils"] = tracer.NewModule("nn.utils", []*tracer.Builtin{
		tracer.NewBuiltin("clip_grad_norm_(parameters, max_norm, norm_type=2.0, error_if_nonfinite=False, foreach=None)", tr.clipNorm),
	}, nil)
	optim, loading := tr.optimizerClasses(), tr.loading()
	special := tracer.NewModule("torch.special", functions, nil)
	linalg := tracer.NewModule("torch.linalg", []*tracer.Builtin{
		ops.Table(aliases, ops.Function{Signature: "norm(input, p='fro', dim=None, keepdim=False, *, dtype=None)", Do: norm})[0],
		ops.Table(aliases, ops.Function{Signature: "vector_norm(input, p=2, dim=None, keepdim=False, *, dtype=None)", Do: norm})[0],
	}, nil)
	autograd := tracer.NewModule("torch.autograd", nil, map[string]tracer.Value{
		"Variable": tracer.NewBuiltin("Variable(data, requires_grad=False)", itself),
	})
	cuda := tracer.NewModule("torch.cuda", []*tracer.Builtin{
		tracer.NewBuiltin("is_available()", func(c *tracer.Call) tracer.Value { return tracer.Bool(false) }),
		tracer.NewBuiltin("manual_seed(seed)", seed), tracer.NewBuiltin("manual_seed_all(seed)", seed),
	}, nil)
	for name := range tensorKinds {
		if kind, ok := types[name]; ok {
			cuda.Attrs[name] = kind
		}
	}
	of := distributions()
	maps.Copy(top.Attrs, map[string]tracer.Value{
		"nn": nn, "distributions": of, "special": special, "linalg": linalg, "autograd": autograd, "cuda": cuda,
		"optim": optim, "utils": tracer.NewModule("torch.utils", nil, map[string]tracer.Value{"data": loading}),
	})
	lossModule := tracer.NewModule("nn.modules.loss", nil, nn.Attrs)
	maps.Copy(lossModule.Attrs, lossBases(base))
	maps.Copy(modules, map[string]*tracer.Module{
		"torch": top, "torch.nn": nn, "torch.nn.functional": f, "torch.nn.init": nn.Attrs["init"].(*tracer.Module),
		"torch.nn.modules": nn, "torch.nn.modules.loss": lossModule, "torch.autograd": autograd, "torch.cuda": cuda,
		"torch.distributions": of, "torch.distributions.kl": of.Attrs["kl"].(*tracer.Module), "torch.linalg": linalg, "torch.special": special,
		"torch.optim": optim, "torch.utils.data": loading, "torch.optim.lr_scheduler": optim.Attrs["lr_scheduler"].(*tracer.Module), "torch.nn.utils": nn.Attrs["utils"].(*tracer.Module),
	})
	return append(tensorMethods(), tracer.NewBuiltin("backward(input, gradient=None, retain_graph=None)", tr.backward))
}

// Names returns the modules that a file may use without importing them.
func Names(modules map[string]*tracer.Module) map[string]tracer.Value {
	return map[string]tracer.Value{
		"torch": modules["torch"], "nn": modules["torch.nn"], "F": modules["torch.nn.functional"],
	}
}

// Used reports whether a file is written for PyTorch: whether it imports torch, or reads one
// of the names torch, nn and F.
func Used(m *syntax.Module) bool {
	used := false
	syntax.Walk(m, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Alias:
			used = used || n.Name.Name == "torch" || len(n.Name.Name) > 6 && n.Name.Name[:6] == "torch."
		case *syntax.ImportFrom:
			used = used || n.Module != nil && (n.Module.Name == "torch" || len(n.Module.Name) > 6 && n.Module.Name[:6] == "torch.")
		case *syntax.Attribute:
			if name, ok := n.Value.(*syntax.Name); ok {
				used = used || name.Id == "torch" || name.Id == "nn" || name.Id == "F"
			}
		}
		return !used
	})
	return used
}

// tensorFunctions are those that are methods of tensors too.
func tensorFunctions() []*tracer.Builtin {
	return sharing(slices.Concat(elementwise(), reductions(), layout(), scattering(), further()))
}

// joining are functions of several tensors.
func joining() []*tracer.Builtin {
	join := func(c *tracer.Call) tracer.Value {
		list, axis := c.TensorsArg(0), c.AxisArg(1)
		return c.Node(func() *graph.Node { return graph.Concat(axis, list...) })
	}
	return ops.Table(map[string]string{"axis": "dim"},
		ops.Function{Signature: "cat(tensors, dim=0, *, out=None)", Do: join},
		ops.Function{Signature: "concat(tensors, dim=0, *, out=None)", Do: join},
		ops.Function{Signature: "stack(tensors, dim=0, *, out=None)", Do: func(c *tracer.Call) tracer.Value {
			list, axis := c.TensorsArg(0), c.AxisArg(1)
			return c.Node(func() *graph.Node { return ops.Stack(axis, list...) })
		}},
		ops.Function{Signature: "where(condition, input=None, other=None)", Do: func(c *tracer.Call) tracer.Value {
			if c.IsNone(1) || c.IsNone(2) {
				return selects(c)
			}
			return tracer.Where(c)
		}},
		ops.Function{Signature: "einsum(equation, *operands)", Do: einsum},
		ops.Function{Signature: "polygamma(n, input)", Do: func(c *tracer.Call) tracer.Value {
			n, x := c.Int(0), c.TensorArg(1)
			if c.OK() && (n < 0 || n > 10) {
				c.RefuseArg(0, tracer.CodeValue, "polygamma() takes orders of 0 to 10, not %d", n)
			}
			return c.Node(func() *graph.Node { return x.Polygamma(n) })
		}},
		ops.Function{Signature: "permute(input, dims)", Do: func(c *tracer.Call) tracer.Value {
			x, order := c.TensorArg(0), c.AxesArg(1)
			return c.Node(func() *graph.Node { return x.Transpose(order...) })
		}},
		ops.Function{Signature: "reshape(input, shape)", Do: func(c *tracer.Call) tracer.Value { return c.Reshape(c.TensorArg(0), c.Arg(1), c.Span(1)) }},
		ops.Function{Signature: "tile(input, dims)", Do: func(c *tracer.Call) tracer.Value {
			x, times := c.TensorArg(0), ops.Times(c, c.Arg(1))
			return c.Node(func() *graph.Node { return ops.Tile(x, times) })
		}},
		ops.Function{Signature: "outer(input, vec2)", Do: ops.Two(func(a, b *graph.Node) *graph.Node { return ops.Einsum("i,j->ij", a, b) })},
		ops.Function{Signature: "nonzero(input, *, as_tuple=False)", Do: selects},
		ops.Function{Signature: "unique(input, sorted=True, return_inverse=False, return_counts=False, dim=None)", Do: selects},
	)
}

// einsum takes its operands as arguments, or in one list.
func einsum(c *tracer.Call) tracer.Value {
	equation, list := c.Str(0), c.Rest
	if len(list) == 1 {
		if l, ok := list[0].(*tracer.List); ok {
			list = l.Elems
		}
	}
	var nodes []*graph.Node
	for _, v := range list {
		n, ok := c.Tensor(v, c.At)
		if !ok {
			return c.Refuse(c.At, tracer.CodeType, "einsum() takes tensors, not %s", tracer.Describe(v))
		}
		nodes = append(nodes, n)
	}
	if len(nodes) == 0 {
		return c.Refuse(c.At, tracer.CodeType, "einsum() takes at least one tensor")
	}
	return c.Node(func() *graph.Node { return ops.Einsum(equation, nodes...) })
}

// running are functions about how a program runs.
func running() []*tracer.Builtin {
	return ops.Table(nil,
		ops.Function{Signature: "manual_seed(seed)", Do: seed},
		ops.Function{Signature: "no_grad()", Do: func(c *tracer.Call) tracer.Value { return gradients{frozen: true} }},
		ops.Function{Signature: "enable_grad()", Do: func(c *tracer.Call) tracer.Value { return gradients{} }},
		ops.Function{Signature: "inference_mode(mode=True)", Do: func(c *tracer.Call) tracer.Value {
			if frozen := c.Bool(0); c.OK() {
				return gradients{frozen: frozen}
			}
			return tracer.Poison
		}},
		ops.Function{Signature: "set_grad_enabled(mode)", Do: func(c *tracer.Call) tracer.Value {
			enabled := c.Bool(0)
			if !c.OK() {
				return tracer.Poison
			}
			return gradientsSet{c.Frozen(!enabled)}
		}},
		ops.Function{Signature: "device(type, index=None)", Do: newDevice},
		ops.Function{Signature: "is_tensor(obj)", Do: func(c *tracer.Call) tracer.Value { return tracer.Bool(isTensor(c.Arg(0))) }},
		ops.Function{Signature: "set_default_dtype(d)", Do: func(c *tracer.Call) tracer.Value { return tracer.None{} }},
		ops.Function{Signature: "compile(model, **kwargs)", Do: func(c *tracer.Call) tracer.Value { return c.Arg(0) }},
	)
}

// seed starts the random numbers of the top level anew.
func seed(c *tracer.Call) tracer.Value {
	if n := c.Int(0); c.OK() {
		c.Seed(uint64(n))
	}
	return tracer.None{}
}

// gradients is torch.no_grad(), whose block makes constants, and torch.enable_grad().
type gradients struct{ frozen bool }

// TypeName implements [tracer.Named].
func (g gradients) TypeName() string {
	if g.frozen {
		return "no_grad"
	}
	return "enable_grad"
}

// Enter implements [tracer.Manager].
func (g gradients) Enter(t *tracer.Tracer, at syntax.Span) (tracer.Value, func()) {
	return tracer.None{}, t.Frozen(g.frozen)
}

// gradientsSet is torch.set_grad_enabled(mode), which has an effect when it is called, and
// until its block ends where it has one.
type gradientsSet struct{ leave func() }

// TypeName implements [tracer.Named].
func (gradientsSet) TypeName() string { return "set_grad_enabled" }

// Enter implements [tracer.Manager].
func (g gradientsSet) Enter(*tracer.Tracer, syntax.Span) (tracer.Value, func()) {
	return tracer.None{}, g.leave
}

func isTensor(v tracer.Value) bool { _, ok := v.(*graph.Node); return ok }

// kinds are the types and constants of torch.
func kinds() map[string]tracer.Value {
	tensor := func(name string, kind graph.DType) *tracer.Builtin {
		return tracer.NewType(name+"(*data)", isTensor, func(c *tracer.Call) tracer.Value {
			if len(c.Rest) == 1 {
				switch v := c.Rest[0].(type) {
				case *tracer.List, tracer.Tuple, *graph.Node:
					x, ok := c.Tensor(v, c.At)
					if !ok {
						return c.Refuse(c.At, tracer.CodeType, "%s() takes numbers, or lists of them of equal lengths", name)
					}
					return c.Node(func() *graph.Node { return x.Cast(kind) })
				}
			}
			return ops.ShapeOf(c, ops.Sizes(c), c.At, func(s graph.Shape) *graph.Node { return ops.Filled(c.Graph(), 0, s).Cast(kind) })
		})
	}
	out := map[string]tracer.Value{
		"pi": tracer.Float(math.Pi), "inf": tracer.Float(math.Inf(1)), "nan": tracer.Float(math.NaN()), "e": tracer.Float(math.E),
		"Tensor": tensor("Tensor", graph.Float), "FloatTensor": tensor("FloatTensor", graph.Float), "DoubleTensor": tensor("DoubleTensor", graph.Float),
		"HalfTensor": tensor("HalfTensor", graph.Float), "ShortTensor": tensor("ShortTensor", graph.Int), "ByteTensor": tensor("ByteTensor", graph.Int),
		"LongTensor": tensor("LongTensor", graph.Int), "IntTensor": tensor("IntTensor", graph.Int), "BoolTensor": tensor("BoolTensor", graph.Bool),
	}
	for name, kind := range map[string]graph.DType{
		"float": graph.Float, "float16": graph.Float, "float32": graph.Float, "float64": graph.Float, "half": graph.Float, "double": graph.Float, "bfloat16": graph.Float,
		"int": graph.Int, "int8": graph.Int, "int16": graph.Int, "int32": graph.Int, "int64": graph.Int, "long": graph.Int, "short": graph.Int, "uint8": graph.Int,
		"bool": graph.Bool,
	} {
		out[name] = tracer.DType{DType: kind, Narrow: tracer.NarrowKind(name).Narrow}
	}
	return out
}

// classes are the names of torch.nn.
func classes(base *tracer.Class) map[string]tracer.Value {
	out := containers(base)
	out["Module"] = base
	out["Parameter"] = parameterType()
	for _, c := range layerClasses(base) {
		out[c.Name] = c
	}
	for _, a := range activations {
		f := tracer.NewBuiltin(a.function+a.signature, onLayer(a.function, overwriting(a.apply)))
		out[a.module] = asModule(base, a.module, a.settings, []string{"input"}, f)
	}
	alpha := tracer.NewBuiltin("AlphaDropout(input, p=0.5, training=True, inplace=False)", overwriting(dropout(alphaDropped)))
	out["AlphaDropout"] = asModule(base, "AlphaDropout", "p=0.5, inplace=False", []string{"input"}, alpha)
	for _, r := range lossRows() {
		r.function = r.class
		row := lossFunction(r)
		out[r.class] = asModule(base, r.class, r.settings, []string{"input", "target"}, tracer.NewBuiltin(row.Signature, row.Do))
	}
	for _, p := range []struct {
		name, settings string
		tensors        []string
		do             func(*tracer.Call) tracer.Value
	}{
		{"GaussianNLLLoss", "full=False, eps=1e-6, reduction='mean'", []string{"input", "target", "var"}, gaussianNLL},
		{"MarginRankingLoss", "margin=0.0, size_average=None, reduce=None, reduction='mean'", []string{"input1", "input2", "target"}, marginRanking},
		{"TripletMarginLoss", "margin=1.0, p=2.0, eps=1e-6, swap=False, size_average=None, reduce=None, reduction='mean'", []string{"anchor", "positive", "negative"}, tripletMargin},
		{"CosineEmbeddingLoss", "margin=0.0, size_average=None, reduce=None, reduction='mean'", []string{"input1", "input2", "target"}, cosineEmbedding},
		{"CosineSimilarity", "dim=1, eps=1e-8", []string{"x1", "x2"}, cosine},
	} {
		parameters := ""
		for _, t := range p.tensors {
			parameters += t + ", "
		}
		out[p.name] = asModule(base, p.name, p.settings, p.tensors, tracer.NewBuiltin(p.name+"("+parameters+p.settings+")", p.do))
	}
	return out
}

// parameterType is nn.Parameter: a value that is trained, from the one that it is given
// on. Random ones are drawn anew for each seed of a training.
func parameterType() *tracer.Builtin {
	is := func(v tracer.Value) bool {
		n, ok := v.(*graph.Node)
		if !ok {
			return false
		}
		_, ok = n.Param()
		return ok
	}
	return tracer.NewType("Parameter(data, requires_grad=True)", is, func(c *tracer.Call) tracer.Value {
		x, trained := c.TensorArg(0), c.Bool(1)
		if !c.OK() || x.Poisoned() {
			return tracer.Poison
		}
		if _, known := c.Known(x, c.At); !known {
			c.Want(0, "a tensor whose value is known")
			return tracer.Poison
		}
		return &layer.Variable{Kind: "Parameter", Shape: x.Shape().At(1), Init: &layer.Start{Of: layer.Expression{Value: x}}, Frozen: !trained}
	})
}
