package graph

import "slices"

// Code names a kind of diagnostic; "descent explain CODE" prints its entry.
type Code string

// The codes of this package's diagnostics, and those that several packages share.
const (
	CodeLossShape         Code = "loss-shape"
	CodeLossDomain        Code = "loss-domain"
	CodeLossScalar        Code = "loss-scalar"
	CodeNotDifferentiable Code = "not-differentiable"
	CodeNoGradient        Code = "no-gradient"
	CodeCutPath           Code = "cut-path"
	CodeWhereNaN          Code = "where-nan"
	CodeWeightShape       Code = "weight-shape"
	CodeShape             Code = "shape"
	CodeParamShape        Code = "parameter-shape"
	CodeTracedValue       Code = "traced-value"
	CodeUnknownWord       Code = "unknown-word"
)

// CodeInfo is what there is to say of a code beyond its messages.
type CodeInfo struct {
	Code     Code
	Severity Severity
	Cause    string   // why it is said, and what would happen otherwise
	Example  string   // the smallest recipe that brings it about; "" where it takes a table, a run or a Go program
	Args     string   // what "descent check" needs besides Example's file
	Fixes    []string // ways out, as code where there is any
	Seen     []string // what Keras, PyTorch and others say of the same mistake
}

// Codes returns the entries of all codes but those of data, whose package keeps
// them, in alphabetical order.
func Codes() []CodeInfo {
	all := slices.Concat(lossCodes(), probeCodes(), recipeCodes(), runCodes())
	slices.SortFunc(all, func(a, b CodeInfo) int {
		if a.Code < b.Code {
			return -1
		}
		return 1
	})
	return all
}
