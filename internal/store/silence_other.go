//go:build !linux

package store

import "syscall"

// boundSilence is for net.Dialer.Control. Elsewhere the system's own patience has to do.
func boundSilence(string, string, syscall.RawConn) error { return nil }
