package console

import (
	"context"
	"errors"
	"sync"
	"time"

	"tidings/bot"
)

// Setup is what the installation knows of itself. All methods may be called concurrently.
type Setup interface {
	// Facts says what the program is and what it runs on, in the order in which people should read it.
	Facts(ctx context.Context) ([]Fact, error)
	// Check does what the command line's check does: it asks the platforms, and so takes seconds.
	Check(ctx context.Context) ([]Finding, error)
	// Backup writes a copy of everything beside the database, and returns its name and its size in bytes.
	Backup(ctx context.Context) (name string, size int64, err error)
	// TokenUses says of each token that opens something when it last did, since the program started.
	TokenUses() []TokenUse
}

// Fact is something that is known of the installation.
type Fact struct{ Name, Value string }

// Finding is what a check found.
type Finding struct {
	What   string
	Result string // ok, warn, fail or note
	Text   string
}

// TokenUse is the last use of a token, which it doesn't show.
type TokenUse struct {
	Name string
	Last time.Time // zero if there was none since the program started
}

// setupView is what the page Setup shows.
type setupView struct {
	Facts    []Fact
	Tokens   []TokenUse
	Checked  time.Time
	Findings []Finding
}

// checked keeps what the last check found.
type checked struct {
	mu       sync.Mutex // guards what follows
	at       time.Time
	findings []Finding
}

// showSetup is the page Setup.
func (c *Console) showSetup(x *exchange) (any, error) {
	facts, err := c.cfg.Setup.Facts(x.Context())
	if err != nil {
		return nil, err
	}
	v := setupView{Facts: facts, Tokens: c.cfg.Setup.TokenUses()}
	c.checked.mu.Lock()
	defer c.checked.mu.Unlock()
	v.Checked, v.Findings = c.checked.at, c.checked.findings
	return v, nil
}

// deeds are what can be done that no command of a chat does.
func (c *Console) deeds() map[string]deed {
	return map[string]deed{"/setup/check": c.check, "/setup/backup": c.backUp, "/articles/withdraw": c.withdraw}
}

// check checks the installation and keeps what was found for the page.
func (c *Console) check(ctx context.Context, _ *exchange) (bot.Message, error) {
	findings, err := c.cfg.Setup.Check(ctx)
	if err != nil {
		return bot.Message{}, err
	}
	failed := 0
	for _, f := range findings {
		if f.Result == "fail" {
			failed++
		}
	}
	c.checked.mu.Lock()
	defer c.checked.mu.Unlock()
	c.checked.at, c.checked.findings = c.cfg.Now(), findings
	if failed > 0 {
		return bot.Message{Text: bot.Plain("Checked: " + count(failed, "fault") + ", see below."), Mistake: true}, nil
	}
	return bot.Message{Text: bot.Plain("Checked: all is well.")}, nil
}

// backUp writes a backup, whoever goes away meanwhile, and one at a time.
func (c *Console) backUp(ctx context.Context, _ *exchange) (bot.Message, error) {
	if !c.backingUp.TryLock() {
		return bot.Message{}, bot.UserErrorf("A backup is being written already.")
	}
	defer c.backingUp.Unlock()
	name, size, err := c.cfg.Setup.Backup(context.WithoutCancel(ctx))
	if fault, ok := errors.AsType[*bot.UserError](err); ok {
		return bot.Message{}, fault
	}
	if err != nil {
		return bot.Message{}, err
	}
	text := bot.Join(bot.Plain("Written and sound: "), bot.Styled(name, bot.Code), bot.Plain(", "+Bytes(size)+
		". It has everything, logins of feeds too, and its owner alone may read it."))
	return bot.Message{Text: text}, nil
}
