package recipe

import (
	"strings"
	"testing"
)

// TestArrays holds what is said of arrays and of models of pictures, each with its nearest legal neighbour.
func TestArrays(t *testing.T) {
	const data = `data = arrays("../examples/digits/data/digits-train-images.idx3.gz", label = "../examples/digits/data/digits-train-labels.idx1.gz", split = split(0.8, 0.1, 0.1))` + "\n"
	for _, c := range []struct{ recipe, want string }{
		{data + `train(data, conv_vae(latent = 3), loss = elbo(beta = 2))`, ""},
		{data + `train(data, vae(hidden = [8], likelihood = "normal"))`, ""},
		{data + `train(data, mlp())`, "vae() or conv_vae()"},
		{data + `train(data, conv_vae(likelihood = "poisson"))`, "likelihood"},
		{data + `train(data, conv_vae(), threshold = best_f())`, "threshold is for a model that predicts a target"},
		{`train(arrays("none.npy"), conv_vae())`, "no file"},
		{`train(arrays("../examples/credit/default.csv", valid = 3), conv_vae())`, "arrays("},
		{`train(table("../examples/credit/default.csv"), conv_vae())`, "a table has none"},
		{`train(arrays("../examples/digits/data/digits-train-labels.idx1.gz"), conv_vae(likelihood = "normal"))`, "conv_vae is of pictures"},
		{`train(arrays("../examples/digits/data/digits-train-labels.idx1.gz"), vae())`, "numbers from 0 to 1"},
		{`train(arrays("../examples/digits/data/digits-train-labels.idx1.gz"), vae(likelihood = "normal"))`, ""},
	} {
		text := prepare(c.recipe)
		if (c.want == "") != (text == "") || !strings.Contains(text, c.want) {
			t.Errorf("%s\n%s\nwant %q", c.recipe, text, c.want)
		}
	}
}
