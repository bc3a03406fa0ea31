// Package limits holds every bound that Descent puts on what it reads, and the
// error that names the bound when it is hit.
//
//	if n > limits.CSVLineBytes {
//		return &limits.Refusal{Where: "data.csv:3", What: "line", Value: n, Limit: limits.CSVLineBytes, Unit: limits.Bytes}
//	}
//	elements, err := limits.Elements("tensor \"w\"", shape)
//	budget := limits.Memory()
//
// Sizes are checked before memory is asked for, depth is counted before a call
// recurses, and products go through [Mul64]: running out of memory or stack
// cannot be recovered from in Go.
package limits

import "time"

// Recipes: files in Python's syntax, written by people who may not be trusted.
const (
	RecipeBytes   = 128 << 10        // longest recipe file
	RecipeFiles   = 200              // files that one recipe imports
	RecipeDigits  = 4300             // longest number literal, in digits; Python's own limit (CVE-2020-10735)
	RecipeIntBits = 4096             // largest integer while tracing
	RecipeSteps   = 1_000_000        // statements and calls while tracing
	RecipeMemory  = 256 << 20        // bytes of all values made while tracing
	RecipeOutput  = 16 << 20         // bytes that a recipe prints
	RecipeDepth   = 200              // nested expressions and nested calls
	RecipeNodes   = 1_000_000        // graph nodes one recipe may make
	RecipeTime    = 10 * time.Second // clock time of one trace
)

// Tensors, wherever their shapes come from.
const (
	TensorElements = 1 << 31 // product of the sizes of one tensor
	TensorRank     = 8       // axes of one tensor
)

// Tables.
const (
	CSVLineBytes  = 16 << 20  // one line, quoted newlines included
	CSVColumns    = 65_536    // columns of one table
	CSVCategories = 1_000_000 // distinct levels of one categorical column
)

// Images. What a compressed file may unpack to is bounded by [Memory], not here.
const (
	ImagePixels = 64_000_000 // width times height
	ImageSide   = 65_535     // width or height
	ImageBytes  = 256 << 20  // the file itself
)

// Models and runs.
const (
	SafetensorsHeaderBytes = 100_000_000 // as the format's own reader; also below the file's size
	SafetensorsTensors     = 100_000     // tensors in one file
	SafetensorsNameBytes   = 1 << 10     // one tensor's name
	ModelJSONBytes         = 16 << 20    // model.json, run.json or a checkpoint's manifest
	ModelJSONDepth         = 100         // nested values in any of these
)

// The HTTP server. Package net/http has no timeouts unless they are set.
const (
	HTTPBodyBytes     = 16 << 20          // one request body
	HTTPHeaderBytes   = 32 << 10          // all headers of one request
	HTTPRows          = 10_000            // rows in one /predict request
	HTTPSamples       = 10_000            // n of one /sample request (CVE-2026-34756 is an n without bound)
	HTTPConnections   = 512               // connections open at once
	HTTPQueue         = 64                // requests waiting for a worker; one more is answered 503 with Retry-After
	HTTPReadHeader    = 5 * time.Second   // until the headers are in
	HTTPRead          = 30 * time.Second  // until the body is in
	HTTPWrite         = 60 * time.Second  // until the answer is out
	HTTPIdle          = 120 * time.Second // a kept connection without a request
	HTTPShutdownGrace = 10 * time.Second  // for accepted requests after SIGTERM
)

// ErrorCellBytes is the most of one cell or value that an error shows.
const ErrorCellBytes = 80
