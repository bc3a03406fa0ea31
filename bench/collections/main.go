// Collections says how many of the losses in folders of Python files descent check
// understands.
//
//	go run ./bench/collections [-list] DIR...
//
// Every function, method or class of a file that takes a prediction and a target is
// pasted into a recipe of its own, with the definitions and imports that it uses, and
// checked on predictions and targets of plausible shapes: volumes and images, one
// class or several, scores or probabilities. A loss runs if it is proved on one of
// them. It is refused for a true reason if what is said is a fault that it has in its
// own framework too; everything else counts as not understood.
//
// A file that is not Python is read definition by definition. The folders are read,
// never written, and nothing of them is run but through descent check.
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
)

func main() {
	log.SetFlags(0)
	list := flag.Bool("list", false, "print what is said of each loss")
	show := flag.String("show", "", "print the recipe that is made of the loss of this name, and what is said of it")
	flag.Parse()
	if flag.NArg() == 0 {
		log.Fatal("usage: go run ./bench/collections [-list] DIR...")
	}
	var all []result
	for _, dir := range flag.Args() {
		c, err := read(dir)
		if err != nil {
			log.Fatal(err)
		}
		for _, s := range c.subjects() {
			r := judge(c, s)
			if s.name == *show {
				fmt.Printf("%s\n%s\n", r.recipe, r.text)
			}
			all = append(all, r)
		}
	}
	table(os.Stdout, all)
	if *list {
		details(os.Stdout, all)
	}
}
