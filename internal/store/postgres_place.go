package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"time"
)

// postgresSeats keeps places in a table, by the server's clock. It has a connection of its own: no long transaction
// and no lock may come between a holder and its place.
type postgresSeats struct{ db *sql.DB }

func openPostgresSeats(address string) (seats, error) {
	cfg, err := parsePostgres(address)
	if err != nil {
		return nil, err
	}
	return postgresSeats{db: connectPostgres(cfg, 1)}, nil
}

func (p postgresSeats) close() error { return p.db.Close() }

func (p postgresSeats) seat(name string) seat {
	return &postgresSeat{db: p.db, name: name, holder: rand.Text(), lasts: placeTerm}
}

// postgresSeat is a row of places while the place is held.
type postgresSeat struct {
	db           *sql.DB
	name, holder string
	lasts        time.Duration
}

// postgresNow is the server's clock in microseconds, which goes on within a statement.
const postgresNow = `(extract(epoch FROM clock_timestamp()) * 1000000)::bigint`

func (p *postgresSeat) take(ctx context.Context) (bool, error) {
	const text = `
		INSERT INTO places (name, holder, until)
		SELECT $1, $2, ` + postgresNow + ` + $3
		WHERE NOT EXISTS (SELECT 1 FROM places WHERE name = $1 AND until > ` + postgresNow + `)
		ON CONFLICT (name) DO UPDATE
		SET holder = excluded.holder, until = excluded.until
		WHERE places.until <= ` + postgresNow
	return p.changed(ctx, text, p.name, p.holder, p.lasts.Microseconds())
}

func (p *postgresSeat) renew(ctx context.Context) (bool, error) {
	const text = `
		UPDATE places
		SET until = ` + postgresNow + ` + $3
		WHERE name = $1 AND holder = $2 AND until > ` + postgresNow
	return p.changed(ctx, text, p.name, p.holder, p.lasts.Microseconds())
}

func (p *postgresSeat) leave(ctx context.Context) error {
	const text = `
		DELETE FROM places
		WHERE name = $1 AND holder = $2`
	_, err := p.changed(ctx, text, p.name, p.holder)
	return err
}

func (p *postgresSeat) taken(ctx context.Context) (taken bool, err error) {
	const text = `
		SELECT EXISTS (SELECT 1 FROM places WHERE name = $1 AND until > ` + postgresNow + `)`
	err = p.db.QueryRowContext(ctx, text, p.name).Scan(&taken)
	return taken, err
}

func (p *postgresSeat) term() time.Duration { return p.lasts }

// changed reports whether a statement changed a row.
func (p *postgresSeat) changed(ctx context.Context, text string, args ...any) (bool, error) {
	res, err := p.db.ExecContext(ctx, text, args...)
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n > 0, err
}
