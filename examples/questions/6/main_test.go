package main

func Example() {
	main()
	// Output:
	// the cut was reached on the valid rows: true
	// on the test rows: precision above 0.7 true and recall above 0.3 true
}
