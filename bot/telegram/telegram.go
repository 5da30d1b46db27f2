package telegram

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"tidings/bot"
)

// Platform is the name that targets on Telegram carry.
const Platform = "telegram"

const (
	defaultAPIURL = "https://api.telegram.org"
	// callTimeout bounds one request that is neither a poll nor a message. How long to wait for a message is up to
	// the caller: in slow mode, Telegram answers after half a minute and more.
	callTimeout = 30 * time.Second
)

// tokenForm is what every token looks like; core.telegram.org/bots/api#authorizing-your-bot.
var tokenForm = regexp.MustCompile(`^\d+:[\w-]{30,}$`)

// localTokenForm is what the tokens of stand-ins look like.
var localTokenForm = regexp.MustCompile(`^\d{1,18}:[\w-]+$`)

// Config says what an Adapter works with.
type Config struct {
	// Token is the bot's token, as BotFather gave it. It never enters an error or the log.
	Token string
	// APIURL is the address of the Bot API server without a trailing slash. Empty means
	// https://api.telegram.org.
	APIURL string
	// State keeps hashes of the published commands and of the webhook's secret, and who has been asked to
	// fill in what. It is required.
	State bot.State
	// Inbox keeps updates until they have been handled. It is required.
	Inbox bot.Inbox
	// Zone is the zone in which times are written. Nil means UTC.
	Zone *time.Location
	// Logger hears of outages and refusals. Nil means silence.
	Logger *slog.Logger
	// Client makes the requests. Its CheckRedirect and Timeout are not used. Nil means one with the defaults of
	// net/http, but with 64 idle connections.
	Client *http.Client
	// WebhookURL is where Telegram is to deliver updates: an address that leads to the adapter's ServeHTTP.
	// Empty lets the bot poll.
	WebhookURL string
	// WebhookSecret comes with every update that Telegram delivers: 1 to 256 of A-Z, a-z, 0-9, _ and -. It is
	// required with a WebhookURL.
	WebhookSecret string
	// Now is the clock. Nil means time.Now.
	Now func() time.Time
}

// Adapter is the bot on Telegram. All methods may be called concurrently, but for Run, which one call at a
// time is for; without a webhook it must be the only one for its token anywhere: Telegram ends the polls of
// the other.
type Adapter struct {
	client  *client
	webhook webhook
	serving atomic.Pointer[session] // what runs now, or nil
	id      int64                   // of the bot
	state   bot.State
	inbox   bot.Inbox
	box     string // the bot's own part of the inbox: another bot's updates have other numbers
	zone    *time.Location
	log     *slog.Logger
	now     func() time.Time
	pacer   bot.Pacer // nil if nobody paces
	// names are the commands that Run serves, for [Adapter.isCommand].
	names atomic.Pointer[map[string]bool]
}

var (
	_ bot.Adapter = (*Adapter)(nil)
	_ bot.Limiter = (*Adapter)(nil)
	_ bot.Paced   = (*Adapter)(nil)
	_ bot.Editor  = (*Adapter)(nil)

	_ bot.AccessChecker = (*Adapter)(nil)

	_ http.Handler = (*Adapter)(nil)
)

// New returns an adapter. It makes no request.
func New(cfg Config) (*Adapter, error) {
	token, address := strings.TrimSpace(cfg.Token), cmp.Or(cfg.APIURL, defaultAPIURL)
	form := tokenForm
	if address != defaultAPIURL {
		form = localTokenForm
	}
	if !form.MatchString(token) {
		return nil, errors.New("the token does not look like one: 123456789:AA…, as BotFather gave it")
	}
	if cfg.State == nil || cfg.Inbox == nil {
		return nil, errors.New("a State and an Inbox are required")
	}
	number, _, _ := strings.Cut(token, ":")
	id, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return nil, errors.New("the token does not begin with the number of a bot")
	}
	c, err := newClient(address, token, cfg.Client)
	if err != nil {
		return nil, err
	}
	hook, err := newWebhook(cfg)
	if err != nil {
		return nil, err
	}
	a := &Adapter{
		client: c, webhook: hook, id: id, state: cfg.State, inbox: cfg.Inbox, box: Platform + ":" + number,
		zone: cfg.Zone, log: cfg.Logger, now: cfg.Now,
	}
	if a.zone == nil {
		a.zone = time.UTC
	}
	if a.log == nil {
		a.log = slog.New(slog.DiscardHandler)
	}
	if a.now == nil {
		a.now = time.Now
	}
	return a, nil
}

// Identify asks Telegram once whose token the adapter holds. [bot.ErrUnauthorized] is in the chain of
// its error if Telegram refuses the token.
func (a *Adapter) Identify(ctx context.Context) (string, error) {
	self, err := a.self(ctx)
	if errors.Is(err, bot.ErrUnauthorized) {
		err = bot.ErrUnauthorized
	}
	return "@" + self.UserName, err
}

// self asks for the bot's own account. Here alone a 404 speaks of the token: Telegram answers so to
// one that never was, and otherwise to methods that a server does not have.
func (a *Adapter) self(ctx context.Context) (tgbotapi.User, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	var self tgbotapi.User
	err := a.client.call(ctx, "getMe", nil, &self)
	if hasCode(err, http.StatusNotFound) {
		err = fmt.Errorf("%w: %w", bot.ErrUnauthorized, err)
	}
	return self, err
}

// Platform returns "telegram".
func (a *Adapter) Platform() string { return Platform }

// Limits returns what core.telegram.org/bots/faq promises: 30 messages a second for the bot, one a
// second for a chat, with short bursts, and 20 a minute for a group. Channels count as groups, edits as
// messages.
func (a *Adapter) Limits(to bot.Target) (perBot, perTarget []bot.Rate) {
	perBot = []bot.Rate{{N: 30, Per: time.Second}}
	perTarget = []bot.Rate{{N: 1, Per: time.Second, Burst: chatBurst}}
	if strings.HasPrefix(to.Chat, "-") {
		perTarget = append(perTarget, bot.Rate{N: 20, Per: time.Minute})
	}
	return perBot, perTarget
}

// chatBurst is what "short bursts" is taken to mean. Telegram gives no number.
const chatBurst = 3

// RateKey returns the chat of a target: its topics share its limits.
func (a *Adapter) RateKey(to bot.Target) bot.Target {
	to.Thread = ""
	return to
}

// Pace makes answers take their turn with alerts.
func (a *Adapter) Pace(p bot.Pacer) { a.pacer = p }

// inTurn makes a request for a person when it is its turn.
func (a *Adapter) inTurn(ctx context.Context, to bot.Target, do func(context.Context) error) error {
	if a.pacer == nil {
		return do(ctx)
	}
	answered, err := a.pacer.Reply(ctx, to)
	if err != nil {
		return fmt.Errorf("wait for a turn: %w", err)
	}
	err = do(ctx)
	answered(err)
	return err
}

// Send posts a message. It waits for the answer until ctx ends, and doesn't retry, but for a message whose markup
// Telegram refuses: that goes out once more as plain text. Keys have no effect.
func (a *Adapter) Send(ctx context.Context, to bot.Target, m bot.Message) (bot.Receipt, error) {
	replyTo, err := strconv.Atoi(m.ReplyTo)
	if err != nil {
		replyTo = 0 // it replies to nothing of this platform
	}
	return a.post(ctx, to, a.render(m), replyTo)
}

// post sends what has been rendered, as an answer to the message replyTo unless that is 0.
func (a *Adapter) post(ctx context.Context, to bot.Target, r rendered, replyTo int) (bot.Receipt, error) {
	params := tgbotapi.Params{"chat_id": to.Chat}
	params.AddNonEmpty("message_thread_id", to.Thread)
	if replyTo != 0 {
		params["reply_parameters"] = encode(replyParameters{MessageID: replyTo, AllowSendingWithoutReply: true})
	}
	var result json.RawMessage
	if err := a.submit(ctx, "sendMessage", params, r, &result); err != nil {
		return bot.Receipt{}, sendError(ctx, err, to)
	}
	return receipt(result, to), nil
}

// Edit puts m in the place of a message of the bot, buttons and preview included. Keys and ReplyTo
// have no effect.
func (a *Adapter) Edit(ctx context.Context, to bot.Target, r bot.Receipt, m bot.Message) error {
	return a.change(ctx, to, r, m)
}

// change gives a message its new form. One that has it already is as wanted.
func (a *Adapter) change(ctx context.Context, to bot.Target, r bot.Receipt, m bot.Message) error {
	params := tgbotapi.Params{"chat_id": cmp.Or(r.Chat, to.Chat), "message_id": r.MessageID}
	err := a.submit(ctx, "editMessageText", params, a.render(m), nil)
	if err == nil || isUnmodified(err) {
		return nil
	}
	return editError(ctx, err, to, r)
}

// receipt reads what became of a message. It is sent even if the answer cannot be read: trying again
// would show it twice.
func receipt(result json.RawMessage, to bot.Target) bot.Receipt {
	out := bot.Receipt{Chat: to.Chat}
	var sent message
	if json.Unmarshal(result, &sent) != nil {
		return out
	}
	if sent.MessageID != 0 {
		out.MessageID = strconv.Itoa(sent.MessageID)
	}
	if sent.Chat != nil && sent.Chat.ID != 0 {
		out.Chat = strconv.FormatInt(sent.Chat.ID, 10)
	}
	return out
}

// submit calls a method that shows r, and once more with plain text if the markup is refused.
func (a *Adapter) submit(ctx context.Context, method string, params tgbotapi.Params, r rendered, result any) error {
	params["text"] = r.html
	params["parse_mode"] = tgbotapi.ModeHTML
	params["link_preview_options"] = encode(r.preview)
	switch {
	case len(r.keyboard) > 0:
		params["reply_markup"] = encode(keyboard{Rows: r.keyboard})
	case r.force != nil:
		params["reply_markup"] = encode(r.force)
	}
	ctx, sent := tracing(ctx)
	err := a.client.call(ctx, method, params, result)
	if !refusesMarkup(err) {
		return sent.mark(err)
	}
	a.log.WarnContext(ctx, "telegram refused the markup, sending plain text", "method", method, "err", err)
	params["text"] = r.plain
	delete(params, "parse_mode")
	return sent.mark(a.client.call(ctx, method, params, result))
}

// replyParameters is core.telegram.org/bots/api#replyparameters.
type replyParameters struct {
	MessageID                int  `json:"message_id,omitempty"`
	EphemeralID              int  `json:"ephemeral_message_id,omitempty"`
	AllowSendingWithoutReply bool `json:"allow_sending_without_reply,omitempty"`
}

// isCommand reports whether name is a command that the bot serves, which people may click in a text.
func (a *Adapter) isCommand(name string) bool {
	names := a.names.Load()
	return names != nil && (*names)[name]
}

// encode returns v as JSON. All that is encoded here are structs of ours, which cannot fail.
func encode(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("telegram: encode %T: %v", v, err))
	}
	return string(b)
}
