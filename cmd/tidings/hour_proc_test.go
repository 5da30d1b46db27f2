package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// ticks is how many parts Linux counts a second of a processor in, wherever Go runs.
const ticks = 100

// processTime is what Linux tells of a process; all 0 where there is no such process or no /proc.
type processTime struct {
	parent  int
	seconds float64 // of processors that it has used
	reaped  float64 // and that its children had that have ended
}

func readProcess(pid int) (p processTime) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return p
	}
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:])) // from the third on: proc(5)
	number := func(n int) float64 {
		v, _ := strconv.ParseFloat(fields[n-3], 64)
		return v
	}
	return processTime{parent: int(number(4)), seconds: (number(14) + number(15)) / ticks, reaped: (number(16) + number(17)) / ticks}
}

// familySeconds returns what a process and its children have used.
func familySeconds(parent int) float64 {
	p := readProcess(parent)
	sum := p.seconds + p.reaped
	list, _ := filepath.Glob("/proc/[0-9]*") // the pattern is well-formed
	for _, dir := range list {
		pid, _ := strconv.Atoi(filepath.Base(dir))
		if child := readProcess(pid); child.parent == parent {
			sum += child.seconds
		}
	}
	return sum
}

// machineSeconds returns how long the processors of the machine were busy and idle so far, all together.
func machineSeconds() (busy, idle float64) {
	text, _ := os.ReadFile("/proc/stat") // or all is 0
	line, _, _ := strings.Cut(string(text), "\n")
	for i, field := range strings.Fields(line) {
		v, err := strconv.ParseFloat(field, 64)
		switch {
		case err != nil || i > 8: // the name; what guests had is counted in what comes before
		case i == 4 || i == 5: // idle, and waiting for a disk
			idle += v / ticks
		default:
			busy += v / ticks
		}
	}
	return busy, idle
}

// statusMB returns a figure of a process's memory by its name in /proc/PID/status, in 10^6 bytes.
func statusMB(pid int, name string) (float64, bool) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, false
	}
	for line := range strings.Lines(string(text)) {
		if value, found := strings.CutPrefix(line, name+":"); found {
			kb, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(value), "kB")), 64)
			return kb * 1024 / 1e6, err == nil
		}
	}
	return 0, false
}
