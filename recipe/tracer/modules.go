package tracer

import (
	"maps"
	"math"

	"github.com/descent-ml/descent/graph"
)

// Modules returns what import finds, by dotted name: the Keras backend and its
// other names, and Python's math.
func Modules() map[string]*Module {
	dtypes := kinds("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16", "float32", "float64", "half", "double")
	k := NewModule("K", kerasOps(), nil)
	ops := NewModule("keras.ops", with(kerasOps(),
		Concatenate("concatenate(xs, axis=0)"), Clip("clip(x, x_min, x_max)"), argMax("argmax(x, axis=None)"),
		NewBuiltin("mod(x1, x2)", modulo), NewBuiltin("power(x1, x2)", power)), nil)
	tfMath := with(kerasOps(), append(reducing(),
		Concatenate("concat(values, axis)"), argMax("argmax(input, axis=0)"), OneHot("one_hot(indices, depth)"),
		Clip("clip_by_value(t, clip_value_min, clip_value_max)"),
		NewBuiltin("mod(x, y)", modulo), NewBuiltin("floormod(x, y)", modulo))...)
	keras := NewModule("keras", nil, map[string]Value{"backend": k, "ops": ops})
	mathTF := NewModule("tf.math", tfMath, nil)
	tf := NewModule("tf", tfMath, merge(dtypes, map[string]Value{"math": mathTF, "keras": keras}))
	np := NewModule("np", with(kerasOps(),
		Concatenate("concatenate(arrays, axis=0)"), Clip("clip(a, a_min, a_max)"), argMax("argmax(a, axis=None)"),
		NewBuiltin("mod(x1, x2)", modulo), NewBuiltin("power(x1, x2)", power),
		NewBuiltin("array(object)", asArray), NewBuiltin("asarray(object)", asArray)),
		merge(merge(dtypes, kinds("bool_", "int_", "intc", "single", "longlong", "float", "int")), map[string]Value{
			"pi": Float(math.Pi), "e": Float(math.E), "inf": Float(math.Inf(1)), "nan": Float(math.NaN()), "newaxis": None{},
		}))
	typing := NewModule("typing", nil, typingNames())
	containers := NewModule("collections.abc", kindsOfContainers(), map[string]Value{"Hashable": annotation{text: "Hashable"}})
	collections := NewModule("collections", nil, map[string]Value{"abc": containers, "OrderedDict": dictType()})
	types := NewModule("types", []*Builtin{
		kind("FunctionType", "function"), kind("LambdaType", "function"), kind("MethodType", "method"),
		kind("BuiltinFunctionType", "builtin_function_or_method"), kind("ModuleType", "module"), kind("NoneType", "NoneType"),
	}, nil)
	abc := NewModule("abc", []*Builtin{NewBuiltin("abstractmethod(funcobj)", func(c *Call) Value { return c.Arg(0) })},
		map[string]Value{"ABC": abstractBase, "ABCMeta": abstractBase})
	system := NewModule("os", nil, map[string]Value{"environ": NewDict()}) // of no effect, and empty: a run does not depend on where it runs
	future := NewModule("__future__", nil, futureNames())
	return map[string]*Module{
		"keras": keras, "keras.backend": k, "keras.ops": ops,
		"tensorflow": tf, "tensorflow.math": mathTF, "tensorflow.keras": keras, "tensorflow.keras.backend": k,
		"numpy": np, "math": mathModule(),
		"typing": typing, "typing_extensions": typing, "types": types, "abc": abc, "functools": functoolsModule(), "itertools": itertoolsModule(),
		"collections": collections, "collections.abc": containers, "warnings": warningsModule(), "__future__": future, "os": system, "argparse": argparseModule(),
	}
}

// kinds are the kinds of elements of these names.
func kinds(names ...string) map[string]Value {
	out := map[string]Value{}
	for _, name := range names {
		kind, _ := ParseDType(name)
		out[name] = DType{kind, narrowOf(name)}
	}
	return out
}

// Names returns the modules that a file may use without importing them.
func Names(modules map[string]*Module) map[string]Value {
	return map[string]Value{
		"K": modules["keras.backend"], "keras": modules["keras"], "tf": modules["tensorflow"], "np": modules["numpy"],
	}
}

func merge(a, b map[string]Value) map[string]Value {
	out := maps.Clone(a)
	maps.Copy(out, b)
	return out
}

// with returns the functions, of which others replace those of the same name.
func with(functions []*Builtin, others ...*Builtin) []*Builtin {
	replaced := table(nil)
	for _, f := range others {
		replaced[f.Name] = f
	}
	var out []*Builtin
	for _, f := range functions {
		if replaced[f.Name] == nil {
			out = append(out, f)
		}
	}
	return append(out, others...)
}

// reducing are TensorFlow's names of the reductions.
func reducing() []*Builtin {
	var out []*Builtin
	for _, f := range reductions() {
		name, sig := f.Name, f.sig
		switch name {
		case "sum", "mean", "max", "min", "logsumexp":
			out = append(out, NewBuiltin("reduce_"+sig, f.do))
		case "var", "std":
			long := map[string]string{"var": "variance", "std": "std"}[name]
			out = append(out, NewBuiltin("reduce_"+long+sig[len(name):], f.do))
		}
	}
	return out
}

func argMax(sig string) *Builtin {
	for _, f := range reductions() {
		if f.Name == "argmax" {
			return NewBuiltin(sig, f.do)
		}
	}
	panic("tracer: no argmax")
}

func asArray(c *Call) Value {
	x := c.TensorArg(0)
	if !c.OK() {
		return Poison
	}
	return x
}

func modulo(c *Call) Value {
	x, y := c.TensorArg(0), c.TensorArg(1)
	return c.node(func() *graph.Node { return x.Sub(x.Div(y).Floor().Mul(y)) })
}

func power(c *Call) Value {
	x, y := c.TensorArg(0), c.TensorArg(1)
	return c.node(func() *graph.Node { return x.Pow(y) })
}

// mathModule is the part of Python's math that losses use.
func mathModule() *Module {
	var functions []*Builtin
	for name, f := range map[string]func(float64) float64{
		"exp": math.Exp, "log2": math.Log2, "log10": math.Log10, "log1p": math.Log1p, "sqrt": math.Sqrt,
		"sin": math.Sin, "cos": math.Cos, "tan": math.Tan, "tanh": math.Tanh, "erf": math.Erf, "fabs": math.Abs,
	} {
		functions = append(functions, NewBuiltin(name+"(x, /)", func(c *Call) Value { return c.mathResult(f(c.value(0)), c.value(0)) }))
	}
	whole := func(sig string, f func(float64) float64) *Builtin {
		return NewBuiltin(sig, func(c *Call) Value {
			if i, _, kind := number(c.Arg(0)); kind == 'i' {
				return Int{i}
			}
			x := c.value(0)
			if !c.OK() {
				return Poison
			}
			return c.wholeOf(f(x))
		})
	}
	functions = append(functions,
		whole("floor(x, /)", math.Floor), whole("ceil(x, /)", math.Ceil), whole("trunc(x, /)", math.Trunc),
		NewBuiltin("log(x, base=2.718281828459045, /)", func(c *Call) Value {
			x := c.value(0)
			if !c.Given(1) {
				return c.mathResult(math.Log(x), x)
			}
			return c.mathResult(math.Log(x)/math.Log(c.value(1)), x)
		}),
		NewBuiltin("pow(x, y, /)", func(c *Call) Value { return c.mathResult(math.Pow(c.value(0), c.value(1)), c.value(0)) }),
		NewBuiltin("isnan(x, /)", func(c *Call) Value { return Bool(math.IsNaN(c.value(0))) }),
		NewBuiltin("isinf(x, /)", func(c *Call) Value { return Bool(math.IsInf(c.value(0), 0)) }),
	)
	return NewModule("math", functions, map[string]Value{
		"pi": Float(math.Pi), "e": Float(math.E), "tau": Float(2 * math.Pi), "inf": Float(math.Inf(1)), "nan": Float(math.NaN()),
	})
}

// value returns argument i as a number; a tensor is refused with the functions
// that take one.
func (c *Call) value(i int) float64 {
	if isTensor(c.Arg(i)) {
		c.Fail()
		c.tracedConversion(c, c.Fn.Name)
		return 0
	}
	return c.Float(i)
}

// mathResult refuses what Python's math raises on.
func (c *Call) mathResult(f, x float64) Value {
	switch {
	case !c.OK():
		return Poison
	case math.IsNaN(f) && !math.IsNaN(x), math.IsInf(f, -1) && x == 0:
		return c.Refuse(c.At, CodeValue, "math domain error")
	case math.IsInf(f, 0) && !math.IsInf(x, 0):
		return c.Refuse(c.At, CodeOverflow, "math range error")
	}
	return Float(f)
}
