//go:build unix

package web

import "syscall"

// filesAllowed returns how many files the process may have open, connections included.
func filesAllowed() int {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return 2 * maxConns
	}
	return int(min(limit.Cur, 2*maxConns))
}
