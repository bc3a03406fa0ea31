// Collections says how many of the losses in folders of Python files descent check
// understands.
//
//	go run ./bench/collections [-list] [-path DIR]... DIR...
//
// What counts as a loss is every function of a file's top level, and every method of its
// classes, that takes a prediction and a target by the names that are used for them
// (y_pred, input, logits ...; y_true, target, gt ...) and nothing else without a default
// that the tool has no value for; a function that returns such a function; and the
// loss_function of an autoencoder. Of definitions that say the same, but for comments and
// empty lines, the first one in the order of the paths counts.
//
// A loss is checked in its own file as it stands, with a few lines below that make its
// object, once, and call it, on predictions and targets of plausible shapes: volumes and
// images, one class or several, scores or probabilities. What the file imports is looked for in its folder, in the
// collection's, and in those that -path names. A loss runs if it is proved on one of the
// shapes. It is refused for a true reason if what is said is a fault that it has in its own
// framework too; everything else counts as not understood. Of a file that is not Python
// each definition is read alone, with what it uses of the file.
//
// The folders are read, never written, and nothing of them is run but through descent
// check. The commit is named for a folder that is a repository's work tree.
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"strings"
)

func main() {
	log.SetFlags(0)
	list := flag.Bool("list", false, "print what is said of each loss")
	show := flag.String("show", "", "print the recipe that is made of the loss of this name, and what is said of it")
	var paths []string
	flag.Func("path", "a `folder` where modules are found that a collection imports and does not hold (repeatable)", func(dir string) error {
		paths = append(paths, dir)
		return nil
	})
	flag.Parse()
	if flag.NArg() == 0 {
		log.Fatal("usage: go run ./bench/collections [-list] [-path DIR]... DIR...")
	}
	var all []result
	var collections []*collection
	for _, dir := range flag.Args() {
		c, err := read(dir, paths...)
		if err != nil {
			log.Fatal(err)
		}
		collections = append(collections, c)
		for _, s := range c.subjects() {
			r := judge(c, s)
			if *show != "" && strings.HasPrefix(s.part.file.path+":"+s.name, *show) || s.name == *show {
				fmt.Printf("%s\n%s\n", r.recipe, r.text)
			}
			all = append(all, r)
		}
	}
	table(os.Stdout, collections, all)
	if *list {
		details(os.Stdout, all)
	}
}
