package tracer

import (
	"slices"

	"github.com/descent-ml/descent/recipe/syntax"
)

// methods are those of Python's types, and of tensors, by type and name.
func (t *Tracer) methods() map[string]map[string]*Builtin {
	if t.methodTable == nil {
		t.methodTable = map[string]map[string]*Builtin{
			"str": table(strMethods()), "list": table(listMethods()), "tuple": table(tupleMethods()),
			"dict": table(dictMethods()), "set": table(setMethods()), "tensor": table(tensorMethods()),
		}
	}
	return t.methodTable
}

// AddMethods gives values of a type further methods, in place of those of the same
// names.
func (t *Tracer) AddMethods(typeName string, list []*Builtin) {
	for _, b := range list {
		t.methods()[typeName][b.Name] = b.Method()
	}
}

func table(list []*Builtin) map[string]*Builtin {
	out := map[string]*Builtin{}
	for _, b := range list {
		b.isMethod = true
		out[b.Name] = b
	}
	return out
}

// keeps is for methods that store their arguments, poisoned ones too: a list
// without an element that could not be made would be too short later on.
func keeps(b *Builtin) *Builtin {
	b.poison = true
	return b
}

func listMethods() []*Builtin {
	self := func(c *Call) *List { l, _ := c.Arg(0).(*List); return l }
	return []*Builtin{
		keeps(NewBuiltin("append(self, object, /)", func(c *Call) Value {
			c.charge(c.At, slotBytes)
			self(c).Elems = append(self(c).Elems, c.Arg(1))
			return None{}
		})),
		NewBuiltin("extend(self, iterable, /)", func(c *Call) Value {
			more := c.Elements(1)
			c.charge(c.At, slotBytes*len(more))
			self(c).Elems = append(self(c).Elems, more...)
			return None{}
		}),
		keeps(NewBuiltin("insert(self, index, object, /)", func(c *Call) Value {
			i, n := c.Int(1), len(self(c).Elems)
			if i < 0 {
				i += n
			}
			c.charge(c.At, slotBytes)
			c.work(c.At, n)
			self(c).Elems = slices.Insert(self(c).Elems, min(max(i, 0), n), c.Arg(2))
			return None{}
		})),
		NewBuiltin("pop(self, index=-1, /)", func(c *Call) Value {
			l := self(c)
			if len(l.Elems) == 0 {
				return c.Refuse(c.At, CodeIndex, "pop from empty list")
			}
			i, ok := c.index(c.Arg(1), len(l.Elems), "pop", c.At)
			if !ok {
				return Poison
			}
			v := l.Elems[i]
			c.work(c.At, len(l.Elems)-i)
			l.Elems = slices.Delete(l.Elems, i, i+1)
			return v
		}),
		NewBuiltin("remove(self, value, /)", func(c *Call) Value {
			l := self(c)
			i, ok := c.indexOf(l.Elems, c.Arg(1))
			if ok && i < 0 {
				return c.Refuse(c.At, CodeValue, "list.remove(x): x not in list")
			}
			if ok {
				c.work(c.At, len(l.Elems)-i)
				l.Elems = slices.Delete(l.Elems, i, i+1)
			}
			return orPoison(None{}, ok)
		}),
		NewBuiltin("index(self, value, /)", func(c *Call) Value { return c.position(self(c).Elems, "list") }),
		NewBuiltin("count(self, value, /)", func(c *Call) Value { return c.countOf(self(c).Elems) }),
		NewBuiltin("copy(self)", func(c *Call) Value { return &List{c.concat(self(c).Elems, nil, c.At)} }),
		NewBuiltin("clear(self)", func(c *Call) Value { self(c).Elems = nil; return None{} }),
		NewBuiltin("reverse(self)", func(c *Call) Value {
			c.work(c.At, len(self(c).Elems))
			slices.Reverse(self(c).Elems)
			return None{}
		}),
		NewBuiltin("sort(self, *, key=None, reverse=False)", func(c *Call) Value {
			ok := c.OK() && c.sortValues(self(c).Elems, c.Arg(1), c.Bool(2), c.At)
			return orPoison(None{}, ok)
		}),
	}
}

func tupleMethods() []*Builtin {
	self := func(c *Call) Tuple { v, _ := c.Arg(0).(Tuple); return v }
	return []*Builtin{
		NewBuiltin("index(self, value, /)", func(c *Call) Value { return c.position(self(c), "tuple") }),
		NewBuiltin("count(self, value, /)", func(c *Call) Value { return c.countOf(self(c)) }),
	}
}

// indexOf finds the first element equal to v, or -1.
func (c *Call) indexOf(list []Value, v Value) (i int, ok bool) {
	for i, e := range list {
		c.step(c.At)
		if same(e, v) {
			return i, true
		}
		equal, known := c.equal(e, v, c.At)
		if !known || equal {
			return i, known
		}
	}
	return -1, true
}

func (c *Call) position(list []Value, kind string) Value {
	i, ok := c.indexOf(list, c.Arg(1))
	switch {
	case !ok:
		return Poison
	case i < 0 && kind == "list":
		return c.Refuse(c.At, CodeValue, "%s is not in list", shorten(Repr(c.Arg(1))))
	case i < 0:
		return c.Refuse(c.At, CodeValue, "tuple.index(x): x not in tuple")
	}
	return NewInt(int64(i))
}

func (c *Call) countOf(list []Value) Value {
	n := int64(0)
	for _, e := range list {
		c.step(c.At)
		equal, known := same(e, c.Arg(1)), true
		if !equal {
			equal, known = c.equal(e, c.Arg(1), c.At)
		}
		if !known {
			return Poison
		}
		if equal {
			n++
		}
	}
	return NewInt(n)
}

func dictMethods() []*Builtin {
	self := func(c *Call) *Dict { d, _ := c.Arg(0).(*Dict); return d }
	view := func(what string) *Builtin {
		return NewBuiltin(what+"(self)", func(c *Call) Value { return &dictView{self(c), what} })
	}
	lookup := func(c *Call) (v Value, found, ok bool) {
		if _, hashable := hash(c.Arg(1)); !hashable {
			if !Poisoned(c.Arg(1)) {
				c.unhashable(c.Arg(1), c.Span(1))
			}
			return Poison, false, false
		}
		v, found = self(c).Get(c.Arg(1))
		return v, found, true
	}
	return []*Builtin{
		view("keys"), view("values"), view("items"),
		NewBuiltin("get(self, key, default=None, /)", func(c *Call) Value {
			v, found, ok := lookup(c)
			if ok && !found {
				return c.Arg(2)
			}
			return v
		}),
		keeps(NewBuiltin("setdefault(self, key, default=None, /)", func(c *Call) Value {
			v, found, ok := lookup(c)
			if !ok || found {
				return v
			}
			c.putEntry(self(c), c.Arg(1), c.Arg(2), c.At)
			return c.Arg(2)
		})),
		NewBuiltin("pop(self, key, default=..., /)", func(c *Call) Value {
			v, found, ok := lookup(c)
			switch {
			case !ok:
				return Poison
			case found:
				self(c).delete(c.Arg(1))
				return v
			case c.Given(2):
				return c.Arg(2)
			}
			return c.Refuse(c.At, CodeKey, "%s", shorten(Repr(c.Arg(1))))
		}),
		NewBuiltin("update(self, other=(), /, **kwargs)", func(c *Call) Value {
			from, ok := c.Arg(1).(*Dict)
			if !ok {
				from, ok = builtinDict(&Call{Tracer: c.Tracer, Fn: c.Fn, At: c.At, args: c.args[1:], spans: c.spans[1:], refused: c.refused[1:]}).(*Dict)
			}
			if !ok {
				return Poison
			}
			c.charge(c.At, entryBytes*from.Len())
			from.Each(func(k, v Value) { self(c).Put(k, v) })
			for _, k := range c.Extra {
				c.putEntry(self(c), Str(k.Name), k.Value, k.At)
			}
			return None{}
		}),
		NewBuiltin("copy(self)", func(c *Call) Value {
			c.charge(c.At, entryBytes*self(c).Len())
			return self(c).copy()
		}),
		NewBuiltin("clear(self)", func(c *Call) Value { *self(c) = *NewDict(); return None{} }),
	}
}

func setMethods() []*Builtin {
	self := func(c *Call) *Set { s, _ := c.Arg(0).(*Set); return s }
	operator := func(name string, op syntax.Operator) *Builtin {
		return NewBuiltin(name+"(self, other, /)", func(c *Call) Value {
			other, ok := c.setOf(c.Elements(1), c.At).(*Set)
			if !ok {
				return Poison
			}
			return c.setOperator(op, self(c), other, c.At)
		})
	}
	return []*Builtin{
		operator("union", syntax.BitOr), operator("intersection", syntax.BitAnd),
		operator("difference", syntax.Sub), operator("symmetric_difference", syntax.BitXor),
		NewBuiltin("add(self, elem, /)", func(c *Call) Value {
			return orPoison(None{}, c.putEntry(self(c).dict, c.Arg(1), None{}, c.Span(1)))
		}),
		NewBuiltin("discard(self, elem, /)", func(c *Call) Value { self(c).dict.delete(c.Arg(1)); return None{} }),
		NewBuiltin("remove(self, elem, /)", func(c *Call) Value {
			if !self(c).dict.delete(c.Arg(1)) {
				return c.Refuse(c.At, CodeKey, "%s", shorten(Repr(c.Arg(1))))
			}
			return None{}
		}),
		NewBuiltin("issubset(self, other, /)", func(c *Call) Value {
			other, ok := c.setOf(c.Elements(1), c.At).(*Set)
			return orPoison(Bool(ok && self(c).within(other)), ok)
		}),
		NewBuiltin("copy(self)", func(c *Call) Value { return c.setOf(c.Elements(0), c.At) }),
	}
}

func tensorMethods() []*Builtin {
	shared := map[string]*Builtin{}
	for _, f := range kerasOps() {
		shared[f.Name] = f
	}
	method := func(sig, from string) *Builtin { return NewBuiltin(sig, shared[from].do) }
	return []*Builtin{
		method("sum(self, axis=None, keepdims=False)", "sum"),
		method("mean(self, axis=None, keepdims=False)", "mean"),
		method("max(self, axis=None, keepdims=False)", "max"),
		method("min(self, axis=None, keepdims=False)", "min"),
		method("argmax(self, axis=-1)", "argmax"),
		method("astype(self, dtype)", "cast"),
		method("flatten(self)", "flatten"),
		NewBuiltin("reshape(self, *shape)", func(c *Call) Value {
			var shape Value = Tuple(c.Rest)
			if len(c.Rest) == 1 && !isLength(c.Rest[0]) {
				if _, _, kind := number(c.Rest[0]); kind != 'i' {
					shape = c.Rest[0]
				}
			}
			return c.Reshape(c.TensorArg(0), shape, c.At)
		}),
		NewBuiltin("item(self)", func(c *Call) Value {
			return c.Report(c.At, c.TracedValue("item()", c.Brief(c.At), "the tensor as it is"))
		}),
	}
}
