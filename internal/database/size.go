package database

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
)

// Size is how much room a database takes, in bytes.
type Size struct {
	Bytes int64 // all of it, the write-ahead log too
	// Reusable is what was freed in the file and is written to again before the file grows; 0 where that isn't known.
	Reusable int64
	// Volume is what the file is on, and Free what others than the superuser may write of that. Both are 0 where there is no file,
	// or the system doesn't tell.
	Volume, Free int64
}

// Size returns how much room the database takes.
func (db *DB) Size(ctx context.Context) (s Size, err error) {
	read := func(row Scan) (struct{}, error) { return struct{}{}, row(&s.Bytes, &s.Reusable) }
	if _, _, err = One(ctx, db, read, db.dialect.size); err != nil {
		return Size{}, fmt.Errorf("size of the database: %w", err)
	}
	if db.file == nil {
		return s, nil
	}
	if info, err := os.Stat(db.file.path + "-wal"); err == nil {
		s.Bytes += info.Size()
	}
	s.Volume, s.Free = volume(filepath.Dir(db.file.path))
	return s, nil
}
