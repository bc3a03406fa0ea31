// Package strictjson reads JSON from people who are not trusted, token by token.
//
//	r, err := strictjson.NewReader(data, strictjson.Limits{Depth: 3, Keys: 1000})
//	err = r.Object(func(key string) (err error) {
//		switch key {
//		case "step":
//			step, err = r.Int()
//		default:
//			err = fmt.Errorf("unknown field %q", key)
//		}
//		return err
//	})
//
// Package encoding/json takes the last of two equal keys, matches "STEP" to
// "step", and replaces bytes that are no UTF-8. Here each of these is an error,
// and so are a number where a string belongs, nesting or objects beyond the
// limits, and anything after the value. Every error names the byte offset.
package strictjson

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Limits bound what a Reader takes.
type Limits struct {
	Depth int // nested objects and arrays
	Keys  int // keys of one object
}

// A Reader reads one JSON value.
type Reader struct {
	data   []byte
	dec    *json.Decoder
	limits Limits
	depth  int
}

// NewReader checks that data is UTF-8 and well-formed JSON, one value and no more.
func NewReader(data []byte, limits Limits) (*Reader, error) {
	if at := invalidUTF8(data); at >= 0 {
		return nil, fmt.Errorf("byte %d is not UTF-8", at)
	}
	r := &Reader{data: data, dec: json.NewDecoder(bytes.NewReader(data)), limits: limits}
	r.dec.UseNumber()
	if !json.Valid(data) {
		return nil, malformed(data)
	}
	return r, nil
}

// invalidUTF8 returns the offset of the first byte that is not UTF-8, or -1.
func invalidUTF8(data []byte) int {
	for at := 0; at < len(data); {
		r, size := utf8.DecodeRune(data[at:])
		if r == utf8.RuneError && size == 1 {
			return at
		}
		at += size
	}
	return -1
}

// malformed says where data, which is not valid, stops being JSON.
func malformed(data []byte) error {
	var ignored json.RawMessage
	err := json.Unmarshal(data, &ignored)
	if syntax, ok := err.(*json.SyntaxError); ok {
		return fmt.Errorf("not JSON at byte %d: %v", syntax.Offset, err)
	}
	return fmt.Errorf("not JSON: %v", err)
}

// Object reads an object. It calls field after each key, to read the value.
func (r *Reader) Object(field func(key string) error) error {
	if err := r.want('{'); err != nil {
		return err
	}
	return r.members(field)
}

// members reads an object after its brace.
func (r *Reader) members(field func(key string) error) error {
	if err := r.deeper(); err != nil {
		return err
	}
	seen := map[string]bool{}
	for r.dec.More() {
		key, err := r.String()
		if err != nil {
			return err
		}
		if seen[key] {
			return r.errorf("key %q a second time", short(key))
		}
		if len(seen) == r.limits.Keys {
			return r.errorf("more than %d keys in one object", r.limits.Keys)
		}
		seen[key] = true
		if err := field(key); err != nil {
			return err
		}
	}
	return r.close()
}

// Array reads an array. It calls item before each of its values, to read it.
func (r *Reader) Array(item func() error) error {
	if err := r.want('['); err != nil {
		return err
	}
	return r.items(item)
}

// items reads an array after its bracket.
func (r *Reader) items(item func() error) error {
	if err := r.deeper(); err != nil {
		return err
	}
	for r.dec.More() {
		if err := item(); err != nil {
			return err
		}
	}
	return r.close()
}

func (r *Reader) want(delim json.Delim) error {
	token, err := r.dec.Token()
	if err == nil && token != delim {
		err = r.errorf("%s, want %s", describe(token), describe(delim))
	}
	return err
}

func (r *Reader) deeper() error {
	if r.depth == r.limits.Depth {
		return r.errorf("nested more than %d deep", r.limits.Depth)
	}
	r.depth++
	return nil
}

func (r *Reader) close() error {
	r.depth--
	_, err := r.dec.Token()
	return err
}

// String reads a string. The replacement character U+FFFD is refused: it stands
// for a character that was lost, so that two names could become one.
func (r *Reader) String() (string, error) {
	token, err := r.dec.Token()
	if err != nil {
		return "", err
	}
	s, ok := token.(string)
	if !ok {
		return "", r.errorf("%s, want a string", describe(token))
	}
	return s, r.whole(s)
}

func (r *Reader) whole(s string) error {
	if strings.ContainsRune(s, utf8.RuneError) {
		return r.errorf("string %q holds a character that is no Unicode", short(s))
	}
	return nil
}

// Int reads a whole number written as one: 3 and not 3.0 or 3e0.
func (r *Reader) Int() (int64, error) {
	token, err := r.dec.Token()
	if err != nil {
		return 0, err
	}
	number, ok := token.(json.Number)
	if !ok {
		return 0, r.errorf("%s, want a whole number", describe(token))
	}
	n, err := strconv.ParseInt(number.String(), 10, 64)
	if err != nil {
		return 0, r.errorf("number %s, want a whole number of 64 bits", short(number.String()))
	}
	return n, nil
}

// Raw reads any value, checks it by the same rules, and returns its bytes.
func (r *Reader) Raw() (json.RawMessage, error) {
	start := r.dec.InputOffset()
	if err := r.value(); err != nil {
		return nil, err
	}
	raw := r.data[start:r.dec.InputOffset()]
	return bytes.Clone(bytes.TrimLeft(raw, ":, \t\r\n")), nil // what stands between the last token and the value
}

func (r *Reader) value() error {
	token, err := r.dec.Token()
	if err != nil {
		return err
	}
	switch t := token.(type) {
	case json.Delim:
		if t == '{' {
			return r.members(func(string) error { return r.value() })
		}
		return r.items(r.value)
	case string:
		return r.whole(t)
	}
	return nil
}

func (r *Reader) errorf(format string, args ...any) error {
	return fmt.Errorf("byte %d: "+format, append([]any{r.dec.InputOffset()}, args...)...)
}

// describe names a token as a reader of the file would.
func describe(token json.Token) string {
	switch t := token.(type) {
	case json.Delim:
		switch t {
		case '{':
			return "an object"
		case '[':
			return "an array"
		}
		return fmt.Sprintf("%q", rune(t))
	case string:
		return fmt.Sprintf("string %q", short(t))
	case json.Number:
		return "number " + short(t.String())
	case bool:
		return fmt.Sprint(t)
	}
	return "null"
}

// short cuts a text of unknown length for an error.
func short(s string) string {
	const most = 80
	if len(s) <= most {
		return s
	}
	return s[:most] + "…"
}
