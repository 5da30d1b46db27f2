package database

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"

	"github.com/pressly/goose/v3"
)

// SchemaError says that another version of the program has made the database.
type SchemaError struct {
	Have, Know int64 // versions of the schema: the database's, and the newest this program knows
	// Development says that a version made it that was never released.
	Development bool
}

// Error says what to do.
func (e *SchemaError) Error() string {
	if e.Development {
		return "the schema is that of a development version of this program, which was never released: " +
			"copy its content to a new database with tidings copy FROM TO, and use that"
	}
	return fmt.Sprintf("schema %d was made by a newer version of this program, which knows schemas up to %d: "+
		"run the newer version, or restore the backup made before the upgrade", e.Have, e.Know)
}

// migration is one step of the schema.
type migration struct {
	version int64
	text    string
}

// mark distinguishes a step from another that had its number in a development version. Comments and spaces do not count.
func (m *migration) mark() string {
	sum := sha256.New()
	for line := range strings.Lines(m.text) {
		line, _, _ = strings.Cut(line, "--")
		for word := range strings.FieldsSeq(line) {
			_, _ = io.WriteString(sum, word+" ") // a hash never fails
		}
	}
	return hex.EncodeToString(sum.Sum(nil)[:8])
}

// readMigrations reads the files of a folder in the order of their numbers.
func readMigrations(files fs.FS, folder Kind) ([]migration, error) {
	entries, err := fs.ReadDir(files, string(folder))
	if err != nil {
		return nil, err
	}
	list := make([]migration, 0, len(entries))
	for _, e := range entries {
		version, err := goose.NumericComponent(e.Name())
		if err != nil {
			return nil, fmt.Errorf("migration %s: %w", e.Name(), err)
		}
		text, err := fs.ReadFile(files, path.Join(string(folder), e.Name()))
		if err != nil {
			return nil, err
		}
		list = append(list, migration{version, string(text)})
	}
	return list, nil
}

const (
	makeMarks = `CREATE TABLE IF NOT EXISTS schema_marks (version BIGINT PRIMARY KEY, mark TEXT NOT NULL)`
	noteMark  = `INSERT INTO schema_marks (version, mark) VALUES ($1, $2)`
)

// run runs one step, and notes which.
func (m *migration) run(ctx context.Context, tx *sql.Tx) error {
	for _, text := range []string{m.text, makeMarks} {
		if _, err := tx.ExecContext(ctx, text); err != nil {
			return err
		}
	}
	_, err := tx.ExecContext(ctx, noteMark, m.version, m.mark())
	return err
}

// migrate brings the schema up to date, each step in a transaction. Of several processes that start at once one
// migrates, and the others wait for it.
func migrate(ctx context.Context, d *dialect, db *sql.DB, cfg *Config) error {
	steps, err := readMigrations(cfg.Migrations, d.kind)
	if err != nil {
		return err
	}
	p, err := provider(d, db, steps)
	if err != nil {
		return err
	}
	have, know, err := versions(ctx, p)
	if err != nil {
		return cmp.Or(damage(ctx, d, db), err)
	}
	err = checkSchema(ctx, d, db, steps, have, know)
	if e, ok := errors.AsType[*SchemaError](err); ok && e.Development && cfg.AsIs {
		return nil
	}
	if err != nil || have == know {
		return err
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

func provider(d *dialect, db *sql.DB, steps []migration) (*goose.Provider, error) {
	list := make([]*goose.Migration, len(steps))
	for i := range steps {
		list[i] = goose.NewGoMigration(steps[i].version, &goose.GoFunc{RunTx: steps[i].run}, nil)
	}
	options := []goose.ProviderOption{
		goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger()), goose.WithGoMigrations(list...),
	}
	if d.migrating != nil {
		options = append(options, goose.WithSessionLocker(d.migrating(db)))
	}
	return goose.NewProvider(d.goose, db, nil, options...)
}

// versions returns the schema's version, 0 for an empty database, and the newest known one.
func versions(ctx context.Context, p *goose.Provider) (have, know int64, err error) {
	for _, s := range p.ListSources() {
		know = max(know, s.Version)
	}
	have, err = p.GetDBVersion(ctx)
	return have, know, err
}

// damage returns what is wrong with a damaged file. To goose, a table of versions that can't be read is none.
func damage(ctx context.Context, d *dialect, db *sql.DB) error {
	var newest sql.NullInt64
	err := db.QueryRowContext(ctx, `SELECT MAX(version_id) FROM goose_db_version`).Scan(&newest)
	if !errors.Is(d.explain(err), errDamaged) {
		return nil
	}
	return err
}

// checkSchema refuses a schema that this program has not made and cannot bring up to date.
func checkSchema(ctx context.Context, d *dialect, db *sql.DB, steps []migration, have, know int64) error {
	if have == 0 {
		return nil
	}
	marks, err := readMarks(ctx, d, db)
	switch {
	case err != nil:
		return err
	case len(marks) == 0:
		return &SchemaError{Have: have, Know: know, Development: true}
	case have > know:
		return &SchemaError{Have: have, Know: know}
	}
	for i := range steps {
		if m := &steps[i]; m.version <= have && marks[m.version] != m.mark() {
			return &SchemaError{Have: have, Know: know, Development: true}
		}
	}
	return nil
}

// readMarks returns which steps made the schema, by number; none if that was not noted yet.
func readMarks(ctx context.Context, d *dialect, db *sql.DB) (map[int64]string, error) {
	reader := newPool(db, d)
	noted := false
	find := func(row Scan) error {
		var table, column string
		err := row(&table, &column)
		noted = noted || table == marksTable
		return err
	}
	if err := reader.each(ctx, find, d.columns); err != nil || !noted {
		return nil, err
	}
	marks := map[int64]string{}
	read := func(row Scan) error {
		var version int64
		var mark string
		err := row(&version, &mark)
		marks[version] = mark
		return err
	}
	return marks, reader.each(ctx, read, `SELECT version, mark FROM schema_marks`)
}
