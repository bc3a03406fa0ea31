package csv

import (
	"strings"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/internal/limits"
)

// fileRefusals are about files, headers, quotes and options.
var fileRefusals = []refusal{
	{
		name: "another separator",
		text: "x;y\n1;2\n",
		want: `data.csv:1:1: one column; the file looks separated by ';' [separator]
	header  "x;y"
	would   have made one column of texts, where 2 are meant.
	fix: table(..., sep = ";")
	fix: or put the header in quotes, if it is the name of one column`,
		legal: "\"x;y\"\n1;2\n",
	},
	{
		name: "another separator and two rows",
		text: "x|y|z\n1|2|3\n4|5|6",
		want: `data.csv:1:1: one column; the file looks separated by '|' [separator]
	header  "x|y|z"
	would   have made one column of texts, where 3 are meant.
	fix: table(..., sep = "|")
	fix: or put the header in quotes, if it is the name of one column`,
		legal: "x|y|z\n1|2\n",
	},
	{
		name: "another separator, with quotes",
		text: "\"x\";\"y\"\r\n\"1;2\";2\r\n",
		want: `data.csv:1:1: one column; the file looks separated by ';' [separator]
	header  "\"x\";\"y\""
	would   have made one column of texts, where 2 are meant.
	fix: table(..., sep = ";")
	fix: or put the header in quotes, if it is the name of one column`,
		legal: "\"x;y\"\n\"1;2\"\n",
	},
	{
		name: "tabs",
		text: "x\ty\tz\n",
		want: `data.csv:1:1: one column; the file looks separated by '\t' [separator]
	header  "x\ty\tz"
	would   have made one column of texts, where 3 are meant.
	fix: table(..., sep = "\t")
	fix: or put the header in quotes, if it is the name of one column`,
		legal: "x\ty\tz\n1\t2\t3\n",
		also:  data.Options{Sep: '\t'},
	},
	{
		name: "the name of two columns",
		text: "age,b,age\n1,2,3\n",
		want: `data.csv:1:3: columns 1 and 3 are both named "age" [column-name]
	would  have left open which one a recipe means.
	fix: rename one in the first line`,
		legal: "age,b,Age\n1,2,3\n",
	},
	{
		name: "names that differ by a blank",
		text: "age,b,age \n1,2,3\n",
		want: `data.csv:1:3: the names of columns 1 and 3 differ only in blanks: "age" and "age " [column-name]
	would  have left open which one a recipe means.
	fix: rename one in the first line`,
		legal: "age ,b\n1,2\n",
	},
	{
		name: "names that differ by a blank inside",
		text: "firstname,first name\n1,2\n",
		want: `data.csv:1:2: the names of columns 1 and 2 differ only in blanks: "firstname" and "first name" [column-name]
	would  have left open which one a recipe means.
	fix: rename one in the first line`,
		legal: "firstname,first_name\n1,2\n",
	},
	{
		name: "no name",
		text: ",b\n1,2\n",
		want: `data.csv:1:1: column 1 has no name [column-name]
	name  ""
	fix: name it in the first line; drop = [...] leaves a column out`,
		legal: "a,b\n1,2\n",
	},
	{
		name: "empty file",
		text: "",
		want: `data.csv: the file is empty [no-rows]
	expected  a line of column names, then a line for each row`,
		legal: "a\n1",
	},
	{
		name: "blank file",
		text: "\r\n\n",
		want: `data.csv: the file is blank [no-rows]
	expected  a line of column names, then a line for each row`,
		legal: "a\n1\n\r\n\n",
	},
	{
		name: "header only",
		text: "a,b\n",
		want: `data.csv: 0 rows [no-rows]
	found  a line of column names, and nothing below it`,
		legal: "a,b\n,\n",
	},
	{
		name: "blank line in the middle",
		text: "a\n1\n\n3\n",
		want: `data.csv:3:1: this line is blank, and others follow [blank-line]
	fix: delete the line
	fix: or write "" in it, if it stands for a missing value of the only column`,
		legal: "a\n1\n\"\"\n3\n\n",
	},
	{
		name: "quote never closed",
		text: "a,b\n1,2\n3,\"x\n4,5\n6,7\n",
		want: `data.csv:3:2: the quote opened here is never closed [open-quote]
	cell  "\"x"
	fix: close it, or double it if it belongs to the text`,
		legal: "a,b\n1,2\n3,\"x\n4,5\n6,7\"\n",
	},
	{
		name: "quote closed lines later",
		text: "a,b\n1,2\n3,\"x\n4,\"5\n6,7\n",
		want: `data.csv:3:2: text after the closing quote of a cell [bad-quote]
	cell    "\"x"
	closed  line 4, before "5"
	fix: double the quotes that belong to the text: "a ""quoted"" word"`,
		legal: "a,b\n1,2\n3,\"x\n4,\"\n6,7\n",
	},
	{
		name: "quote in the middle of a cell",
		text: "a,b\n\"1\n\",5\"pipe\n",
		want: `data.csv:3:2: a quote inside a cell that does not begin with one [bad-quote]
	cell  "5\"pipe"
	fix: put the cell in quotes and double those inside: "5"" pipe"`,
		legal: "a,b\n\"1\n\",\"5\"\"pipe\"\n",
	},
	{
		name: "line limit",
		text: "a,b\n1,2\n3,\"" + strings.Repeat("\n", limits.CSVLineBytes) + "\n4,5\n",
		want: `data.csv:3:2: the line is longer than 16.0 MiB [line-limit]
	line  "3,\""
	why   mostly a quote that is opened and not closed.
	fix: close the quote, or split the line`,
		legal: "a,b\n1,2\n3,\"" + strings.Repeat("\n", limits.CSVLineBytes-10) + "\"\n4,5\n",
	},
	{
		name: "line limit without quotes",
		text: "a,b\n1," + strings.Repeat("x", limits.CSVLineBytes) + "\n",
		want: `data.csv:2:2: the line is longer than 16.0 MiB [line-limit]
	line  "1,` + strings.Repeat("x", 78) + `"...
	why   mostly a quote that is opened and not closed.
	fix: close the quote, or split the line`,
		legal: "a,b\n1," + strings.Repeat("x", limits.CSVLineBytes-10) + "\n",
	},
	{
		name: "column limit",
		text: "c" + strings.Repeat(",c", limits.CSVColumns) + "\n",
		want: `data.csv:1: 65,537 columns, above the limit of 65,536 [column-limit]
	fix: write fewer columns`,
		legal: "c\n1\n",
	},
	{
		name: "CR alone at line ends",
		text: "a,b\r1,2\r",
		want: `data.csv:1:2: the lines end in CR alone [bare-cr]
	offset  3
	would   have run two lines into one.
	fix: tr '\r' '\n' < data.csv > new.csv`,
		legal: "a,b\r\n1,2\r\n",
	},
	{
		name: "CR alone in one place",
		text: "a,b\n1,2\r3\n",
		want: `data.csv:2:2: a line break of CR alone, outside quotes [bare-cr]
	offset  7
	would   have run two lines into one.
	fix: tr '\r' '\n' < data.csv > new.csv`,
		legal: "a,b\n1,\"2\r3\"\n",
	},
	{
		name: "UTF-16",
		text: "\xFF\xFEa\x00,\x00",
		want: `data.csv:1: this is UTF-16 text, not CSV [not-csv]
	found     starts with ff fe
	expected  text in UTF-8
	fix: iconv -f UTF-16 -t UTF-8 data.csv > new.csv`,
		legal: "\uFEFFa,b\n1,2\n",
	},
	{
		name: "UTF-16 without a mark",
		text: "a\x00,\x00b\x00\n\x00",
		want: `data.csv:1: this is UTF-16 text without a mark [not-csv]
	found     a zero byte at offset 1
	expected  text in UTF-8
	fix: iconv -f UTF-16LE -t UTF-8 data.csv > new.csv`,
		legal: "a,b\n1,2\n",
	},
	{
		name: "Latin-1",
		text: "a,b\n1,caf\xE9\n",
		want: `data.csv:2: byte 0xE9 is not UTF-8 [not-csv]
	found     offset 9; Latin-1 or Windows-1252?
	expected  text in UTF-8
	fix: iconv -f WINDOWS-1252 -t UTF-8 data.csv > new.csv`,
		legal: "a,b\n1,café\n",
	},
	{
		name: "NUL",
		text: "a,b\n1,\x00\n",
		want: `data.csv:2: a NUL byte [not-csv]
	found     offset 6
	expected  text in UTF-8
	fix: tr -d '\000' < data.csv > new.csv`,
		legal: "a,b\n1,\x01\n",
	},
	{
		name: "gzip",
		text: "\x1F\x8B\x08",
		want: `data.csv:1: this is a gzip file, not CSV [not-csv]
	found     starts with 1f 8b
	expected  text in UTF-8
	fix: gunzip -c data.csv > new.csv`,
		legal: "\x1F\n1\n",
	},
	{
		name: "workbook",
		text: "PK\x03\x04",
		want: `data.csv:1: this is a zip archive (an .xlsx workbook is one), not CSV [not-csv]
	found     starts with 50 4b 03 04
	expected  text in UTF-8
	fix: unzip it, or save the sheet as CSV (UTF-8)`,
		legal: "PK\n1\n",
	},
	{
		name:    "no such columns",
		text:    "default,student\nNo,\"1,5\"\n",
		options: data.Options{Target: "defualt", Drop: []string{"students"}},
		want: `data.csv has no column "defualt" [no-column]
	columns  default, student
	fix: target = "default"
data.csv has no column "students" [no-column]
	columns  default, student
	fix: drop = ["student"]`,
		legal: "default,student\nNo,\"1,5\"\n",
		also:  data.Options{Target: "default", Drop: []string{"student"}},
	},
	{
		name:    "two uses of a column",
		text:    "a,b\n1,2\n",
		options: data.Options{Target: "a", Weight: "a", Categorical: []string{"b"}, Numeric: []string{"b"}},
		want: `column "a" cannot be both target and weight [column-use]
	fix: name it once
column "b" cannot be both categorical and numeric [column-use]
	fix: name it once`,
		legal: "a,b\n1,2\n",
		also:  data.Options{Target: "a", Weight: "b", Categorical: []string{"a"}},
	},
	{
		name:    "options",
		text:    "a,b\n1,2\n",
		options: data.Options{Sep: '.', Decimal: 'x', Split: data.Split{Train: 0.5}},
		want: `"." cannot separate cells [bad-option]
	fix: sep = ",", ";", "|" or "\t"
"x" cannot begin the fraction of a number [bad-option]
	fix: decimal = "." or ","
the shares of train, valid, tune and test must lie in [0, 1] and sum to 1, with some for train [bad-option]
	fix: split(train = 0.70, valid = 0.15, test = 0.15)`,
		legal: "a b\n1 2\n",
		also:  data.Options{Sep: ' ', Decimal: '.', Split: data.Split{Train: 0.1, Valid: 0.2, Test: 0.7}},
	},
}
