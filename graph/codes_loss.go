package graph

// lossCodes are the entries of what is said of losses, layers and optimisers.
func lossCodes() []CodeInfo {
	return []CodeInfo{
		{
			Code: CodeLossShape,
			Cause: "Prediction and target, or two values inside a loss, do not have matching shapes. " +
				"NumPy's rules would often broadcast them: [N] against [N 1] compares every row with every other, gives N*N terms where N are meant, " +
				"and trains a model that predicts the mean. Descent refuses whatever would compare rows with other rows.",
			Example: `def loss(y_true, y_pred):
    return K.mean(K.square(y_true - y_pred))
`,
			Args:  "--pred N,1 --target N --activation none",
			Fixes: []string{"y_true = y_true.reshape(-1, 1)", "y_pred = y_pred.reshape(-1)"},
			Seen: []string{
				"UserWarning: Using a target size (torch.Size([64])) that is different to the input size (torch.Size([64, 1])). This will likely lead to incorrect results due to broadcasting.",
				"ValueError: Using a target size (torch.Size([64, 1])) that is different to the input size (torch.Size([64, 2])) is deprecated. Please ensure they have the same size.",
				"ValueError: Arguments `target` and `output` must have the same shape. Received: target.shape=(None,), output.shape=(None, 1)",
				"ValueError: Target size (torch.Size([64, 1])) must be the same as input size (torch.Size([64, 2]))",
				"ValueError: `logits` and `labels` must have the same shape, received ((None, 2) vs (None, 1)).",
			},
		},
		{
			Code: CodeLossDomain,
			Cause: "A loss, a logarithm, a root or a power gets values that it has no answer for: raw scores where it needs probabilities, or probabilities where it needs raw scores. " +
				"The range of every value is computed from the graph, so this is known before any data is read. " +
				"The logarithm of a negative score is NaN, and a sigmoid taken twice cannot come near 0 or 1.",
			Example: `def loss(y_true, y_pred):
    return -K.mean(y_true * K.log(y_pred))
`,
			Args:  "--pred N,1 --target N,1 --activation none",
			Fixes: []string{`layers.Dense(1, activation = "sigmoid")`, "loss = bce(from_logits = True)"},
			Seen: []string{
				"RuntimeError: all elements of input should be between 0 and 1",
				"Assertion `input_val >= zero && input_val <= one` failed.",
				"loss: nan",
			},
		},
		{
			Code: CodeLossScalar,
			Cause: "The objective of a training gives a value per row or element, but only one number can be made smaller. " +
				"Whether it is their mean, their sum or the sum of each row matters for the size of steps, so it is said by name.",
			Fixes: []string{"return loss.Mean(f).Apply(loss.In{Pred: p, Target: y})", "return terms.Sum(1).Mean()"},
			Seen:  []string{"RuntimeError: grad can be implicitly created only for scalar outputs"},
		},
		{
			Code: CodeNotDifferentiable,
			Cause: "Every path from the weights to the loss passes an operation whose result does not change when a weight is nudged: a position, a rounded number, a yes or no, or a value under stop-gradient. " +
				"The derivative is exactly 0 there, so training would run its epochs and return the starting weights. " +
				"A comparison that only selects between smooth values, as in Huber's loss, is fine.",
			Example: `def loss(y_true, y_pred):
    wrong = K.not_equal(K.argmax(y_true), K.argmax(y_pred))
    return K.mean(K.cast(wrong, "float32"))
`,
			Args:  "--pred N,4 --target N,4 --activation softmax",
			Fixes: []string{"return K.mean(K.sum(y_true * (1 - y_pred), axis = 1))", "loss = cross_entropy()"},
			Seen: []string{
				"ValueError: No gradients provided for any variable.",
				"ValueError: An operation has `None` for gradient. Please make sure that all of your ops have a gradient defined (i.e. are differentiable). Common ops without gradient: K.argmax, K.round, K.eval.",
				"LookupError: No gradient defined for operation 'ArgMax' (op type: ArgMax)",
				"RuntimeError: element 0 of tensors does not require grad and does not have a grad_fn",
			},
		},
		{
			Code: CodeNoGradient,
			Cause: "The loss does not depend on any weight, depends on them only times 0, or leaves out the weights of a layer. " +
				"What no derivative reaches stays at its random starting values while training seems to run. " +
				"The message names the parameters, or the factor of 0.",
			Example: `def loss(y_true, y_pred):
    return K.mean(y_true + 0 * y_pred)
`,
			Args:  "--pred N,1 --target N,1 --activation none",
			Fixes: []string{"return K.mean(K.square(y_true - y_pred))", "K.stop_gradient(x)  # where a part is meant to stay as it is"},
			Seen: []string{
				"ValueError: No gradients provided for any variable: ['dense/kernel:0', 'dense/bias:0'].",
				"WARNING:tensorflow:Gradients do not exist for variables ['dense_1/kernel:0'] when minimizing the loss.",
				"RuntimeError: element 0 of tensors does not require grad and does not have a grad_fn",
				"RuntimeError: Expected to have finished reduction in the prior iteration before starting a new one.",
			},
		},
		{
			Code: CodeCutPath, Severity: Note,
			Cause: "The loss trains every parameter that it should, but a part of it passes no derivative: a comparison that multiplies, a rounded term, or a stop-gradient before a layer. " +
				"To the gradient that part is a constant. It is said so that it is meant.",
			Example: `def loss(y_true, y_pred):
    found = K.cast(K.greater(y_pred, 0.5), "float32")
    return K.mean(K.square(y_true - y_pred) + found * y_true)
`,
			Args:  "--pred N,1 --target N,1 --activation sigmoid",
			Fixes: []string{"found = K.stop_gradient(found)", "found = K.sigmoid(10 * (y_pred - 0.5))"},
			Seen:  []string{"WARNING:tensorflow:Gradients do not exist for variables ['dense_1/kernel:0'] when minimizing the loss."},
		},
		{
			Code: CodeWhereNaN, Severity: Warning,
			Cause: "A where keeps a bad value out of the loss, but not out of its gradient. " +
				"In rows that take the other branch the derivative is 0 times the slope of a logarithm, root or quotient at 0, which is infinite, and 0 times infinity is NaN. " +
				"Guard the argument of the operation, not its result.",
			Example: `def loss(y_true, y_pred):
    total = K.sum(K.square(y_true))
    hit = K.sum(y_true * y_pred)
    return 1 - K.where(total == 0, 0.0, hit / total)
`,
			Args:  "--pred N,1 --target N,1 --activation sigmoid",
			Fixes: []string{"hit / K.where(total == 0, 1.0, total)", "hit / K.maximum(total, 1e-7)"},
			Seen: []string{
				"RuntimeError: Function 'LogBackward0' returned nan values in its 0th output.",
				"RuntimeError: Function 'SqrtBackward0' returned nan values in its 0th output.",
			},
		},
		{
			Code: "dead-start", Severity: Note,
			Cause: "The first batch was computed with the weights that training begins with, and one layer passes no derivative in any row: every output of its relu is 0, or every score of its sigmoid is far out where the curve is flat. " +
				"The weights before it then stay as they are, and often for ever. " +
				"Columns of very different size are the usual cause.",
			Fixes: []string{`mlp(hidden = [64, 32], activation = "leaky_relu")`, "x = x / 255.0  # bring the inputs to one scale"},
		},
		{
			Code: CodeSqueezeBatch, Severity: Note,
			Cause: "A squeeze without an axis drops every axis that happens to have length 1. " +
				"Of a last batch of a single row that is the batch axis too, so [1 1] becomes a number and no longer fits a target of [1]. " +
				"Here N stays a symbol and its axis stays; naming the axis says what is meant everywhere.",
			Fixes: []string{"x.squeeze(1)", "x.reshape(-1)"},
			Seen:  []string{"ValueError: Using a target size (torch.Size([1])) that is different to the input size (torch.Size([])) is deprecated. Please ensure they have the same size."},
		},
		{
			Code: CodeDoubleSigmoid, Severity: Warning,
			Cause: "A sigmoid or softmax is given the result of another one. " +
				"What lies between 0 and 1 has a sigmoid between 0.5 and 0.73, so no answer can be sure, and the gradient is a quarter of what it was. " +
				"The usual cause is a model that ends in an activation and a loss that applies it again.",
			Example: `def loss(y_true, y_pred):
    return K.mean(K.binary_crossentropy(y_true, K.sigmoid(y_pred)))
`,
			Args:  "--pred N,1 --target N,1 --activation sigmoid",
			Fixes: []string{"layers.Dense(1)  # without an activation", "K.binary_crossentropy(y_true, y_pred)"},
		},
		{
			Code: CodeBatchSum,
			Cause: "A batch is to be taken in parts, but the loss cannot be put together from parts of it: a sum over the batch is compared with every row, or rows are compared with each other. " +
				"Sums such as those of Dice or F1 can: they are added up over the parts before anything is made of them.",
			Fixes: []string{"train(data, mlp(hidden = [64]), loss = f, accumulate = 1)", "K.sum(y_true * y_pred) / K.sum(y_pred)  # sums first, then what is made of them"},
		},
		{
			Code: CodeWeightShape,
			Cause: "Weights do not belong to the terms of the loss: there is not one for each class, or their shape is not that of the leading axes. " +
				"Weights align from the batch axis, never from the right, so [N] and [N H W] are right for a loss of [N H W C]. " +
				"Aligned from the right, a weight per row would have become a weight per column.",
			Example: `loss = bce(class_weight = [1, 20, 3])
`,
			Args:  "--pred N,1 --target N,1 --activation sigmoid",
			Fixes: []string{"loss = bce(class_weight = [1, 20])", "weights.reshape(-1, 1)"},
			Seen: []string{
				"ValueError: `class_weight` not supported for 3+ dimensional targets.",
				"ValueError: Found a sample_weight array with shape (32, 3) for an input with shape (32, 1). sample_weight cannot be broadcast.",
			},
		},
		{
			Code: "weight-mean", Severity: Note,
			Cause: "Class weights do two things: they say which class counts more, and they scale the whole loss by the mean weight of the training rows. " +
				"With 900 and 100 rows, {0: 1000/900, 1: 1000/100} has the mean 2, so every gradient doubles; balanced weights, 0.556 and 5, have the same ratio and the mean 1. " +
				"The data's weights of rows or pixels scale it likewise where the loss is not divided by their sum.",
			Fixes: []string{`loss = bce(class_weight = "balanced")`, `loss = bce(class_weight = [1, 9], reduction = "weighted_mean")`},
		},
		{
			Code: "weight-scalar", Severity: Note,
			Cause: "A loss of one's own gives one number, so the weights of the rows have nothing to act on. " +
				"They are left out of that loss, which is said rather than done in silence.",
			Fixes: []string{"loss = mean(f)  # where f gives a value per row", "K.sum(w * y_true * y_pred)  # weights inside"},
		},
		{
			Code: "loss-averaged", Severity: Note,
			Cause: "A loss of one's own gives a value per row or element. " +
				"Its mean is what is minimised, as in Keras; a named reduction says so and takes weights.",
			Example: `def loss(y_true, y_pred):
    return K.square(y_true - y_pred)
`,
			Args:  "--pred N,1 --target N,1 --activation none",
			Fixes: []string{"loss = mean(loss)", "return K.mean(K.square(y_true - y_pred))"},
			Seen:  []string{"RuntimeError: grad can be implicitly created only for scalar outputs"},
		},
		{
			Code:  "loss-argument",
			Cause: "A parameter of a loss lies outside what its formula means: a negative weight or focusing parameter, a share above 1.",
			Fixes: []string{"loss = focal(gamma = 2)", "loss = bce()"},
		},
		{
			Code: CodeShape,
			Cause: "An operation or a layer cannot be applied to values of these shapes. " +
				"N is the number of rows and stays a symbol, so a shape must fit for every N, also for the last, smaller batch and for a single row.",
			Example: `def loss(y_true, y_pred):
    return K.mean(K.reshape(y_pred, (-1, 3)))
`,
			Args:  "--pred N,4 --target N,4 --activation none",
			Fixes: []string{"K.reshape(y_pred, (-1, 2, 2))", "K.reshape(y_pred, (-1, y_pred.shape[1]))"},
			Seen: []string{
				"RuntimeError: mat1 and mat2 shapes cannot be multiplied (64x10 and 8x2)",
				"RuntimeError: shape '[-1, 3]' is invalid for input of size 256",
				"ValueError: Input 0 of layer \"dense\" is incompatible with the layer: expected axis -1 of input shape to have value 8, but received input with shape (None, 10)",
				"ValueError: Dimensions must be equal, but are 64 and 32",
			},
		},
		{
			Code: CodeParamShape,
			Cause: "One parameter is used with two shapes: a layer is applied to inputs of different widths, or two layers have one name. " +
				"Both cannot share their weights.",
			Fixes: []string{"first, second = layers.Dense(8), layers.Dense(8)", "x = layers.Dense(16)(x)  # bring both to one width first"},
			Seen:  []string{"RuntimeError: Error(s) in loading state_dict for Net: size mismatch for fc.weight: copying a param with shape torch.Size([4, 3]) from checkpoint"},
		},
		{
			Code: CodeParamUpdate,
			Cause: "A step is asked to set what it cannot: a value that is no parameter, a parameter that the optimiser trains, or one of another shape. " +
				"Layers keep running statistics in parameters of their own that are frozen.",
			Fixes: []string{`mean := g.Param(graph.Param{Name: "mean", Shape: []int{8}, Frozen: true})`, "g.Update(mean, g.Latest(mean).Scale(0.9).Add(x.Mean(0).Scale(0.1)))"},
		},
		{
			Code:  "layer-argument",
			Cause: "A layer is described that cannot be built: no outputs, a dropout rate of 1, a chain with a missing layer.",
			Fixes: []string{"nn.Dense{In: 3, Out: 16}", "nn.Dropout{Rate: 0.2}"},
			Seen:  []string{"ValueError: dropout probability has to be between 0 and 1, but got 1.5"},
		},
		{
			Code:  "optimizer-argument",
			Cause: "A setting of the optimiser lies outside its range, such as a negative learning rate or a momentum of 1, with which the weights would run away.",
			Fixes: []string{"optimizer = adam(learning_rate = 1e-3)", "optimizer = sgd(0.1, momentum = 0.9)"},
			Seen:  []string{"ValueError: Invalid learning rate: -0.001"},
		},
		{
			Code: "prediction",
			Cause: "The model puts out another number of values per row than the target has: one probability for two classes, one for each of several classes, one number for a regression. " +
				"Nothing could be judged.",
			Fixes: []string{`layers.Dense(1, activation = "sigmoid")`, "mlp(hidden = [64])  # makes the output that the target needs"},
			Seen:  []string{"ValueError: Shapes (None, 1) and (None, 3) are incompatible"},
		},
	}
}
