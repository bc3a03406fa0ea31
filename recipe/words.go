package recipe

import (
	"fmt"
	"math"
	"math/big"

	"github.com/descent-ml/descent/metric"
	"github.com/descent-ml/descent/optim"
	"github.com/descent-ml/descent/recipe/tracer"
	"github.com/descent-ml/descent/train"
)

// words are what a recipe may say beside Python: each with its keywords and their
// defaults. A default of ... is the one that the word itself describes.
func (f *File) words() map[string]tracer.Value {
	out := map[string]tracer.Value{}
	for _, w := range []struct {
		signature string
		do        func(*tracer.Call) tracer.Value
	}{
		{`table(path, target=None, task="auto", positive="auto", features="all", drop=[], id=None, weight=None, label=None,
			categorical=[], numeric=[], sep=",", decimal=".", na=[""], missing="mean+indicator", unseen="refuse", split=...)`, f.tableWord},
		{`split(train=0.70, valid=0.15, test=0.15, tune=0, seed=0, stratify=True)`, splitWord},
		{`mlp(hidden=[64, 32], activation="relu", dropout=0, head="auto")`, f.mlpWord},
		{`bce(class_weight=None, reduction="mean", from_logits=False)`, bceWord},
		{`cross_entropy(class_weight=None, reduction="mean", from_logits=False)`, crossEntropyWord},
		{`focal(gamma=2, alpha=None, class_weight=None, reduction="mean", from_logits=False)`, focalWord},
		{`mse(reduction="mean")`, mseWord},
		{`mean(f, class_weight=None)`, f.reduceWord},
		{`weighted_mean(f, class_weight=None)`, f.reduceWord},
		{`sum_per_sample(f, class_weight=None)`, f.reduceWord},
		{`adam(learning_rate=1e-3)`, adamWord},
		{`adamw(learning_rate=1e-3, weight_decay=0.01)`, adamwWord},
		{`sgd(learning_rate, momentum=0.9)`, sgdWord},
		{`early_stop(metric="valid.loss", patience=10)`, earlyStopWord},
		{`best_f(beta=1)`, bestFWord},
		{`fixed(threshold=0.5)`, fixedWord},
		{`train(data, model, *, loss="auto", optimizer=..., epochs=100, batch_size=64, seed=0, early_stop=...,
			prior_bias=True, threshold="auto", checkpoint_every=30)`, f.trainWord},
	} {
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

func adamWord(c *tracer.Call) tracer.Value {
	lr := within(c, 0, positive, math.MaxFloat64, "a finite number above 0")
	return &optimizer{declaration{"optimizer", c}, optim.Adam{LR: lr}, fmt.Sprintf("adam, learning rate %g", lr)}
}

func adamwWord(c *tracer.Call) tracer.Value {
	lr := within(c, 0, positive, math.MaxFloat64, "a finite number above 0")
	decay := within(c, 1, 0, math.MaxFloat64, "a finite number of at least 0")
	name := fmt.Sprintf("adamw, learning rate %g, weight decay %g", lr, decay)
	if decay == 0 {
		return &optimizer{declaration{"optimizer", c}, optim.Adam{LR: lr}, name}
	}
	return &optimizer{declaration{"optimizer", c}, optim.AdamW{LR: lr, WeightDecay: decay}, name}
}

func sgdWord(c *tracer.Call) tracer.Value {
	lr := within(c, 0, positive, math.MaxFloat64, "a finite number above 0")
	momentum := within(c, 1, 0, math.Nextafter(1, 0), "a number from 0 to below 1")
	return &optimizer{declaration{"optimizer", c}, optim.SGD{LR: lr, Momentum: momentum}, fmt.Sprintf("sgd, learning rate %g, momentum %g", lr, momentum)}
}

func earlyStopWord(c *tracer.Call) tracer.Value {
	name, patience := c.Str(0), atLeastOne(c, 1)
	return &earlyStop{declaration{"early_stop", c}, train.EarlyStop{Metric: name, Patience: patience}}
}

func bestFWord(c *tracer.Call) tracer.Value {
	beta := within(c, 0, positive, math.MaxFloat64, "a finite number above 0")
	return &threshold{declaration{"threshold", c}, metric.BestF{Beta: beta}}
}

func fixedWord(c *tracer.Call) tracer.Value {
	at := within(c, 0, 0, 1, "a probability from 0 to 1")
	return &threshold{declaration{"threshold", c}, metric.Fixed{Value: at}}
}
