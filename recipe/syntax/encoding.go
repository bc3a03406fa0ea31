package syntax

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// checkText refuses a file that is too large, or that is not text in UTF-8.
func checkText(src *Source, size int, limits Limits, report *reporter) bool {
	at := func(offset, n int) Span { return Span{src.pos(offset), src.pos(offset + n)} }
	const fix = "save the file as UTF-8"
	text := src.text
	declared, line := declaredEncoding(src)
	foreign := strings.IndexFunc(text, func(r rune) bool { return r >= utf8.RuneSelf })
	wrong := invalidUTF8(text)
	switch null := strings.IndexByte(text, 0); {
	case size > limits.Bytes:
		report.stop(at(src.lines[0], 0), fmt.Sprintf("the file has %d bytes; at most %d are read", size, limits.Bytes))
	case strings.HasPrefix(text, "\xff\xfe"), strings.HasPrefix(text, "\xfe\xff"):
		report.add(Encoding, at(0, 0), "the file is in UTF-16; UTF-8 is expected", fix)
	case null >= 0:
		report.add(Encoding, at(null, 1), "source code cannot contain null bytes", fix)
	case declared != "" && foreign >= 0:
		report.add(Encoding, Span{src.pos(src.lines[line]), src.pos(src.lines[line] + len(src.Line(line+1)))},
			fmt.Sprintf("the file says that it is in '%s'; only UTF-8 is read", shorten(declared)), fix+" and leave this line out")
	case wrong >= 0:
		report.add(Encoding, at(wrong, 0), fmt.Sprintf("'utf-8' codec can't decode byte 0x%02x in position %d", text[wrong], wrong), fix)
	default:
		return true
	}
	return false
}

// invalidUTF8 is the offset of the first byte that is not UTF-8, or -1.
func invalidUTF8(text string) int {
	for i, r := range text {
		if r == utf8.RuneError && !strings.HasPrefix(text[i:], string(utf8.RuneError)) {
			return i
		}
	}
	return -1
}

// encodingComment is the comment by which a file declares its encoding (PEP 263), on one of its first two lines.
var encodingComment = regexp.MustCompile(`^[ \t\f]*#.*?coding[:=][ \t]*([-_.a-zA-Z0-9]+)`)

// declaredEncoding is the encoding other than UTF-8 that the source declares, and the index of the line on which it does so.
func declaredEncoding(src *Source) (encoding string, line int) {
	for line := range 2 {
		text := src.Line(line + 1)
		if m := encodingComment.FindStringSubmatch(text); m != nil {
			if name := strings.ReplaceAll(strings.ToLower(m[1]), "_", "-"); name == "utf8" || strings.HasPrefix(name, "utf-8") {
				return "", 0
			}
			return m[1], line
		}
		if trimmed := strings.TrimLeft(text, " \t\f"); trimmed != "" && trimmed[0] != '#' {
			break
		}
	}
	return "", 0
}
