//go:build !linux

package database

import (
	"errors"
	"time"
)

// fileNotices tells of writes to a file, which this system does in no way that is worth its trouble.
type fileNotices struct{}

func watchFile(string) (*fileNotices, error) { return nil, errors.ErrUnsupported }

func (*fileNotices) wait(time.Duration) (bool, error) { return false, errors.ErrUnsupported }

func (*fileNotices) drain() bool { return false }

func (*fileNotices) close() {}
