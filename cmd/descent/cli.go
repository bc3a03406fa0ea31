package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/alecthomas/kong"
)

// cli is the grammar of the command line.
type cli struct {
	Train   trainCommand   `cmd:""`
	Check   checkCommand   `cmd:""`
	Plan    planCommand    `cmd:""`
	Resume  resumeCommand  `cmd:""`
	Tune    tuneCommand    `cmd:""`
	Report  reportCommand  `cmd:""`
	Predict predictCommand `cmd:""`
	Sample  sampleCommand  `cmd:""`

	Encode      encodeCommand      `cmd:""`
	Decode      decodeCommand      `cmd:""`
	Reconstruct reconstructCommand `cmd:""`
	Interpolate interpolateCommand `cmd:""`
	Explain     explainCommand     `cmd:""`
	Version     versionCommand     `cmd:""`
}

// Help returns what descent --help shows.
func (cli) Help() string {
	return `Descent trains neural networks whose losses are proved before the first step.

  descent train credit.py            train; writes runs/credit-1
  descent check credit.py            prove the loss, train nothing
  descent predict runs/credit-1 new.csv -o scored.csv

Train
  train RECIPE       train a model from a recipe
  check RECIPE       prove the loss; exit 0 proved, 1 refused, 2 could not read
  plan RECIPE        what will run: steps, kernels, memory, before running it
  resume RUN         go on where a run stopped, to the same bits
Judge
  tune RUN           choose another threshold, on rows apart
  report RUN         write report.html again
Use
  predict RUN DATA   scores and classes of the rows of a table
  sample RUN         new rows from a variational autoencoder
  encode RUN DATA    its codes of the rows of a table
  decode RUN CODES   rows of codes
  reconstruct RUN DATA   rows to their codes and back
  interpolate RUN DATA   rows between two
Ask
  explain [CODE]     what an error means, why, and what to do
  version            version, CPU features, kernels in use

Exit codes: 0 done, 1 refused, 2 unreadable input or wrong usage, 3 training
stopped itself, 4 disk, memory, lock or permission, 130 interrupted (resumable).
Descent opens no network connection.
descent COMMAND --help shows a command's flags and an example.
`
}

// dispatch reads the arguments and runs the command that they name.
func dispatch(ctx context.Context, c *console, args []string) error {
	var grammar cli
	helped := false
	parser, err := kong.New(&grammar, kong.Name("descent"), kong.WithHyphenPrefixedParameters(true),
		kong.Help(func(_ kong.HelpOptions, k *kong.Context) error {
			helped = true
			return help(c, k)
		}),
		kong.Exit(func(int) {}), kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(c))
	if err != nil {
		return err
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	if err := misspelt(parser.Model, args); err != nil {
		return err
	}
	k, err := parser.Parse(args)
	switch {
	case helped:
		return nil
	case err != nil:
		return parseError(err)
	}
	return k.Run()
}

// help shows the text of the command, or that of all.
func help(c *console, k *kong.Context) error {
	node := k.Selected()
	if node == nil {
		node = k.Model.Node
	}
	_, err := c.out.Write([]byte(node.Detail))
	return err
}

// parseError makes an error of ours of one of the parser's.
func parseError(err error) error {
	var parse *kong.ParseError
	if !errors.As(err, &parse) {
		return err
	}
	command := "descent"
	if k := parse.Context; k != nil && k.Selected() != nil {
		command += " " + k.Selected().Name
	}
	message := parse.Error()
	if missing, ok := strings.CutPrefix(message, "expected "); ok {
		message = command + " needs " + strings.NewReplacer("<", "", ">", "", `"`, "").Replace(missing)
	}
	return usage(message, command+" --help")
}

// workers is a number of threads; 0 stands for one a processor.
type workers int

const maxWorkers = 1024

// UnmarshalText implements [encoding.TextUnmarshaler].
func (w *workers) UnmarshalText(text []byte) error {
	n, err := strconv.Atoi(string(text))
	if err != nil || n < 1 || n > maxWorkers {
		return fmt.Errorf("%q is not a whole number from 1 to %d", text, maxWorkers)
	}
	*w = workers(n)
	return nil
}

// rows is a number of rows; 0 stands for none given.
type rows int

// UnmarshalText implements [encoding.TextUnmarshaler].
func (r *rows) UnmarshalText(text []byte) error {
	n, err := strconv.Atoi(string(text))
	if err != nil || n < 1 || n > math.MaxInt32 {
		return fmt.Errorf("%q is not a whole number from 1 to %d", text, math.MaxInt32)
	}
	*r = rows(n)
	return nil
}

// seed is a start of random numbers, as text; empty if none is given.
type seed string

// UnmarshalText implements [encoding.TextUnmarshaler].
func (s *seed) UnmarshalText(text []byte) error {
	n, err := strconv.ParseUint(string(text), 10, 64)
	if err != nil {
		return fmt.Errorf("%q is not a whole number from 0 to %d", text, uint64(math.MaxUint64))
	}
	*s = seed(strconv.FormatUint(n, 10))
	return nil
}

// number returns the seed, 0 if none is given.
func (s seed) number() uint64 {
	n, _ := strconv.ParseUint(string(s), 10, 64) // read before
	return n
}

// setting is NAME=VALUE.
type setting string

// UnmarshalText implements [encoding.TextUnmarshaler].
func (s *setting) UnmarshalText(text []byte) error {
	name, _, found := strings.Cut(string(text), "=")
	if !found || strings.TrimSpace(name) == "" {
		return fmt.Errorf("%q is not NAME=VALUE, as in epochs=5", text)
	}
	*s = setting(text)
	return nil
}
