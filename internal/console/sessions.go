package console

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"tidings/bot"
	"tidings/bot/answer"
)

const (
	// sessionLife is how long somebody stays signed in, and linkLife how long a link signs in.
	sessionLife = 24 * time.Hour
	linkLife    = 5 * time.Minute
	// byToken is who signed in with the token: whoever knows it.
	byToken = "console token"
)

// The names of the cookie. A browser lets only HTTPS set one that begins with __Host-, so what plain HTTP brings can't
// take its place; developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Set-Cookie
const (
	secureCookie = "__Host-tidings"
	plainCookie  = "tidings"
)

// SessionStore keeps who is signed in, in a way that replicas share.
type SessionStore interface {
	// AddSession keeps a session under a key, and forgets those that have expired.
	AddSession(ctx context.Context, key string, s bot.Session) error
	// Session returns bot.ErrNotFound if there is none, or not any more.
	Session(ctx context.Context, key string) (bot.Session, error)
	SetSessionMessage(ctx context.Context, key, message string) error
	EndSession(ctx context.Context, key string) error
	// AddSignInLink keeps a link, and SpendSignInLink gives it to one of all who try; the others get bot.ErrNotFound.
	AddSignInLink(ctx context.Context, key string, s bot.Session) error
	SpendSignInLink(ctx context.Context, key string) (bot.Session, error)
}

// SessionsConfig is what Sessions are made of.
type SessionsConfig struct {
	Store SessionStore
	// Token signs in. Empty leaves links alone.
	Token string
	// Operators are those who may sign in by a link, each as platform:ID. Whoever isn't one any more is signed out.
	Operators []string
	// PublicURL is where the Internet reaches the console, or empty.
	PublicURL string
	// Addr returns the host and port that the console listens on.
	Addr func() string
	// Everybody, unless empty, is who anybody is that reaches the console. It is for demonstrations.
	Everybody string
	Logger    *slog.Logger
	Now       func() time.Time
}

// Sessions says who is signed in. Its methods may be called concurrently.
type Sessions struct {
	cfg       SessionsConfig
	operators atomic.Pointer[[]string] // the config's, or who came after them
	public    *url.URL                 // PublicURL
	tries     tries
}

var _ answer.Console = (*Sessions)(nil)

// NewSessions returns Sessions in which the sessions of the store go on.
func NewSessions(cfg SessionsConfig) (*Sessions, error) {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	public, err := url.Parse(cfg.PublicURL)
	if err != nil {
		return nil, fmt.Errorf("public address: %w", err)
	}
	s := &Sessions{cfg: cfg, public: public}
	s.SetOperators(cfg.Operators)
	return s, nil
}

// SetOperators says who may sign in by a link from now on. Whoever isn't among them any more is signed out.
func (s *Sessions) SetOperators(ids []string) { s.operators.Store(&ids) }

// SignInLink returns a link that signs an operator in once.
func (s *Sessions) SignInLink(ctx context.Context, operator string) (answer.SignInLink, error) {
	code := rand.Text()
	link := bot.Session{Who: operator, Expires: s.cfg.Now().Add(linkLife)}
	if err := s.cfg.Store.AddSignInLink(ctx, linkKey(code), link); err != nil {
		return answer.SignInLink{}, err
	}
	base := cmp.Or(s.cfg.PublicURL, "http://"+reachable(s.cfg.Addr()))
	return answer.SignInLink{URL: base + linkPath + "?code=" + code, Local: s.cfg.PublicURL == "", For: linkLife}, nil
}

// reachable returns an address that a browser on this machine can open, of one to listen on.
func reachable(addr string) string {
	host, port, err := net.SplitHostPort(addr)
	if ip, ipErr := netip.ParseAddr(host); err == nil && (host == "" || ipErr == nil && ip.IsUnspecified()) {
		return net.JoinHostPort("127.0.0.1", port)
	}
	return addr
}

// visitor is who is signed in.
type visitor struct {
	who     string
	key     string // of the session
	message string // what the next page says
}

// of returns who sent a request; false is nobody.
func (s *Sessions) of(r *http.Request) (visitor, bool, error) {
	if s.cfg.Everybody != "" {
		return s.everybody(r)
	}
	c, err := r.Cookie(s.cookieName(r))
	if err != nil {
		return visitor{}, false, nil //nolint:nilerr // who has no cookie is nobody
	}
	return s.lookUp(r.Context(), s.key(c.Value))
}

func (s *Sessions) lookUp(ctx context.Context, key string) (visitor, bool, error) {
	session, err := s.cfg.Store.Session(ctx, key)
	if errors.Is(err, bot.ErrNotFound) {
		return visitor{}, false, nil
	}
	if err != nil {
		return visitor{}, false, err
	}
	if session.Who != byToken && session.Who != s.cfg.Everybody && !slices.Contains(*s.operators.Load(), session.Who) {
		return visitor{}, false, nil
	}
	return visitor{who: session.Who, key: key, message: session.Message}, true, nil
}

// everybody is of where everybody is signed in, in one session.
func (s *Sessions) everybody(r *http.Request) (visitor, bool, error) {
	key := hash("everybody")
	v, known, err := s.lookUp(r.Context(), key)
	if err != nil || known {
		return v, known, err
	}
	err = s.cfg.Store.AddSession(r.Context(), key, bot.Session{Who: s.cfg.Everybody, Expires: s.cfg.Now().Add(sessionLife)})
	if v, known, lookErr := s.lookUp(r.Context(), key); lookErr == nil && known { // somebody else may have been quicker
		return v, true, nil
	}
	return visitor{}, false, err
}

// errWrong says that a token or a link signs nobody in.
var errWrong = errors.New("wrong token or link")

// signInByToken signs in whoever knows the token, or returns errWrong. It compares digests, so that timing reveals neither the
// token nor its length.
func (s *Sessions) signInByToken(w http.ResponseWriter, r *http.Request, token string) error {
	got, want := sha256.Sum256([]byte(token)), sha256.Sum256([]byte(s.cfg.Token))
	if subtle.ConstantTimeCompare(got[:], want[:]) != 1 || s.cfg.Token == "" {
		return errWrong
	}
	return s.begin(w, r, byToken, tokenSession)
}

// signInByLink signs in whoever spends a link, or returns errWrong.
func (s *Sessions) signInByLink(w http.ResponseWriter, r *http.Request, code string) error {
	link, err := s.cfg.Store.SpendSignInLink(r.Context(), linkKey(code))
	if errors.Is(err, bot.ErrNotFound) || err == nil && !slices.Contains(*s.operators.Load(), link.Who) {
		return errWrong
	}
	if err != nil {
		return err
	}
	return s.begin(w, r, link.Who, linkSession)
}

// The beginnings of what a cookie has.
const (
	tokenSession = "t"
	linkSession  = "l"
)

// begin begins a session with a name that nobody has known before, and ends the one that the browser had.
func (s *Sessions) begin(w http.ResponseWriter, r *http.Request, who, kind string) error {
	if err := s.forget(r); err != nil {
		return err
	}
	value := kind + rand.Text()
	if err := s.cfg.Store.AddSession(r.Context(), s.key(value), bot.Session{Who: who, Expires: s.cfg.Now().Add(sessionLife)}); err != nil {
		return err
	}
	s.setCookie(w, r, value, sessionLife)
	s.cfg.Logger.InfoContext(r.Context(), "signed in to the console", "by", who)
	return nil
}

// end signs out.
func (s *Sessions) end(w http.ResponseWriter, r *http.Request) error {
	s.setCookie(w, r, "", -time.Second)
	return s.forget(r)
}

func (s *Sessions) forget(r *http.Request) error {
	c, err := r.Cookie(s.cookieName(r))
	if err != nil {
		return nil //nolint:nilerr // there is no session
	}
	return s.cfg.Store.EndSession(r.Context(), s.key(c.Value))
}

func (s *Sessions) setCookie(w http.ResponseWriter, r *http.Request, value string, life time.Duration) {
	http.SetCookie(w, &http.Cookie{
		Name: s.cookieName(r), Value: value, Path: "/", MaxAge: int(life.Seconds()),
		Secure: s.isSecure(r), HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

func (s *Sessions) cookieName(r *http.Request) string {
	if s.isSecure(r) {
		return secureCookie
	}
	return plainCookie
}

// isSecure reports whether the browser speaks HTTPS, to this server or to a proxy that is reached under the public
// address. Over plain HTTP, even to the same machine, Safari keeps no secure cookie.
func (s *Sessions) isSecure(r *http.Request) bool {
	return r.TLS != nil || s.public.Scheme == "https" && strings.EqualFold((&url.URL{Host: r.Host}).Hostname(), s.public.Hostname())
}

// key returns what the session of a cookie is kept under. A session by token depends on the token, and so ends when that
// is changed.
func (s *Sessions) key(cookie string) string {
	if strings.HasPrefix(cookie, tokenSession) {
		return hash("session", cookie, s.cfg.Token)
	}
	return hash("session", cookie)
}

func linkKey(code string) string { return hash("link", code) }

// hash returns what is kept of a secret: none can be found from it, as each has 128 random bits.
func hash(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:])
}
