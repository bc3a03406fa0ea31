package kernel

var fastest = &reference
