package graph

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
)

// TestDecodeRefuses holds what a file cannot make this package do.
func TestDecodeRefuses(t *testing.T) {
	x := `{"op":"Input","attrs":{"name":"x","shape":[[1,0],3]}}`
	for _, c := range []struct{ name, nodes, want string }{
		{"an unknown op", `{"op":"System"}`, `node 0 ("System"): no such op`},
		{"an op of training", `{"op":"Random","attrs":{"name":"a","shape":[3]}}`, `node 0 ("Random"): no such op`},
		{"an unknown field", `{"op":"Input","attrs":{"name":"x","shape":[3],"url":"a"}}`, `unknown field "url"`},
		{"a field of another type", `{"op":"Input","attrs":{"name":7}}`, `cannot unmarshal number`},
		{"attributes of another op", x + `,{"op":"Greater","attrs":{"relation":"Less"},"in":[0,0]}`, `node 1 ("Greater"): its attributes are those of "Less"`},
		{"attributes of no relation", x + `,{"op":"Greater","in":[0,0]}`, `node 1 ("Greater"): its attributes are those of ""`},
		{"an input of its own", `{"op":"Exp","in":[0]}`, `input 0 is node 0, which does not come before it`},
		{"an input that comes later", `{"op":"Exp","in":[1]},` + x, `input 0 is node 1, which does not come before it`},
		{"a negative input", x + `,{"op":"Exp","in":[-1]}`, `input 0 is node -1, which does not come before it`},
		{"too many inputs", x + `,{"op":"Exp","in":[0,0]}`, `it has 2 inputs, it takes 1`},
		{"no inputs", `{"op":"Concat","attrs":{"axis":0}}`, `it has 0 inputs, it takes 1`},
		{"unlike shapes", x + `,{"op":"Const","attrs":{"values":[1]}},{"op":"Add","in":[0,1]}`, `element by element on [N 3] and []`},
		{"a name twice", x + `,` + x, `input "x" is declared twice`},
		{"a parameter twice", `{"op":"Param","attrs":{"name":"w","shape":[3]}},{"op":"Param","attrs":{"name":"w","shape":[3]}}`, `parameter "w" is declared twice`},
		{"a parameter of the batch", `{"op":"Param","attrs":{"name":"w","shape":[[1,0]]}}`, `parameter "w" depends on the batch`},
		{"a parameter of no size", `{"op":"Param","attrs":{"name":"w","shape":[-3]}}`, `[-3] has a negative length`},
		{"a parameter beyond memory", `{"op":"Param","attrs":{"name":"w","shape":[1000000,1000000]}}`, `[1000000 1000000] has more than 2147483648 elements`},
		{"a product that wraps around", `{"op":"Input","attrs":{"name":"w","shape":[4194305,4194305,211106198978564]}}`, `has more than 2147483648 elements`},
		{"a long batch axis", `{"op":"Input","attrs":{"name":"w","shape":[[9223372036854775807,-9223372036854775800]]}}`, `has more than 2147483648 elements`},
		{"a count of such", `{"op":"Count","attrs":{"size":[9223372036854775807,9223372036854775807]}}`, `has a negative length`},
		{"rank 40", `{"op":"Const","attrs":{"dims":[1` + strings.Repeat(",1", 39) + `],"values":[1]}}`, `40 axes, above the limit of 8`},
		{"too few values", `{"op":"Const","attrs":{"dims":[2,2],"values":[1,2,3]}}`, `3 values for [2 2]`},
		{"a shape whose size wraps to that of its values", `{"op":"Const","attrs":{"dims":[2,4294967296,4294967296],"values":[]}}`, `0 values for`},
		{"too large a broadcast", x + `,{"op":"Reshape","attrs":{"shape":[[1,0],1,3]},"in":[0]},{"op":"Broadcast","attrs":{"shape":[[1,0],1000000000,3]},"in":[1]}`, `has more than 2147483648 elements`},
		{"a reshape to more elements", x + `,{"op":"Reshape","attrs":{"shape":[[1,0],4]},"in":[0]}`, `cannot be laid out as [N 4]`},
		{"a reshape to what is to be inferred", x + `,{"op":"Reshape","attrs":{"shape":[-1]},"in":[0]}`, `cannot be laid out as [-1]`},
		{"a slice outside", x + `,{"op":"Slice","attrs":{"axis":1,"start":0,"stop":4},"in":[0]}`, `is not inside [N 3]`},
		{"a slice of the batch backwards", x + `,{"op":"Slice","attrs":{"axis":0,"start":[1,0],"stop":5},"in":[0]}`, `is not inside [N 3]`},
		{"a pad that cuts", x + `,{"op":"Pad","attrs":{"axis":1,"before":1,"size":3},"in":[0]}`, `3 from 1 on does not fit into 3`},
		{"a pad before the start", x + `,{"op":"Pad","attrs":{"axis":1,"before":-1,"size":30},"in":[0]}`, `3 from -1 on does not fit into 30`},
		{"an axis that is not there", x + `,{"op":"Softmax","attrs":{"axis":2},"in":[0]}`, `[N 3] has no axis 2`},
		{"a negative axis", x + `,{"op":"Sum","attrs":{"axes":[-1]},"in":[0]}`, `[N 3] has no axis -1`},
		{"axes out of order", x + `,{"op":"Sum","attrs":{"axes":[1,1]},"in":[0]}`, `reduce`},
		{"argmax of two axes", x + `,{"op":"ArgMax","attrs":{"axes":[0,1]},"in":[0]}`, `2 axes, it takes 1`},
		{"argmax of no axis", x + `,{"op":"ArgMax","in":[0]}`, `0 axes, it takes 1`},
		{"an order that repeats", x + `,{"op":"Transpose","attrs":{"perm":[0,0]},"in":[0]}`, `is no order of the 2 axes`},
		{"endless classes", x + `,{"op":"OneHot","attrs":{"classes":9223372036854775807},"in":[0]}`, `has more than 2147483648 elements`},
		{"no classes", x + `,{"op":"OneHot","in":[0]}`, `0 classes, it takes 1 or more`},
		{"a kind unknown", x + `,{"op":"Cast","attrs":{"from":"float","to":"string"},"in":[0]}`, `"string" is no kind of element`},
		{"a kind that is not its input's", x + `,{"op":"Cast","attrs":{"from":"int","to":"bool"},"in":[0]}`, `from int, but its input is float`},
		{"a condition that is none", x + `,{"op":"Where","in":[0,0,0]}`, `the condition is float, it takes bool`},
		{"an end that is no number", x + `,{"op":"Clip","attrs":{"lo":"low","hi":1},"in":[0]}`, `cannot unmarshal string`},
		{"a window without a stride", x + `,{"op":"Conv2D","in":[0,0]}`, `strides and dilations are at least 1`},
		{"a window beyond numbers", x + `,{"op":"Conv2D","attrs":{"stride":[1,1],"dilation":[9223372036854775807,1],"pad":[[0,0],[0,0]],"groups":1},"in":[0,0]}`, `all at most 1048576`},
		{"groups beyond numbers", x + `,{"op":"Conv2D","attrs":{"stride":[1,1],"dilation":[1,1],"groups":9223372036854775807},"in":[0,0]}`, `it takes 1 to 1048576`},
		{"a convolution of rows", x + `,{"op":"Conv2D","attrs":{"stride":[1,1],"dilation":[1,1],"groups":1},"in":[0,0]}`, `it takes images [N H W C]`},
		{"a transposed convolution of rows", x + `,{"op":"Conv2DTranspose","attrs":{"stride":[1,1],"dilation":[1,1],"groups":1,"size":[1,1]},"in":[0,0]}`, `it takes images [N H W Out]`},
		{"the kernel's derivative of rows", x + `,{"op":"Conv2DFilter","attrs":{"stride":[1,1],"dilation":[1,1],"groups":1,"size":[1,1]},"in":[0,0]}`, `it takes images [N H W C]`},
		{"a vector product", x + `,{"op":"Const","attrs":{"values":[1]}},{"op":"MatMul","in":[0,1]}`, `are not both matrices`},
	} {
		t.Run(c.name, func(t *testing.T) {
			var e Encoded
			if err := json.Unmarshal([]byte(`{"nodes":[`+c.nodes+`],"outputs":{}}`), &e); err != nil {
				t.Fatal(err)
			}
			_, _, err := Decode(&e)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
	for _, at := range []int{-1, 0, 7} {
		if _, _, err := Decode(&Encoded{Outputs: map[string]int{"y": at}}); err == nil {
			t.Errorf("output %d of no nodes is taken", at)
		}
	}
}

func TestEncodeRefusesPoison(t *testing.T) {
	g, x := inputs([]Shape{n3, n4})
	if _, err := Encode(map[string]*Node{"y": x[0].Add(x[1])}); err == nil || err.Error() != "graph: output y could not be made" {
		t.Errorf("got %v", err)
	}
	if len(g.Diagnostics()) != 1 {
		t.Error(g.Diagnostics())
	}
}

// TestReal holds that attributes which JSON has no number for keep their value.
func TestReal(t *testing.T) {
	want := reals{0, math.Copysign(0, -1), 1.0 / 3, math.MaxFloat64, math.SmallestNonzeroFloat64, math.Inf(1), math.Inf(-1), math.NaN()}
	text, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got reals
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	for i := range want {
		if math.Float64bits(want[i]) != math.Float64bits(got[i]) {
			t.Errorf("%v is read as %v from %s", want[i], got[i], text)
		}
	}
}

// FuzzGraphJSON reads any bytes as a graph. What is read must compute, be written
// and be read again to the same graph.
func FuzzGraphJSON(f *testing.F) {
	for _, r := range rows {
		tr := r.apply(f, unknown(len(r.in)))
		outputs := map[string]*Node{"y": tr.out}
		for _, d := range Gradient(tr.out.Sum(), tr.in) {
			if d != nil {
				outputs["dx"] = d
			}
		}
		if e, err := Encode(outputs); err == nil {
			text, _ := json.Marshal(e)
			f.Add(text)
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var e Encoded
		if json.Unmarshal(text, &e) != nil || len(text) > 1<<16 {
			return
		}
		_, outputs, err := Decode(&e)
		if err != nil {
			return
		}
		again, err := Encode(outputs)
		if err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
		_, twice, err := Decode(again)
		if err != nil {
			t.Fatalf("what was written cannot be read: %v", err)
		}
		for name, n := range outputs {
			if !n.shape.Equal(twice[name].shape) || n.dtype != twice[name].dtype {
				t.Fatalf("%s was %v %v and is %v %v", name, n.shape, n.dtype, twice[name].shape, twice[name].dtype)
			}
		}
		compute(t, outputs)
	})
}

// compute evaluates outputs for one row where that is little work.
func compute(t *testing.T, outputs map[string]*Node) {
	feed := Feed{Rows: 1, Values: map[*Node]Array{}}
	roots := make([]*Node, 0, len(outputs))
	for _, n := range outputs {
		roots = append(roots, n)
	}
	work := 0
	for _, n := range Reachable(roots...) {
		size := Size(n.shape.At(1))
		work += size * (1 + len(n.in))
		if n.op.Name() == (matMulOp{}).Name() {
			work += size * n.in[0].shape.At(1)[0] * n.in[0].shape.At(1)[1]
		}
		if _, conv := n.op.(interface{ window() Window }); conv {
			work += Size(n.in[0].shape.At(1)) * Size(n.in[1].shape.At(1))
		}
		if p, pooling := n.op.(interface{ pooling() Pooling }); pooling {
			window := p.pooling().Size
			if window[0] > 1e3 || window[1] > 1e3 {
				return
			}
			work += max(size, Size(n.in[0].shape.At(1))) * window[0] * window[1]
		}
		if r, resized := n.op.(interface{ scale() ([2]int, bool) }); resized {
			factor, _ := r.scale()
			work += Size(n.in[0].shape.At(1)) * factor[0]
		}
		if size > 1e5 || work > 1e6 {
			return
		}
		switch n.op.(type) {
		case inputOp, paramOp:
			feed.Values[n] = NewArray(n.shape.At(1)...)
		}
	}
	if _, err := Eval(feed, roots...); err != nil {
		t.Fatal(err)
	}
}
