package telegram

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"time"

	"tidings/internal/lazyregexp"
)

const (
	webhookTimeout = 10 * time.Second
	webhookRetry   = time.Second
	maxSecret      = 256
)

var secretPattern = lazyregexp.New(`^[A-Za-z0-9_-]*$`)

// webhook is where updates are posted to. The zero value means polling.
type webhook struct {
	url, secret string
	connections int
	lastError   string
	lastErrorAt int64
	stop        context.CancelFunc
}

// setWebhook also accepts plain http addresses, which the real server refuses: a stand-in talks to loopback.
func (t *StandIn) setWebhook(c call) (any, error) {
	address, secret := c.text("url"), c.text("secret_token")
	if address == "" {
		return t.deleteWebhook(c)
	}
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return nil, badRequest("invalid webhook URL specified")
	case len(secret) > maxSecret:
		return nil, badRequest("secret token is too long")
	case !secretPattern.MatchString(secret):
		return nil, badRequest("secret token contains unallowed characters")
	}
	if err := t.readAllowed(c); err != nil {
		return nil, err
	}
	t.dropWebhook(c)
	ctx, stop := context.WithCancel(t.ctx)
	t.webhook = webhook{
		url: address, secret: secret, connections: c.within("max_connections", 40, 1, 100), stop: stop,
	}
	t.updates.endPoll()
	t.start(func(context.Context) { t.deliver(ctx, address, secret) })
	return described{result: true, words: "Webhook was set"}, nil
}

func (t *StandIn) deleteWebhook(c call) (any, error) {
	words := "Webhook is already deleted"
	if t.webhook.url != "" {
		words = "Webhook was deleted"
	}
	t.dropWebhook(c)
	return described{result: true, words: words}, nil
}

// dropWebhook ends deliveries. t.mu must be held.
func (t *StandIn) dropWebhook(c call) {
	if t.webhook.stop != nil {
		t.webhook.stop()
	}
	t.webhook = webhook{}
	if c.truth("drop_pending_updates") {
		t.updates.pending = nil
	}
}

func (t *StandIn) getWebhookInfo(call) (any, error) {
	return struct {
		URL            string   `json:"url"`
		Custom         bool     `json:"has_custom_certificate"`
		Pending        int      `json:"pending_update_count"`
		LastErrorDate  int64    `json:"last_error_date,omitempty"`
		LastError      string   `json:"last_error_message,omitempty"`
		MaxConnections int      `json:"max_connections,omitempty"`
		Allowed        []string `json:"allowed_updates,omitempty"`
	}{
		URL: t.webhook.url, Pending: len(t.updates.pending),
		LastErrorDate: t.webhook.lastErrorAt, LastError: t.webhook.lastError,
		MaxConnections: t.webhook.connections, Allowed: t.updates.allowed,
	}, nil
}

// deliver posts updates one after the other until ctx ends, and repeats what isn't answered with 2xx.
// A method call in the body of the answer is ignored.
func (t *StandIn) deliver(ctx context.Context, address, secret string) {
	client := &http.Client{Timeout: webhookTimeout}
	defer client.CloseIdleConnections()
	for {
		t.mu.Lock()
		wake := t.updates.wake
		var u update
		if len(t.updates.pending) > 0 {
			u = t.updates.pending[0]
		}
		t.mu.Unlock()

		var retry <-chan time.Time
		if u.id != 0 {
			err := post(ctx, client, address, secret, u.body)
			if t.delivered(ctx, u.id, err) {
				continue
			}
			retry, wake = time.After(webhookRetry), nil
		}
		select {
		case <-ctx.Done():
			return
		case <-wake:
		case <-retry:
		}
	}
}

// delivered settles one post and reports whether the next may follow at once.
func (t *StandIn) delivered(ctx context.Context, id int, err error) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if ctx.Err() != nil {
		return false
	}
	if err == nil {
		t.updates.confirm(id + 1)
		return true
	}
	t.cfg.Logger.Warn("webhook delivery refused", "update_id", id, "err", err)
	t.webhook.lastError, t.webhook.lastErrorAt = err.Error(), t.cfg.Now().Unix()
	return false
}

func post(ctx context.Context, client *http.Client, address, secret string, body json.RawMessage) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	if secret != "" {
		req.Header.Set("X-Telegram-Bot-Api-Secret-Token", secret)
	}
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode/100 != 2 {
		return words("Wrong response from the webhook: " + resp.Status)
	}
	return nil
}
