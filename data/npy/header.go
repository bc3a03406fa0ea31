package npy

import (
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/data/array"
	"github.com/descent-ml/descent/data/internal/words"
	"github.com/descent-ml/descent/internal/limits"
)

const (
	magic      = "\x93NUMPY"
	mostHeader = 64 << 10 // bytes of the text that describes an array; NumPy reads 10,000
)

// header is what a file says before its elements.
type header struct {
	descr   string // "<f4"
	kind    array.Kind
	big     bool // the first byte of an element is the most significant
	fortran bool // the first axis varies fastest
	shape   []int
	start   int // offset of the first element
}

// parseHeader reads the header at the beginning of b, which may lack the elements, of a file of the given size. The elements
// must fill the rest of the file.
func parseHeader(b []byte, size int64, file string) (*header, *data.Problem) {
	h := &header{}
	bad := func(code, what string, notes ...string) (*header, *data.Problem) {
		return nil, &data.Problem{File: file, What: what, Code: code, Notes: words.Lines(notes...)}
	}
	if len(b) < len(magic)+2 || string(b[:len(magic)]) != magic {
		return bad("not-npy", "this is not an npy file", "found", fmt.Sprintf("starts with % x", b[:min(len(b), len(magic))]), "expected", "93 4e 55 4d 50 59")
	}
	length, text := 0, 0
	switch version := b[6]; {
	case version == 1 && b[7] == 0 && len(b) >= 10:
		length, text = int(binary.LittleEndian.Uint16(b[8:])), 10
	case (version == 2 || version == 3) && b[7] == 0 && len(b) >= 12:
		length, text = int(min(binary.LittleEndian.Uint32(b[8:]), 1<<30)), 12
	case version < 1 || version > 3 || b[7] != 0:
		return bad("npy-header", fmt.Sprintf("version %d.%d of the format is not known", version, b[7]), "known", "1.0, 2.0 and 3.0")
	default:
		return bad("truncated", fmt.Sprintf("truncated after %s bytes, in the header", words.Count(len(b))))
	}
	if length > mostHeader {
		return bad("npy-header", fmt.Sprintf("the header claims %s bytes", words.Count(length)), "limit", words.Count(mostHeader)+" bytes")
	}
	h.start = text + length
	if int64(h.start) > size || h.start > len(b) {
		return bad("truncated", fmt.Sprintf("truncated after %s bytes, in the header", words.Count(int(size))), "header", fmt.Sprintf("claims %s bytes", words.Count(h.start)))
	}
	if err := h.fields(string(b[text:h.start])); err != nil {
		return bad("npy-header", err.Error(), "header", words.Quote(strings.TrimRight(string(b[text:h.start]), " \n")))
	}
	if p := h.dtype(file); p != nil {
		return nil, p
	}
	return h, h.fits(size, file)
}

// fits checks that the elements fill the file.
func (h *header) fits(size int64, file string) *data.Problem {
	n, err := limits.Elements("shape", h.shape)
	if err != nil {
		return &data.Problem{File: file, What: err.Error(), Code: "element-limit"}
	}
	want, have := n*int64(h.kind.Size()), size-int64(h.start)
	switch {
	case want == have:
		return nil
	case want > have:
		return &data.Problem{File: file, What: fmt.Sprintf("truncated after %s bytes", words.Count(int(size))), Code: "truncated",
			Notes: words.Lines("header", fmt.Sprintf("claims %s of %s: %s bytes", tuple(h.shape), h.kind, words.Count(int(want))), "found", words.Count(int(have))+" bytes after the header"),
			Fixes: []string{"copy or write the file again"}}
	}
	return &data.Problem{File: file, What: fmt.Sprintf("%s bytes follow the last element", words.Count(int(have-want))), Code: "trailing-bytes",
		Notes: words.Lines("header", fmt.Sprintf("claims %s of %s: %s bytes", tuple(h.shape), h.kind, words.Count(int(want))), "found", words.Count(int(have))+" bytes after the header"),
		Fixes: []string{"write the file again with numpy.save"}}
}

// tuple writes a shape as Python does.
func tuple(shape []int) string {
	var b strings.Builder
	for i, n := range shape {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(strconv.Itoa(n))
	}
	if len(shape) == 1 {
		b.WriteByte(',')
	}
	return "(" + b.String() + ")"
}

// dtype reads descr.
func (h *header) dtype(file string) *data.Problem {
	refuse := func(what string, fixes ...string) *data.Problem {
		return &data.Problem{File: file, What: what, Code: "npy-dtype", Notes: words.Lines("dtype", words.Quote(h.descr)), Fixes: fixes}
	}
	if h.descr == "" || strings.HasPrefix(h.descr, "[") {
		return refuse("rows of named fields are not read: an array has one kind of number", "save each field as an array of its own")
	}
	order, code := h.descr[0], h.descr[1:]
	kind, known := map[string]array.Kind{
		"b1": array.Bool, "u1": array.Uint8, "u2": array.Uint16, "u4": array.Uint32, "u8": array.Uint64, "i1": array.Int8, "i2": array.Int16,
		"i4": array.Int32, "i8": array.Int64, "f2": array.Float16, "f4": array.Float32, "f8": array.Float64,
	}[code]
	h.kind, h.big = kind, order == '>'
	switch {
	case strings.HasPrefix(code, "O"):
		return refuse("pickled objects are code: not read", "save numbers: numpy.save(file, x.astype(\"float32\"), allow_pickle = False)")
	case !known:
		return refuse("the elements are no numbers that Descent reads", "save bool, or integers or floats of at most 64 bits")
	case order == '<' || order == '>', order == '|' && kind.Size() == 1:
		return nil
	}
	return refuse("the order of bytes is not said", "save with numpy.save, which says it")
}

// fields reads the text of a header: a Python dict with the keys descr, fortran_order and shape.
func (h *header) fields(text string) error {
	s := &scanner{text: text}
	seen := map[string]bool{}
	s.expect("{")
	for s.err == nil && !s.accept("}") {
		key := s.quoted()
		if s.err == nil && seen[key] {
			s.fail("the key %s stands twice in the header", words.Quote(key))
		}
		seen[key] = true
		s.expect(":")
		switch key {
		case "descr":
			h.descr = s.descr()
		case "fortran_order":
			h.fortran = s.truth()
		case "shape":
			h.shape = s.tuple()
		default:
			s.fail("the key %s of the header is not known", words.Quote(key))
		}
		if !s.accept(",") {
			s.expect("}")
			break
		}
	}
	if s.space(); s.err == nil && s.at < len(s.text) {
		s.fail("text after the header's dict")
	}
	for _, key := range []string{"descr", "fortran_order", "shape"} {
		if s.err == nil && !seen[key] {
			s.fail("the header lacks the key %s", words.Quote(key))
		}
	}
	return s.err
}

// scanner reads the few forms of Python that a header has. After an error it reads nothing.
type scanner struct {
	text string
	at   int
	err  error
}

func (s *scanner) fail(format string, args ...any) {
	if s.err == nil {
		s.err = fmt.Errorf(format, args...)
	}
}

func (s *scanner) space() {
	for s.at < len(s.text) && (s.text[s.at] == ' ' || s.text[s.at] == '\n') {
		s.at++
	}
}

// accept reads word if it comes next.
func (s *scanner) accept(word string) bool {
	s.space()
	if s.err != nil || !strings.HasPrefix(s.text[s.at:], word) {
		return false
	}
	s.at += len(word)
	return true
}

func (s *scanner) expect(word string) {
	if !s.accept(word) {
		s.fail("byte %d of the header: expected %s", s.at, words.Quote(word))
	}
}

// quoted reads a text in single or double quotes, without escapes.
func (s *scanner) quoted() string {
	for _, quote := range []string{"'", `"`} {
		if !s.accept(quote) {
			continue
		}
		text, _, closed := strings.Cut(s.text[s.at:], quote)
		if !closed || strings.Contains(text, `\`) {
			break
		}
		s.at += len(text) + 1
		return text
	}
	s.fail("byte %d of the header: expected a text in quotes", s.at)
	return ""
}

// descr reads the value of descr; of a list, as named fields have, it returns "[".
func (s *scanner) descr() string {
	if !s.accept("[") {
		return s.quoted()
	}
	end := strings.LastIndex(s.text[s.at:], "]")
	if end < 0 {
		s.fail("byte %d of the header: a list that does not end", s.at)
		return ""
	}
	s.at += end + 1
	return "["
}

func (s *scanner) truth() bool {
	if s.accept("True") {
		return true
	}
	if !s.accept("False") {
		s.fail("byte %d of the header: expected True or False", s.at)
	}
	return false
}

// tuple reads whole numbers in parentheses, a comma after each but perhaps the last of several.
func (s *scanner) tuple() []int {
	s.expect("(")
	shape := []int{}
	for s.err == nil && !s.accept(")") {
		s.space()
		digits := len(s.text[s.at:]) - len(strings.TrimLeft(s.text[s.at:], "0123456789"))
		n, err := strconv.Atoi(s.text[s.at : s.at+digits])
		if err != nil {
			s.fail("byte %d of the header: expected a size below 2^63", s.at)
			return nil
		}
		s.at += digits
		shape = append(shape, n)
		if !s.accept(",") {
			if s.expect(")"); len(shape) == 1 {
				s.fail("byte %d of the header: a tuple of one size ends in a comma", s.at)
			}
			break
		}
	}
	return shape
}
