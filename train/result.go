package train

import "github.com/descent-ml/descent/data"

// Result is what came of a run. Its JSON is what run.json and train --json hold.
type Result struct {
	Run       string  `json:"run"`
	Epochs    int     `json:"epochs"`
	BestEpoch int     `json:"best_epoch,omitempty"` // whose weights are kept; 0 if none was chosen: then the last
	Stopped   bool    `json:"stopped_early"`
	Train     *Judged `json:"train"`
	Valid     *Judged `json:"valid,omitempty"`
	Tune      *Judged `json:"tune,omitempty"` // rows that chose the threshold alone
	Test      *Judged `json:"test,omitempty"`

	Threshold  *float64  `json:"threshold,omitempty"` // of a binary target: positive where the probability is at least this
	Choice     *Choice   `json:"threshold_choice,omitempty"`
	Thresholds []float64 `json:"thresholds,omitempty"` // of each label; or of each class, where probabilities are compared by their ratios to these
	Choices    []*Choice `json:"threshold_choices,omitempty"`
	Earlier    []Earlier `json:"earlier,omitempty"`  // what was chosen before, the first first
	Baseline   Metrics   `json:"baseline,omitempty"` // what an answer that ignores the row gets on the test rows

	Calibration *Calibration `json:"calibration,omitempty"`
	Pictures    []Picture    `json:"pictures,omitempty"` // of images
	Latent      *Latent      `json:"latent,omitempty"`   // of an autoencoder
	Sampled     *Sampled     `json:"sampled,omitempty"`  // of one that draws rows of a table
	Drawings    []Drawing    `json:"drawings,omitempty"` // of one that draws pictures

	Parameters int         `json:"parameters"`
	StepMS     float64     `json:"step_ms_median"`
	PeakBytes  int64       `json:"peak_bytes"` // planned for training and judging, weights included
	Notes      []data.Note `json:"notes,omitempty"`
}

// Earlier is a choice of thresholds that another one replaced.
type Earlier struct {
	Threshold  *float64  `json:"threshold,omitempty"`
	Choice     *Choice   `json:"threshold_choice,omitempty"`
	Thresholds []float64 `json:"thresholds,omitempty"`
	Choices    []*Choice `json:"threshold_choices,omitempty"`
	Test       *Judged   `json:"test,omitempty"`
}
