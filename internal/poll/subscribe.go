package poll

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"tidings/internal/retry"
)

// renew asks the hub for a new lease, with a new callback, if it is time to. The old one is served
// until the hub has verified the new one.
func (h *Hubs) renew(ctx context.Context, source string) {
	var form url.Values
	var hub string
	err := h.change(ctx, source, func(l *lease) bool {
		u, err := url.Parse(l.Hub)
		if err != nil || !l.needsRenewal(h.now()) {
			return false
		}
		l.Next = newCredentials(u.Scheme)
		l.Try = h.now().Add(verifyWithin)
		hub, form = l.Hub, h.form(source, l)
		return true
	})
	if err != nil {
		h.log.ErrorContext(ctx, "lease not kept", "feed", source, "err", err)
	}
	if form == nil || err != nil {
		return
	}
	if err := h.post(ctx, hub, form); err != nil && ctx.Err() == nil {
		h.log.InfoContext(ctx, "hub not asked", "feed", source, "reason", err)
		h.refused(ctx, source)
	}
}

// form is the request to a hub; W3C WebSub, section 5.1.
func (h *Hubs) form(source string, l *lease) url.Values {
	form := url.Values{
		"hub.mode": {"subscribe"}, "hub.topic": {l.Topic}, "hub.callback": {h.callback(source, l.Next.Token)},
		"hub.lease_seconds": {strconv.Itoa(int(wantedLease / time.Second))},
	}
	if l.Next.Secret != "" {
		form.Set("hub.secret", l.Next.Secret)
	}
	return form
}

func (h *Hubs) callback(source, token string) string {
	return h.public + CallbackPath + source + "/" + token
}

// unfollow lets run ask the hub of a feed that is no longer followed to stop. Without room to remember it,
// the next push does.
func (h *Hubs) unfollow(source string) {
	if h == nil {
		return
	}
	select {
	case h.unfollowed <- source:
	default:
	}
}

// endLease ends the lease of a feed, and asks its hub to stop delivering. If the hub cannot be reached, it
// learns it from the answer to its next push.
func (h *Hubs) endLease(ctx context.Context, source string) {
	var hub string
	var form url.Values
	err := h.change(ctx, source, func(l *lease) bool {
		if l.Hub == "" {
			delete(h.leases, source) // a feed that has moved has none in the store
			return false
		}
		if l.active(h.now()) {
			hub, l.Left = l.Hub, left{Topic: l.Topic, Token: l.Active.Token}
			form = url.Values{
				"hub.mode": {"unsubscribe"}, "hub.topic": {l.Topic}, "hub.callback": {h.callback(source, l.Active.Token)},
			}
		}
		*l = lease{Left: l.Left}
		return true
	})
	if err != nil {
		h.log.ErrorContext(ctx, "lease not ended", "feed", source, "err", err)
	}
	if form == nil || err != nil {
		return
	}
	if err := h.post(ctx, hub, form); err != nil && ctx.Err() == nil {
		h.log.InfoContext(ctx, "hub not asked to stop", "feed", source, "reason", err)
	}
}

// refused lets a hub alone for a while, longer each time.
func (h *Hubs) refused(ctx context.Context, source string) {
	err := h.change(ctx, source, func(l *lease) bool {
		wait := retry.Backoff(l.Failures, hubRetry, hubRetryMost)
		l.Failures++
		l.Next, l.Try = credentials{}, h.now().Add(wait)
		return true
	})
	if err != nil {
		h.log.ErrorContext(ctx, "lease not kept", "feed", source, "err", err)
	}
}

// post sends the form, and follows a hub that lives elsewhere.
func (h *Hubs) post(ctx context.Context, hub string, form url.Values) error {
	u, err := webAddress(hub)
	if err != nil {
		return err
	}
	for range maxRedirects + 1 {
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, u.String(), strings.NewReader(form.Encode()))
		if err != nil {
			return transportError(err)
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		resp, err := h.client.Do(req)
		if err != nil {
			return transportError(err)
		}
		_, _ = io.CopyN(io.Discard, resp.Body, maxHeader)
		_ = resp.Body.Close()
		switch {
		case resp.StatusCode/100 == 2:
			return nil
		case resp.StatusCode != http.StatusTemporaryRedirect && resp.StatusCode != http.StatusPermanentRedirect:
			return statusError(resp, h.now())
		}
		if u, err = redirect(resp); err != nil {
			return transportError(err)
		}
	}
	return transportError(errRedirects)
}
