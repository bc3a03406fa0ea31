package loss

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/descent-ml/descent/graph"
)

// Likelihood is how the numbers of a row are distributed, given the scores that a
// decoder puts out, one for each of them: group after group of columns, each in its own
// way. A table whose columns are numbers, yes or no, and one of several levels is a
// Likelihood of as many groups; a picture of grey values is one.
//
//	Normal       x ~ N(score, σ²)          ½·((x − s)/σ)² + ln σ + ½·ln 2π   a term a column
//	Bernoulli    x = 1 with σ(score)       softplus(s) − x·s                 a term a column
//	Categorical  one-hot x ~ softmax(s)    logsumexp(s) − Σ x·s              a term a group
//
// Terms are in nats and those of a row may be added, since each is a negative logarithm
// of a probability, or of a density. So a row's reconstruction is their sum, not their
// mean: a mean over w columns would be a weight β = w on the divergence of the code.
//
// Source: Kingma & Welling, "Auto-Encoding Variational Bayes", ICLR 2014, appendix C; a
// likelihood for each column: Nazábal et al., "Handling Incomplete Heterogeneous Data
// using VAEs", Pattern Recognition 2020.
type Likelihood []Group

// Group is some columns of a row that follow each other.
type Group struct {
	Of      Distribution `json:"of"`
	Columns int          `json:"columns"`
	// Optional groups are followed by one further column, which is 1 where the group
	// has no value, and else 0: a Bernoulli term of its own. Where it is 1, the group
	// adds nothing.
	Optional bool `json:"optional,omitempty"`
}

// Distribution is one of the three.
type Distribution uint8

// The distributions.
const (
	Normal Distribution = iota
	Bernoulli
	Categorical
)

var distributions = []string{"normal", "bernoulli", "categorical"}

func (d Distribution) String() string { return distributions[d] }

// MarshalText returns the name of d.
func (d Distribution) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText sets d from its name.
func (d *Distribution) UnmarshalText(text []byte) error {
	i := slices.Index(distributions, string(text))
	if i < 0 {
		return fmt.Errorf("distribution %.40q is not one of %s", text, strings.Join(distributions, ", "))
	}
	*d = Distribution(i)
	return nil
}

// Width returns the number of columns.
func (l Likelihood) Width() int {
	n := 0
	for _, g := range l {
		n += g.width()
	}
	return n
}

func (g Group) width() int {
	if g.Optional {
		return g.Columns + 1
	}
	return g.Columns
}

// Normals returns the number of Normal columns, each of which has a deviation.
func (l Likelihood) Normals() int {
	n := 0
	for _, g := range l {
		if g.Of == Normal {
			n += g.Columns
		}
	}
	return n
}

// NLL returns the negative logarithms of the likelihood of x, each term in a column: [N
// terms]. Their sum over the last axis is a row's reconstruction.
//
// Shapes: scores and x [N Width]; logStd [Normals], ln σ of the Normal columns in their
// order, or nil for σ = 1 in all.
func (l Likelihood) NLL(scores, logStd, x *graph.Node) *graph.Node {
	c := call{name: "loss.Likelihood", word: "log_likelihood", nouns: [2]string{"scores", "x"}, p: scores, y: x}
	if refused := c.refused(sameShape, l.fits(logStd)); refused != nil {
		return refused
	}
	if logStd != nil && logStd.Poisoned() {
		return logStd
	}
	defer c.enter()()
	var terms []*graph.Node
	for _, part := range l.merged() {
		terms = append(terms, part.terms(scores, logStd, x))
	}
	return graph.Concat(1, terms...)
}

// fits refuses rows of another width, and another number of deviations.
func (l Likelihood) fits(logStd *graph.Node) func(call) *graph.Diagnostic {
	return func(c call) *graph.Diagnostic {
		got := c.p.Shape()
		if want := graph.Rows(l.Width()); len(l) == 0 || !got.Equal(want) {
			return &graph.Diagnostic{
				Code: graph.CodeShape, Message: fmt.Sprintf("%s: scores are %v, but the likelihood has %d columns", title(c.p.Graph(), c.name, c.word), got, l.Width()),
				Notes: c.notes(),
			}
		}
		if logStd != nil && !logStd.Poisoned() && !logStd.Shape().Equal(graph.Dims(l.Normals())) {
			return &graph.Diagnostic{
				Code: graph.CodeShape, Message: fmt.Sprintf("%s: deviations are %v, but the likelihood has %d normal columns", title(c.p.Graph(), c.name, c.word), logStd.Shape(), l.Normals()),
			}
		}
		return nil
	}
}

// part is a group with its place, or several of one kind that follow each other.
type part struct {
	Group
	at     int // the first column
	normal int // the first deviation
}

// merged returns the groups with their places; neighbours whose terms are by column
// are one.
func (l Likelihood) merged() []part {
	var parts []part
	at, normal := 0, 0
	for _, g := range l {
		if n := len(parts); n > 0 && g.Of != Categorical && !g.Optional && parts[n-1].Of == g.Of && !parts[n-1].Optional {
			parts[n-1].Columns += g.Columns
		} else {
			parts = append(parts, part{g, at, normal})
		}
		at += g.width()
		if g.Of == Normal {
			normal += g.Columns
		}
	}
	return parts
}

// terms are those of one part.
func (p part) terms(scores, logStd, x *graph.Node) *graph.Node {
	cut := func(n *graph.Node, from, columns int) *graph.Node {
		return n.Slice(n.Rank()-1, graph.Fixed(from), graph.Fixed(from+columns))
	}
	s, v := cut(scores, p.at, p.Columns), cut(x, p.at, p.Columns)
	var t *graph.Node
	switch p.Of {
	case Normal:
		t = s.Sub(v)
		if logStd != nil {
			ls := cut(logStd, p.normal, p.Columns)
			t = t.Mul(ls.Neg().Exp()).Square().Scale(0.5).Add(ls)
		} else {
			t = t.Square().Scale(0.5)
		}
		t = t.Shift(0.5 * math.Log(2*math.Pi))
	case Bernoulli:
		t = s.Softplus().Sub(v.Mul(s))
	case Categorical:
		t = s.LogSumExp(1).Sub(v.Mul(s).Sum(1)).ExpandDims(1)
	}
	if !p.Optional {
		return t
	}
	missing, isMissing := cut(scores, p.at+p.Columns, 1), cut(x, p.at+p.Columns, 1)
	present := isMissing.OneMinus().BroadcastTo(t.Shape())
	return graph.Concat(1, t.Mul(present), missing.Softplus().Sub(isMissing.Mul(missing)))
}
