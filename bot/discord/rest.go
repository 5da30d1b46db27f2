package discord

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"

	"tidings/bot"
)

const (
	// requestTimeout bounds a request whose caller does not.
	requestTimeout = 30 * time.Second
	// maxBody bounds an answer, in bytes.
	maxBody = 8 << 20
	// silent is below discordgo's lowest log level. Its log is global and knows no redaction; whatever
	// matters reaches us as an error or by the state of the connection.
	silent = discordgo.LogError - 1
	// placeholder stands where discordgo wants a token. The transport puts the real one in.
	placeholder = "Bot placeholder"
	// idleConns is how many connections to Discord are kept for the next requests.
	idleConns = 32
)

// rest makes requests to Discord's HTTP API. Its methods may be called concurrently.
type rest struct {
	session   *discordgo.Session
	client    *http.Client
	transport *transport
}

func newRest(client *http.Client, t *transport) (*rest, error) {
	own := http.Client{Timeout: requestTimeout}
	if client != nil {
		own = *client
	}
	if t.next = own.Transport; t.next == nil {
		base := http.DefaultTransport.(*http.Transport).Clone()
		base.MaxIdleConnsPerHost = idleConns
		t.next = base
	}
	own.Transport = t
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	s, err := newSession(placeholder, &own)
	if err != nil {
		return nil, err
	}
	return &rest{session: s, client: &own, transport: t}, nil
}

// newSession returns a discordgo session that leaves retries, limits, caching and logging to us.
func newSession(token string, client *http.Client) (*discordgo.Session, error) {
	s, err := discordgo.New(token)
	if err != nil {
		return nil, fmt.Errorf("make a session: %w", err)
	}
	s.Client = client
	s.LogLevel = silent
	s.StateEnabled = false
	s.SyncEvents = true
	s.ShouldRetryOnRateLimit = false
	s.ShouldReconnectOnError = false
	s.ShouldReconnectVoiceOnSessionError = false
	s.MaxRestRetries = 0
	return s, nil
}

// call sends body, unless nil, as JSON to path, and reads the answer into out, unless nil. It fails
// as exchange does.
func (r *rest) call(ctx context.Context, method, path string, body, out any) error {
	answer, err := r.exchange(ctx, method, path, body)
	if err != nil || out == nil {
		return err
	}
	if err := json.Unmarshal(answer, out); err != nil {
		return fmt.Errorf("read answer: %w", err)
	}
	return nil
}

// exchange sends body, unless nil, as JSON to path, and returns the answer. It fails with an
// *apiError, a *limitError, or the error of the network or ctx, none of which holds a token. It tries
// once.
func (r *rest) exchange(ctx context.Context, method, path string, body any) ([]byte, error) {
	var raw []byte
	if body != nil {
		var buf bytes.Buffer
		enc := json.NewEncoder(&buf)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(body); err != nil {
			return nil, fmt.Errorf("encode request: %w", err)
		}
		raw = buf.Bytes()
	}
	bucket := &discordgo.Bucket{} // a fresh one: discordgo's own hold a lock during the request, for ever in memory
	bucket.Lock()
	answer, err := r.session.RequestWithLockedBucket(method, discordgo.EndpointAPI+strings.TrimPrefix(path, "/"),
		"application/json", raw, bucket, 0, discordgo.WithContext(ctx))
	if err != nil {
		return nil, clean(err)
	}
	return answer, nil
}

// transport sends discordgo's requests where they belong, with the real token, and keeps Discord's
// limits. Unlike other transports it returns an error for a 429 and a 502, because discordgo loses what
// they say.
type transport struct {
	base   *url.URL
	token  bot.Secret
	limits *limits
	pacer  bot.Pacer // nil if nobody paces
	next   http.RoundTripper
}

// apiVersion replaces the one discordgo asks for. Both are served; only this one is documented.
const apiVersion = "10"

// RoundTrip makes one request, or none while Discord wants a pause.
func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	path := strings.TrimPrefix(req.URL.Path, "/api/v"+discordgo.APIVersion)
	rt := routeOf(req.Method, path)
	resp, err := t.inTurn(req, path, rt)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode == http.StatusBadGateway {
		_ = resp.Body.Close() // a page of some proxy
		return nil, &apiError{Status: resp.StatusCode}
	}
	hide(resp.Header)
	resp.Body = struct {
		io.Reader
		io.Closer
	}{io.LimitReader(resp.Body, maxBody), resp.Body}
	return resp, nil
}

// inTurn makes a request when it is its turn. The turn of messages has been waited for by who sends
// them, and answers to interactions need none.
func (t *transport) inTurn(req *http.Request, path string, rt route) (*http.Response, error) {
	if t.pacer == nil || rt.exempt || rt.message() {
		return t.exchange(req, path, rt)
	}
	answered, err := t.pacer.Reply(req.Context(), bot.Target{Platform: Platform})
	if err != nil {
		closeBody(req)
		return nil, err
	}
	resp, err := t.exchange(req, path, rt)
	if err != nil {
		answered(sendError(err))
		return nil, err
	}
	answered(nil)
	return resp, nil
}

func closeBody(req *http.Request) {
	if req.Body != nil {
		_ = req.Body.Close() // a buffer
	}
}

// exchange makes one request, or none while Discord wants a pause, and learns from the answer.
func (t *transport) exchange(req *http.Request, path string, rt route) (*http.Response, error) {
	if limit := t.limits.admit(rt); limit != nil {
		closeBody(req)
		return nil, limit
	}
	resp, err := t.next.RoundTrip(t.rewrite(req, path, rt))
	if err != nil {
		return nil, err
	}
	limit := t.limits.learn(rt, resp.StatusCode, resp.Header, resp.Body)
	t.tell(rt, resp.Header)
	if limit != nil {
		_ = resp.Body.Close() // what it said has been read
		return nil, limit
	}
	return resp, nil
}

// tell passes on what an answer says is left in a channel. Edits have a limit of their own, of which only
// the end matters to messages.
func (t *transport) tell(rt route, h http.Header) {
	left, err := strconv.Atoi(h.Get("X-RateLimit-Remaining"))
	reset, ok := seconds(h.Get("X-RateLimit-Reset-After"))
	if t.pacer == nil || err != nil || !ok || !rt.message() || left > 0 && rt.template != postMessage {
		return
	}
	t.pacer.Remaining(channelTarget(rt.major), left, reset)
}

// rewrite returns a copy of req for the configured address. Where the token is part of the path, as
// in the answer to an interaction, the bot's own stays out.
func (t *transport) rewrite(req *http.Request, path string, rt route) *http.Request {
	out := req.Clone(req.Context())
	u := *t.base
	u.Path, u.RawPath = strings.TrimSuffix(u.Path, "/")+"/api/v"+apiVersion+path, ""
	u.RawQuery = req.URL.RawQuery
	out.URL, out.Host = &u, ""
	if rt.exempt {
		out.Header.Del("Authorization")
	} else {
		out.Header.Set("Authorization", "Bot "+t.token.Reveal())
	}
	return out
}

// CloseIdleConnections lets [http.Client.CloseIdleConnections] through.
func (t *transport) CloseIdleConnections() {
	if c, ok := t.next.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}
