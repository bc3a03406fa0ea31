package limits

import (
	"fmt"
	"strconv"
	"strings"
)

// A Unit says what a limited number counts.
type Unit string

// Units whose numbers are printed in a larger one beside the exact count.
// Any other word, such as "rows", may be used and follows the number.
const (
	None    Unit = ""
	Bytes   Unit = "bytes"
	Seconds Unit = "s"
)

// A Refusal is the error for an input that exceeds a limit.
type Refusal struct {
	Where string // file, line, tensor or column; may be empty
	What  string // what is limited: "line", "header", "elements"
	Value int64  // what was asked for; 0 if reading stopped at the limit, so that only "more" is known
	Limit int64  // the limit
	Unit  Unit   // what both numbers count
	How   string // the working behind Value, such as "4194305 × 4194305"; may be empty
	Flag  string // flag or field that raises the limit; empty if it is fixed
}

// Error names place, value and limit on the first line and the flag, if any, on the second.
func (r *Refusal) Error() string {
	var b strings.Builder
	if r.Where != "" {
		b.WriteString(r.Where + ": ")
	}
	b.WriteString(r.What + ": ")
	if r.How != "" {
		b.WriteString(r.How + " = ")
	}
	if r.Value == 0 {
		b.WriteString("more than the limit of " + quantity(r.Limit, r.Unit))
	} else {
		b.WriteString(quantity(r.Value, r.Unit) + ", above the limit of " + quantity(r.Limit, r.Unit))
	}
	if r.Flag != "" {
		b.WriteString("\n\tfix: raise the limit with " + r.Flag)
	}
	return b.String()
}

// quantity prints n exactly, and bytes of a kibibyte or more also in a larger unit.
func quantity(n int64, unit Unit) string {
	exact := strconv.FormatInt(n, 10)
	if unit == None {
		return exact
	}
	exact += " " + string(unit)
	if unit != Bytes || n < 1<<10 {
		return exact
	}
	return exact + " (" + Size(n) + ")"
}

// Size prints a number of bytes in the largest binary unit that leaves at least one: "1.5 MiB".
func Size(n int64) string {
	if n < 1<<10 {
		return strconv.FormatInt(n, 10) + " B"
	}
	size, unit := float64(n)/(1<<10), 0
	for size >= 1<<10 {
		size /= 1 << 10
		unit++
	}
	return fmt.Sprintf("%.1f %ciB", size, "KMGTPE"[unit])
}
