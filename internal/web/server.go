package web

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"

	"tidings/bot"
)

// Store is what the server asks of the article store.
type Store interface {
	// Ready returns why the store cannot be read or written to, nil if it can.
	Ready(ctx context.Context) error
	Stats(ctx context.Context) (bot.Stats, error)
	// OldestPending returns, by platform, since when the delivery that has been pending longest could go out.
	OldestPending(ctx context.Context) (map[string]time.Time, error)
	// Size returns how much room the store takes.
	Size(ctx context.Context) (bot.DatabaseSize, error)
	Publish(ctx context.Context, p bot.Publication) ([]bot.Published, error)
}

// Config is what a Server is made of.
type Config struct {
	// Addr is the host and port to listen on; port 0 means any free one.
	Addr  string
	Store Store
	// Metrics are shown at /metrics. Nil shows none.
	Metrics *Metrics
	// Platforms are those of which /readyz says whether this process leads, as Leadership knows. Both may be empty.
	Platforms  []string
	Leadership Leadership
	// States reports which platforms are unavailable; /readyz names them. Nil reports none.
	States States
	// Tokens are the bearer tokens of the publish API. Without any the API is off.
	Tokens []PublishToken
	// PublicURL is where the Internet reaches the listener, empty if it doesn't. Its host is one of those that the
	// publish API is served under.
	PublicURL string
	// MetricsToken is the bearer token of the metrics. Empty shows them to everybody, unless there is a PublicURL:
	// then to nobody.
	MetricsToken string
	// Decode reads one article in the program's JSON form, and returns all that is wrong with it.
	Decode func(data []byte) (bot.Article, []Fault)
	// Mount answers the paths that are its keys, or begin with those that end in a slash.
	Mount map[string]http.Handler
	// Page, if not nil, answers everything that the server itself does not, under the names that the publish API has.
	Page http.Handler
	// BodyTimeout is how long the body of a request may take to arrive, whoever sends it. Defaults to 30 s.
	BodyTimeout time.Duration
	// MaxConns is how many connections there may be. Defaults to 1000, or half as many as the process may open files.
	MaxConns int
	// Logger is where requests that fail are reported. Nil means nowhere.
	Logger *slog.Logger
}

// Server is the program's HTTP listener.
type Server struct {
	cfg      Config
	http     *http.Server
	listener net.Listener
	uses     tokenUses
}

const (
	headerTimeout = 5 * time.Second
	bodyTimeout   = 30 * time.Second
	idleTimeout   = 2 * time.Minute
	// stopTimeout bounds how long a stop waits for requests in hand.
	stopTimeout = 2 * time.Second
	// readyTimeout bounds what /readyz asks the store.
	readyTimeout = 2 * time.Second
)

// Listen starts to listen on the address, so that a port in use is reported before anything else starts.
func Listen(ctx context.Context, cfg Config) (*Server, error) {
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	if cfg.BodyTimeout == 0 {
		cfg.BodyTimeout = bodyTimeout
	}
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", cfg.Addr)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", cfg.Addr, err)
	}
	perAddr := maxConnsPerAddr
	if cfg.PublicURL != "" {
		perAddr = 0 // what is in front of it has one address, or few
	}
	bounded := newConns(l, cmp.Or(cfg.MaxConns, min(maxConns, filesAllowed()/2)), perAddr)
	s := &Server{cfg: cfg, listener: bounded}
	s.http = &http.Server{
		Handler: healthAlone(s.punctual(s.routes())), ReadHeaderTimeout: headerTimeout, IdleTimeout: idleTimeout,
		ConnState: bounded.note, ConnContext: bounded.mark,
	}
	return s, nil
}

// Addr returns the address that the server listens on.
func (s *Server) Addr() string { return s.listener.Addr().String() }

// Run serves until ctx ends, then waits a little for requests in hand and returns nil.
func (s *Server) Run(ctx context.Context) error {
	failed := make(chan error, 1)
	// Long answers, such as a stream of events, end with ctx.
	s.http.BaseContext = func(net.Listener) context.Context { return ctx }
	go func() { failed <- s.http.Serve(s.listener) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve HTTP: %w", err)
	case <-ctx.Done():
	}
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
	defer cancel()
	if err := s.http.Shutdown(stop); err != nil {
		_ = s.http.Close()
	}
	if err := <-failed; !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve HTTP: %w", err)
	}
	return nil
}

func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", healthz)
	mux.HandleFunc("GET /readyz", s.readyz)
	if s.cfg.Metrics != nil {
		mux.Handle("GET /metrics", s.guardMetrics(s.cfg.Metrics.handler(s.cfg.Store)))
		mux.Handle("GET /metrics/dashboard.json", s.guardMetrics(http.HandlerFunc(dashboard)))
		mux.Handle("GET /metrics/rules.yaml", s.guardMetrics(http.HandlerFunc(rules)))
	}
	if len(s.cfg.Tokens) > 0 {
		mux.Handle("POST /api/articles", s.guardHost(s.publish))
		mux.Handle("GET /api/schema", s.guardHost(schema))
	}
	for prefix, h := range s.cfg.Mount {
		mux.Handle(prefix, h)
	}
	if s.cfg.Page != nil {
		mux.Handle("/", s.guardHost(s.cfg.Page.ServeHTTP))
	}
	return mux
}

// punctual bounds the time that a body may take to arrive. The library waits for the body before it sends even a
// refusal, so anyone could keep connections busy by sending none. A request without a body may last as long as its
// answer: a stream of events has no end.
func (s *Server) punctual(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength != 0 {
			_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(s.cfg.BodyTimeout))
		}
		next.ServeHTTP(w, r)
	})
}

// healthz says that the process lives.
func healthz(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte("ok\n"))
}

// readyz says that the process can do its work: the database can be read and written, and where several listen at once,
// it listens too. So the next can be stopped. A replica that waits for its turn is ready.
func (s *Server) readyz(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), readyTimeout)
	defer cancel()
	if err := s.cfg.Store.Ready(ctx); err != nil {
		s.cfg.Logger.WarnContext(ctx, "not ready", "err", err)
		http.Error(w, "the database can't be read or written; the log says why", http.StatusServiceUnavailable)
		return
	}
	if w.Header().Set("Content-Type", "text/plain; charset=utf-8"); s.connecting() {
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = io.WriteString(w, "not ready\n")
	} else {
		_, _ = io.WriteString(w, "ok\n")
	}
	for _, p := range s.cfg.Platforms {
		_, _ = fmt.Fprintf(w, "%s: %s\n", p, s.role(p))
	}
}
