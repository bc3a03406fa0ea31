package graph

// runCodes are the entries of what is said of trainings, runs and command lines.
func runCodes() []CodeInfo {
	return []CodeInfo{
		{
			Code: "training-setup",
			Cause: "A training is described that cannot be meant: no objective, no rows, a negative number of epochs, early stopping on rows that are not there. " +
				"It is refused before anything is written.",
			Fixes: []string{"train(data, mlp(hidden = [64]), epochs = 30)", `table("default.csv", target = "default")`},
		},
		{
			Code: "non-finite",
			Cause: "A value became infinite or NaN while training ran. " +
				"The step was stopped before any weight moved, and the last good weights are kept. " +
				"The message names the operation, its line and the first parameter that the value would have reached; the usual causes are a learning rate that is too large and data that was not scaled.",
			Fixes: []string{"optimizer = adam(learning_rate = 1e-4)", "K.log(K.maximum(x, 1e-7))"},
			Seen: []string{
				"loss: nan",
				"Batch 0: Invalid loss, terminating training",
				"RuntimeError: Function 'MulBackward0' returned nan values in its 0th output.",
			},
		},
		{
			Code: "log-var-overflow",
			Cause: "The exponential of a log-variance was infinite: beyond 88 e^v is more than float32 holds, and beyond 177 e^(v/2) is. " +
				"The step was stopped before any weight moved, and the message names the layer that puts the log-variance out. " +
				"The usual causes are a learning rate that is too large and columns far from the scale of the others.",
			Fixes: []string{"optimizer = adam(learning_rate = 1e-4)", "vae(limit = 20)  # keeps the log-variance within 20 of 0, where its derivative ends"},
			Seen:  []string{"loss: nan - reconstruction_loss: nan - kl_loss: inf"},
		},
		{
			Code: "posterior-collapse", Severity: Warning,
			Cause: "Dimensions of an autoencoder's code carry no information: their mean is the same for every row, and the decoder draws as if there were none. " +
				"The divergence weighs too much beside the reconstruction, often because the one is summed and the other averaged, or the decoder does without the code.",
			Fixes: []string{"elbo(beta = 1, warmup = 20)", "elbo(free_bits = 0.1)"},
		},
		{
			Code: "few-values", Severity: Note,
			Cause: "A column of a few different whole numbers, such as 0 and 1, is drawn as levels by a model of rows, not as an amount. " +
				"Naming it in numeric keeps its numbers.",
			Fixes: []string{`table("rows.csv", numeric = ["grade"])`, `table("rows.csv", categorical = ["grade"])  # says so without a note`},
		},
		{
			Code:  "no-codes",
			Cause: "A file of codes lacks a column for a dimension of the model's code, or a number in it.",
			Fixes: []string{"descent encode runs/rows-1 rows.csv -o codes.csv", "descent sample runs/rows-1 -n 100  # draws codes too"},
		},
		{
			Code: "run-exists",
			Cause: "The run directory is there already. " +
				"A run is never trained over: its weights, metrics and checkpoints would be lost.",
			Fixes: []string{"descent train credit.py  # takes the next free number", "descent resume runs/credit-1  # goes on where it stopped"},
		},
		{
			Code: "disk-space",
			Cause: "The disk that the run would be kept on has no room for its checkpoints: the last two, the best, one being written, and the model. " +
				"It is refused before the first step and nothing is written, so that no disk is found full at the end of a long training.",
			Fixes: []string{"descent train credit.py --run /other/disk/credit", "DESCENT_RUNS=/other/disk descent train credit.py"},
			Seen:  []string{"OSError: [Errno 28] No space left on device"},
		},
		{
			Code:  "run-finished",
			Cause: "The run has trained all its epochs or stopped early; there is nothing to resume.",
			Fixes: []string{"descent train credit.py --set epochs=200", "descent train credit.py --seed 1"},
		},
		{
			Code: "run-changed",
			Cause: "The data, the recipe or a setting is not what the run was started with. " +
				"To go on would give a result that no single training gives, and that nobody could repeat.",
			Fixes: []string{"restore what has changed, then: descent resume runs/credit-1", "descent train credit.py  # a run of its own"},
		},
		{
			Code:  "run-unfinished",
			Cause: "The run has no result yet: it is training, was told to stop, or stopped itself. There are no thresholds to choose before its weights are done.",
			Fixes: []string{"descent resume runs/credit-1", "wait until it is done"},
		},
		{
			Code: "collapse", Severity: Warning,
			Cause: "For 50 steps in a row no pixel of any mask reached one half, or every pixel did. " +
				"Where few pixels are to be found, a mask without any is nearly right by the mean over pixels, and a network that starts undecided goes there first; most leave it after some epochs, some never do. " +
				"An overlap such as dice() gives its worst value for such masks, and weights let rare pixels count.",
			Fixes: []string{"loss = bce() + dice()", `images("specks", crop = crop(128, 128, foreground = 0.5))`},
			Seen:  []string{"my segmentation network predicts only background", "loss goes down but dice stays at 0"},
		},
		{
			Code: "threshold-leak",
			Cause: "A threshold would be chosen on rows that trained the model, or on rows that judge it. " +
				"On the first the scores are surer than on new rows, and a result on the second is no longer one on rows that chose nothing. " +
				"The run knows its rows by number and by a hash of their content, so that copies in another file are found too.",
			Fixes: []string{"descent tune runs/credit-1 --data new.csv --new-only  # leaves such rows out", `table("default.csv", target = "default", split = split(tune = 0.1))  # rows for the threshold alone`},
			Seen:  []string{"precision at the tuned threshold is much lower in production than in the notebook"},
		},
		{
			Code: "not-reachable", Severity: Warning,
			Cause: "No threshold reaches the precision that the rule asks for, on the rows that choose. " +
				"The run is kept with the threshold of the highest precision, and the message says how far it comes and on how many rows. " +
				"A threshold cannot make a model rank better: only more rows, other columns or another model do.",
			Fixes: []string{"threshold = recall_at_precision(0.55)", "descent tune runs/churn-1 --recall-at-precision 0.55"},
		},
		{
			Code: "test-reused", Severity: Note,
			Cause: "Several thresholds of this run were judged on the same test rows. The best of several results on the same rows looks better than it is on new rows, the more so the more were tried.",
			Fixes: []string{"choose by what the threshold is for, not by its result on the test rows", "judge the last choice on rows that are new"},
		},
		{
			Code: "few-in-batch", Severity: Note,
			Cause: "The loss is made of counts, such as soft F1 or Dice, and a step expects fewer than five rows of some class. " +
				"Of a step without such a row it says nothing about the class, and the mean of many small steps is not the loss of their rows together. " +
				"With accumulate the gradient is that of all rows of several batches, whatever the loss, in the memory of one batch.",
			Fixes: []string{"train(data, mlp(hidden = [64]), loss = soft_f1(), batch_size = 64, accumulate = 8)", "train(data, mlp(hidden = [64]), loss = soft_f1(), batch_size = 512)"},
			Seen:  []string{"f1 loss does not decrease", "my F1 loss depends on the batch size"},
		},
		{
			Code:  "not-a-run",
			Cause: "The folder is not one that descent train wrote, or a file in it has been damaged. Nothing in it was touched.",
			Fixes: []string{"name another folder: --run runs/other", "descent train credit.py  # makes runs/credit-1"},
		},
		{
			Code:  "newer-version",
			Cause: "A file was written by a later version of Descent, and may mean what this one does not know. Older files stay readable.",
			Fixes: []string{"use the version that wrote it, or a later one", "train again with this version"},
			Seen:  []string{"RuntimeError: version_ <= kMaxSupportedFileFormatVersion INTERNAL ASSERT FAILED"},
		},
		{
			Code: "bad-model",
			Cause: "model.json or model.safetensors is not a model: damaged, incomplete, or not written by Descent. " +
				"A model is data: every size, name and operation is checked, and nothing in it is executed.",
			Fixes: []string{"copy the run again", "descent resume runs/credit-1  # writes it anew from a checkpoint"},
			Seen: []string{
				"RuntimeError: PytorchStreamReader failed reading zip archive: failed finding central directory",
				"safetensors_rust.SafetensorError: Error while deserializing header: HeaderTooLarge",
			},
		},
		{
			Code: "checkpoint-skipped", Severity: Note,
			Cause: "The newest checkpoint is not whole, as after a crash of the machine while it was written. An older one that verifies was taken; the result is the same, with more steps to repeat.",
			Fixes: []string{"nothing: the run goes on", "look for the disk's errors if it happens again"},
		},
		{
			Code: "checkpoint-failed", Severity: Warning,
			Cause: "A checkpoint could not be written, for lack of space or for an error of the disk. Training goes on, the last good checkpoint is kept, and the next one is tried again.",
			Fixes: []string{"free the space that the message names", "move old runs to another disk"},
			Seen:  []string{"OSError: [Errno 28] No space left on device"},
		},
		{
			Code: "log-failed", Severity: Warning,
			Cause: "A log of the run could not be written. Its lines are kept, and training goes on.",
			Fixes: []string{"free some space", "check the folder's permissions"},
		},
		{
			Code: "report-failed", Severity: Warning,
			Cause: "report.html could not be written. The run is done all the same: its model, its predictions and run.json are whole.",
			Fixes: []string{"descent report runs/credit-1  # once the cause is gone", "free some space"},
		},
		{
			Code: "other-bits", Severity: Note,
			Cause: "The run was started by another version of Descent or with other kernels. It goes on correctly, but the result will differ in its last bits from that of an unbroken run.",
			Fixes: []string{"resume where it was started, for the same bits", "nothing: the difference is one of rounding"},
		},
		{
			Code:  "usage",
			Cause: "The command line cannot be meant: an unknown command or flag, a value outside its range. Nothing was read or written.",
			Fixes: []string{"descent --help", "descent train --help"},
		},
		{
			Code:  "unreadable",
			Cause: "A file that was named is not there or cannot be opened.",
			Fixes: []string{"correct the path", "check its permissions: ls -l FILE"},
			Seen:  []string{"FileNotFoundError: [Errno 2] No such file or directory: 'credit.csv'"},
		},
		{
			Code:  "file-exists",
			Cause: "An output would replace a file that is there.",
			Fixes: []string{"name another file: -o scored2.csv", "remove the old one first"},
		},
		{
			Code:  "machine",
			Cause: "The machine said no: the disk is full, memory does not suffice, another process holds the run, or a permission is missing. The message names which and how much.",
			Fixes: []string{"free what the message names", "wait for the process that holds the lock"},
			Seen:  []string{"OSError: [Errno 28] No space left on device", "Killed"},
		},
		{
			Code:  "memory-limit",
			Cause: "A table, or a model with its gradients and its optimiser, needs more memory than there is. The need is computed before the first step, so no time is lost.",
			Fixes: []string{"train(data, mlp(hidden = [64]), batch_size = 16)", "use a machine with more memory"},
			Seen:  []string{"RuntimeError: [enforce fail at alloc_cpu.cpp] DefaultCPUAllocator: can't allocate memory", "Killed"},
		},
		{
			Code: "calibrated", Severity: Note,
			Cause: "The scores of the trained model were made probabilities on the rows that choose thresholds, or freed of the class weights of the loss by prior_correction(), and the calibration is part of the model. " +
				"The expected calibration error (ece, of ten bins) and the Brier score are those of rows that neither trained nor calibrated.",
			Fixes: []string{"train(data, mlp(), calibrate = platt())", "train(data, mlp(), calibrate = None)  # leave probabilities as they are"},
		},
		{
			Code: "not-calibrated", Severity: Note,
			Cause: "Calibration needs rows that did not train, and of both classes. There were none, so the probabilities are those of the model itself.",
			Fixes: []string{"split(train = 0.7, valid = 0.15, test = 0.15)", "train(data, mlp(), calibrate = None)"},
		},
		{
			Code: "batch-size", Severity: Note,
			Cause: "A batch has room for more rows than there are to train on, so that each epoch is one step.",
			Fixes: []string{"train(data, mlp(hidden = [64]), batch_size = 32)", "nothing: the loss of the whole part is as good"},
		},
	}
}
