//go:build !unix

package web

// filesAllowed returns how many files the process may have open, connections included.
func filesAllowed() int { return 2 * maxConns }
