package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/pass"
	"github.com/mmcloughlin/avo/printer"
)

// families are the groups of kernels; each becomes <name>_amd64.s and <name>_amd64.go.
var families = []struct {
	name string
	emit func(*gen)
}{
	{"gemm", emitGemm},
	{"conv", emitConv},
	{"convgrad", emitConvGrad},
	{"winograd", emitWinograd},
	{"pixels", emitPixels},
	{"matrix", emitMatrix},
	{"elem", emitElem},
	{"math", emitMath},
	{"pow", emitPow},
	{"reduce", emitReduce},
	{"softmax", emitSoftmax},
	{"optim", emitOptim},
	{"random", emitRandom},
	{"peak", emitPeak},
}

// file is one generated file.
type file struct {
	name string
	text []byte
}

// generate returns all files.
func generate() ([]file, error) {
	var files []file
	for _, f := range families {
		g := newGen()
		f.emit(g)
		assembly, stubs, err := compile(g.Context)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.name, err)
		}
		files = append(files, file{f.name + "_amd64.s", assembly}, file{f.name + "_amd64.go", stubs})
	}
	return files, nil
}

// compile allocates registers and prints the functions of a context.
func compile(c *build.Context) (assembly, stubs []byte, err error) {
	f, err := c.Result()
	if err != nil {
		return nil, nil, err
	}
	if err := pass.Compile.Execute(f); err != nil {
		return nil, nil, err
	}
	config := printer.Config{Name: "kernelgen", Pkg: "kernel"}
	if assembly, err = printer.NewGoAsm(config).Print(f); err != nil {
		return nil, nil, err
	}
	if stubs, err = printer.NewStubs(config).Print(f); err != nil {
		return nil, nil, err
	}
	return assembly, stubs, nil
}
