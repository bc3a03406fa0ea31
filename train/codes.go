package train

import "github.com/descent-ml/descent/graph"

// The codes of this package's diagnostics.
const (
	// CodeConfig: a training is described that cannot be meant.
	CodeConfig graph.Code = "training-setup"
	// CodeRunExists: training would write over a run that is there.
	CodeRunExists graph.Code = "run-exists"
	// CodeNotARun: a folder holds something else than a run.
	CodeNotARun graph.Code = "not-a-run"
	// CodeRunFinished: a run that is done cannot be resumed.
	CodeRunFinished graph.Code = "run-finished"
	// CodeRunChanged: data, recipe or settings are not those that the run was started with.
	CodeRunChanged graph.Code = "run-changed"
	// CodeNewerVersion: a file was written by a later version of Descent.
	CodeNewerVersion graph.Code = "newer-version"
	// CodeDiskSpace: the disk has no room for what a run keeps.
	CodeDiskSpace graph.Code = "disk-space"
	// CodeModel: model.json or model.safetensors is not a model of ours.
	CodeModel graph.Code = "bad-model"
	// CodeUnfinished: what needs a finished run was asked of one that is not.
	CodeUnfinished graph.Code = "run-unfinished"
	// CodeThresholdLeak: a threshold would be chosen on rows that train or judge.
	CodeThresholdLeak graph.Code = "threshold-leak"
	// CodeNotReachable: no threshold meets a rule's condition.
	CodeNotReachable graph.Code = "not-reachable"
	// CodeTestReused: several thresholds were judged on the same rows.
	CodeTestReused graph.Code = "test-reused"
	// CodePrediction: what the model puts out cannot be judged for this target.
	CodePrediction graph.Code = "prediction"
	// CodeCodes: a table lacks the numbers of a code.
	CodeCodes graph.Code = "no-codes"
)
