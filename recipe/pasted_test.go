package recipe

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// kerasVAE is a model with a train_step of its own; in {step} and {end} the tests put theirs.
const kerasVAE = `
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers
data = table("../examples/credit/default.csv")
inputs = keras.Input(shape=(data.width,))
h = layers.Dense(8, activation="relu")(inputs)
mean, log_var = layers.Dense(2, name="z_mean")(h), layers.Dense(2, name="z_log_var")(h)
encoder = keras.Model(inputs, [mean, log_var], name="encoder")
codes = keras.Input(shape=(2,))
decoder = keras.Model(codes, layers.Dense(data.width)(layers.Dense(8, activation="relu")(codes)), name="decoder")

def terms(net, x):
    mean, log_var = net.encoder(x)
    z = mean + tf.exp(0.5 * log_var) * tf.random.normal(tf.shape(mean))
    recon = tf.reduce_mean(tf.reduce_sum(tf.square(net.decoder(z) - x), axis=1))
    kl = -0.5 * tf.reduce_mean(tf.reduce_sum(1 + log_var - tf.square(mean) - tf.exp(log_var), axis=1))
    return recon, kl

class VAE(keras.Model):
    def __init__(self, encoder, decoder, **kwargs):
        super().__init__(**kwargs)
        self.encoder, self.decoder = encoder, decoder
        self.total, self.kl = keras.metrics.Mean(name="total"), keras.metrics.Mean(name="kl")
    @property
    def metrics(self):
        return [self.total, self.kl]
    def train_step(self, x):
        {step}
        self.total.update_state(loss)
        self.kl.update_state(kl)
        return {m.name: m.result() for m in self.metrics}
vae = VAE(encoder, decoder)
{end}
`

const kerasStep = `
        with tf.GradientTape() as tape:
            recon, kl = terms(self, x)
            loss = recon + kl
        grads = tape.gradient(loss, self.trainable_weights)
        self.optimizer.apply_gradients(zip(grads, self.trainable_weights))`

const kerasEnd = `
vae.compile(optimizer=keras.optimizers.Adam(1e-2))
vae.fit(data, epochs=2, batch_size=100)`

func kerasFile(step, end string) string {
	return strings.NewReplacer("{step}", step, "{end}", end).Replace(kerasVAE)
}

// TestPastedKeras holds what is said of a train_step and of compile and fit, each with its nearest legal neighbour.
func TestPastedKeras(t *testing.T) {
	again := func(old, new string) string { return strings.Replace(kerasStep, old, new, 1) }
	for _, c := range []struct{ name, recipe, want string }{
		{"as it stands", kerasFile(kerasStep, kerasEnd), ""},
		{"by name", kerasFile(kerasStep, `vae.compile("adam"); vae.fit(data, verbose=0, callbacks=None)`), ""},
		{"what follows is not run", kerasFile(kerasStep, kerasEnd+"\nplt.show(vae.predict(3))"), ""},
		{"clipped by the optimizer", kerasFile(kerasStep, strings.Replace(kerasEnd, "1e-2", "1e-2, global_clipnorm=1.0", 1)), ""},
		{"a number read out", kerasFile(kerasStep+"\n        print(float(loss))", kerasEnd), ""},
		{"decides nothing", kerasFile(kerasStep+"\n        if float(loss) < 3: print(1)", kerasEnd), "only known while training runs"},
		{"clipped by hand", kerasFile(again("        self.opt", "        grads = [tf.clip_by_norm(g, 1.0) for g in grads]\n        self.opt"), kerasEnd), "global_clipnorm = 1.0"},
		{"other gradients", kerasFile(again("zip(grads,", "zip(grads[1:],"), kerasEnd), "each to its weight"},
		{"one part", kerasFile(strings.ReplaceAll(kerasStep, "self.trainable", "self.encoder.trainable"), kerasEnd), "a run here trains all"},
		{"no gradient", kerasFile(again("grads = tape.gradient(loss, self.trainable_weights)\n        self.optimizer.apply_gradients(zip(grads, self.trainable_weights))", "pass"), kerasEnd), "asks no tape"},
		{"not applied", kerasFile(again("self.optimizer.apply_gradients(zip(grads, self.trainable_weights))", "pass"), kerasEnd), "never applies"},
		{"two losses", kerasFile(kerasStep+"\n        tape.gradient(kl, self.trainable_weights)", kerasEnd), "two losses"},
		{"apply", kerasFile(again("apply_gradients(zip(grads, self.trainable_weights))", "apply(grads, self.trainable_weights)"), kerasEnd), ""},
		{"apply to a few", kerasFile(again("apply_gradients(zip(grads, self.trainable_weights))", "apply(grads, self.trainable_weights[:1])"), kerasEnd), "a gradient for each weight"},
		{"two steps", kerasFile(kerasStep+"\n        self.optimizer.apply_gradients(zip(grads, self.trainable_weights))", kerasEnd), "twice"},
		{"two optimizers", kerasFile(again("self.optimizer", "self.second"), strings.Replace(kerasEnd, "vae.fit", "vae.second = keras.optimizers.SGD()\nvae.fit", 1)), "another optimizer"},
		{"weights, not tensors", kerasFile(again("self.trainable_weights)\n", "recon)\n"), kerasEnd), "gradients of weights"},
		{"several numbers", kerasFile(again("loss = recon + kl", "loss = recon + kl + 0 * x"), kerasEnd), ""},
		{"not compiled", kerasFile(kerasStep, "vae.fit(data)"), "fit() before compile()"},
		{"callbacks", kerasFile(kerasStep, strings.Replace(kerasEnd, "epochs=2", "epochs=2, callbacks=[3]", 1)), "fit() has no callbacks in a recipe"},
		{"a tape outside", "import tensorflow as tf\nwith tf.GradientTape() as t:\n    pass", "outside of a train_step"},
		{"schedule", kerasFile(kerasStep, strings.Replace(kerasEnd, "1e-2", "clipvalue=1.0", 1)), "clipvalue"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if text := prepare(c.recipe); (c.want == "") != (text == "") || !strings.Contains(text, c.want) {
				t.Errorf("%s\nwant %q", text, c.want)
			}
		})
	}
}

// torchVAE is a model and a loop over batches, with {made} before it and {body} in it.
const torchVAE = `
import torch
from torch import nn, optim
from torch.nn import functional as F
from torch.utils.data import DataLoader
data = table("../examples/credit/default.csv")
width = data.width
class VAE(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.mean, self.log_var = nn.Linear(width, 8), nn.Linear(8, 2), nn.Linear(8, 2)
        self.b = nn.Linear(2, width)
    def forward(self, x):
        h = F.relu(self.a(x))
        mu, logvar = self.mean(h), self.log_var(h)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.b(z), mu, logvar
def loss_function(recon_x, x, mu, logvar):
    return F.mse_loss(recon_x, x, reduction="sum") - 0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
model = VAE()
{made}
{loop}
`

const torchMade = `
loader = DataLoader(data, batch_size=100, shuffle=True)
optimizer = optim.Adam(model.parameters(), lr=1e-2)`

const torchLoop = `
for epoch in range(2):
    total = 0
    for i, (x, _) in enumerate(loader):
        optimizer.zero_grad()
        recon, mu, logvar = model(x)
        loss = loss_function(recon, x, mu, logvar)
        loss.backward()
        total += loss.item()
        optimizer.step()
        if i % 10 == 0:
            print("{} {:.3f} of {}".format(epoch, loss.item() / len(x), len(loader.dataset)))
    print(f"{total / len(loader):.4f}")`

func torchFile(made, loop string) string {
	return strings.NewReplacer("{made}", made, "{loop}", loop).Replace(torchVAE)
}

// TestPastedTorch holds what is said of a training loop, each with its nearest legal neighbour.
func TestPastedTorch(t *testing.T) {
	again := func(old, new string) string { return strings.Replace(torchLoop, old, new, 1) }
	made := func(old, new string) string { return strings.Replace(torchMade, old, new, 1) }
	const none = "        pass"
	for _, c := range []struct{ name, recipe, want string }{
		{"as it stands", torchFile(torchMade, torchLoop), ""},
		{"in a function", torchFile(torchMade, "def train(epoch):\n    for x in loader:\n        model.zero_grad()\n        loss_function(*model(x)[:1], x, *model(x)[1:]).backward()\n        optimizer.step()\nfor epoch in range(3): train(epoch)"), ""},
		{"judged first", torchFile(torchMade, "seen = 0\nfor x in loader:\n    seen += len(x)\nprint(seen / 3)"+torchLoop), ""},
		{"two terms", torchFile(torchMade, again("loss.backward()", "loss.backward(retain_graph=True)\n        (loss * 2).backward()")), ""},
		{"clipped", torchFile(torchMade, again("optimizer.step()", "torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm=1.0)\n        optimizer.step()")), ""},
		{"clipped too late", torchFile(torchMade, again("optimizer.step()", "optimizer.step()\n        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)")), "between backward() and step()"},
		{"decides", torchFile(torchMade, again("if i % 10 == 0", "if loss.item() < 3")), "only known while training runs"},
		{"computed with", torchFile(torchMade, again("loss.backward()", "(loss * loss.item()).backward()")), "read out of the training"},
		{"gradients that add up", torchFile(torchMade, again("        optimizer.zero_grad()", none)), "nothing calls zero_grad()"},
		{"gradients thrown away", torchFile(torchMade, again("optimizer.step()", "optimizer.zero_grad()\n        optimizer.step()")), "throws the gradients away"},
		{"no step", torchFile(torchMade, again("        optimizer.step()", none)), "never comes to step()"},
		{"every fourth step", torchFile(torchMade, again("        optimizer.step()", "        if (i + 1) % 4 == 0:\n            optimizer.step()")), "accumulate = 4"},
		{"step first", torchFile(torchMade, again("loss.backward()", "optimizer.step()\n        loss.backward()")), "step() comes before backward()"},
		{"two steps", torchFile(torchMade, again("optimizer.step()", "optimizer.step()\n        optimizer.step()")), "step() is called twice"},
		{"not one number", torchFile(torchMade, again("loss.backward()", "recon.backward()")), "backward() is of one number"},
		{"several optimizers", torchFile(torchMade+"\nsecond = optim.SGD(model.parameters(), lr=0.1)", torchLoop), "several optimizers"},
		{"several modules", torchFile(torchMade+"\nother = VAE()\nsecond = optim.SGD(list(model.parameters()) + list(other.parameters()), lr=0.1)", torchLoop), "parameters of one module"},
		{"a filter", torchFile(made("model.parameters()", "filter(lambda p: True, model.parameters())"), torchLoop), ""},
		{"one part", torchFile(made("model.parameters()", "model.a.parameters()"), torchLoop), "not among the parameters of the optimizer"},
		{"a layer alone", torchFile("", "") + "alone = nn.Linear(width, width)\noptimizer = optim.Adam(alone.parameters())\nfor x in DataLoader(data, batch_size=100):\n    optimizer.zero_grad()\n    (alone(x) - x).pow(2).mean().backward()\n    optimizer.step()", ""},
		{"weights in the loss", torchFile(torchMade, again("loss.backward()", "(loss + sum(p.pow(2).sum() for p in model.parameters())).backward()")), ""},
		{"no optimizer", torchFile("loader = DataLoader(data, batch_size=100)\n", strings.ReplaceAll(strings.ReplaceAll(torchLoop, "        optimizer.step()", none), "optimizer.zero_grad()", "pass")), "makes no optimizer"},
		{"until", torchFile(torchMade, "while True:\n    for x in loader:\n        loss_function(*model(x)[:1], x, *model(x)[1:]).backward()"), "how many epochs"},
		{"scheduler", torchFile(torchMade+"\ns = optim.lr_scheduler.StepLR(optimizer, 3)", torchLoop), "schedule = cosine"},
		{"sampler", torchFile(made("shuffle=True", "sampler=3"), torchLoop), "sampler is not supported"},
		{"decay", torchFile(made("lr=1e-2", "lr=1e-2, weight_decay=1e-4"), torchLoop), "AdamW"},
		{"outside", torchFile(torchMade, "loss = model(torch.zeros(2, width))[0].sum()\nloss.backward()"), "outside of a loop over a DataLoader"},
		{"another loop", torchFile(torchMade, again("in enumerate(loader)", "in enumerate(data)")), "not iterable"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if text := prepare(c.recipe); (c.want == "") != (text == "") || !strings.Contains(text, c.want) {
				t.Errorf("%s\nwant %q", text, c.want)
			}
		})
	}
}

// TestPastedIsTheObjective: a pasted train_step and a pasted loop take the very steps of the recipe whose objective is their
// loss, optimizer, epochs and batches included.
func TestPastedIsTheObjective(t *testing.T) {
	for _, c := range []struct{ name, pasted, recipe string }{
		{"keras", kerasFile(kerasStep, kerasEnd), kerasFile("loss, kl = 0, 0", `
def objective(step, net):
    recon, kl = terms(net, step.x)
    step.report("kl", kl)
    return recon + kl
train(data, vae, objective = objective, optimizer = adam(1e-2, epsilon = 1e-7), epochs = 2, batch_size = 100, early_stop = None)`)},
		{"torch", torchFile(torchMade, torchLoop), torchFile("", `
def objective(step, net):
    recon, mu, logvar = net(step.x)
    return loss_function(recon, step.x, mu, logvar)
train(data, model, objective = objective, optimizer = adam(1e-2), epochs = 2, batch_size = 100, early_stop = None)`)},
		{"torch, of two losses", torchFile(torchMade, strings.Replace(torchLoop, "loss.backward()", "loss.backward(retain_graph=True)\n        (recon * recon).sum().backward()", 1)), torchFile("", `
def objective(step, net):
    recon, mu, logvar = net(step.x)
    return loss_function(recon, step.x, mu, logvar) + (recon * recon).sum()
train(data, model, objective = objective, optimizer = adam(1e-2), epochs = 2, batch_size = 100, early_stop = None)`)},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, b := metricsOf(t, c.pasted), metricsOf(t, c.recipe)
			if a != b || !strings.Contains(a, `"epoch":2`) || strings.Contains(a, `"epoch":3`) || c.name == "keras" && !strings.Contains(a, `"kl":`) {
				t.Errorf("pasted\n%s\nrecipe\n%s", a, b)
			}
		})
	}
}

// metricsOf trains a recipe and returns what its run says of each epoch.
func metricsOf(t *testing.T, text string) string {
	f, found := Load("x.py", Options{Source: []byte(text), AllowRead: []string{".."}})
	if found.Refused() {
		t.Fatal(found)
	}
	f.Job.RunDir = filepath.Join(t.TempDir(), "run")
	if _, err := f.Job.Train(context.Background()); err != nil {
		t.Fatal(err)
	}
	lines, err := os.ReadFile(filepath.Join(f.Job.RunDir, "metrics.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	return string(lines)
}
