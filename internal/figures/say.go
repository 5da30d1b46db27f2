package main

import (
	"fmt"
	"math"
	"strconv"
)

// in says a value in a unit.
func in(unit string) func(float64) string {
	return func(v float64) string { return number(v) + " " + unit }
}

// micros says a time that was reported in microseconds.
func micros(v float64) string { return nanos(v * 1e3) }

// nanos says a time that was reported in nanoseconds, in the unit that people would use.
func nanos(v float64) string {
	for _, unit := range []struct {
		name string
		size float64
	}{{"s", 1e9}, {"ms", 1e6}, {"µs", 1e3}} {
		if v >= unit.size {
			return number(v/unit.size) + " " + unit.name
		}
	}
	return number(v) + " ns"
}

// persecond says how many of the things are done in a second, if n of them take so many nanoseconds.
func persecond(n float64) func(float64) string {
	return func(v float64) string { return in("a second")(n * 1e9 / v) }
}

// number writes a number in at least three digits, thousands apart.
func number(v float64) string {
	if v < 1000 {
		return strconv.FormatFloat(rounded(v, 3), 'f', -1, 64)
	}
	s := strconv.FormatFloat(math.Round(v), 'f', 0, 64)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// rounded rounds to a number of digits.
func rounded(v float64, digits int) float64 {
	r, err := strconv.ParseFloat(fmt.Sprintf("%.*g", digits, v), 64)
	if err != nil {
		return v // not a number
	}
	return r
}
