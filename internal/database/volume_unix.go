//go:build linux || darwin

package database

import "syscall"

// volume returns how large the volume is that a directory is on, and how much of it is free, in bytes.
func volume(dir string) (size, free int64) {
	var st syscall.Statfs_t
	if err := syscall.Statfs(dir, &st); err != nil {
		return 0, 0
	}
	block := int64(st.Bsize)                                  //nolint:unconvert // its type is not the same everywhere
	return int64(st.Blocks) * block, int64(st.Bavail) * block //nolint:gosec // far below the bound
}
