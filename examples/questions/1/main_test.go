package main

func Example() {
	main()
	// Output:
	// a noise of 1 and a variance of 4, whose root is 2, give
	// exp(0.5 * log_var) * noise  2.00
	// exp(log_var) * noise        4.00
	// log_var * noise             1.39
}
