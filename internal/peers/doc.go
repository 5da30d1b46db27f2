// Package peers runs what others have written for the parts of Tidings on the same work in the same run, and prints how they
// compare: "make bench-peers". A ratio holds on any machine; a time doesn't. It is a module of its own, so the program's
// go.mod knows none of these libraries.
//
// What is compared is what all of them can do. A library of literals knows no AND and no NOT; a percolator and a search
// engine know no plural forms, so the invented words have none. Where two answer the same question, the run fails if
// their answers differ.
package peers
