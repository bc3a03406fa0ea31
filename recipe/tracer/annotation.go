package tracer

import (
	"strings"

	"github.com/descent-ml/descent/recipe/syntax"
)

// annotation is what Python's typing makes: it says something about types to readers
// and tools, and nothing while a program runs.
type annotation struct {
	text string
	of   Value // of Base[T], the class Base
}

// TypeName implements [Named].
func (annotation) TypeName() string { return "typing object" }

func (a annotation) String() string { return a.text }

// Attr implements [Attributer]: P.args of a ParamSpec, and the like.
func (a annotation) Attr(_ *Tracer, name string, _ syntax.Span) (Value, bool) {
	return annotation{text: a.text + "." + name}, true
}

// Attrs implements [Attributer].
func (annotation) Attrs() []string { return nil }

// annotated is v[index] or a | b, if v is a type or an annotation.
func annotated(v Value, rest string) (Value, bool) {
	switch v := v.(type) {
	case annotation:
		return annotation{v.text + rest, v.of}, true
	case *Class:
		return annotation{v.Name + rest, v}, true
	case *Builtin:
		if v.is != nil {
			return annotation{text: v.Name + rest}, true
		}
	}
	return nil, false
}

// typeText is how typing writes a type.
func typeText(v Value) string {
	switch v := v.(type) {
	case *Class:
		return v.Name
	case *Builtin:
		return v.Name
	case Tuple:
		texts := make([]string, len(v))
		for i, e := range v {
			texts[i] = typeText(e)
		}
		return strings.Join(texts, ", ")
	case *List:
		return "[" + typeText(Tuple(v.Elems)) + "]"
	}
	return Repr(v)
}

// union is a | b of types: int | None.
func union(a, b Value) (Value, bool) {
	_, first := annotated(a, "")
	_, second := annotated(b, "")
	_, none := b.(None)
	if _, before := a.(None); before && second {
		return annotation{text: "None | " + typeText(b)}, true
	}
	if !first || !second && !none {
		return nil, false
	}
	return annotation{text: typeText(a) + " | " + typeText(b)}, true
}

// typingNames are the names of the module typing.
func typingNames() map[string]Value {
	out := map[string]Value{"TYPE_CHECKING": Bool(false)}
	for _, name := range strings.Fields(`Any Union Optional List Dict Tuple Set FrozenSet Type Generic Protocol Literal Final ClassVar
		NoReturn Never Annotated Text AnyStr Generator Hashable Sized Container Collection Self TypeAlias Concatenate Required NotRequired
		Unpack SupportsFloat SupportsInt SupportsIndex OrderedDict DefaultDict Deque ContextManager IO`) {
		out[name] = annotation{text: "typing." + name}
	}
	named := func(signature string) *Builtin {
		return NewBuiltin(signature, func(c *Call) Value { return annotation{text: c.Str(0)} })
	}
	same := func(signature string, i int) *Builtin {
		return NewBuiltin(signature, func(c *Call) Value { return c.Arg(i) })
	}
	for _, f := range append([]*Builtin{
		named("TypeVar(name, *constraints, bound=None, covariant=False, contravariant=False)"),
		named("ParamSpec(name, *, bound=None, covariant=False, contravariant=False)"),
		named("TypeVarTuple(name)"), named("ForwardRef(arg)"),
		same("NewType(name, tp)", 1), same("cast(typ, val)", 1),
		same("overload(func)", 0), same("final(f)", 0), same("no_type_check(arg)", 0), same("runtime_checkable(cls)", 0),
	}, kindsOfContainers()...) {
		out[f.Name] = f
	}
	return out
}

// kindsOfContainers are the classes of collections.abc that isinstance knows.
func kindsOfContainers() []*Builtin {
	kind := func(name string, types ...string) *Builtin {
		f := NewType(name+"()", func(v Value) bool {
			for _, t := range types {
				if TypeName(v) == t {
					return true
				}
			}
			return false
		}, func(c *Call) Value {
			return c.Refuse(c.At, CodeType, "Can't instantiate abstract class %s", name)
		})
		return f
	}
	lists := []string{"list", "tuple", "str", "range"}
	all := append([]string{"dict", "set", "tensor", "dict_keys", "dict_values", "dict_items"}, lists...)
	out := []*Builtin{
		kind("Iterable", all...), kind("Sequence", lists...), kind("MutableSequence", "list"),
		kind("Mapping", "dict"), kind("MutableMapping", "dict"), kind("Iterator", "generator", "map", "filter", "zip", "enumerate", "reversed"),
	}
	return append(out, NewType("Callable()", mayBeCalled, func(c *Call) Value {
		return c.Refuse(c.At, CodeType, "Can't instantiate abstract class Callable")
	}))
}
