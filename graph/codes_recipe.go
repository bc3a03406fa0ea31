package graph

// recipeCodes are the entries of what is said of recipes and pasted code.
func recipeCodes() []CodeInfo {
	const check = "--pred N,1 --target N,1 --activation none"
	return []CodeInfo{
		{
			Code: CodeTracedValue,
			Cause: "Python's if, while, bool or float needs a number now, but the value is known only while training runs. " +
				"A recipe is traced once, before any data: the branch would be decided there and then hold for every batch, unseen by the proof.",
			Example: `def loss(y_true, y_pred):
    if K.sum(y_true) == 0:
        return K.mean(y_pred)
    return K.mean(K.square(y_true - y_pred))
`,
			Args:  check,
			Fixes: []string{"return K.where(K.sum(y_true) == 0, K.mean(y_pred), K.mean(K.square(y_true - y_pred)))", "x = K.maximum(x, 0)  # in place of: if x < 0: x = 0"},
			Seen: []string{
				"OperatorNotAllowedInGraphError: Using a symbolic `tf.Tensor` as a Python `bool` is not allowed.",
				"TracerBoolConversionError: Attempted boolean conversion of traced array with shape bool[].",
				"RuntimeError: Boolean value of Tensor with more than one value is ambiguous",
			},
		},
		{
			Code: CodeUnknownWord,
			Cause: "A name, a keyword or a function is not known here. " +
				"It is found before any data is read, all of them at once, and the nearest known word is shown.",
			Example: `def loss(y_true, y_pred):
    return K.maen(K.square(y_true - y_pred))
`,
			Args:  check,
			Fixes: []string{"return K.mean(K.square(y_true - y_pred))", "descent explain unknown-word"},
			Seen: []string{
				"NameError: name 'epsilon' is not defined",
				"AttributeError: module 'keras.backend' has no attribute 'maen'",
				"TypeError: fit() got an unexpected keyword argument 'epoch'",
			},
		},
		{
			Code:  "syntax",
			Cause: "The file is not Python. Several such errors are found in one pass; each points at the first letter that cannot be.",
			Example: `def loss(y_true, y_pred)
    return K.mean(y_pred)
`,
			Args:  check,
			Fixes: []string{"def loss(y_true, y_pred):", "python3 -m py_compile loss.py  # what Python itself says"},
			Seen:  []string{"SyntaxError: expected ':'"},
		},
		{
			Code:  "indentation",
			Cause: "The lines of a block do not begin in one column, or tabs and spaces are mixed so that the block depends on the width of a tab.",
			Example: `def loss(y_true, y_pred):
    e = y_true - y_pred
      return K.mean(e * e)
`,
			Args:  check,
			Fixes: []string{"give all lines of the block the same four spaces", "expand -t 4 loss.py > spaces.py  # tabs to spaces"},
			Seen:  []string{"IndentationError: unexpected indent", "TabError: inconsistent use of tabs and spaces in indentation"},
		},
		{
			Code:  "encoding",
			Cause: "The file is not text in UTF-8: another encoding, a binary file, or half a letter at its end.",
			Fixes: []string{"iconv -f LATIN1 -t UTF-8 loss.py > utf8.py", "remove the bytes that the message names"},
			Seen:  []string{"SyntaxError: (unicode error) 'utf-8' codec can't decode byte 0xe9 in position 0"},
		},
		{
			Code: "limit",
			Cause: "An input is larger or deeper than is read, or a recipe takes more steps or memory than it may. " +
				"Limits make an unknown recipe safe to check; the message names the limit and its value.",
			Example: `scale = "1" * 10**12
`,
			Args:  check,
			Fixes: []string{"make the value smaller", "move the work out of the recipe, into the data"},
			Seen:  []string{"MemoryError", "RecursionError: maximum recursion depth exceeded"},
		},
		{
			Code: "unsupported",
			Cause: "This is Python, but recipes leave it out: what reads files, catches exceptions, or cannot be traced into a graph. " +
				"The message names the way to write it.",
			Example: `def loss(y_true, y_pred):
    try:
        return K.mean(K.square(y_true - y_pred))
    except ValueError:
        return K.mean(y_pred)
`,
			Args:  check,
			Fixes: []string{"return K.mean(K.square(y_true - y_pred))", "K.where(condition, a, b)  # for a choice by values"},
		},
		{
			Code: "ignored", Severity: Note,
			Cause: "A decorator or an annotation has no effect: shapes and types are known from the graph, and everything is compiled.",
			Example: `@tf.function
def loss(y_true, y_pred):
    return K.mean(K.square(y_true - y_pred))
`,
			Args:  check,
			Fixes: []string{"leave it: pasted code runs as it is", "take it out"},
		},
		{
			Code:  "unbound-local",
			Cause: "A name is assigned somewhere in the function, which makes it local to it, and is read before that line has run.",
			Example: `def loss(y_true, y_pred):
    pred = pred.reshape(-1, 1)
    return K.mean(K.square(y_true - pred))
`,
			Args:  check,
			Fixes: []string{"pred = y_pred.reshape(-1, 1)", "give the argument the name that the body uses"},
			Seen:  []string{"UnboundLocalError: cannot access local variable 'pred' where it is not associated with a value"},
		},
		{
			Code:  "assertion",
			Cause: "An assert of the recipe does not hold. Asserts on shapes are checked while the recipe is traced, for every number of rows at once.",
			Example: `def loss(y_true, y_pred):
    assert y_pred.shape[1] == 2, "two classes are needed"
    return K.mean(K.square(y_true - y_pred))
`,
			Args:  check,
			Fixes: []string{"make the value what the assert asks for", "take the assert out"},
			Seen:  []string{"AssertionError: two classes are needed"},
		},
		{
			Code:  "raised",
			Cause: "The recipe raises an exception with its own text, as pasted losses do for arguments that they do not take.",
			Example: `def loss(y_true, y_pred):
    raise NotImplementedError("reduction 'batch' is not known")
`,
			Args:  check,
			Fixes: []string{"give the argument that the text asks for", "take the raise out"},
			Seen:  []string{"NotImplementedError: reduction 'batch' is not known"},
		},
		{
			Code:  "type-error",
			Cause: "An operation got a value of a kind that it does not take, or a function the wrong number of arguments. The text is Python's.",
			Example: `def loss(y_true, y_pred):
    return K.mean(y_pred) + "1"
`,
			Args:  check,
			Fixes: []string{"return K.mean(y_pred) + 1", `float("1")`},
			Seen:  []string{"TypeError: unsupported operand type(s) for +: 'Tensor' and 'str'"},
		},
		{
			Code:  "value-error",
			Cause: "An operation got a value of the right kind that it cannot use. The text is Python's where Python has one.",
			Example: `gamma = float("two")
`,
			Args:  check,
			Fixes: []string{"gamma = 2.0", `float("2")`},
			Seen:  []string{"ValueError: could not convert string to float: 'two'"},
		},
		{
			Code:  "index-error",
			Cause: "A list, tuple or tensor has no element at this position.",
			Example: `weights = [1, 20]
last = weights[2]
`,
			Args:  check,
			Fixes: []string{"last = weights[1]", "last = weights[-1]"},
			Seen:  []string{"IndexError: list index out of range"},
		},
		{
			Code:  "key-error",
			Cause: "A dictionary has no entry of this key.",
			Example: `weights = {"Yes": 20, "No": 1}
w = weights["yes"]
`,
			Args:  check,
			Fixes: []string{`w = weights["Yes"]`, `w = weights.get("yes", 1)`},
			Seen:  []string{"KeyError: 'yes'"},
		},
		{
			Code:  "zero-division",
			Cause: "A number of the recipe is divided by 0 while it is traced. Tensors are divided by the rules of floating point instead.",
			Example: `rows = 0
weight = 1 / rows
`,
			Args:  check,
			Fixes: []string{"weight = 1 / max(rows, 1)", "rows = 100"},
			Seen:  []string{"ZeroDivisionError: division by zero"},
		},
		{
			Code:  "overflow",
			Cause: "A number of the recipe is too large for a float.",
			Example: `scale = 10.0 ** 400
`,
			Args:  check,
			Fixes: []string{"scale = 1e30", "work with logarithms"},
			Seen:  []string{"OverflowError: (34, 'Numerical result out of range')"},
		},
		{
			Code:  "no-loss",
			Cause: "A file without train(...) was checked as a loss, but holds none. A loss is the name loss bound to something that can be called, else the last function, class or named value that takes two arguments and is not used by another one.",
			Example: `smooth = 1.0
`,
			Args:  check,
			Fixes: []string{"def loss(y_true, y_pred): return K.mean(K.square(y_true - y_pred))", "loss = bce()"},
		},
		{
			Code: "batchwise", Severity: Note,
			Cause: "The loss is no mean of what each row gives: it is a quotient, a root or the like of sums over the rows of a batch, as F1 and Dice are. " +
				"Its value differs with the number of rows, and the mean over batches is not that of all rows. Weights of rows belong inside the sums.",
			Example: `def loss(y_true, y_pred):
    hits = K.sum(y_true * y_pred)
    return 1 - (2 * hits + 1) / (K.sum(y_true) + K.sum(y_pred) + 1)
`,
			Args:  "--pred N,1 --target N,1 --activation sigmoid --target-kind binary",
			Fixes: []string{"train(data, model, loss = loss, accumulate = 4)", "hits = K.sum(weight * y_true * y_pred)"},
		},
		{
			Code: "which-loss", Severity: Note,
			Cause: "A file without train(...) holds several losses, none of which uses the others, and none is called loss. One is looked at, the last; those whose parameters are named as a prediction and a target go before others.",
			Example: `def squares(y_true, y_pred):
    return K.mean(K.square(y_true - y_pred))

def distance(y_true, y_pred):
    return K.mean(K.abs(y_true - y_pred))
`,
			Args:  check,
			Fixes: []string{"loss = squares", "keep each loss in a file of its own"},
		},
		{
			Code: "not-defined", Severity: Note,
			Cause: "A fragment compiles and fits a model that it does not define. What can be said without the model and its data is said: its loss is proved on the prediction and target " +
				"of the command line.",
			Example: `class_weights = {0: 1000/900, 1: 1000/100}
model.fit(X_train, Y_train, epochs = 30, batch_size = 32, class_weight = class_weights)
`,
			Args:  "--pred N,9,9,1 --target N,9,9,1 --activation sigmoid --target-kind binary",
			Fixes: []string{"descent check fragment.py --pred N,500,500,1 --target N,500,500,1 --activation sigmoid", "data = images(\"folder\")  # and a keras.Model: then the same lines train"},
			Seen:  []string{"NameError: name 'model' is not defined"},
		},
		{
			Code: "not-proved", Severity: Note,
			Cause: "A file without train(...) holds a loss, and descent check was not told what to prove it for. It was read, which finds less: names that are not there where it is called, and Python that recipes leave out.",
			Example: `def loss(y_true, y_pred):
    return K.mean(K.square(y_true - y_pred))
`,
			Fixes: []string{"descent check example.py --pred N,1 --target N,1 --activation none", "train(data, model, loss = loss)"},
		},
		{
			Code:  "train-twice",
			Cause: "A recipe declares one run, and this one calls train(...) twice. Which of them is meant is a guess.",
			Fixes: []string{"keep one train(...) in each file", "descent train credit.py --set epochs=50  # a variant without another file"},
		},
		{
			Code:  "set-unknown",
			Cause: "--set names what the recipe does not have: neither a constant at its top nor a keyword on the way from train(...).",
			Fixes: []string{"--set epochs=5", "--set optimizer.learning_rate=3e-4"},
		},
		{
			Code:  "set-ambiguous",
			Cause: "--set names a constant at the top of the recipe and a keyword of train(...) at once. Which of them is meant is a guess.",
			Fixes: []string{"rename the constant in the recipe", "change the recipe itself"},
		},
		{
			Code:  "set-value",
			Cause: "The value of --set is no Python literal, so it would not stand in a recipe.",
			Fixes: []string{"--set epochs=5", "--set 'data.target=\"default\"'"},
		},
		{
			Code:  "outside-folder",
			Cause: "The recipe names a path outside its own folder, by an absolute path, by .. or by a link. A recipe that someone else wrote must not read what it likes; no content of the file is shown.",
			Fixes: []string{"put the table beside the recipe", "descent train credit.py --allow-read DIR"},
		},
		{
			Code:  "no-file",
			Cause: "A table that the recipe names is not there. Paths count from the recipe's folder, not from the current one.",
			Fixes: []string{`table("data/default.csv", target = "default")`, "descent train credit.py --data other.csv"},
			Seen:  []string{"FileNotFoundError: [Errno 2] No such file or directory: 'default.csv'"},
		},
	}
}
