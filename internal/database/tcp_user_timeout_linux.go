package database

import (
	"syscall"
	"time"
)

// userTimeout is how long a connection waits for the other side to acknowledge what was sent. The system's default is
// a quarter of an hour.
const userTimeout = 15 * time.Second

// tcpUserTimeout is TCP_USER_TIMEOUT of <linux/tcp.h>, in milliseconds; package syscall has no name for it.
const tcpUserTimeout = 18

// setUserTimeout is for net.Dialer.Control.
func setUserTimeout(network, _ string, c syscall.RawConn) error {
	if network == "unix" {
		return nil
	}
	// A system that does not know the option only waits longer.
	return c.Control(func(fd uintptr) {
		_ = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, tcpUserTimeout, int(userTimeout.Milliseconds()))
	})
}
