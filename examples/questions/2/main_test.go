package main

func Example() {
	main()
	// Output:
	// negative ELBO fell: true
	// the code is used:  true (KL above half a nat a row)
}
