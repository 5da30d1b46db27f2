//go:build !linux

package database

import "syscall"

// setUserTimeout is for net.Dialer.Control. Elsewhere the system's own patience has to do.
func setUserTimeout(string, string, syscall.RawConn) error { return nil }
