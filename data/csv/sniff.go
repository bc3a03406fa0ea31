package csv

import (
	"bytes"
	"fmt"
	"unicode/utf8"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/data/internal/words"
)

// utf8Mark is the byte order mark that some programs write before UTF-8.
const utf8Mark = "\xEF\xBB\xBF"

// formats are the files that are not text, by their first bytes. %s in a fix stands for the file.
var formats = []struct{ magic, what, fix string }{
	{"\x1F\x8B", "a gzip file", "gunzip -c %s > new.csv"},
	{"PK\x03\x04", "a zip archive (an .xlsx workbook is one)", "unzip it, or save the sheet as CSV (UTF-8)"},
	{"\xD0\xCF\x11\xE0", "an old Office document (.xls)", "save the sheet as CSV (UTF-8)"},
	{"PAR1", "a Parquet file", "name it .parquet"},
	{"\x28\xB5\x2F\xFD", "a zstd file", "zstd -dc %s > new.csv"},
	{"\xFD7zXZ\x00", "an xz file", "xz -dc %s > new.csv"},
	{"BZh", "a bzip2 file", "bzip2 -dc %s > new.csv"},
	{"\xFF\xFE\x00\x00", "UTF-32 text", "iconv -f UTF-32 -t UTF-8 %s > new.csv"},
	{"\x00\x00\xFE\xFF", "UTF-32 text", "iconv -f UTF-32 -t UTF-8 %s > new.csv"},
	{"\xFF\xFE", "UTF-16 text", "iconv -f UTF-16 -t UTF-8 %s > new.csv"},
	{"\xFE\xFF", "UTF-16 text", "iconv -f UTF-16 -t UTF-8 %s > new.csv"},
}

// sniff refuses what is not UTF-8 text, by what it is, and returns the text without a byte order mark.
func sniff(file string, buf []byte) ([]byte, *data.Problem) {
	if len(buf) == 0 {
		return nil, &data.Problem{File: file, What: "the file is empty", Code: "no-rows",
			Notes: words.Lines("expected", "a line of column names, then a line for each row")}
	}
	for _, f := range formats {
		if bytes.HasPrefix(buf, []byte(f.magic)) {
			return nil, notText(file, 1, "this is "+f.what+", not CSV", fmt.Sprintf("starts with % x", f.magic), command(f.fix, file))
		}
	}
	if i := bytes.IndexByte(buf, 0); i >= 0 {
		// UTF-16 without a mark: every second byte of its ASCII is zero.
		if head := buf[:min(len(buf), 64)&^1]; i < 2 && bytes.Count(head, []byte{0}) == len(head)/2 {
			name := [2]string{"UTF-16BE", "UTF-16LE"}[i]
			return nil, notText(file, 1, "this is UTF-16 text without a mark", "a zero byte at offset "+words.Count(i),
				command("iconv -f "+name+" -t UTF-8 %s > new.csv", file))
		}
		return nil, notText(file, lineAt(buf, i), "a NUL byte", "offset "+words.Count(i), command(`tr -d '\000' < %s > new.csv`, file))
	}
	if !utf8.Valid(buf) {
		i := invalid(buf)
		return nil, notText(file, lineAt(buf, i), fmt.Sprintf("byte 0x%02X is not UTF-8", buf[i]),
			"offset "+words.Count(i)+"; Latin-1 or Windows-1252?", command("iconv -f WINDOWS-1252 -t UTF-8 %s > new.csv", file))
	}
	return bytes.TrimPrefix(buf, []byte(utf8Mark)), nil
}

func notText(file string, line int, what, found, fix string) *data.Problem {
	return &data.Problem{File: file, Line: line, What: what, Code: "not-csv",
		Notes: words.Lines("found", found, "expected", "text in UTF-8"), Fixes: []string{fix}}
}

// command puts the file into a shell command.
func command(format, file string) string {
	if !bytes.Contains([]byte(format), []byte("%s")) {
		return format
	}
	return fmt.Sprintf(format, file)
}

// lineAt returns the line, from 1, that holds the byte at pos.
func lineAt(buf []byte, pos int) int { return 1 + bytes.Count(buf[:pos], []byte{'\n'}) }

// invalid returns the offset of the first byte that is not UTF-8.
func invalid(buf []byte) int {
	for i := 0; i < len(buf); {
		if buf[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, n := utf8.DecodeRune(buf[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return len(buf)
}
