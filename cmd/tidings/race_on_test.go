//go:build race

package main

// underRace says that the race detector makes everything take many times as long.
const underRace = true
