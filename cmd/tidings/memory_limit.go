package main

import (
	"io/fs"
	"os"
	"path"
	"runtime/debug"
	"slices"
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

// groupLimit returns the least limit, in bytes, of the control groups that the process is in and of those around them.
func groupLimit(root fs.FS) (least int64, limited bool) {
	text, err := fs.ReadFile(root, "proc/self/cgroup")
	if err != nil {
		return 0, false
	}
	for line := range strings.Lines(string(text)) {
		mount, group, files := memoryGroup(strings.TrimSpace(line))
		for dir := path.Join(mount, group); files != nil && strings.HasPrefix(dir, mount); dir = path.Dir(dir) {
			for _, name := range files {
				if n, ok := readLimit(root, path.Join(dir, name)); ok && (!limited || n < least) {
					least, limited = n, true
				}
			}
		}
	}
	return least, limited
}

// memoryGroup reads a line of /proc/self/cgroup: where the control groups are mounted that it is about, the group, and the files of
// each that limit memory; none if the line is about something else. https://docs.kernel.org/admin-guide/cgroup-v2.html,
// https://docs.kernel.org/admin-guide/cgroup-v1/memory.html
func memoryGroup(line string) (mount, group string, files []string) {
	const mounted = "sys/fs/cgroup"
	_, rest, _ := strings.Cut(line, ":")
	controllers, group, _ := strings.Cut(rest, ":")
	switch {
	case strings.HasPrefix(line, "0::"):
		return mounted, group, []string{"memory.max", "memory.high"}
	case slices.Contains(strings.Split(controllers, ","), "memory"): // of version 1
		return mounted + "/memory", group, []string{"memory.limit_in_bytes"}
	}
	return "", "", nil
}

// readLimit reads a limit in bytes. Instead of one there may be "max" or, in version 1, more than any machine has.
func readLimit(root fs.FS, file string) (n int64, ok bool) {
	const noMachineHas = 1 << 60
	text, err := fs.ReadFile(root, file)
	if err != nil {
		return 0, false
	}
	n, err = strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
	return n, err == nil && n > 0 && n < noMachineHas
}
