package database

import (
	"context"
	"crypto/rand"
	"database/sql"
	"time"
)

// postgresLeases keeps leases in a table, by the server's clock. It has a connection of its own: no long transaction
// and no lock may come between a holder and its lease.
type postgresLeases struct{ db *sql.DB }

func openPostgresLeases(address string) (leases, error) {
	cfg, err := parsePostgres(address)
	if err != nil {
		return nil, err
	}
	return postgresLeases{db: connectPostgres(cfg, 1)}, nil
}

func (p postgresLeases) close() error { return p.db.Close() }

func (p postgresLeases) lease(name string) lease {
	return &postgresLease{db: p.db, name: name, holder: rand.Text(), lasts: leaseTerm}
}

// postgresLease is a row of leases while the lease is held.
type postgresLease struct {
	db           *sql.DB
	name, holder string
	lasts        time.Duration
}

// postgresNow is the server's clock in microseconds, which goes on within a statement.
const postgresNow = `(extract(epoch FROM clock_timestamp()) * 1000000)::bigint`

func (l *postgresLease) acquire(ctx context.Context) (bool, error) {
	const text = `
		INSERT INTO leases (name, holder, until)
		SELECT $1, $2, ` + postgresNow + ` + $3
		WHERE NOT EXISTS (SELECT 1 FROM leases WHERE name = $1 AND until > ` + postgresNow + `)
		ON CONFLICT (name) DO UPDATE
		SET holder = excluded.holder, until = excluded.until
		WHERE leases.until <= ` + postgresNow
	return l.changed(ctx, text, l.name, l.holder, l.lasts.Microseconds())
}

func (l *postgresLease) renew(ctx context.Context) (bool, error) {
	const text = `
		UPDATE leases
		SET until = ` + postgresNow + ` + $3
		WHERE name = $1 AND holder = $2 AND until > ` + postgresNow
	return l.changed(ctx, text, l.name, l.holder, l.lasts.Microseconds())
}

func (l *postgresLease) release(ctx context.Context) error {
	const text = `
		DELETE FROM leases
		WHERE name = $1 AND holder = $2`
	_, err := l.changed(ctx, text, l.name, l.holder)
	return err
}

func (l *postgresLease) term() time.Duration { return l.lasts }

// changed reports whether a statement changed a row.
func (l *postgresLease) changed(ctx context.Context, text string, args ...any) (bool, error) {
	res, err := l.db.ExecContext(ctx, text, args...)
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n > 0, err
}
