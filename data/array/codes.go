package array

import "github.com/descent-ml/descent/data"

// Codes explains the codes of problems and notes of this package, of the readers of files that give arrays, and of the packages
// they share, but for those that [data.Codes] explains. They are in alphabetical order.
func Codes() []data.Explanation {
	return []data.Explanation{
		{Code: "array-kind", Cause: "The arrays of two parts hold numbers of different kinds, such as bytes and fractions. Their numbers would not mean the same.", Way: "Save both in one kind."},
		{Code: "array-rows", Cause: "Two arrays that belong together have different numbers of rows.", Way: "Give arrays whose first axes are equal."},
		{Code: "array-shape", Cause: "The axes of an array after the first do not fit its use, or those of the other parts.", Way: "Reshape it before it is saved."},
		{Code: "bad-archive", Cause: "A gzip or zip file is damaged, ends too early, or has two members of one name.", Way: "Copy or write the file again."},
		{Code: "no-member", Cause: "An npz file does not have the array that is named, or has several and none is named.", Way: "Name one of the arrays that the message lists."},
		{Code: "not-finite", Cause: "A number is NaN or infinite, or beyond the range of float32. The loss would not be a number.", Way: "Correct it, or leave its row out."},
		{Code: "not-idx", Cause: "The file does not begin as an IDX file does.", Way: "Name an IDX file, compressed with gzip or not."},
		{Code: "not-npy", Cause: "The file does not begin as an npy file does.", Way: "Write it with numpy.save."},
		{Code: "npy-dtype", Cause: "The elements of an npy file are not numbers that are read. Pickled objects are code, and reading them would run it.", Way: "Save bool, or integers or floats of at most 64 bits."},
		{Code: "npy-header", Cause: "The header of an npy file is not as the format says: three keys, each once, and nothing else.", Way: "Write the file again with numpy.save."},
		{Code: "npy-value", Cause: "An element of an array of truths is neither 0 nor 1.", Way: "Copy or write the file again."},
		{Code: "scaled", Note: true, Cause: "An array of bytes with more than two axes is taken for pictures, and its numbers are divided by 255.", Way: "Nothing, or save it as float32 to have its numbers mean themselves."},
		{Code: "trailing-bytes", Cause: "A file goes on after the last element that its header claims.", Way: "Write the file again."},
		{Code: "truncated", Cause: "A file ends before what its header claims.", Way: "Copy or write the file again."},
	}
}
