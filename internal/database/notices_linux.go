package database

import (
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"
)

// fileNotices tells of writes to a file, of whatever process. It doesn't open the file: who closes one ends the locks
// that the process has on it.
type fileNotices struct {
	queue *os.File
	raw   syscall.RawConn
	buf   [4096]byte
}

// watchFile begins to listen for writes to a file.
func watchFile(path string) (*fileNotices, error) {
	fd, err := syscall.InotifyInit1(syscall.IN_NONBLOCK | syscall.IN_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("inotify: %w", err)
	}
	n := &fileNotices{queue: os.NewFile(uintptr(fd), "inotify")}
	_, err = syscall.InotifyAddWatch(fd, path, syscall.IN_MODIFY)
	if err == nil {
		n.raw, err = n.queue.SyscallConn()
	}
	if err != nil {
		n.close()
		return nil, fmt.Errorf("inotify: %w", err)
	}
	return n, nil
}

// wait waits until the file is written to, for a while at most, and reports whether it was since the last call.
func (n *fileNotices) wait(most time.Duration) (bool, error) {
	if n.drain() {
		return true, nil
	}
	if most <= 0 {
		return false, nil
	}
	if err := n.queue.SetReadDeadline(time.Now().Add(most)); err != nil {
		return false, err
	}
	_, err := n.queue.Read(n.buf[:])
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return false, nil
	}
	return err == nil, err
}

// drain takes what has been told without waiting, and reports whether there was something.
func (n *fileNotices) drain() bool {
	some := false
	_ = n.raw.Read(func(fd uintptr) bool {
		got, err := syscall.Read(int(fd), n.buf[:])
		some = err == nil && got > 0
		return true
	})
	return some
}

// close may be called more than once, and ends a wait.
func (n *fileNotices) close() {
	if n != nil {
		_ = n.queue.Close() // nothing was written
	}
}
