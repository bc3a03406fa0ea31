package keras_test

import (
	"math"
	"strings"
	"testing"
)

// TestSSIM holds tf.image.ssim against its formula, computed by scipy.signal.convolve2d
// (scipy 1.18) in float64, and refuses what it cannot compare.
func TestSSIM(t *testing.T) {
	d := spoken(t)
	d.Setup += `
p = np.array([[((i * 7 + j * 3) % 11) / 10 for j in range(12)] for i in range(13)])
q = np.array([[((i * 5 + j * 2) % 7) / 6 for j in range(12)] for i in range(13)])
p, q = K.reshape(p, (1, 13, 12, 1)), K.reshape(q, (1, 13, 12, 1))
`
	for expression, want := range map[string]float64{
		"tf.image.ssim(p, q, max_val=1)":                                                 -0.4019782550436169,
		"tf.image.ssim(p, p, 1)":                                                         1,
		"tf.image.ssim(p, q, max_val=2.0, filter_size=5, filter_sigma=1.0)":              -0.16997191827961344,
		"tf.reduce_mean(tf.image.ssim(tf.concat([p, q], -1), tf.concat([q, q], -1), 1))": (1 - 0.4019782550436169) / 2,
	} {
		v, found := d.Eval(expression)
		if list, ok := v.([]any); ok {
			v = list[0]
		}
		if got, ok := v.(float64); !ok || math.Abs(got-want) > 1e-12 {
			t.Errorf("%s gives %v, want %v; %v", expression, v, want, found)
		}
	}
	for expression, want := range map[string]string{
		"tf.image.ssim(p[:, :10], q[:, :10], 1)":   "smaller than one",
		"tf.image.ssim(p, q[:, :12], 1)":           "images of one shape",
		"tf.image.ssim(p[0], q[0], 1)":             "takes images [N H W C]",
		"tf.image.ssim(p, q, 1, filter_size=0)":    "filter_size is 1 to 101",
		"tf.image.ssim(p, q, 1, filter_sigma=0.0)": "filter_sigma is above 0",
	} {
		if _, found := d.Eval(expression); !strings.Contains(found.Error(), want) {
			t.Errorf("%s: %v lacks %q", expression, found, want)
		}
	}
}
