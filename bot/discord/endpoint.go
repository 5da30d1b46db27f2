package discord

import (
	"bytes"
	"cmp"
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"tidings/bot"
	"tidings/internal/retry"
)

// InteractionsPath is where the adapter, as an [http.Handler], wants to be reached by Discord.
const InteractionsPath = "/discord/interactions"

const (
	// maxInteraction bounds an interaction, in bytes, and maxParts how many objects it has. The largest bring a
	// message with its embeds.
	maxInteraction = 1 << 20
	maxParts       = 10_000
	// maxAge is how old a signature may be, for clocks that are slow to be set, and maxAhead how far in the
	// future.
	maxAge   = 5 * time.Minute
	maxAhead = 5 * time.Second
)

// errUnheard says that Discord was no longer there to hear an answer.
var errUnheard = errors.New("discord ended the request before the answer")

// endpoint is where Discord posts interactions. The zero value accepts none.
type endpoint struct {
	key ed25519.PublicKey // nil if interactions come by the gateway alone
	url string            // registered with Discord, or empty
	now func() time.Time
}

// MultiListener reports whether the inbox gives each interaction to one process, so that all can listen: over
// HTTP, where any may be called, and on the gateway, where all hear of everything. A replica that dies then leaves
// nothing unanswered. That each reports the same about where the bot is does no harm.
func (a *Adapter) MultiListener() bool { return a.inbox != nil }

// parseKey reads a public key as Discord shows it. crypto/ed25519 panics at one of another length.
func parseKey(text string) (ed25519.PublicKey, error) {
	if text == "" {
		return nil, nil
	}
	key, err := hex.DecodeString(text)
	if err != nil || len(key) != ed25519.PublicKeySize {
		return nil, errors.New("the public key is not 64 hexadecimal digits")
	}
	return key, nil
}

// checkURL rejects an address that can't be registered with Discord.
func (e *endpoint) checkURL() error {
	if e.url == "" {
		return nil
	}
	if u, err := url.Parse(e.url); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return errors.New("the address for interactions is not an http(s) address")
	}
	if e.key == nil {
		return errors.New("an address for interactions needs the public key")
	}
	return nil
}

// signed reports whether Discord signed a body, and not long ago.
// discord.com/developers/docs/interactions/overview#setting-up-an-endpoint-validating-security-request-headers
func (e *endpoint) signed(h http.Header, body []byte) bool {
	stamp := h.Get("X-Signature-Timestamp")
	signature, err := hex.DecodeString(h.Get("X-Signature-Ed25519"))
	if err != nil || !ed25519.Verify(e.key, append([]byte(stamp), body...), signature) {
		return false
	}
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	age := e.now().Sub(time.Unix(seconds, 0))
	return err == nil && age <= maxAge && age >= -maxAhead
}

// ServeHTTP answers an interaction that Discord posts: with the response, or with the promise of one that
// is kept by another request. What nobody signed is refused with 401, as Discord wants to see it before
// it accepts an address. An interaction that comes again, to whichever process, is refused too.
func (a *Adapter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	it, status := a.readInteraction(w, r)
	if status != http.StatusOK {
		http.Error(w, http.StatusText(status), status)
		return
	}
	if it.Type == typePing {
		_ = writeResponse(w, response{Type: respondPong}) // who asked is gone otherwise
		return
	}
	running := a.serving.Load()
	if running == nil {
		http.Error(w, "not now", http.StatusServiceUnavailable)
		return
	}
	if admission := running.crowd.enter(it, time.Now()); admission != admitted {
		_ = writeResponse(w, running.tooMuch(r.Context(), it, admission)) // who asked is gone otherwise
		return
	}
	if !a.claim(r.Context(), it) {
		running.crowd.drop(it)
		a.log.WarnContext(r.Context(), "interaction came again and was refused", "interaction", it.ID)
		http.Error(w, "this interaction came before", http.StatusUnauthorized)
		return
	}
	it.exchange = newExchange()
	if !offer(running, running.interactions, it) {
		running.crowd.drop(it)
		http.Error(w, "not now", http.StatusServiceUnavailable)
		return
	}
	it.exchange.serve(w, r, running.ended)
}

// readInteraction returns the interaction of a request, or the status that refuses it.
func (a *Adapter) readInteraction(w http.ResponseWriter, r *http.Request) (*interaction, int) {
	switch {
	case a.endpoint.key == nil:
		return nil, http.StatusNotFound
	case r.Method != http.MethodPost:
		w.Header().Set("Allow", http.MethodPost)
		return nil, http.StatusMethodNotAllowed
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxInteraction))
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return nil, http.StatusRequestEntityTooLarge
	}
	if err != nil {
		return nil, http.StatusBadRequest
	}
	if !a.endpoint.signed(r.Header, body) {
		return nil, http.StatusUnauthorized
	}
	if bytes.Count(body, []byte("{")) > maxParts {
		return nil, http.StatusRequestEntityTooLarge
	}
	var it interaction
	if err := json.Unmarshal(body, &it); err != nil {
		a.log.WarnContext(r.Context(), "discord sent an interaction that cannot be read", "err", err)
		return nil, http.StatusBadRequest
	}
	it.arrived = time.Now()
	return &it, http.StatusOK
}

// exchange is the request of an interaction that waits for its first response.
type exchange struct {
	first chan response
	done  chan struct{} // closed when the request has ended
	err   error         // why the response did not get through, once done is closed
}

func newExchange() *exchange {
	return &exchange{first: make(chan response), done: make(chan struct{}), err: errUnheard}
}

// give hands over the first response and returns when Discord has it.
func (x *exchange) give(resp response) error {
	select {
	case x.first <- resp:
		<-x.done
	case <-x.done:
	}
	return x.err
}

// serve answers the request with the first response.
func (x *exchange) serve(w http.ResponseWriter, r *http.Request, ended <-chan struct{}) {
	defer close(x.done)
	select {
	case resp := <-x.first:
		x.err = writeResponse(w, resp)
	case <-ended:
		http.Error(w, "not now", http.StatusServiceUnavailable)
	case <-r.Context().Done():
	}
}

// writeResponse sends resp to its end.
func writeResponse(w http.ResponseWriter, resp response) error {
	body, err := json.Marshal(resp)
	if err != nil {
		return fmt.Errorf("encode response: %w", err)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	if _, err := w.Write(body); err != nil {
		return fmt.Errorf("write response: %w", err)
	}
	return http.NewResponseController(w).Flush()
}

// application is what Discord says of the bot's application.
type application struct {
	ID        string `json:"id"`
	VerifyKey string `json:"verify_key"`
	Endpoint  string `json:"interactions_endpoint_url"`
}

const ownApplication = "/applications/@me"

// register registers with Discord where interactions are to go, and repeats that until it succeeds. Discord tries the address
// before it accepts it, so the listener must be up by then.
func (r *run) register(ctx context.Context) error {
	for n := 0; ; n++ {
		err := r.registerOnce(ctx)
		refused, ok := errors.AsType[*apiError](err)
		switch {
		case err == nil, ctx.Err() != nil:
			return nil //nolint:nilerr // ctx has ended
		case isUnauthorized(err):
			return bot.ErrUnauthorized
		case ok && refused.Status/100 == 4 && r.endpoint.url == "":
			return nil // a server without applications, and nothing to register
		case n == 0:
			r.log.Warn("discord rejected the interactions address, retrying", "err", err)
		}
		if retry.Sleep(ctx, retry.Backoff(n, r.timings.backoffMin, r.timings.backoffMax)) != nil {
			return nil //nolint:nilerr // the bot ends
		}
	}
}

func (r *run) registerOnce(ctx context.Context) error {
	var app application
	if err := r.rest.call(ctx, http.MethodGet, ownApplication, nil, &app); err != nil {
		return err
	}
	if r.withoutGateway {
		r.publishFor(app.ID)
	}
	body := struct {
		Endpoint *string `json:"interactions_endpoint_url"`
	}{&r.endpoint.url}
	switch want := r.endpoint.url; {
	case want == app.Endpoint:
		return nil
	case want == "" && (r.endpoint.key != nil || !strings.HasSuffix(app.Endpoint, InteractionsPath)):
		r.log.Warn("discord posts commands to an address this bot does not know", "address", app.Endpoint)
		return nil
	case want == "":
		body.Endpoint = nil // of an earlier run that had a public key
	}
	if err := r.rest.call(ctx, http.MethodPatch, ownApplication, body, nil); err != nil {
		return err
	}
	r.log.Info("interactions address registered", "address", cmp.Or(r.endpoint.url, "gateway"))
	return nil
}

// Inspect says how commands come in, and fails if they cannot. It changes nothing.
func (a *Adapter) Inspect(ctx context.Context) (string, error) {
	if a.endpoint.key == nil {
		return "commands come by the gateway", nil
	}
	var app application
	if err := a.rest.call(ctx, http.MethodGet, ownApplication, nil, &app); err != nil {
		return "", err
	}
	switch {
	case !strings.EqualFold(app.VerifyKey, hex.EncodeToString(a.endpoint.key)):
		return "", errors.New("the public key is another application's")
	case app.Endpoint == "" && a.endpoint.url == "":
		return "", errors.New("discord knows no address for interactions: set PUBLIC_URL, or the address in the developer portal")
	case app.Endpoint != a.endpoint.url && a.endpoint.url != "":
		return "the interactions address is registered when the bot starts", nil
	}
	return "commands come over HTTP", nil
}
