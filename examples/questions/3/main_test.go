package main

func Example() {
	main()
	// Output:
	// two outputs are refused: true
	// one output learns: true (valid loss below 0.4, where the class rate costs 0.53)
}
