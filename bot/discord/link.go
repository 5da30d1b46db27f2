package discord

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/gorilla/websocket"
)

// Errors of opening a link.
var (
	errSlow  = errors.New("gateway does not answer in time")
	errStuck = errors.New("gateway session is stuck")
	errLost  = errors.New("gateway connection was lost")
)

// shard is a part of the bot's guilds, of so many. The zero value is all of them.
type shard struct {
	id, count int
}

// link is a gateway session: one connection after the other, each of which resumes where the one
// before ended, if Discord allows. One goroutine opens and closes it.
type link struct {
	session *discordgo.Session
	timings timings
	shard   shard
	began   bool          // whether a session has begun, which is resumed from then on
	up      chan struct{} // holds a token once READY or RESUMED has arrived

	mu   sync.Mutex // guards conn
	conn *conn      // the newest, or nil
}

// newLink returns a link that hands events to receive. All it dials and asks ends with ctx. receive
// is called for one event at a time, with locks of discordgo held, and must not block.
func (a *Adapter) newLink(ctx context.Context, part shard, receive func(*link, *discordgo.Event)) (*link, error) {
	client := *a.rest.client
	client.Transport = contextTransport{ctx: ctx, next: client.Transport}
	s, err := newSession("Bot "+a.token.Reveal(), &client)
	if err != nil {
		return nil, err
	}
	l := &link{session: s, timings: a.timings, shard: part, up: make(chan struct{}, 1)}
	s.ShardID, s.ShardCount = part.id, max(part.count, 1)
	s.Identify.Intents = discordgo.IntentsGuilds
	s.Dialer = &websocket.Dialer{
		Proxy:            http.ProxyFromEnvironment,
		HandshakeTimeout: a.timings.open,
		NetDialContext: func(_ context.Context, network, address string) (net.Conn, error) {
			return l.dial(ctx, network, address)
		},
	}
	s.AddHandler(func(_ *discordgo.Session, e *discordgo.Event) { receive(l, e) })
	return l, nil
}

// contextTransport ends requests with a context of its own: discordgo asks for the address of the
// gateway without one.
type contextTransport struct {
	ctx  context.Context
	next http.RoundTripper
}

// RoundTrip makes the request within the context.
func (t contextTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	return t.next.RoundTrip(req.WithContext(t.ctx))
}

func (l *link) dial(ctx context.Context, network, address string) (net.Conn, error) {
	c, err := dialConn(ctx, network, address, l.timings)
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.conn = c
	return c, nil
}

// current returns the newest connection, or nil.
func (l *link) current() *conn {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.conn
}

// isUp tells that READY or RESUMED has arrived.
func (l *link) isUp() {
	select {
	case l.up <- struct{}{}:
	default:
	}
}

// open connects and returns once the session is up. After errStuck the link is of no use any more.
func (l *link) open(ctx context.Context) error {
	select {
	case <-l.up:
	default:
	}
	limit := time.NewTimer(l.timings.open)
	defer limit.Stop()
	opened := make(chan error, 1)
	go func() {
		defer func() {
			if r := recover(); r != nil {
				opened <- fmt.Errorf("%w: %v", errStuck, r)
			}
		}()
		opened <- clean(l.session.Open())
	}()
	select {
	case err := <-opened:
		if err != nil {
			return err
		}
	case <-limit.C:
		return l.abandon(opened, errSlow)
	case <-ctx.Done():
		return l.abandon(opened, ctx.Err())
	}
	return l.awaitUp(ctx, limit.C)
}

// awaitUp waits for READY or RESUMED on a connection that is open.
func (l *link) awaitUp(ctx context.Context, limit <-chan time.Time) error {
	select {
	case <-l.up:
		return nil
	case <-l.lost():
		return errLost
	case <-limit:
		l.cut()
		return errSlow
	case <-ctx.Done():
		return ctx.Err()
	}
}

// abandon cuts the connection, which ends an Open that waits for it. An Open that was asked to
// reconnect before the session was up waits for itself for ever; discordgo offers no way out, so it
// is left behind with its session.
func (l *link) abandon(opened <-chan error, why error) error {
	l.cut()
	grace := time.NewTimer(l.timings.grace)
	defer grace.Stop()
	select {
	case err := <-opened:
		if errors.Is(err, errStuck) {
			return err
		}
		return why
	case <-grace.C:
		return errStuck
	}
}

// lost returns a channel that is closed when the connection ends.
func (l *link) lost() <-chan struct{} {
	if c := l.current(); c != nil {
		return c.done
	}
	ended := make(chan struct{})
	close(ended)
	return ended
}

func (l *link) cut() {
	if c := l.current(); c != nil {
		_ = c.Close() // it is given up anyway
	}
}

// stormy reports whether the newest connection was killed for its writes.
func (l *link) stormy() bool {
	c := l.current()
	return c != nil && c.stormy.Load()
}

// close says goodbye, which takes discordgo a second, and waits for it.
func (l *link) close() {
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		_ = l.session.Close() // it always returns nil
	}()
	grace := time.NewTimer(l.timings.grace)
	defer grace.Stop()
	select {
	case <-closed:
	case <-grace.C:
		l.cut()
	}
}
