package discord

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"

	"tidings/internal/sandbox"
)

const (
	maxBody       = 25 << 20 // bytes of one request; discord.com/developers/docs/resources/message#create-message
	keepRequests  = 10_000
	heartbeat     = 41250 * time.Millisecond
	apiPrefix     = "/api/v"
	defaultAppTag = "Tidings"
)

// Config says how a Discord stand-in behaves. The zero value is a strict one with real limits.
type Config struct {
	// Token is the bot token without the word "Bot", until ResetToken. Requests with another one get 401, connections
	// close code 4004.
	Token string
	// BotName is the bot's user name. Empty means Tidings.
	BotName string
	// Unlimited turns the rate limits off. Faults may still answer 429.
	Unlimited bool
	// Key signs the interactions that go out over HTTP. nil makes one.
	Key ed25519.PrivateKey
	// Shards is how many shards are recommended. 0 means 1.
	Shards int
	// GuildsPerShard is how many guilds one shard may have before more are required. 0 means 2500.
	GuildsPerShard int
	// MaxConcurrency is how many shards may identify within IdentifyWindow, which is 5 s if it is 0. 0 says 1,
	// and lets clients identify as fast as they like.
	MaxConcurrency int
	IdentifyWindow time.Duration
	// SessionStarts is how often clients may identify in a day. Once more, and Discord resets the token. 0 means 1000.
	SessionStarts int
	// HeartbeatInterval is what the gateway asks for. 0 means 41.25 s, as Discord does.
	HeartbeatInterval time.Duration
	// HeartbeatGrace is how long the gateway waits for a heartbeat before it ends the session. 0 means two intervals.
	HeartbeatGrace time.Duration
	// AnswerTime is how long an application has to acknowledge an interaction. 0 means 3 s.
	AnswerTime time.Duration
	// InvalidRequests is how many answers of 401, 403 and 429 an address may collect in ten minutes; then it is banned
	// for the rest of them. 0 means 10 000.
	InvalidRequests int
	// NonceLife is how long enforce_nonce remembers a message. 0 means 5 minutes.
	NonceLife time.Duration
	// KeepRequests bounds the log that Requests returns; the oldest go first. 0 means 10 000.
	KeepRequests int
	// Now is the clock of ids, limits, expiry and Date headers. nil means time.Now. SetSkew moves it.
	Now func() time.Time
	// Logger gets connections and refusals. nil means silence. Tokens are never logged.
	Logger *slog.Logger
}

// StandIn plays Discord: the REST API under /api/v9 and /api/v10, and the gateway at every other path.
// Serve it as an http.Handler. All methods may be called concurrently. Everyone added with AddUser is a member of every
// guild.
type StandIn struct {
	// Faults are misbehaviors to show on REST requests; Fault.Place is a channel or a guild. The gateway has methods of
	// its own.
	Faults sandbox.Faults

	cfg      Config
	mux      *http.ServeMux
	upgrader websocket.Upgrader
	running  sync.WaitGroup  // gateway connections, watchers and posts
	ctx      context.Context //nolint:containedctx // of posts and watchers, which end with Close
	stop     context.CancelFunc
	poster   http.Client // of interactions
	link     sandbox.Link
	skew     atomic.Int64 // nanoseconds that the clock is ahead of the one in cfg

	mu       sync.Mutex // guards everything below
	closed   bool
	token    string        // of the bot
	inflight int           // REST requests
	changed  chan struct{} // closed and replaced at every change
	requests []Request
	counters Counters
	limits   limits
	world    world
	gateway  gateway
	profile  Profile
	hook     string // where interactions are posted; empty sends them over the gateway
	watchers sandbox.Watchers[Event]
}

// Request is one REST request as the stand-in saw it.
type Request struct {
	Method string
	Path   string // with the query, without the host
	Body   []byte
	Time   time.Time
	// Status is the answer's, or 0 if the connection was cut instead.
	Status int
}

// Counters are totals since the start.
type Counters struct {
	Requests     int // REST requests of any outcome
	RateLimited  int // answered 429
	Unauthorized int // answered 401
	Forbidden    int // answered 403
	Connections  int // gateway connections
	Identifies   int // gateway sessions begun
	Resumes      int // gateway sessions resumed
	Heartbeats   int
	CommandPuts  int // bulk overwrites of commands that were accepted
}

// New returns a stand-in without guilds or users. Close it when done.
func New(cfg Config) *StandIn {
	if cfg.BotName == "" {
		cfg.BotName = defaultAppTag
	}
	if cfg.HeartbeatInterval == 0 {
		cfg.HeartbeatInterval = heartbeat
	}
	if cfg.HeartbeatGrace == 0 {
		cfg.HeartbeatGrace = 2 * cfg.HeartbeatInterval
	}
	if cfg.AnswerTime == 0 {
		cfg.AnswerTime = answerTime
	}
	if cfg.KeepRequests == 0 {
		cfg.KeepRequests = keepRequests
	}
	if cfg.InvalidRequests == 0 {
		cfg.InvalidRequests = invalidRequests
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	cfg = cfg.withScale()
	if cfg.Key == nil {
		_, cfg.Key, _ = ed25519.GenerateKey(nil) // it never fails
	}
	d := &StandIn{
		upgrader: websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }},
		token:    cfg.Token,
		changed:  make(chan struct{}),
		limits:   limits{buckets: map[string]*bucket{}},
		gateway:  gateway{sessions: map[string]*session{}, conns: map[*conn]struct{}{}},
		poster:   http.Client{Timeout: cfg.AnswerTime},
	}
	cfg.Now = d.skewed(cfg.Now)
	d.cfg = cfg
	d.ctx, d.stop = context.WithCancel(context.Background())
	d.world = newWorld(cfg)
	d.mux = d.routes()
	return d
}

// Close cuts all connections, ends all watches and waits for them.
func (d *StandIn) Close() {
	d.mu.Lock()
	d.closed = true
	d.stop()
	for c := range d.gateway.conns {
		c.cut()
	}
	d.world.stopTimers()
	d.mu.Unlock()
	d.running.Wait()
}

// ServeHTTP answers REST requests and gateway connections.
func (d *StandIn) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Date", d.cfg.Now().UTC().Format(http.TimeFormat))
	if strings.HasPrefix(r.URL.Path, uploadPath) {
		d.serveUpload(w, r)
		return
	}
	if !strings.HasPrefix(r.URL.Path, "/api") {
		d.serveGateway(w, r)
		return
	}
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	defer context.AfterFunc(d.ctx, cancel)() //nolint:contextcheck // It inherits the request and ends with Close too.
	r = r.WithContext(ctx)
	if !d.enter() {
		writeError(w, status(http.StatusServiceUnavailable))
		return
	}
	// The body is read first: the server notices a client that goes away only once nothing is left to read.
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	r.Body = io.NopCloser(bytes.NewReader(body))
	rec := &sandbox.Recorder{ResponseWriter: w}
	defer func() { d.leave(r, body, rec.Status) }()
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		writeError(rec, &apiError{
			status: http.StatusRequestEntityTooLarge, Code: 40005, Message: "Request entity too large",
		})
		return
	}
	if left := d.banned(); left > 0 {
		writeBan(rec, left)
		return
	}
	d.link.Serve(rec, r, d.withFaults(body))
}

// withFaults serves REST requests with this body, and shows the faults that they have to meet.
func (d *StandIn) withFaults(body []byte) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		d.Faults.Serve(d.ctx, w, r, sandbox.Stage{ //nolint:contextcheck // A fault may outlast its request.
			Next:  http.HandlerFunc(d.serveREST),
			Scene: func() sandbox.Scene { return d.scene(r.URL.Path, body) },
			Limit: func(w http.ResponseWriter, f *sandbox.Fault) { writeError(w, d.faultLimit(w, r, f)) },
		})
	})
}

func (d *StandIn) enter() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return false
	}
	d.inflight++
	d.broadcast()
	return true
}

func (d *StandIn) leave(r *http.Request, body []byte, status int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.inflight--
	d.counters.Requests++
	switch status {
	case http.StatusUnauthorized:
		d.counters.Unauthorized++
	case http.StatusForbidden:
		d.counters.Forbidden++
	case http.StatusTooManyRequests:
		d.counters.RateLimited++
	}
	d.countInvalid(status)
	if len(d.requests) >= 2*d.cfg.KeepRequests { // rarely, so that a full log costs no more than an empty one
		d.requests = append([]Request(nil), d.newest()...)
	}
	d.requests = append(d.requests, Request{
		Method: r.Method, Path: r.URL.RequestURI(), Body: body, Time: d.cfg.Now(), Status: status,
	})
	d.broadcast()
}

// Requests returns the newest REST requests in the order in which they ended.
func (d *StandIn) Requests() []Request {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]Request(nil), d.newest()...)
}

// newest returns the part of the log that is kept. The lock is held.
func (d *StandIn) newest() []Request {
	return d.requests[max(0, len(d.requests)-d.cfg.KeepRequests):]
}

// Counters returns the totals so far.
func (d *StandIn) Counters() Counters {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.counters
}
