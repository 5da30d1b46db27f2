package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
)

// unmapProgram gives back the pages of the program's file that have been read into this process. Linux maps sixteen for each
// that is touched, and a start touches something nearly everywhere, once. What is needed again is there again, at the cost of a
// page fault: the system has it in its cache.
func unmapProgram() error {
	program, err := os.Readlink("/proc/self/exe")
	if err != nil {
		return err
	}
	smaps, err := os.Open("/proc/self/smaps")
	if err != nil {
		return err
	}
	defer smaps.Close()
	list, err := unchanged(smaps, program)
	if err != nil {
		return err
	}
	for _, m := range list {
		_, _, errno := syscall.Syscall(syscall.SYS_MADVISE, m.from, m.to-m.from, syscall.MADV_DONTNEED)
		if errno != 0 {
			return errno
		}
	}
	return nil
}

// mapping is a part of a process's memory.
type mapping struct{ from, to uintptr }

// unchanged returns the mappings of a file that can't be written to and have no page that differs from the file, as
// /proc/PID/smaps lists them. A loader that moves a program writes to pages and makes them read-only afterwards: those must stay.
func unchanged(smaps io.Reader, file string) ([]mapping, error) {
	var list []mapping
	var m mapping
	candidate := false
	lines := bufio.NewScanner(smaps)
	for lines.Scan() {
		line := lines.Text()
		first, _, _ := strings.Cut(line, " ")
		switch {
		case !strings.HasSuffix(first, ":"): // a mapping begins
			m, candidate = readOnly(line, file)
		case candidate && strings.HasPrefix(line, "Anonymous:"):
			if strings.Join(strings.Fields(line), " ") == "Anonymous: 0 kB" {
				list = append(list, m)
			}
			candidate = false
		}
	}
	return list, lines.Err()
}

// readOnly reads the first line of a mapping, as in "00400000-012cc000 r-xp 00000000 fe:00 12 /usr/bin/tidings", and reports
// whether it is one of a file that can't be written to.
func readOnly(line, file string) (m mapping, ok bool) {
	var rights, offset, device, inode string
	n, _ := fmt.Sscanf(line, "%x-%x %s %s %s %s", &m.from, &m.to, &rights, &offset, &device, &inode)
	return m, n == 6 && strings.HasSuffix(line, " "+file) && strings.HasPrefix(rights, "r-") && strings.HasSuffix(rights, "p")
}
