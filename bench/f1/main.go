// F1 measures ways to train for F1: cross entropy with a tuned threshold, weighted
// and focal, and soft F1 of batches and of many rows accumulated. It trains every arm
// on five fixed splits of three tables with two seeds and three learning rates, and
// writes the tables of docs/f1-or-bce.md.
//
//	go run ./bench/f1            writes the tables from bench/f1/results.jsonl
//	go run ./bench/f1 -measure   trains what is missing there first
//
// Remove results.jsonl to measure anew.
package main

import (
	"flag"
	"log"
)

func main() {
	measuring := flag.Bool("measure", false, "train what the results lack")
	table := flag.String("table", "", "train on this table alone: default, hpc or telco_churn")
	results := flag.String("results", "bench/f1/results.jsonl", "file of results")
	page := flag.String("page", "docs/f1-or-bce.md", "page whose tables are written")
	flag.Parse()
	done, err := read(*results)
	if err == nil && *measuring {
		err = measure(*results, *table, done)
	}
	if err == nil {
		err = write(*page, done)
	}
	if err != nil {
		log.Fatal(err)
	}
}
