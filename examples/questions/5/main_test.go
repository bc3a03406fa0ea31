package main

func Example() {
	main()
	// Output:
	// no weights             0.693
	// 1000/900 and 1000/100  1.386
	// balanced: 0.556 and 5  0.693
	// balanced, plus Dice    1.523
}
