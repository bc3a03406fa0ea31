package data

// Explanation is what there is to say about a code beyond its messages.
type Explanation struct {
	Code  string
	Note  bool   // the data is accepted, with a remark
	Cause string // what the code means and why it matters
	Way   string // what to do
}

// Codes returns the explanation of every code of a [Problem] or a [Note], in alphabetical order.
func Codes() []Explanation {
	return []Explanation{
		{"bad-option", false, "A word of table(...) or split(...) has a value that cannot be meant.", "Use one of the values that the message lists."},
		{"bad-quote", false, "A quote stands inside a cell that does not begin with one, or text follows a closing quote. Where such a cell ends is a guess.", "Put the whole cell in quotes and double the quotes inside."},
		{"bad-value", false, "A cell of a column of numbers is no number. A column is one of numbers if nine tenths of its values are, so a few bad cells do not turn it into categories.", "Correct the cells, name the decimal mark (decimal) or the words for missing values (na), or call the column categorical."},
		{"bad-weight", false, "A row's weight is missing, negative or too large, or all weights are zero.", "Give each row a weight of at least 0."},
		{"bare-cr", false, "A carriage return ends a line by itself, as on computers before 2001. Other readers run such lines into one.", "Convert the line ends to LF."},
		{"blank-line", false, "A line in the middle of the file is blank: a row lost, or a missing value of the only column.", "Delete it, or write \"\" in it."},
		{"column-limit", false, "The header has more columns than are read.", "Write fewer columns."},
		{"column-name", false, "A column has no name, or two columns have the same name but for blanks. Columns are found by name, so names must tell them apart.", "Rename it in the first line."},
		{"column-use", false, "One column is named for two uses that exclude each other.", "Name it once."},
		{"constant-column", true, "All training rows have the same value, so there is nothing to learn from the column; it counts as 0.", "Drop the column."},
		{"data-changed", false, "The file's size or time changed while it was read, so that its rows may be of two versions.", "Train on a copy, or when nothing writes to the file."},
		{"element-limit", false, "Rows times columns in are more numbers than one tensor may hold.", "Drop the columns with most levels."},
		{"empty-column", false, "No row has a value in the column.", "Drop the column."},
		{"equal-rows", true, "Some rows have equal features and targets. They are kept in one part, since a test row that was trained on proves nothing; a split column is obeyed even so.", "Nothing, or remove the copies."},
		{"extra-column", true, "A table to predict has columns that the training table did not have. They are ignored.", "Nothing."},
		{"few-positives", true, "A part has fewer than 100 rows of the positive class; F1 over 50 of them is uncertain by 0.12 each way.", "Collect more rows; more epochs help less."},
		{"few-rows", false, "A part has no rows, or fewer than two of a class: nothing can be chosen or judged on it.", "Add rows, join classes, or give the part a larger share."},
		{"filled", true, "Missing values were filled with the mean or the most frequent level of the training rows.", "Fill them in, if they can be known."},
		{"float32-inexact", false, "A whole number is beyond those that float32 holds exactly, such as 16777217. A target would be learned as another number; a feature is read, with a note.", "Use a larger unit, subtract a constant, or call it categorical or an id."},
		{"high-cardinality", false, "More than half of a column's texts are different: names of rows rather than categories.", "Drop it, make it the id, or call it categorical to insist."},
		{"level-limit", false, "A column has more categories than are read.", "Drop the column."},
		{"level-untrained", true, "A level occurs in no training row, so nothing is learned about it.", "Collect rows of it."},
		{"line-limit", false, "A line is longer than 16 MiB, mostly because of a quote that is not closed.", "Close the quote."},
		{"memory-limit", false, "The file does not fit into half of the memory budget.", "Use a machine with more memory, or fewer rows or columns."},
		{"missing-target", false, "The target has no value in some rows.", "Fill it in or delete the rows."},
		{"missing-untrained", true, "A column lacks values, but in no training row: what a missing value means cannot be learned.", "Nothing, or another split."},
		{"missing-value", false, "A value is missing, and the recipe says that none may be.", "Fill it in, or use missing = \"mean+indicator\"."},
		{"missing-word", true, "A level looks like a word for a missing value.", "List it in na if it is one."},
		{"no-class", false, "The positive class that the recipe names is no class of the target.", "Use one of the classes listed."},
		{"no-column", false, "The recipe names a column that the file does not have.", "Use one of the columns listed."},
		{"no-features", false, "Every column is the target, dropped, or of another use.", "Leave a column to learn from."},
		{"no-rows", false, "The file has no rows.", "Write rows below the header."},
		{"not-csv", false, "The file is not text in UTF-8: compressed, a workbook, or in another encoding.", "Convert it with the command in the message."},
		{"not-regular-file", false, "The path is a folder, a pipe, a device or a broken link. Reading it would hang or never end.", "Name a file."},
		{"one-class", false, "The target is the same in every row: there is nothing to learn.", "Add other rows or name another target."},
		{"open-quote", false, "A quote is opened and never closed, so that the rest of the file is one cell.", "Close it, or double it."},
		{"ragged-row", false, "A row has more or fewer cells than the header. Which cells are missing is a guess.", "Quote cells that hold the separator; write missing cells empty."},
		{"schema-mismatch", false, "A table differs from the one that the model was trained on: columns missing, of another kind, or with values that it never saw.", "Correct the table, or accept the differences with --missing mean and --unseen other."},
		{"sentinel", true, "The smallest number of a column, such as -999, lies far below the rest. It may stand for a missing value.", "List it in na if it does."},
		{"separator", false, "The header is one column, but another separator cuts it and the next line alike.", "Name the separator: sep = \";\"."},
		{"similar-levels", true, "Two levels differ only in blanks or in case, so they may be one.", "Correct the cells if they are."},
		{"task", false, "The target's values do not suit the task: texts for a regression, or three classes for a binary task.", "Change task, or leave it out."},
		{"unseen-level", true, "Cells hold levels that no training file had; they count as \"other\".", "Correct the cells, or train with such rows."},
	}
}
