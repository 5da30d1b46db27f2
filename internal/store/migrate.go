package store

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/pressly/goose/v3"
)

// SchemaError says that a newer program has made the database.
type SchemaError struct {
	Have, Know int64 // versions of the schema: the database's, and the newest this program knows
}

// Error says what to do.
func (e *SchemaError) Error() string {
	return fmt.Sprintf("schema %d was made by a newer version of this program, which knows schemas up to %d: "+
		"run the newer version, or restore the backup made before the upgrade", e.Have, e.Know)
}

// migrateTries bounds how often migrate meets another process that does the same.
const migrateTries = 5

// migrate brings the schema up to date, each step in a transaction. Where two processes start at once, the second
// one waits for the first or, in a dialect without a lock for it, fails on what the first has made, and looks again.
func migrate(ctx context.Context, d *dialect, db *sql.DB) error {
	options := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger())}
	if d.migrating != nil {
		options = append(options, goose.WithSessionLocker(d.migrating(db)))
	}
	p, err := goose.NewProvider(d.goose, db, d.migrations, options...)
	if err != nil {
		return err
	}
	for try := 1; ; try++ {
		have, know, err := versions(ctx, p)
		switch {
		case err != nil:
			return err
		case have > know:
			return &SchemaError{Have: have, Know: know}
		case have == know:
			return nil
		}
		if _, err := p.Up(ctx); err != nil && try == migrateTries {
			return fmt.Errorf("migrate: %w", err)
		}
	}
}

// versions returns the schema's version, 0 for an empty database, and the newest known one.
func versions(ctx context.Context, p *goose.Provider) (have, know int64, err error) {
	for _, s := range p.ListSources() {
		know = max(know, s.Version)
	}
	have, err = p.GetDBVersion(ctx)
	return have, know, err
}
