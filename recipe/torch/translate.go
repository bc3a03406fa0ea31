package torch

import (
	"regexp"
	"strings"

	"github.com/descent-ml/descent/graph"
)

// Translate writes the fixes of a diagnostic as PyTorch has them: K.where(...) becomes
// torch.where(...), a Dense layer a Linear one.
func Translate(d *graph.Diagnostic) {
	for i, fix := range d.Fixes {
		d.Fixes[i] = translate(fix)
	}
}

// spelled are phrases of fixes and what PyTorch has for them, in this order.
var spelled = []struct {
	phrase *regexp.Regexp
	torch  string
}{
	{regexp.MustCompile(`take probabilities: loss = cross_entropy\(\)`), "take probabilities: nn.NLLLoss() of their logarithms, torch.log(p)"},
	{regexp.MustCompile(`, with softmax: loss = cross_entropy\(\)`), " without an activation: nn.CrossEntropyLoss()"},
	{regexp.MustCompile(`loss = bce\(from_logits = True\)`), "nn.BCEWithLogitsLoss()"},
	{regexp.MustCompile(`loss = bce\(\), threshold`), "nn.BCELoss(), threshold"},
	{regexp.MustCompile(`loss = f \+ bce\(\)`), "f + nn.BCELoss()"},
	{regexp.MustCompile(`loss = bce\(\)`), "nn.BCELoss()"},
	{regexp.MustCompile(`loss = f \+ mse\(\)`), "f + nn.MSELoss()"},
	{regexp.MustCompile(`loss = mse\(\)`), "nn.MSELoss()"},
	{regexp.MustCompile(`K\.binary_crossentropy\((\w+), (\w+)\): the target comes first, as in Keras`), "F.binary_cross_entropy($2, $1): the prediction comes first"},
	{regexp.MustCompile(`loss = cross_entropy\(from_logits = True\)`), "nn.CrossEntropyLoss()"},
	{regexp.MustCompile(`loss = cross_entropy\(\)`), "nn.CrossEntropyLoss(), which takes scores"},
	{regexp.MustCompile(`layers\.Dense\((\w+), activation = "(\w+)"\)`), "nn.Linear(n, $1), then nn.$2()"},
	{regexp.MustCompile(`layers\.Dense\((\w+)\)`), "nn.Linear(n, $1)"},
	{regexp.MustCompile(`activation = "sigmoid" or "softmax"`), "nn.Sigmoid() or nn.Softmax(dim = 1)"},
	{regexp.MustCompile(`K\.stop_gradient\(K\.argmax\((\w+)\)\)`), "$1.argmax(dim = 1).detach()"},
	{regexp.MustCompile(`K\.stop_gradient\((\w+)\)`), "$1.detach()"},
	{regexp.MustCompile(`K\.squeeze\((.+), (\d+)\)`), "$1.squeeze($2)"},
	{regexp.MustCompile(`K\.one_hot\(`), "F.one_hot("},
	{regexp.MustCompile(`K\.softplus\(`), "F.softplus("},
	{regexp.MustCompile(`K\.cast\(([^,()]+(?:\([^()]*\))?), "float32"\)`), "($1).float()"},
	{regexp.MustCompile(`K\.equal\(([^,()]+), ([^,()]+)\)`), "($1 == $2)"},
	{regexp.MustCompile(`K\.(\w+)\(`), "torch.$1("},
	{regexp.MustCompile(`\baxis = `), "dim = "},
	{regexp.MustCompile(`\bstop_gradient\b`), "detach"},
}

func translate(fix string) string {
	for _, s := range spelled {
		fix = s.phrase.ReplaceAllString(fix, s.torch)
	}
	// The modules of activations begin with a capital letter.
	return strings.NewReplacer("nn.sigmoid()", "nn.Sigmoid()", "nn.softmax()", "nn.Softmax(dim = 1)", "nn.relu()", "nn.ReLU()", "nn.tanh()", "nn.Tanh()").Replace(fix)
}
