package nn

import "github.com/descent-ml/descent/graph"

// Head is the last layer of a model: how many numbers it gives, of which kind, and
// where they start.
type Head struct {
	Out  int
	Act  Activation
	Bias graph.Initializer // nil for zeros
}

// BinaryHead gives one probability, which starts at the rate of yes if that is given.
func BinaryHead(rate ...float64) Head { return Head{1, Sigmoid, prior(rate)} }

// ClassHead gives the probabilities of k classes, which start at their k rates if
// those are given.
func ClassHead(k int, rates ...float64) Head { return Head{k, Softmax, prior(rates)} }

// LabelHead gives the probability of each of k labels, which do not exclude each other.
func LabelHead(k int) Head { return Head{Out: k, Act: Sigmoid} }

// RealHead gives k numbers of any size.
func RealHead(k int) Head { return Head{Out: k} }

func prior(rates []float64) graph.Initializer {
	if len(rates) == 0 {
		return nil
	}
	return Prior(rates...)
}

// MLPConfig describes a multilayer perceptron.
type MLPConfig struct {
	In      int        // numbers in a row
	Hidden  []int      // outputs of the hidden layers
	Act     Activation // after each of them; nil for Relu
	Dropout float64    // after each of them; 0 for none
	Head    Head
}

// MLP returns a chain of dense layers.
func MLP(c MLPConfig) Chain {
	act := c.Act
	if act == nil {
		act = Relu
	}
	var m Chain
	width := c.In
	for _, out := range c.Hidden {
		m = append(m, &Dense{In: width, Out: out, Act: act})
		if c.Dropout != 0 {
			m = append(m, &Dropout{Rate: c.Dropout})
		}
		width = out
	}
	return append(m, &Dense{In: width, Out: c.Head.Out, Act: c.Head.Act, BiasInit: c.Head.Bias})
}
