package main

func Example() {
	main()
	// Output: 4 classes, 89 test rows; weighted F1 above 0.6: true
}
