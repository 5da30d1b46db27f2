package store

import (
	"context"
	"embed"
	"io/fs"
	"log/slog"
	"strings"
	"sync/atomic"
	"time"

	"tidings/bot"
	"tidings/bot/plan"
	"tidings/internal/database"
)

// Config says which database to open.
type Config struct {
	// URL is "sqlite:" and the path of a file, which is made if its directory exists, or the address of a
	// PostgreSQL database, as in postgres://user:password@host/database. An empty one gets its tables.
	URL string
	// Logger gets what no caller can report. Nil discards it.
	Logger *slog.Logger
	// Now is the clock. Nil is time.Now.
	Now func() time.Time
	// Look is how often an SQLite file that somebody waits for is looked at for what other processes have written. 0 is
	// whenever one has, as far as the system tells of it, and else fifty times a second.
	Look time.Duration
}

// Store is an open database. All methods may be called concurrently, by several processes on one
// database too. Open makes one.
type Store struct {
	url         string // as Config has it
	db          *database.DB
	dialect     dialect
	now         func() time.Time
	logger      *slog.Logger
	subscribers subscriberCache
	hold        atomic.Pointer[func() (time.Time, bool)] // see HoldEmbargoes
	planner     atomic.Pointer[plan.Planner]
	clock       clockWatch
	inFlight    inFlight
	found       findings
	standing    standingClaims
	outcomes    groupCommit[bot.Target, *outcome]
	feedNotes   groupCommit[struct{}, *feedNote]
	deposits    groupCommit[struct{}, *deposit]
	titles      recentTitles
	texts       textIndex

	mostLooked int           // maxLooked, less in tests
	tallyTime  time.Duration // the constant, more in tests
}

//go:embed migrations/*/*.sql
var migrations embed.FS

// SchemaError says that another version of the program has made the database.
type SchemaError = database.SchemaError

// Open opens the database and brings its schema up to date. It returns a [*SchemaError] if another version of the
// program has made it. Close the store after everything that uses it has ended.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	db, err := openDatabase(ctx, cfg, database.Config{})
	if err != nil {
		return nil, err
	}
	s := &Store{url: cfg.URL, db: db, dialect: dialectOf(db.Kind()), now: cfg.Now, mostLooked: maxLooked, tallyTime: tallyTime}
	if s.now == nil {
		s.now = time.Now
	}
	s.outcomes.most, s.outcomes.do, s.outcomes.key = outcomesMost, s.settleAll, (*outcome).target
	s.feedNotes.most, s.feedNotes.do = feedNotesMost, s.writeFeedNotes
	s.deposits.most, s.deposits.do = depositsMost, s.storeDeposits
	if s.logger = cfg.Logger; s.logger == nil {
		s.logger = slog.New(slog.DiscardHandler)
	}
	s.texts.dialect = &s.dialect
	s.texts.catchUp = func(least int64) error { return s.indexWaiting(context.WithoutCancel(ctx), least) }
	s.texts.failed = func(err error) { s.logger.Warn("articles not indexed yet", "err", err) }
	s.PlanIn(time.UTC)
	s.clock.skew = skewOf(db.Kind())
	return s, nil
}

func openDatabase(ctx context.Context, cfg Config, base database.Config) (*database.DB, error) {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	base.URL, base.Migrations, base.Logger, base.Now, base.Look = cfg.URL, files, cfg.Logger, cfg.Now, cfg.Look
	return database.Open(ctx, base)
}

// Close ends what waits, and closes the database. Writes in hand are finished first.
func (s *Store) Close() error {
	s.outcomes.wait()
	s.feedNotes.wait()
	s.deposits.wait()
	s.texts.close()
	return s.db.Close()
}

// Acquire waits until no process has the lease of a name, and acquires it. The context that it returns ends when the lease is
// released or lost.
func (s *Store) Acquire(ctx context.Context, name string) (context.Context, func(), error) {
	return s.db.Acquire(ctx, name)
}

// micros returns t in UTC microseconds, 0 for the zero time.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// moment is the inverse of micros.
func moment(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}

// safe removes what a database may refuse to keep in text: NUL and broken UTF-8.
func safe(s string) string {
	if strings.IndexByte(s, 0) >= 0 {
		s = strings.ReplaceAll(s, "\x00", "")
	}
	return strings.ToValidUTF8(s, "")
}
