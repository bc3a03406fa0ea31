package graph

// Code names a kind of diagnostic; "descent explain CODE" prints its entry.
type Code string

// The codes of this package's diagnostics.
const (
	CodeLossShape         Code = "loss-shape"
	CodeLossDomain        Code = "loss-domain"
	CodeNotDifferentiable Code = "not-differentiable"
	CodeNoGradient        Code = "no-gradient"
	CodeWeightShape       Code = "weight-shape"
	CodeTracedValue       Code = "traced-value"
	CodeUnknownWord       Code = "unknown-word"
	CodeShape             Code = "shape"
	CodeParamShape        Code = "parameter-shape"
	CodeWhereNaN          Code = "where-nan"
	CodeCutPath           Code = "cut-path"
	CodeLossScalar        Code = "loss-scalar"
)
