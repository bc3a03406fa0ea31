package graph

// probeCodes are the entries of warnings about losses that do not lead where a user
// wants to go.
func probeCodes() []CodeInfo {
	return []CodeInfo{
		{
			Code: "degenerate-optimum", Severity: Warning,
			Cause: "The loss was tried on predictions of known worth, and one that says the same of every row costs no more than a perfect one. " +
				"Training finds such an answer first, since nothing needs to be learned for it: a precision is perfect when nothing is predicted, a recall when everything is.",
			Example: `def loss(y_true, y_pred):
    hits = K.sum(y_true * y_pred)
    return -(hits + K.epsilon()) / (K.sum(y_pred) + K.epsilon())
`,
			Args:  "--pred N,1 --target N,1 --activation sigmoid --target-kind binary",
			Fixes: []string{"loss = soft_f1(beta = 0.5)", "loss = bce(), threshold = recall_at_precision(0.6)"},
		},
		{
			Code: "scale-free", Severity: Warning,
			Cause: "The loss does not change when all predictions are divided by 1000: it is a quotient whose size cancels, as precision and cosine similarity are. " +
				"Scores trained by it have an order but no level, so 0.5 means nothing and they may all shrink to 0.",
			Example: `def loss(y_true, y_pred):
    return 1 - K.sum(y_true * y_pred) / K.sum(y_pred)
`,
			Args:  "--pred N,1 --target N,1 --activation sigmoid --target-kind binary",
			Fixes: []string{"loss = soft_f1()", "loss = f + bce()"},
		},
		{
			Code: "argument-order", Severity: Warning,
			Cause: "A function takes prediction and target in one order, and this loss seems to hand them over in the other. " +
				"As written the loss is least for predictions that are certain, with both swapped for probabilities, so it was meant the other way round. " +
				"Keras takes the target first, PyTorch the prediction.",
			Example: `def loss(y_true, y_pred):
    return K.mean(K.binary_crossentropy(y_pred, y_true))
`,
			Args:  "--pred N,1 --target N,1 --activation sigmoid --target-kind binary",
			Fixes: []string{"return K.mean(K.binary_crossentropy(y_true, y_pred))", "F.binary_cross_entropy(y_pred, y_true)"},
		},
		{
			Code: "never-finite", Severity: Warning,
			Cause: "The loss was tried on predictions of known worth, and is infinite or NaN for every one of them. " +
				"The usual cause is 0 times infinity: a mask multiplied by what it is meant to hide. A sum keeps the NaN, and so does every weight after one step.",
			Example: `def loss(y_true, y_pred):
    hidden = K.zeros_like(y_pred)
    return K.mean(K.square(y_true - y_pred) + hidden * K.log(hidden))
`,
			Args:  "--pred N,1 --target N,1 --activation sigmoid --target-kind binary",
			Fixes: []string{"tf.where(mask, x, 0.0) in place of mask * x", "K.log(x + K.epsilon())"},
			Seen:  []string{"loss: nan", "RuntimeError: Function 'LogBackward0' returned nan values in its 0th output."},
		},
		{
			Code: CodeSamplingScale, Severity: Warning,
			Cause: "A variational autoencoder draws z = mean + sigma * epsilon, and its layer puts out the logarithm of the variance. " +
				"Multiplied by that logarithm, the noise is 0 at variance 1 and has a negative scale below; multiplied by its exponential, the scale is the variance in place of its root. " +
				"The half in exp(0.5 * log_var) is the square root.",
			Example: `class Sampling(layers.Layer):
    def call(self, inputs):
        z_mean, z_log_var = inputs
        epsilon = tf.random.normal(shape=tf.shape(z_mean))
        return z_mean + z_log_var * epsilon
`,
			Args:  "--pred N,2 --target N,2 --activation none",
			Fixes: []string{"z = z_mean + tf.exp(0.5 * z_log_var) * epsilon", "z = mean.Add(logVar.Scale(0.5).Exp().Mul(epsilon))"},
		},
	}
}
