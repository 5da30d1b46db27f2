package discord

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/bwmarrin/discordgo"

	"tidings/bot"
	"tidings/internal/retry"
	"tidings/internal/secret"
)

const (
	// apiPath is where Discord serves the version that it documents.
	apiPath = "/api/v10"
	// userAgent has the form that Discord asks for: an address and a version.
	// discord.com/developers/docs/reference#user-agent
	userAgent = "DiscordBot (https://github.com/bwmarrin/discordgo, v" + discordgo.VERSION + ")"
	// requestTimeout bounds a request whose caller does not.
	requestTimeout = 30 * time.Second
	// maxAnswer bounds an answer, in bytes. The longest is a page of messages.
	maxAnswer = 4 << 20
	// idleConns is how many connections to Discord are kept for the next requests.
	idleConns = 32
)

// rest makes requests to Discord's HTTP API and keeps its rate limits. Its methods may be called
// concurrently.
type rest struct {
	client *http.Client
	base   string // the address that paths are appended to
	token  secret.Text
	limits *limits
	pacer  bot.Pacer // nil if nobody paces
	clock  clock
	log    *slog.Logger

	unauthorized chan struct{} // of one: Discord refused the token
	warned       atomic.Int64  // when the log last said that too much is refused, in Unix seconds
}

// newRest returns a rest with a client of its own, or a copy of the given one. It follows no redirects.
func newRest(client *http.Client, base *url.URL, token secret.Text, log *slog.Logger, now func() time.Time) *rest {
	own := http.Client{Timeout: requestTimeout}
	if client != nil {
		own = *client
	}
	if own.Transport == nil {
		t := http.DefaultTransport.(*http.Transport).Clone()
		t.MaxIdleConnsPerHost = idleConns
		own.Transport = t
	}
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &rest{
		client: &own, base: strings.TrimSuffix(base.String(), "/") + apiPath, token: token, limits: newLimits(now), log: log,
		unauthorized: make(chan struct{}, 1),
	}
}

// call sends body, unless nil, as JSON to path, and decodes the response into out, unless nil. It fails
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

// exchange sends body, unless nil, as JSON to path, and returns the response's body. It tries once. It fails with an
// *apiError, a *limitError, or the error of the network or ctx, none of which contains a token. Requests wait
// for their turn, except those for messages, whose senders have waited for it, and answers to interactions,
// which don't count.
func (r *rest) exchange(ctx context.Context, method, path string, body any) ([]byte, error) {
	raw, contentType, err := encodeRequest(body)
	if err != nil {
		return nil, err
	}
	rt := routeOf(method, path)
	if r.pacer == nil || rt.exempt || rt.message() {
		return r.try(ctx, rt, method, path, content{raw, contentType})
	}
	answered, err := r.pacer.Reply(ctx, bot.Target{Platform: Platform})
	if err != nil {
		return nil, err
	}
	answer, err := r.try(ctx, rt, method, path, content{raw, contentType})
	answered(paceError(err))
	return answer, err
}

// paceError is what a pacer gets to hear: nil if Discord accepted the request.
func paceError(err error) error {
	if err == nil {
		return nil
	}
	return sendError(err)
}

// encode returns body as JSON, or nil for none.
func encode(body any) ([]byte, error) {
	if body == nil {
		return nil, nil
	}
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(body); err != nil {
		return nil, fmt.Errorf("encode request: %w", err)
	}
	return buf.Bytes(), nil
}

// content is the body of a request; nil for none.
type content struct {
	raw  []byte
	kind string
}

// try makes one request, or none while Discord wants a pause, and learns from the answer.
func (r *rest) try(ctx context.Context, rt route, method, path string, body content) ([]byte, error) {
	if limit := r.limits.admit(rt); limit != nil {
		r.warn(ctx, limit)
		return nil, limit
	}
	req, err := http.NewRequestWithContext(ctx, method, r.base+path, bytes.NewReader(body.raw))
	if err != nil {
		return nil, withoutAddress(err)
	}
	req.Header.Set("User-Agent", userAgent)
	if body.raw != nil {
		req.Header.Set("Content-Type", body.kind)
	}
	if !rt.exempt { // there the token in the path is the credential, and the bot's own stays out
		req.Header.Set("Authorization", "Bot "+r.token.Reveal())
	}
	if retry.Overdue(ctx, time.Now()) { // the machine slept, say: another process may have posted this, and its nonce be forgotten
		return nil, context.DeadlineExceeded
	}
	resp, err := r.client.Do(req)
	if err != nil {
		return nil, withoutAddress(err)
	}
	defer func() { _ = resp.Body.Close() }()
	r.clock.hear(resp.Header.Get("Date"))
	limit := r.limits.learn(rt, resp.StatusCode, resp.Header, resp.Body)
	r.report(rt, resp.Header)
	if limit != nil {
		return nil, limit
	}
	answer, err := readAnswer(resp)
	if isUnauthorized(err) && !rt.exempt {
		select {
		case r.unauthorized <- struct{}{}:
		default:
		}
	}
	return answer, err
}

// warn logs, once per window, that the bot pauses because Discord refused too many requests.
func (r *rest) warn(ctx context.Context, limit *limitError) {
	now, last := time.Now().Unix(), r.warned.Load()
	if limit.Refusals && now-last >= int64(invalidWindow/time.Second) && r.warned.CompareAndSwap(last, now) {
		r.log.ErrorContext(ctx, "discord refused too many requests, pausing to avoid a ban",
			"refused", maxInvalid, "within", invalidWindow)
	}
}

// readAnswer returns what a success says, or what a refusal means.
func readAnswer(resp *http.Response) ([]byte, error) {
	if resp.StatusCode/100 != 2 {
		body, _ := io.ReadAll(io.LimitReader(resp.Body, maxRefusal)) // the status decides
		return nil, newAPIError(resp.StatusCode, body)
	}
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if err == nil && len(answer) > maxAnswer {
		err = errors.New("the answer is too long")
	}
	if err != nil {
		return nil, fmt.Errorf("read answer: %w", err)
	}
	return answer, nil
}

// report passes on how many messages a response says a channel has left. Edits have a limit of their own, of which only
// the end matters to messages.
func (r *rest) report(rt route, h http.Header) {
	left, err := strconv.Atoi(h.Get("X-RateLimit-Remaining"))
	reset, ok := seconds(h.Get("X-RateLimit-Reset-After"))
	if r.pacer == nil || err != nil || !ok || !rt.message() || left > 0 && rt.template == editMessage {
		return
	}
	r.pacer.Remaining(channelTarget(rt.major), left, reset)
}

// withoutAddress removes the address from an error of the HTTP client: it can contain the token of an interaction.
func withoutAddress(err error) error {
	for {
		u, ok := errors.AsType[*url.Error](err)
		if !ok {
			return err
		}
		err = u.Err
	}
}
