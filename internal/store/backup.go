package store

import (
	"context"
	"fmt"

	"tidings/internal/database"
)

// Backup writes all that is stored at one moment to a new SQLite file, while others read and write, and checks it:
// there is a whole and sound file in the end, or none. The file can be used as it is, or copied to another database with
// [Copy]. Only its owner may read it.
func (s *Store) Backup(ctx context.Context, file string) error {
	write := s.db.VacuumInto
	if s.db.Kind() == database.Postgres {
		write = func(ctx context.Context, path string) error {
			_, err := Copy(ctx, CopyConfig{From: s.url, To: "sqlite:" + path})
			return err
		}
	}
	if err := database.CreateFile(ctx, file, write); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	return nil
}
