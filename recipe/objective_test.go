package recipe

import (
	"strings"
	"testing"
)

// TestObjective holds what is said of objectives of a recipe, each with its nearest legal neighbour.
func TestObjective(t *testing.T) {
	const data = `data = table("../examples/credit/default.csv")` + "\n"
	const net = `net = parts(encode = mlp(hidden = [8], heads = {"mean": 2, "log_var": 2}), decode = mlp(hidden = [8], out = data.width))` + "\n"
	elbo := func(last string) string {
		return data + net + `
def f(step, net):
    mean, log_var = net.encode(step.x)
    z = step.gaussian(mean, log_var)
    recon = -data.log_likelihood(net.decode(z), step.x)
    kl = K.gaussian_kl(mean, log_var)
    step.report("kl", K.mean(K.sum(kl, axis = 1)))
    ` + last + "\n"
	}
	const result = "return K.mean(K.sum(recon, axis = 1) + K.sum(kl, axis = 1))"
	const class = `
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.a = layers.Dense(4, activation = "relu")
        self.b = layers.Dense(data.width)
    def call(self, x):
        return self.b(self.a(x))
net = Net()
class Net2(Net):
    def __init__(self):
        super().__init__()
        self.b = layers.Dense(2)
def f(step, net):
    return K.mean(K.square(net(step.x) - step.x))
`
	for _, c := range []struct{ recipe, want string }{
		{elbo(result) + `train(data, net, objective = f)`, ""},
		{data + class + `train(data, net, objective = f)`, ""},
		{data + class + `train(table("../examples/credit/default.csv", drop = ["student"], target = "default"), Net2(), objective = f)`, ""},
		{elbo("step.report(\"recon\", recon)\n    "+result) + `train(data, net, objective = f)`, "a report is one number, not [N"},
		{elbo("return None") + `train(data, net, objective = f)`, "returns a tensor"},
		{elbo("return K.sum(recon, axis = 1)") + `train(data, net, objective = f)`, "[N]"},
		{elbo(result) + `train(data, net)`, "parts are called by an objective"},
		{elbo(result) + `train(data, net, loss = mse(), objective = f)`, "another one has no place beside it"},
		{elbo(result) + `train(data, net, objective = f, threshold = best_f())`, "this run has none"},
		{elbo(result) + `train(data, vae(), objective = f)`, "parts(...)"},
		{elbo(result) + `train(data, net, objective = 3)`, "a function of the step"},
		{elbo(result) + `net.encode(3)`, "takes rows of numbers"},
		{data + `data.log_likelihood(1, 2)`, "only an objective"},
		{data + `train(data, mlp(heads = {"a": 1}))`, "no target"},
		{`train(table("../examples/credit/default.csv", target = "default"), mlp(out = 3))`, "heads and out are for a model"},
		{data + `parts(a = mlp())`, "a is no model that an objective can call"},
		{data + `parts()`, "parts takes models by names"},
		{data + `mlp(heads = {"a": 0})`, "names and numbers of outputs"},
		{data + `mlp(heads = {"a": 1}, out = 1)`, "give one of them"},
		{data + `mlp(out = 1.5)`, "a number of outputs"},
	} {
		text := prepare(c.recipe)
		if (c.want == "") != (text == "") || !strings.Contains(text, c.want) {
			t.Errorf("%s\n%s\nwant %q", c.recipe, text, c.want)
		}
	}
}
