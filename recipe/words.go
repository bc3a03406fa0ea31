package recipe

import (
	"math"
	"math/big"
	"slices"

	"github.com/descent-ml/descent/recipe/tracer"
	"github.com/descent-ml/descent/train"
)

// word is a function that recipes have.
type word struct {
	signature string
	do        func(*tracer.Call) tracer.Value
}

// words are what a recipe may say beside Python: each with its keywords and their
// defaults. A default of ... is the one that the word itself describes.
func (f *File) words() map[string]tracer.Value {
	out := map[string]tracer.Value{}
	for _, w := range slices.Concat(lossWords, optimizerWords, thresholdWords, judgingWords, augmentWords, []word{
		{`table(path, target=None, task="auto", positive="auto", features="all", drop=[], id=None, weight=None, label=None,
			categorical=[], numeric=[], sep=",", decimal=".", na=[""], missing="mean+indicator", unseen="refuse", split=...)`, f.tableWord},
		{`split(train=0.70, valid=0.15, test=0.15, tune=0, seed=0, stratify=True)`, splitWord},
		{`mlp(hidden=[64, 32], activation="relu", dropout=0, head="auto", heads=None, out=None)`, f.mlpWord},
		{`images(folder, image="images/*", mask="masks/*", weights=None, size=None, channels="auto", mask_values="auto", crop=None, skip_bad=0, split=...)`, f.imagesWord},
		{`strips(train, valid, test)`, stripsWord},
		{`border_weight(sigma=5, strength=10)`, borderWeightWord},
		{`crop(height, width, per_image=0, foreground=0)`, cropWord},
		{`unet(base=16, depth=4, norm="group", head="auto")`, f.unetWord},
		{`arrays(x, label=None, split=..., valid=None, test=None, shape=None)`, f.arraysWord},
		{`vae(latent=2, hidden=[64], activation="relu", limit=None, likelihood="auto")`, f.vaeWord},
		{`conv_vae(latent=2, likelihood="auto", limit=None)`, f.convVAEWord},
		{`parts(**models)`, f.partsWord},
		{`elbo(beta=1, warmup=0, cycles=0, free_bits=0)`, elboWord},
		{`mean(f, class_weight=None)`, f.reduceWord},
		{`weighted_mean(f, class_weight=None)`, f.reduceWord},
		{`sum_per_sample(f, class_weight=None)`, f.reduceWord},
		{`early_stop(metric="valid.loss", patience=10)`, earlyStopWord},
		{`train(data, model, *, loss="auto", objective=None, optimizer=..., schedule=..., epochs=100, batch_size=64, accumulate=1, augment=[], balance=None, seed=0,
			clip=None, early_stop=..., prior_bias=True, threshold="auto", calibrate=None, metrics="auto", checkpoint_every=30)`, f.trainWord},
	}) {
		b := tracer.NewBuiltin(w.signature, w.do)
		b.Lenient = true
		out[b.Name] = b
	}
	return out
}

// isDefault reports whether an argument stands for the word's own default.
func isDefault(v tracer.Value) bool {
	_, ok := v.(tracer.Ellipsis)
	return ok
}

// within refuses a number outside lo..hi; what says what it must be.
func within(c *tracer.Call, i int, lo, hi float64, what string) float64 {
	v := c.Float(i)
	if c.Fine(i) && !(v >= lo && v <= hi) {
		c.RefuseArg(i, tracer.CodeValue, "%s is %s, not %s", c.Fn.Params()[i].Name, what, tracer.Repr(c.Arg(i)))
	}
	return v
}

// positive is the smallest float above 0.
const positive = math.SmallestNonzeroFloat64

// atLeastOne reads a whole number of at least 1.
func atLeastOne(c *tracer.Call, i int) int {
	n := c.Int(i)
	if c.Fine(i) && n < 1 {
		c.RefuseArg(i, tracer.CodeValue, "%s is a whole number of at least 1, not %d", c.Fn.Params()[i].Name, n)
	}
	return n
}

// seedOf reads a whole number from 0 to 2^64 - 1.
func seedOf(c *tracer.Call, i int) uint64 {
	v, ok := c.Arg(i).(tracer.Int)
	if !ok {
		c.Want(i, "a whole number")
		return 0
	}
	n, ok := new(big.Int).SetString(v.String(), 10)
	if !ok || !n.IsUint64() {
		c.RefuseArg(i, tracer.CodeValue, "seed is a whole number from 0 to 2**64 - 1, not %s", tracer.Repr(v))
		return 0
	}
	return n.Uint64()
}

func earlyStopWord(c *tracer.Call) tracer.Value {
	name, patience := c.Str(0), atLeastOne(c, 1)
	return &earlyStop{declaration{"early_stop", c}, train.EarlyStop{Metric: name, Patience: patience}}
}
