package tracer

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/descent-ml/descent/graph"
)

// exceptionCodes are the codes of Python's exceptions.
var exceptionCodes = map[string]graph.Code{
	"TypeError": CodeType, "ValueError": CodeValue, "IndexError": CodeIndex, "KeyError": CodeKey,
	"ZeroDivisionError": CodeZeroDivision, "OverflowError": CodeOverflow,
	"UnboundLocalError": CodeUnbound, "NameError": CodeUnbound, "AssertionError": CodeAssertion,
}

// The file holds snippets and what CPython 3.11.7, or 3.12 for those on typing and after, prints for each; a last line "!! 3
// TypeError: ..." is the exception that it ended with, and the line that raised it.
func TestAgainstPython(t *testing.T) {
	text, err := os.ReadFile("testdata/python.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, section := range strings.Split("\n"+string(text), "\n== ")[1:] {
		name, rest, _ := strings.Cut(section, "\n")
		source, want, _ := strings.Cut(rest, "\n--")
		t.Run(name, func(t *testing.T) {
			out, ds, _ := runWith(source+"\n", Config{})
			got := out
			for _, d := range ds {
				if d.Severity == graph.Error {
					got += fmt.Sprintf("!! %d %s [%s]\n", d.Pos.Line, d.Message, d.Code)
				}
			}
			want := strings.TrimSpace(want)
			if at := strings.LastIndex("\n"+want, "\n!! "); at >= 0 {
				want = want[:at] + inOurWords(want[at:])
			}
			if got := strings.TrimSpace(got); got != want {
				t.Errorf("source\n%s\n\ngot\n%s\n\nwant\n%s", source, got, want)
			}
		})
	}
}

// inOurWords turns "!! 3 TypeError: text" into "!! 3 text [type-error]"; what the file raises
// itself keeps the exception's name.
func inOurWords(line string) string {
	var at int
	var exception string
	fmt.Sscanf(line, "!! %d %s", &at, &exception)
	exception = strings.TrimSuffix(exception, ":")
	_, text, _ := strings.Cut(line, ": ")
	if code, ok := exceptionCodes[exception]; ok && !strings.Contains(text, "bad value") {
		return fmt.Sprintf("!! %d %s [%s]", at, text, code)
	}
	if text == "" {
		return fmt.Sprintf("!! %d %s [raised]", at, exception)
	}
	return fmt.Sprintf("!! %d %s: %s [raised]", at, exception, text)
}
