package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// table prints how many losses of each collection run, and why others do not.
func table(w io.Writer, collections []*collection, all []result) {
	fmt.Fprintln(w, "| collection | commit | losses | run | refused for a true reason | not understood |")
	fmt.Fprintln(w, "| --- | --- | --- | --- | --- | --- |")
	row := func(name, commit string, of []result) {
		var n [other + 1]int
		for _, r := range of {
			n[r.outcome]++
		}
		fmt.Fprintf(w, "| %s | %s | %d | %d | %d | %d |\n", name, commit, len(of), n[runs], n[trueReason], n[notHere]+n[other])
	}
	for _, c := range collections {
		row(c.name, c.brief(), slices.DeleteFunc(slices.Clone(all), func(r result) bool { return r.collection != c }))
	}
	row("all", "", all)
	good := 0
	for _, r := range all {
		if r.outcome <= trueReason {
			good++
		}
	}
	fmt.Fprintf(w, "\n%.1f %% run or are refused for a true reason.\n", 100*float64(good)/float64(max(len(all), 1)))
	for _, o := range []struct {
		title string
		of    []outcome
	}{{"Refused for a true reason", []outcome{trueReason}}, {"Not understood", []outcome{notHere, other}}} {
		causes := map[string][]result{}
		for _, r := range all {
			if slices.Contains(o.of, r.outcome) {
				causes[r.group()] = append(causes[r.group()], r)
			}
		}
		if len(causes) == 0 {
			continue
		}
		fmt.Fprintf(w, "\n%s:\n\n| losses | cause | which |\n| --- | --- | --- |\n", o.title)
		for _, cause := range slices.SortedFunc(maps.Keys(causes), func(a, b string) int {
			return cmp.Or(len(causes[b])-len(causes[a]), cmp.Compare(a, b))
		}) {
			fmt.Fprintf(w, "| %d | %s | %s |\n", len(causes[cause]), strings.ReplaceAll(cause, "|", "\\|"), which(causes[cause]))
		}
	}
}

// which lists losses behind the collection, and the commit, that they are of.
func which(of []result) string {
	var b strings.Builder
	for i, r := range of {
		switch c := r.collection; {
		case i > 0 && of[i-1].collection == c:
			b.WriteString(", ")
		default:
			if i > 0 {
				b.WriteString("; ")
			}
			b.WriteString(c.title() + ": ")
		}
		b.WriteString(r.place())
	}
	return b.String()
}

// details prints what is said of each loss that does not run.
func details(w io.Writer, all []result) {
	for _, r := range all {
		verdict := [...]string{"runs", "refused", "not understood", "not understood"}[r.outcome]
		fmt.Fprintf(w, "\n== %s %s: %s\n%s\n", r.collection.name, r.place(), verdict, r.text)
	}
}
