package main

import (
	"fmt"
	"strings"

	"github.com/descent-ml/descent/recipe/syntax"
)

// The prediction of an autoencoder is one row of numbers: a picture of 3 channels,
// then the values of its latent space, cut out by name.
const (
	side   = 32
	pixels = 3 * side * side
	latent = 16
)

// samples are the extents between the batch and what a sample holds, of the classes
// that draw several.
var samples = map[string]string{"IWAE": "5, ", "MIWAE": "5, 5, "}

// sizes are how many of them there are in all.
var sizes = map[string]int{"IWAE": 5, "MIWAE": 25}

// autoencoder writes the call of a loss_function(self, *args, **kwargs), whose body
// gives its arguments names: mu = args[2].
// It returns the length of the row, too.
func autoencoder(class, callee string, f *syntax.FunctionDef) (call string, width int) {
	var args, keywords []string
	cut := func(n int, shape string) string {
		text := fmt.Sprintf("K.reshape(y_pred[:, %d:%d], (-1, %s))", width, width+n, shape)
		width += n
		return text
	}
	n := max(sizes[class], 1)
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
			args = append(args, cut(n*pixels, fmt.Sprintf("%s3, %d, %d", samples[class], side, side)))
		case "q":
			if class == "JointVAE" {
				args = append(args, cut(10, "10"))
			} else {
				args = append(args, cut(10*latent, fmt.Sprintf("%d, 10", latent)))
			}
		case "vq_loss":
			args = append(args, "K.mean("+cut(1, "1")+")")
		case "kl_div":
			args = append(args, "K.sum("+cut(latent, fmt.Sprint(latent))+", axis=1)")
		case "recons_features", "input_features":
			args = append(args, "["+cut(latent, fmt.Sprint(latent))+"]")
		default:
			value := cut(n*latent, samples[class]+fmt.Sprint(latent))
			if name == "alpha" || name == "beta" {
				value = "1 + K.exp(" + value + ")"
			}
			args = append(args, value)
		}
	}
	return callee + "(" + strings.Join(append(args, unique(keywords)...), ", ") + ")[\"loss\"]", width
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
