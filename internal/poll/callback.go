package poll

import (
	"context"
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // Hubs choose the method, and most choose this one.
	"crypto/sha256"
	"crypto/sha512"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"net/http"
	"strings"
	"time"

	"tidings/bot"
	"tidings/internal/feed"
)

const (
	pushTimeout  = 30 * time.Second // for the whole body
	maxChallenge = 2 << 10          // bytes
)

// push is a document that a hub delivered.
type push struct {
	source, topic, contentType string
	body                       []byte // nil: nobody vouches for what came, so the feed is asked instead
}

// ServeHTTP answers a hub: the GET that verifies a request of ours, and the POST that delivers.
func (h *Hubs) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	source, token, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, CallbackPath), "/")
	if source == "" || len(source) > bot.MaxSourceName || len(token) != 2*tokenBytes {
		http.NotFound(w, r)
		return
	}
	switch r.Method {
	case http.MethodGet:
		h.verify(w, r, source, token)
	case http.MethodPost:
		h.receive(w, r, source, token)
	default:
		w.Header().Set("Allow", "GET, POST")
		http.Error(w, "only GET and POST", http.StatusMethodNotAllowed)
	}
}

// verify confirms what we asked for and nothing else; W3C WebSub, section 5.3.
func (h *Hubs) verify(w http.ResponseWriter, r *http.Request, source, token string) {
	q := r.URL.Query()
	confirmed := false
	err := h.change(r.Context(), source, func(l *lease) bool {
		ours := same(token, l.Next.Token) && q.Get("hub.topic") == l.Topic
		challenged := q.Get("hub.challenge") != "" && len(q.Get("hub.challenge")) <= maxChallenge
		switch q.Get("hub.mode") {
		case "subscribe":
			if confirmed = ours && challenged; confirmed {
				l.grant(q.Get("hub.lease_seconds"), h.now())
			}
		case "unsubscribe":
			if confirmed = same(token, l.Left.Token) && q.Get("hub.topic") == l.Left.Topic && challenged; confirmed {
				l.Left = left{}
			}
		case "denied":
			if confirmed = ours || same(token, l.Active.Token) && q.Get("hub.topic") == l.Topic; confirmed {
				l.Active, l.Next, l.Expires, l.Try = credentials{}, credentials{}, time.Time{}, h.now().Add(hubRetryMost)
			}
		}
		return confirmed
	})
	switch {
	case err != nil:
		h.log.ErrorContext(r.Context(), "hub not answered", "feed", source, "err", err)
		http.Error(w, "please try again", http.StatusInternalServerError)
	case !confirmed:
		http.NotFound(w, r)
	default:
		h.log.InfoContext(r.Context(), "hub answered", "feed", source, "mode", q.Get("hub.mode"))
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		_, _ = io.WriteString(w, q.Get("hub.challenge"))
	}
}

// grant makes the pending credentials the active ones.
func (l *lease) grant(leaseSeconds string, now time.Time) {
	l.Length = wantedLease
	if n, ok := seconds(leaseSeconds); ok {
		l.Length = min(max(n, shortLease), longLease)
	}
	l.Active, l.Next, l.Expires = l.Next, credentials{}, now.Add(l.Length)
	l.Try, l.Failures = time.Time{}, 0
}

// same compares secrets in a time that says nothing of them. An empty one isn't a secret.
func same(a, b string) bool {
	return b != "" && subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1
}

// receive accepts what a hub delivers and reads it later. A wrong signature is answered like a right one,
// so that nobody learns anything by trying.
func (h *Hubs) receive(w http.ResponseWriter, r *http.Request, source, token string) {
	l, err := h.load(r.Context(), source)
	switch {
	case err != nil:
		h.log.ErrorContext(r.Context(), "push not stored", "feed", source, "err", err)
		http.Error(w, "please try again", http.StatusInternalServerError)
		return
	case same(token, l.Left.Token):
		http.Error(w, "the feed is no longer followed", http.StatusGone)
		return
	case !same(token, l.Active.Token):
		http.NotFound(w, r)
		return
	case !l.active(h.now()):
		http.Error(w, "the lease has ended", http.StatusGone)
		return
	}
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(h.bodyTimeout))
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, feed.MaxSize))
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		http.Error(w, "the body is too large", http.StatusRequestEntityTooLarge)
		return
	}
	if err != nil {
		http.Error(w, "the body is not whole", http.StatusBadRequest)
		return
	}
	w.WriteHeader(http.StatusAccepted)
	p := push{source: source, topic: l.Topic, contentType: r.Header.Get("Content-Type"), body: body}
	switch {
	case l.Active.Secret == "":
		p.body = nil
	case !signed(body, r.Header.Get("X-Hub-Signature"), l.Active.Secret):
		h.log.WarnContext(r.Context(), "push ignored: its signature is wrong", "feed", source)
		return
	}
	h.queue(p)
}

// signed reports whether a body has the signature that the header states; W3C WebSub, section 8.
func signed(body []byte, header, secret string) bool {
	method, signature, _ := strings.Cut(header, "=")
	methods := map[string]func() hash.Hash{"sha1": sha1.New, "sha256": sha256.New, "sha384": sha512.New384, "sha512": sha512.New}
	newHash := methods[strings.ToLower(method)]
	got, err := hex.DecodeString(signature)
	if newHash == nil || err != nil {
		return false
	}
	mac := hmac.New(newHash, []byte(secret))
	_, _ = mac.Write(body)
	return hmac.Equal(mac.Sum(nil), got)
}

// queue hands a push to deliver. If too much waits, the feed is asked for it instead.
func (h *Hubs) queue(p push) {
	h.queued.Lock()
	defer h.queued.Unlock()
	if h.bytes+len(p.body) > maxPushBytes {
		p.body = nil
	}
	select {
	case h.pushes <- p:
		h.bytes += len(p.body)
	default:
		h.log.Warn("push dropped; too many wait, and polling catches up", "feed", p.source)
	}
}

// deliver hands what was pushed to the poller's sink.
func (h *Hubs) deliver(ctx context.Context, p *Poller) {
	for {
		select {
		case <-ctx.Done():
			return
		case one := <-h.pushes:
			h.queued.Lock()
			h.bytes -= len(one.body)
			h.queued.Unlock()
			if one.body == nil {
				p.requestFetch(ctx, one.source)
				continue
			}
			p.pushed(ctx, &one)
		}
	}
}

// pushed stores a document that a hub delivered. It may contain only what is new, so nothing is
// concluded from what it lacks, but what it says was deleted was; and its validators are nobody's.
func (p *Poller) pushed(ctx context.Context, one *push) {
	var d *feed.Document
	var err error
	r := &reservation{budget: p.fetcher.budget}
	r.work(func() {
		d, err = feed.Parse(one.body, feed.Meta{ContentType: one.contentType, URL: one.topic, Zone: p.fetcher.zone})
	})
	if err != nil {
		p.log.Info("push not read", "feed", one.source, "reason", documentError(err))
		p.requestFetch(ctx, one.source)
		return
	}
	s, twins, err := p.feedsWith(ctx, one.source)
	switch {
	case err != nil:
		p.requestFetch(ctx, one.source)
		return
	case s == nil || s.ID != one.source: // it isn't followed any more, and a push must not bring it back
		p.hubs.unfollow(one.source)
		return
	}
	start := p.now()
	result, err := p.storeAll(ctx, one.source, twins, d, p.sink.PutPushed)
	if err != nil {
		p.requestFetch(ctx, one.source)
		return
	}
	p.observe(Poll{Source: one.source, Outcome: Pushed, Took: p.now().Sub(start), Put: result})
	p.delivered.Store(one.source, p.now())
}

// requestFetch makes Run fetch a feed soon.
func (p *Poller) requestFetch(ctx context.Context, source string) {
	select {
	case p.fetchNow <- source:
	case <-ctx.Done():
	}
}
