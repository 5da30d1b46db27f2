package telegram

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"tidings/bot"
	"tidings/internal/lazyregexp"
	"tidings/internal/retry"
	"tidings/internal/secret"
)

// WebhookPath is where to mount the adapter, which is an [http.Handler].
const WebhookPath = "/telegram/webhook"

const (
	// secretHeader carries the secret of setWebhook; core.telegram.org/bots/api#setwebhook
	secretHeader = "X-Telegram-Bot-Api-Secret-Token"
	// maxUpdate bounds an update, in bytes. The largest messages that Telegram lets people write take a
	// tenth of it.
	maxUpdate = 1 << 20
	// webhookConnections is how many updates Telegram may deliver at a time, which is its default.
	webhookConnections = 40
	// storeTimeout bounds how long Telegram waits while an update is being stored.
	storeTimeout = 10 * time.Second
	// registerEvery is how often the webhook is checked: a program that polls with the same token removes it.
	registerEvery = time.Minute
	// maxReason bounds what Telegram says of a delivery that failed, in characters.
	maxReason = 200
)

// secretForm matches the secrets that Telegram accepts.
var secretForm = lazyregexp.New(`^[A-Za-z0-9_-]{1,256}$`)

// webhook says where Telegram delivers updates. The zero value lets the bot poll.
type webhook struct {
	url    string
	secret secret.Text
}

// newWebhook reads the webhook from the configuration and checks it.
func newWebhook(cfg Config) (webhook, error) {
	if cfg.WebhookURL == "" {
		return webhook{}, nil
	}
	if u, err := url.Parse(cfg.WebhookURL); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return webhook{}, errors.New("the webhook is not an http(s) address")
	}
	if !secretForm.MatchString(cfg.WebhookSecret) {
		return webhook{}, errors.New("the secret of the webhook is not 1 to 256 of A-Z, a-z, 0-9, _ and -")
	}
	return webhook{url: cfg.WebhookURL, secret: secret.New(cfg.WebhookSecret)}, nil
}

// MultiListener reports whether updates come by webhook, so that any process may handle them.
func (a *Adapter) MultiListener() bool { return a.webhook.url != "" }

// sentBy reports whether a request carries the secret that Telegram was given.
func (h webhook) sentBy(r *http.Request) bool {
	return h.url != "" && subtle.ConstantTimeCompare([]byte(r.Header.Get(secretHeader)), []byte(h.secret.Reveal())) == 1
}

// ServeHTTP accepts an update from Telegram, and answers once it is in the inbox. Any process with the same inbox may
// accept it; if Run isn't active in this one, another handles it.
func (a *Adapter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, "only POST is served here", http.StatusMethodNotAllowed)
		return
	}
	if !a.webhook.sentBy(r) {
		http.Error(w, "the secret is wrong", http.StatusUnauthorized)
		return
	}
	u, status := readUpdate(w, r)
	if status != http.StatusOK {
		http.Error(w, "this is not an update", status)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), storeTimeout)
	defer cancel()
	if err := a.accept(ctx, u); err != nil {
		a.log.WarnContext(ctx, "update not stored, telegram will deliver it again", "update_id", u.ID, "err", err)
		http.Error(w, "the update could not be stored", http.StatusServiceUnavailable)
	}
}

// readUpdate returns the update in a request, or the status to refuse it with.
func readUpdate(w http.ResponseWriter, r *http.Request) (bot.Update, int) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxUpdate))
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return bot.Update{}, http.StatusRequestEntityTooLarge
	}
	var u struct {
		ID *int64 `json:"update_id"`
	}
	if err != nil || json.Unmarshal(body, &u) != nil || u.ID == nil {
		return bot.Update{}, http.StatusBadRequest
	}
	return bot.Update{ID: *u.ID, Body: body}, http.StatusOK
}

// accept stores an update, and hands it to the Run of this process. Without one, or while too many wait, any process
// may adopt it.
func (a *Adapter) accept(ctx context.Context, u bot.Update) error {
	s := a.serving.Load()
	if s == nil || s.queues.free() == 0 {
		_, err := a.inbox.Receive(ctx, a.box, []bot.Update{u}, 0, 0)
		return err
	}
	// What an update asks for outlives the request that brought it.
	tasks := s.screen(s.work, []bot.Update{u}, fresh) //nolint:contextcheck // see above
	if len(tasks) == 0 {
		return nil
	}
	taken, err := s.lease(ctx, updatesOf(tasks), 0)
	s.enqueue(s.work, tasks, taken) //nolint:contextcheck // see above
	return err
}

// webhookInfo is what Telegram says of the webhook; core.telegram.org/bots/api#webhookinfo
type webhookInfo struct {
	URL           string   `json:"url"`
	Pending       int      `json:"pending_update_count"`
	LastErrorDate int64    `json:"last_error_date"`
	LastError     string   `json:"last_error_message"`
	Connections   int      `json:"max_connections"`
	Allowed       []string `json:"allowed_updates"`
}

// register keeps the webhook set, until ctx ends.
func (s *session) register(ctx context.Context) error {
	reported := s.sentNow().Unix()
	for {
		err := s.persist(ctx, "setWebhook", func(ctx context.Context) error {
			info, err := s.setWebhook(ctx)
			if err == nil && info.LastErrorDate > reported {
				reported = info.LastErrorDate
				s.log.WarnContext(ctx, "telegram cannot deliver updates", "waiting", info.Pending, "err", info.reason())
			}
			return err
		})
		if err != nil {
			return err
		}
		if err := retry.Sleep(ctx, registerEvery); err != nil {
			return err
		}
	}
}

// setWebhook sets the webhook unless it is set already.
func (s *session) setWebhook(ctx context.Context) (webhookInfo, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	info, err := s.webhookInfo(ctx)
	if err != nil {
		return info, err
	}
	// Telegram doesn't return the secret, so its hash is compared.
	sum := sha256.Sum256([]byte(s.webhook.secret.Reveal()))
	hash, key := hex.EncodeToString(sum[:]), fmt.Sprintf("telegram.webhook.%d", s.id)
	known, err := s.state.State(ctx, key)
	if err != nil {
		return info, fmt.Errorf("read the webhook's state: %w", err)
	}
	if known == hash && info.is(s.webhook.url) {
		return info, nil
	}
	params := tgbotapi.Params{
		"url": s.webhook.url, "secret_token": s.webhook.secret.Reveal(),
		"allowed_updates": encode(allowedUpdates()), "max_connections": strconv.Itoa(webhookConnections),
	}
	if err := s.client.call(ctx, "setWebhook", params, nil); err != nil {
		return info, err
	}
	s.log.InfoContext(ctx, "webhook set")
	return info, s.state.SetState(ctx, key, hash)
}

func (a *Adapter) webhookInfo(ctx context.Context) (webhookInfo, error) {
	var info webhookInfo
	err := a.client.call(ctx, "getWebhookInfo", nil, &info)
	return info, err
}

// is reports whether Telegram delivers the bot's updates to an address.
func (i webhookInfo) is(address string) bool {
	want := allowedUpdates()
	slices.Sort(want)
	return i.URL == address && i.Connections == webhookConnections && slices.Equal(slices.Sorted(slices.Values(i.Allowed)), want)
}

func (i webhookInfo) reason() string { return bot.CleanText(i.LastError, maxReason) }

// Inspect says how updates arrive, and fails if Telegram can't deliver them. It changes nothing.
func (a *Adapter) Inspect(ctx context.Context) (string, error) {
	info, err := a.webhookInfo(ctx)
	switch {
	case err != nil:
		return "", err
	case a.webhook.url == "" && info.URL == "":
		return "updates are polled", nil
	case a.webhook.url == "":
		return "updates are polled; the webhook that is set now is removed when the bot starts", nil
	case info.URL != a.webhook.url:
		return "the webhook is set when the bot starts", nil
	case info.Pending > 0 && info.LastError != "":
		return "", fmt.Errorf("telegram cannot deliver to the webhook, %d updates wait: %s", info.Pending, info.reason())
	}
	return "the webhook is set", nil
}
