package main

import (
	"io/fs"
	"os"
	"path"
	"runtime/debug"
	"strconv"
	"strings"
)

// limitMemory has the collector keep the program within nine tenths of what its container or service may have, where something
// limits that and GOMEMLIMIT does not say otherwise: a burst then costs processor time, where the system would end the program.
// Otherwise the collector runs as Go has it.
func limitMemory(root fs.FS) (limit int64, limited bool) {
	if os.Getenv("GOMEMLIMIT") != "" { // be it off
		return 0, false
	}
	if limit, limited = groupLimit(root); limited {
		limit = limit / 10 * 9
		debug.SetMemoryLimit(limit)
	}
	return limit, limited
}

// groupLimit returns the least limit, in bytes, of the control group that the process is in and of those around it; see
// https://docs.kernel.org/admin-guide/cgroup-v2.html.
func groupLimit(root fs.FS) (least int64, limited bool) {
	const mount = "sys/fs/cgroup"
	text, err := fs.ReadFile(root, "proc/self/cgroup")
	if err != nil {
		return 0, false
	}
	for line := range strings.Lines(string(text)) {
		group, unified := strings.CutPrefix(strings.TrimSpace(line), "0::/")
		if !unified {
			continue
		}
		for dir := path.Join(mount, group); strings.HasPrefix(dir, mount); dir = path.Dir(dir) {
			for _, name := range []string{"memory.max", "memory.high"} {
				value, err := fs.ReadFile(root, path.Join(dir, name))
				n, none := strconv.ParseInt(strings.TrimSpace(string(value)), 10, 64) // or "max"
				if err == nil && none == nil && n > 0 && (!limited || n < least) {
					least, limited = n, true
				}
			}
		}
	}
	return least, limited
}
