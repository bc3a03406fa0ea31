// Package report makes one HTML page of a run directory: report.html, to read and
// to mail.
//
//	err := report.Write("runs/credit-1", report.Options{})
//
// The page needs no script and no network. It holds no row of the user's data:
// curves are thinned to at most 500 points, and plots stand beside tables of what
// they show. Every text that comes from the run is escaped, every number of
// run.json stands in a <data> element with its whole value and its place there:
//
//	<data value="0.5538461538461539" data-name="test.f1">0.554</data>
//
// A page is a list of sections, a file each; a section is a list of blocks (prose,
// tables, figures, notes, code), which one template prints. A section that does
// not apply to a run is absent. What a file of predictions says is compared with
// run.json first: a file that is missing or does not belong to the run costs its
// sections, and a note says so.
//
// Plots are drawn by package chart below this one: SVG with classes, without
// colours and fonts, is what lets one picture follow light, dark and paper.
package report
