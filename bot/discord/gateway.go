package discord

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/gorilla/websocket"
	"golang.org/x/time/rate"

	"tidings/bot"
)

// timings are the waits of the gateway and of interactions. Tests shorten them.
type timings struct {
	open       time.Duration // for a session to be up
	idle       time.Duration // without a word from Discord until a connection counts as dead
	grace      time.Duration // for the library to notice a cut
	backoffMin time.Duration
	backoffMax time.Duration
	steady     time.Duration // after which a connection counts as sound
	writeEvery time.Duration // of large writes on a connection, in the long run
	// identifyEvery is how long after one identify of a bucket of shards the next may follow.
	identifyEvery time.Duration

	deferAfter    time.Duration // without an answer until Discord is told that one will come
	suggestWithin time.Duration // for suggestions
	callback      time.Duration // for one try of a first response
	answerWithin  time.Duration // for the whole answer
	claim         time.Duration // for the inbox to tell whether to answer
	finish        time.Duration // for answers in hand when the end has been asked for
	replyWithin   time.Duration // for getting an answer through
}

func defaultTimings() timings {
	return timings{
		open: 30 * time.Second,
		// Twice the heartbeat of 41.25 s, which Discord answers.
		idle:       85 * time.Second,
		grace:      3 * time.Second,
		backoffMin: time.Second,
		backoffMax: 2 * time.Minute,
		steady:     time.Minute,
		writeEvery: 5 * time.Second,
		// Discord says 5 s; the rest is for what the network does to them.
		identifyEvery: 5500 * time.Millisecond,

		// Of the 3 s that Discord waits for the first response;
		// discord.com/developers/docs/interactions/receiving-and-responding
		deferAfter:    1200 * time.Millisecond,
		suggestWithin: 2 * time.Second,
		callback:      time.Second,
		// Of the 15 min that an interaction's token is good for.
		answerWithin: 14 * time.Minute,
		claim:        time.Second,
		finish:       3 * time.Second,
		replyWithin:  10 * time.Second,
	}
}

const (
	// Discord allows 1000 identifies a day and then resets the token. Resumes are counted with them,
	// because they can turn into one. discord.com/developers/docs/events/gateway
	connectsPerDay = 400
	connectBurst   = 400
	// stormCost is how many identifies a connection may have made that was killed for its writes.
	stormCost = writeBurst
)

// Close codes after which Discord will not have the same session again, whatever the token.
// discord.com/developers/docs/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes
const (
	firstFatalClose       = 4010
	closeShardingRequired = 4011
	lastFatalClose        = 4014
)

// gateway keeps the connection of a shard to Discord.
type gateway struct {
	a       *Adapter
	shard   shard
	gate    *gate
	log     *slog.Logger
	receive func(*link, *discordgo.Event)
	up      func() // is called each time it is connected
	budget  *rate.Limiter
	backoff backoff
	down    bool // as last logged
}

func newGateway(a *Adapter, receive func(*link, *discordgo.Event), part shard, limits *gate) *gateway {
	log := a.log
	if part.count > 1 {
		log = log.With("shard", part.id, "shards", part.count)
	}
	return &gateway{
		a: a, receive: receive, shard: part, gate: limits, log: log, up: func() {},
		budget:  rate.NewLimiter(rate.Every(24*time.Hour/connectsPerDay), connectBurst),
		backoff: backoff{min: a.timings.backoffMin, max: a.timings.backoffMax},
	}
}

// run stays connected until ctx ends. It returns an error for what waiting cannot cure.
func (g *gateway) run(ctx context.Context) error {
	var l *link
	for {
		if l == nil {
			var err error
			if l, err = g.a.newLink(ctx, g.shard, g.receive); err != nil {
				return err
			}
		}
		err := g.hold(ctx, l)
		if l.stormy() {
			g.budget.ReserveN(time.Now(), stormCost)
			err = errors.Join(err, errStorm)
		}
		if ctx.Err() != nil {
			if !errors.Is(err, errStuck) {
				l.close()
			}
			return nil
		}
		if unusable(err) {
			l.cut()
			l = nil
		}
		g.note(err)
		if err := g.fatal(ctx, err); err != nil {
			return err
		}
		if !g.backoff.wait(ctx) {
			return nil
		}
	}
}

// checkToken asks Discord who the bot is, until it answers. A wrong token thus costs one request; any
// other refusal tells nothing of the token, and the gateway will.
func (g *gateway) checkToken(ctx context.Context) error {
	for ctx.Err() == nil {
		_, err := g.a.whoami(ctx)
		if isUnauthorized(err) {
			return bot.ErrUnauthorized
		}
		if refused, ok := errors.AsType[*apiError](err); err == nil || ok && refused.Status/100 == 4 {
			g.backoff.reset()
			break
		}
		g.note(err)
		g.backoff.wait(ctx)
	}
	return nil
}

// whoami asks for the name of the bot's own user.
func (a *Adapter) whoami(ctx context.Context) (string, error) {
	var self struct {
		Username string `json:"username"`
	}
	err := a.rest.call(ctx, http.MethodGet, "/users/@me", nil, &self)
	return self.Username, err
}

// hold opens l and returns why it ended.
func (g *gateway) hold(ctx context.Context, l *link) error {
	if err := g.budget.Wait(ctx); err != nil {
		return err
	}
	if !l.began {
		if err := g.gate.pass(ctx, g.shard.id); err != nil {
			return err
		}
	}
	if err := l.open(ctx); err != nil {
		return err
	}
	l.began = true
	g.note(nil)
	g.up()
	sound := time.NewTimer(g.a.timings.steady)
	defer sound.Stop()
	for {
		select {
		case <-sound.C:
			g.backoff.reset()
		case <-l.lost():
			return errLost
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// unusable reports whether a link that failed with err can serve no more. A session that is closed with
// a code while it is being resumed would be so again.
func unusable(err error) bool {
	_, closed := errors.AsType[*websocket.CloseError](err)
	return closed || errors.Is(err, errStuck) || errors.Is(err, errStorm) || errors.Is(err, discordgo.ErrWSAlreadyOpen)
}

// fatal returns an error if there is no use in connecting again after err.
func (g *gateway) fatal(ctx context.Context, err error) error {
	closed, ok := errors.AsType[*websocket.CloseError](err)
	if ok && closed.Code >= firstFatalClose && closed.Code <= lastFatalClose {
		hint := ""
		if closed.Code == closeShardingRequired {
			hint = " (the bot is in too many servers for its shards: set DISCORD_SHARDS=auto, and start it again)"
		}
		return fmt.Errorf("gateway refuses the connection with code %d: %s%s",
			closed.Code, bot.CleanText(closed.Text, maxReason), hint)
	}
	if _, err := g.a.whoami(ctx); isUnauthorized(err) {
		return bot.ErrUnauthorized
	}
	return nil
}

// note logs a change between up, for which err is nil, and down. The end of a connection that was up is
// nothing unusual: Discord asks for it every few hours.
func (g *gateway) note(err error) {
	switch {
	case err == nil:
		g.down = false
		g.log.Info("connected to discord")
	case errors.Is(err, errLost):
		g.log.Info("connection to discord ended, connecting again")
	case !g.down:
		g.down = true
		g.log.Warn("discord is out of reach, trying again", "err", err)
	}
}

// backoff is a wait that grows with each failure in a row, with jitter, so that not all clients come
// back at once.
type backoff struct {
	min, max time.Duration
	next     time.Duration
}

// wait waits and reports whether ctx is still going on.
func (b *backoff) wait(ctx context.Context) bool {
	b.next = min(max(b.next, b.min), b.max)
	d := b.next/2 + rand.N(b.next/2+1)
	b.next *= 2
	return sleep(ctx, d) == nil
}

func (b *backoff) reset() { b.next = 0 }
