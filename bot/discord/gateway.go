package discord

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"runtime"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/gorilla/websocket"

	"tidings/bot"
	"tidings/internal/retry"
)

// Close codes that decide something.
// discord.com/developers/docs/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes
const (
	closeUnauthorized     = 4004
	closeInvalidSeq       = 4007
	closeTimedOut         = 4009
	firstFatalClose       = 4010
	closeShardingRequired = 4011
	lastFatalClose        = 4014
)

// intents are the events that the bot asks for. With those about messages it hears what people write to it, in private or
// by a mention; of others it gets no content, which would take a privileged intent.
const intents = discordgo.IntentsGuilds | discordgo.IntentsGuildMessages | discordgo.IntentsDirectMessages

// Why Discord ends a connection, other than by a close code.
var (
	errReconnect = errors.New("discord asks to reconnect")
	errInvalid   = errors.New("discord calls the session invalid")
)

// shard is a part of the bot's guilds, of so many. The zero value is all of them.
type shard struct {
	id, count int
}

// gateway keeps the connection of a shard to Discord. One goroutine runs it.
type gateway struct {
	a       *Adapter
	shard   shard
	starts  *starts
	log     *slog.Logger
	receive func(shard, *discordgo.Event) // called for one event at a time; must not block

	session  session
	upSince  time.Time // when this connection's session began or was resumed, or zero
	wasUp    bool      // ever
	down     bool      // as last logged
	failures int       // of connections, in a row
	refusals int       // of sessions, in a row
}

func newGateway(a *Adapter, receive func(shard, *discordgo.Event), part shard, s *starts) *gateway {
	log := a.log
	if part.count > 1 {
		log = log.With("shard", part.id, "shards", part.count)
	}
	return &gateway{a: a, receive: receive, shard: part, starts: s, log: log}
}

// run stays connected until ctx ends. It returns an error for what waiting cannot cure.
func (g *gateway) run(ctx context.Context) error {
	for {
		err := g.serve(ctx)
		if ctx.Err() != nil {
			return nil //nolint:nilerr // the error is of the end that was asked for
		}
		g.note(err)
		if err := g.fatal(ctx, err); err != nil {
			return err
		}
		if retry.Sleep(ctx, g.pause(err)) != nil {
			return nil //nolint:nilerr // the wait for the next connection was cut short
		}
	}
}

// serve connects, serves one session on that connection, and returns why it ended.
func (g *gateway) serve(ctx context.Context) (err error) {
	g.upSince = time.Time{}
	resuming, leave := g.session.id != "", func() {}
	if !resuming {
		if leave, err = g.starts.enter(ctx, g.shard.id); err != nil {
			return err
		}
		defer leave()
	}
	defer func() {
		g.keepSession(err, resuming)
		if !g.upSince.IsZero() {
			g.a.reach.shardDown()
		}
	}()
	c, err := g.dial(ctx)
	if err != nil {
		return err
	}
	defer c.close()
	defer context.AfterFunc(ctx, c.leave)()
	err = g.begin(ctx, c)
	leave()
	if err != nil {
		return err
	}
	for {
		e, err := c.read()
		if err == nil {
			err = g.handle(c, e)
		}
		if isTimeout(err) {
			return errSlow
		}
		if err != nil {
			return err
		}
	}
}

// dial connects to where the session is to be resumed, or to the address that Discord gives for new ones.
func (g *gateway) dial(ctx context.Context) (*conn, error) {
	address := g.session.url
	g.session.url = "" // if it fails, the other one is next
	if address == "" {
		var gateway struct {
			URL string `json:"url"`
		}
		if err := g.a.rest.call(ctx, http.MethodGet, "/gateway", nil, &gateway); err != nil {
			return nil, err
		}
		address = gateway.URL
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return nil, errors.New("the address of the gateway cannot be read")
	}
	u.RawQuery = "v=10&encoding=json"
	c, err := dialConn(ctx, u.String(), g.a.timings.open)
	if err == nil && g.session.id != "" {
		g.session.url = address
	}
	return c, err
}

// begin begins a session or resumes the one there is. The answer has to come in time.
func (g *gateway) begin(ctx context.Context, c *conn) error {
	if err := c.ws.SetReadDeadline(time.Now().Add(g.a.timings.open)); err != nil {
		return err
	}
	token := g.a.token.Reveal()
	if g.session.id != "" {
		c.seq.Store(g.session.seq)
		return c.write(opResume, resume{Token: token, Session: g.session.id, Seq: g.session.seq})
	}
	id := identify{Token: token, Intents: intents}
	id.Properties.OS, id.Properties.Browser, id.Properties.Device = runtime.GOOS, "tidings", "tidings"
	if g.shard.count > 1 {
		id.Shard = &[2]int{g.shard.id, g.shard.count}
	}
	g.starts.spend(ctx, g.shard.id)
	return c.write(opIdentify, id)
}

// handle does what a frame asks for. It returns an error if the connection is to end.
func (g *gateway) handle(c *conn, e *discordgo.Event) error {
	switch e.Operation {
	case opDispatch:
		return g.dispatch(c, e)
	case opHeartbeat:
		return c.heartbeat()
	case opAck:
		c.acked.Store(true)
	case opReconnect:
		return errReconnect
	case opInvalid:
		var resumable bool
		if json.Unmarshal(e.RawData, &resumable) != nil || !resumable {
			g.session = session{}
		}
		return errInvalid
	}
	return nil
}

// dispatch handles an event.
func (g *gateway) dispatch(c *conn, e *discordgo.Event) error {
	if e.Sequence > 0 {
		g.session.seq = e.Sequence
		c.seq.Store(e.Sequence)
	}
	if e.Type == "READY" || e.Type == "RESUMED" {
		if e.Type == "READY" {
			g.session = readSession(e)
		}
		if err := c.ws.SetReadDeadline(time.Time{}); err != nil { // heartbeats watch over it from now on
			return err
		}
		if g.upSince.IsZero() {
			g.a.reach.shardUp()
		}
		g.upSince = time.Now()
		g.note(nil)
	}
	g.receive(g.shard, e)
	return nil
}

// keepSession drops the session if it can't be resumed after err.
func (g *gateway) keepSession(err error, resuming bool) {
	closed, byDiscord := errors.AsType[*websocket.CloseError](err)
	switch {
	case byDiscord && (closed.Code == closeInvalidSeq || closed.Code == closeTimedOut),
		resuming && g.upSince.IsZero() && (byDiscord || errors.Is(err, errSlow)): // it would go the same way again
		g.session = session{}
	}
}

func isTimeout(err error) bool {
	t, ok := errors.AsType[net.Error](err)
	return ok && t.Timeout()
}

// pause returns how long to wait before the next connection. The waits grow with failures in a row; sessions
// that Discord refuses cost identifies, of which there are few, so these waits are longer.
func (g *gateway) pause(err error) time.Duration {
	t := &g.a.timings
	if !g.upSince.IsZero() && time.Since(g.upSince) >= t.steady {
		g.failures, g.refusals = 0, 0
	}
	closed, _ := errors.AsType[*websocket.CloseError](err)
	if errors.Is(err, errInvalid) || closed != nil && closed.Code == closeUnauthorized {
		g.refusals++
		return retry.Backoff(g.refusals-1, t.refusedMin, t.refusedMax)
	}
	g.failures++
	return retry.Backoff(g.failures-1, t.backoffMin, t.backoffMax)
}

// fatal returns an error if connecting again after err is pointless.
func (g *gateway) fatal(ctx context.Context, err error) error {
	closed, ok := errors.AsType[*websocket.CloseError](err)
	switch {
	case ok && closed.Code >= firstFatalClose && closed.Code <= lastFatalClose:
		hint := ""
		if closed.Code == closeShardingRequired {
			hint = " (the bot is in too many servers for its shards: set DISCORD_SHARDS=auto, and start it again)"
		}
		return fmt.Errorf("gateway refuses the connection with code %d: %s%s",
			closed.Code, bot.CleanText(closed.Text, maxReason), hint)
	case ok && closed.Code == closeUnauthorized:
		_, err = g.a.whoami(ctx) // a server in trouble may say so too
	}
	if isUnauthorized(err) {
		return bot.ErrUnauthorized
	}
	return nil
}

// note logs changes between up, for which err is nil, and down. Losing a connection is nothing unusual: Discord
// asks for it every few hours.
func (g *gateway) note(err error) {
	switch {
	case err == nil && g.wasUp:
		g.down = false
		g.log.Info("discord reconnected")
	case err == nil:
		g.wasUp, g.down = true, false
		g.log.Info("discord connected")
	case !g.upSince.IsZero():
		g.log.Info("discord connection lost, reconnecting", "err", err)
	case !g.down:
		g.down = true
		g.log.Warn("discord unreachable, retrying", "err", err)
	}
}
