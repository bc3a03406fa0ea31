package tracer

import "github.com/descent-ml/descent/graph"

// The codes of this package's diagnostics. Those of Python's own errors are named
// after Python's exceptions, and their messages are Python's.
const (
	CodeType         graph.Code = "type-error"
	CodeValue        graph.Code = "value-error"
	CodeIndex        graph.Code = "index-error"
	CodeKey          graph.Code = "key-error"
	CodeZeroDivision graph.Code = "zero-division"
	CodeOverflow     graph.Code = "overflow"
	CodeUnbound      graph.Code = "unbound-local" // a local is read before it is assigned
	CodeAssertion    graph.Code = "assertion"     // an assert of the file does not hold
	CodeRaised       graph.Code = "raised"        // the file raises an exception
	CodeLimit        graph.Code = "limit"
	CodeUnsupported  graph.Code = "unsupported" // Python that is not run here
	CodeIgnored      graph.Code = "ignored"     // a note: decorators and annotations have no effect
)
