package main

import (
	"fmt"
	"strings"

	"github.com/descent-ml/descent/recipe/syntax"
)

// The prediction of an autoencoder is one row of numbers: a picture of 3 channels,
// then the values of its latent space, cut out by name.
const (
	side   = 64
	pixels = 3 * side * side
	latent = 16
)

// autoencoder writes the call of a loss_function(self, *args, **kwargs), whose body
// gives its arguments names: mu = args[2].
// It returns the length of the row, too.
func autoencoder(class *syntax.ClassDef, callee string, f *syntax.FunctionDef) (call string, width int) {
	extents, n := samplesOf(class)
	var args, keywords []string
	cut := func(n int, shape string) string {
		text := fmt.Sprintf("K.reshape(y_pred[:, %d:%d], (-1, %s))", width, width+n, shape)
		width += n
		return text
	}
	for _, s := range f.Body {
		syntax.Walk(s, func(node syntax.Node) bool {
			sub, ok := node.(*syntax.Subscript)
			if !ok {
				return true
			}
			of, _ := sub.Value.(*syntax.Name)
			if of == nil {
				return true
			}
			if key, ok := sub.Index.(*syntax.Str); ok && of.Id == "kwargs" {
				value := map[string]string{"M_N": "0.005", "batch_idx": "1", "optimizer_idx": "0"}[key.Value]
				keywords = append(keywords, key.Value+"="+value)
			}
			return true
		})
		a, ok := s.(*syntax.Assign)
		if !ok {
			continue
		}
		sub, ok := a.Value.(*syntax.Subscript)
		if !ok {
			continue
		}
		if of, ok := sub.Value.(*syntax.Name); !ok || of.Id != "args" {
			continue
		}
		switch name := a.Targets[0].(*syntax.Name).Id; name {
		case "input":
			args = append(args, "y_true")
		case "recons":
			args = append(args, cut(n*pixels, fmt.Sprintf("%s3, %d, %d", extents, side, side)))
		case "q":
			args = append(args, cut(10*latent, fmt.Sprintf("%d, 10", latent)))
		case "vq_loss":
			args = append(args, "K.mean("+cut(1, "1")+")")
		case "kl_div":
			args = append(args, "K.sum("+cut(latent, fmt.Sprint(latent))+", axis=1)")
		case "recons_features", "input_features":
			args = append(args, "["+cut(latent, fmt.Sprint(latent))+"]")
		default:
			value := cut(n*latent, extents+fmt.Sprint(latent))
			if name == "alpha" || name == "beta" {
				value = "1 + K.exp(" + value + ")"
			}
			args = append(args, value)
		}
	}
	return callee + "(" + strings.Join(append(args, unique(keywords)...), ", ") + ")[\"loss\"]", width
}

// samplesOf returns the extents that stand between the batch and what a sample holds, and
// their product, of a class that draws several: the defaults of what it calls num_samples
// and num_estimates.
func samplesOf(class *syntax.ClassDef) (extents string, product int) {
	product = 1
	for _, s := range class.Body {
		f, ok := s.(*syntax.FunctionDef)
		if !ok || f.Name.Name != "__init__" {
			continue
		}
		for _, name := range []string{"num_estimates", "num_samples"} {
			for _, p := range f.Params {
				if n, ok := p.Default.(*syntax.Int); ok && p.Name.Name == name {
					extents += n.Value.String() + ", "
					product *= int(n.Value.Int64())
				}
			}
		}
	}
	return extents, product
}

func unique(words []string) []string {
	var out []string
	seen := map[string]bool{}
	for _, w := range words {
		if !seen[w] {
			out = append(out, w)
		}
		seen[w] = true
	}
	return out
}
