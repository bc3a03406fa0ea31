package main

import "github.com/descent-ml/descent/graph"

// The codes of this program's own diagnostics.
const (
	codeUsage      graph.Code = "usage"       // a command line that cannot be meant
	codeFileExists graph.Code = "file-exists" // output would replace a file
	codeUnreadable graph.Code = "unreadable"  // an input is not there, or cannot be opened
	codeMachine    graph.Code = "machine"     // disk, memory, lock or permission
	codeLimit      graph.Code = "limit"       // an input is larger than is read
	codeNonFinite  graph.Code = "non-finite"  // a value in training was infinite or not a number
)
