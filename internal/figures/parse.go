package main

import (
	"regexp"
	"strconv"
	"strings"
)

// result is what a benchmark reports in one unit.
type result struct{ benchmark, unit string }

// results are the values of what was reported.
type results map[result]float64

// processors ends a benchmark's name where it ran on more than one.
var processors = regexp.MustCompile(`-\d+$`)

// parse reads the output of go test -bench. https://go.dev/design/14313-benchmark-format
func parse(output string) results {
	r := results{}
	for line := range strings.Lines(output) {
		words := strings.Fields(line)
		if len(words) < 4 || !strings.HasPrefix(words[0], "Benchmark") {
			continue
		}
		if _, err := strconv.Atoi(words[1]); err != nil {
			continue
		}
		name := processors.ReplaceAllString(strings.TrimPrefix(words[0], "Benchmark"), "")
		for i := 2; i+1 < len(words); i += 2 {
			if v, err := strconv.ParseFloat(words[i], 64); err == nil {
				r[result{name, words[i+1]}] = v
			}
		}
	}
	return r
}
