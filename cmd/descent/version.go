package main

import (
	"fmt"
	"strings"

	"github.com/descent-ml/descent/train"
)

type versionCommand struct{}

// Help returns what descent version --help shows.
func (versionCommand) Help() string {
	return `Usage: descent version

Shows the version, the features of this processor that kernels choose by, and
the kernels in use. The same bits are promised for one version and one set of
kernels.

  -h, --help               this page
`
}

// Run prints the version.
func (versionCommand) Run(c *console) error {
	p := train.ThisPlatform()
	features := strings.Join(p.CPU, " ")
	if features == "" {
		features = "no features in use"
	}
	fmt.Fprintf(c.out, "descent %s\n", p.Descent)
	c.out.block("go", fmt.Sprintf("%s, %s/%s", p.Go, p.OS, p.Arch))
	c.out.block("cpu", fmt.Sprintf("%s, %s", features, of(p.Cores, "core")))
	c.out.block("kernels", p.Kernels)
	return nil
}
