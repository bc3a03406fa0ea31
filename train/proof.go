package train

import (
	"fmt"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/probe"
)

// ProofInfo is what was shown of a loss before its first step.
type ProofInfo struct {
	Prediction ValueInfo     `json:"prediction"`
	Target     ValueInfo     `json:"target"`
	Parameters int           `json:"parameters"`      // that a smooth path leads to: all of them, or the loss is refused
	Numbers    int           `json:"numbers"`         // in those parameters
	Cuts       int           `json:"cuts"`            // places where a path ends, with others around them
	Probe      *probe.Report `json:"probe,omitempty"` // the loss of predictions of known worth
	Remarks    []string      `json:"remarks,omitempty"`
}

// ValueInfo is what is known of a value before it is computed.
type ValueInfo struct {
	Shape    string `json:"shape"`    // "[N 1]"
	Interval string `json:"interval"` // "(0, 1)"
	Tag      string `json:"tag,omitempty"`
	Origin   string `json:"origin"` // `data column "default"`
}

func newValueInfo(n *graph.Node) ValueInfo {
	v := ValueInfo{Shape: n.Shape().String(), Interval: n.Range().Interval.String(), Origin: n.Origin()}
	if tag := n.Range().Tag; tag != graph.Untagged {
		v.Tag = tag.String()
	}
	return v
}

func newProofInfo(p *graph.Proof, prediction, target *graph.Node, found graph.Diagnostics) ProofInfo {
	info := ProofInfo{Prediction: newValueInfo(prediction), Target: newValueInfo(target), Parameters: len(p.Params), Cuts: len(p.Cuts)}
	for _, n := range p.Params {
		info.Numbers += graph.Size(n.Shape().At(0))
	}
	for _, d := range found {
		info.Remarks = append(info.Remarks, fmt.Sprintf("%v: %s [%s]", d.Severity, d.Message, d.Code))
	}
	return info
}
