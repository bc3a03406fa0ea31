package csv

import (
	"strings"

	"github.com/descent-ml/descent/data"
)

// cellRefusals are about rows and cells.
var cellRefusals = []refusal{
	{
		name: "too few cells",
		text: "a,b\n1,2\n3\n4,5,6\n",
		want: `data.csv:3:2: 1 cell in this row, 2 in the header [ragged-row]
	row    "3"
	also   line 4
	would  have put values under the wrong names.
	fix: put a cell that holds ',' in quotes
	fix: or write the cells that are missing, empty`,
		legal: "a,b\n1,2\n3,\n4,\"5,x\"\n",
	},
	{
		name: "too many cells, in five rows",
		text: "a;b\n1;2\n" + strings.Repeat("3;4;5\n", 5),
		want: `data.csv:3:3: 3 cells in this row, 2 in the header [ragged-row]
	row    "3;4;5"
	also   line 4, line 5, line 6 and 1 more
	would  have put values under the wrong names.
	fix: put a cell that holds ';' in quotes
	fix: or write the cells that are missing, empty`,
		options: data.Options{Sep: ';'},
		legal:   "a;b\n1;2\n3;4,5\n",
		also:    data.Options{Sep: ';', Decimal: ','},
	},
	{
		name: "row shown to 80 bytes",
		text: "a,b\n" + strings.Repeat("x", 100) + "\n",
		want: `data.csv:2:2: 1 cell in this row, 2 in the header [ragged-row]
	row    "` + strings.Repeat("x", 80) + `"...
	would  have put values under the wrong names.
	fix: put a cell that holds ',' in quotes
	fix: or write the cells that are missing, empty`,
		legal: "a,b\n" + strings.Repeat("x", 100) + ",\n",
	},
	{
		name: "decimal comma in two of 20 rows",
		text: "balance,y\n" + strings.Repeat("1.5,a\n", 9) + "\"1.204,50\",b\n" + strings.Repeat("1.5,a\n", 9) + "\"1.310,00\",b\n",
		want: `data.csv:11:1: column "balance": "1.204,50" is not a number [bad-value]
	expected  a number like 1204.5, as in 18 of 20 rows; also bad: line 21 "1.310,00"
	would     have made the whole column categorical with 3 levels.
	fix: correct the two cells
	fix: or table(..., decimal = ",") if the whole file is written so`,
		legal: "balance,y\n\"1,5\",a\n\"1.204,50\",b\n",
		also:  data.Options{Decimal: ','},
	},
	{
		name: "decimal comma throughout is not text",
		text: "x\n\"1,5\"\n\"2,5\"\n",
		want: `data.csv:2:1: column "x": "1,5" is not a number [bad-value]
	expected  a number like 1.5; also bad: line 3 "2,5"
	would     have made the whole column categorical with 2 levels.
	fix: correct the two cells
	fix: or table(..., decimal = ",") if the whole file is written so`,
		legal: "x\n\"1,5\"\n\"2,5\"\n",
		also:  data.Options{Categorical: []string{"x"}},
	},
	{
		name:    "decimal point where a comma is meant",
		text:    "x;y\n1,5;2\n1.5;2\n",
		options: data.Options{Sep: ';', Decimal: ','},
		want: `data.csv:3:1: column "x": "1.5" is not a number [bad-value]
	expected  a number like 1,5, as in 1 of 2 rows
	would     have made the whole column categorical with 2 levels.
	fix: correct the cell
	fix: or table(..., decimal = ".") if the whole file is written so`,
		legal: "x;y\n1,5;2\n1.500;2\n", // with ',' as the decimal mark 1.500 is fifteen hundred
		also:  data.Options{Sep: ';', Decimal: ','},
	},
	{
		name: "groups of thousands",
		text: "x\n1\n\"1,204.5\"\n",
		want: `data.csv:3:1: column "x": "1,204.5" is not a number [bad-value]
	expected  a number like 1204.5, as in 1 of 2 rows
	would     have made the whole column categorical with 2 levels.
	fix: correct the cell`,
		legal: "x\n1\n1204.5\n",
	},
	{
		name: "a mark that may be one of thousands or a decimal one",
		text: "x\n1\n\"1,204\"\n",
		want: `data.csv:3:1: column "x": "1,204" is not a number [bad-value]
	expected  a number like 1204.5, as in 1 of 2 rows
	would     have made the whole column categorical with 2 levels.
	fix: correct the cell
	fix: or table(..., decimal = ",") if the whole file is written so`,
		legal: "x\n1\n\"1,204\"\n",
		also:  data.Options{Decimal: ','},
	},
	{
		name: "words for missing values",
		text: "x\n1\nNA\n?\nNA\n",
		want: `data.csv:3:1: column "x": "NA" is not a number [bad-value]
	expected  a number like 1204.5, as in 1 of 4 rows; also bad: line 4 "?", line 5 "NA"
	missing?  "NA" in 2 cells, "?" in 1 cell
	would     have made the whole column categorical with 3 levels.
	fix: correct the three cells
	fix: or table(..., na = ["", "NA", "?"]) if they stand for missing values`,
		legal: "x\n1\nNA\n?\nNA\n",
		also:  data.Options{NA: []string{"", "NA", "?"}},
	},
	{
		name: "nan",
		text: "x\n1\nnan\n",
		want: `data.csv:3:1: column "x": "nan" is not a number [bad-value]
	expected  a number like 1204.5, as in 1 of 2 rows
	missing?  "nan" in 1 cell
	would     have made the whole column categorical with 2 levels.
	fix: correct the cell
	fix: or table(..., na = ["", "nan"]) if they stand for missing values`,
		legal: "x\n1\n\"\"\n",
	},
	{
		name: "a word among numbers",
		text: "x\n" + strings.Repeat("2\n", 9) + "abc\n",
		want: `data.csv:11:1: column "x": "abc" is not a number [bad-value]
	expected  a number like 1204.5, as in 9 of 10 rows
	would     have made the whole column categorical with 2 levels.
	fix: correct the cell
	fix: or table(..., categorical = ["x"]) if these are names, not numbers`,
		legal: "x\n" + strings.Repeat("2\n", 8) + "abc\n", // 8 of 9 are fewer than nine tenths: a column of texts
	},
	{
		name: "a numeric column",
		text: "a,b\nx,2\n",
		want: `data.csv:2:1: column "a": "x" is not a number [bad-value]
	expected  a number like 1204.5
	fix: correct the cell`,
		options: data.Options{Numeric: []string{"a"}},
		legal:   "a,b\n3,2\n",
		also:    data.Options{Numeric: []string{"a"}},
	},
	{
		name: "infinity",
		text: "x\n1\n-inf\n",
		want: `data.csv:3:1: column "x": "-inf" is not a finite number [bad-value]
	expected  a number like 1204.5, as in 1 of 2 rows
	would     have made the whole column categorical with 2 levels.
	fix: correct the cell`,
		legal: "x\n1\n-1e308\n",
	},
	{
		name: "hexadecimal",
		text: "x\n1\n0x1p3\n",
		want: `data.csv:3:1: column "x": "0x1p3" is not a decimal number [bad-value]
	expected  a number like 1204.5, as in 1 of 2 rows
	would     have made the whole column categorical with 2 levels.
	fix: correct the cell`,
		legal: "x\n1\n01.3\n",
	},
	{
		name: "underscore",
		text: "x\n1\n1_000\n",
		want: `data.csv:3:1: column "x": "1_000" is not a decimal number [bad-value]
	expected  a number like 1204.5, as in 1 of 2 rows
	would     have made the whole column categorical with 2 levels.
	fix: correct the cell`,
		legal: "x\n1\n 1000 \n",
	},
	{
		name: "too large",
		text: "x\n1\n1e400\n",
		want: `data.csv:3:1: column "x": "1e400" is too large for a 64-bit number [bad-value]
	expected  a number like 1204.5, as in 1 of 2 rows
	would     have made the whole column categorical with 2 levels.
	fix: correct the cell`,
		legal: "x\n1\n1e+30\n",
	},
	{
		name: "too close to zero",
		text: "x\n1\n1e-400\n",
		want: `data.csv:3:1: column "x": "1e-400" is too close to zero for a 64-bit number [bad-value]
	expected  a number like 1204.5, as in 1 of 2 rows
	would     have made the whole column categorical with 2 levels.
	fix: correct the cell`,
		legal: "x\n1\n0e-400\n",
	},
	{
		name: "a unit",
		text: "x\n1\n5 %\n",
		want: `data.csv:3:1: column "x": "5 %" is a number with a unit [bad-value]
	expected  a number like 5, as in 1 of 2 rows
	would     have made the whole column categorical with 2 levels.
	fix: correct the cell`,
		legal: "x\n1\n5\n",
	},
}
