package train

import (
	"strings"
	"unicode"
)

// fileName returns the name of a parameter in files, as PyTorch's load_state_dict
// takes it: indices become words between dots, and words lower case with
// underscores.
//
//	Decode[0].Weight  decode.0.weight
//	LogVar.Bias       log_var.bias
//	[2].Weight        2.weight
//	Norm.Gamma        norm.weight
//	Norm.Variance     norm.running_var
func fileName(param string) string {
	param = strings.ReplaceAll(strings.ReplaceAll(param, "[", "."), "]", "")
	words := strings.Split(strings.TrimPrefix(param, "."), ".")
	for i, w := range words {
		words[i] = snake(w)
	}
	if last := len(words) - 1; torchNames[words[last]] != "" {
		words[last] = torchNames[words[last]]
	}
	return strings.Join(words, ".")
}

// torchNames are PyTorch's names for the parameters of normalising layers.
var torchNames = map[string]string{"gamma": "weight", "beta": "bias", "mean": "running_mean", "variance": "running_var"}

// snake writes a word of capitals in the middle with underscores: "LogVar" as "log_var".
func snake(word string) string {
	var b strings.Builder
	previous := '_'
	for _, r := range word {
		if unicode.IsUpper(r) && (unicode.IsLower(previous) || unicode.IsDigit(previous)) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
		previous = r
	}
	return b.String()
}

// fileNames returns the name in files of each parameter. If two would be one,
// all keep their own.
func fileNames(params []string) []string {
	names := make([]string, len(params))
	seen := map[string]bool{}
	for i, p := range params {
		names[i] = fileName(p)
		if seen[names[i]] {
			return params
		}
		seen[names[i]] = true
	}
	return names
}
