package answer

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"tidings/bot"
)

const (
	// watchPayload begins what a link hands over that adds a watch.
	watchPayload = "watch-"
	// linkLife is how long such a link works.
	linkLife = 24 * time.Hour
)

// watchLink is what such a link means. It is for one person, and works once.
type watchLink struct {
	User   string    `json:"user"`
	Filter string    `json:"filter"`
	Until  time.Time `json:"until"`
}

// offerLink answers /watch of a person whom the bot may not write to first: with a link that opens their private chat.
func (h *Handler) offerLink(ctx context.Context, r bot.Request, text string) (bot.Message, error) {
	d, ok := h.adapters[r.Target.Platform].(bot.DeepLinker)
	if !ok {
		return bot.Message{}, cannotWrite()
	}
	payload := watchPayload + bot.NewKey()
	link := d.StartLink(payload)
	if link == "" {
		return bot.Message{}, cannotWrite()
	}
	kept, err := json.Marshal(watchLink{User: r.User.ID, Filter: text, Until: h.now().Add(linkLife)})
	if err != nil {
		return bot.Message{}, fmt.Errorf("encode a link: %w", err)
	}
	if err := h.store.SetState(ctx, ButtonState+payload, string(kept)); err != nil {
		return bot.Message{}, fmt.Errorf("keep a link: %w", err)
	}
	return bot.Message{
		Text:    bot.Say("I can't write to you first. Open our private chat and press Start, and you'll get %s.", about(text)),
		Buttons: [][]bot.Button{{linkButton(bot.Say("Open our private chat"), link)}},
	}, nil
}

// openLink answers /start with a payload. It reports false if that means nothing, as anybody can make one up.
func (h *Handler) openLink(ctx context.Context, r bot.Request) (m bot.Message, ok bool, err error) {
	payload := strings.TrimSpace(r.Line)
	if !strings.HasPrefix(payload, watchPayload) || !r.Direct {
		return m, false, nil
	}
	text, err := h.store.State(ctx, ButtonState+payload)
	if err != nil {
		return m, false, fmt.Errorf("read a link: %w", err)
	}
	var link watchLink // which has no end if it can't be read: it is used up
	_ = json.Unmarshal([]byte(text), &link)
	if !h.now().Before(link.Until) {
		return bot.Message{Text: bot.Say("That link no longer works. Type what you want to watch, as in %s",
			bot.Styled("/watch missile -drill", bot.Code))}, true, nil
	}
	if link.User != r.User.ID {
		return bot.Message{Text: bot.Say("That link was made for somebody else. To watch the same, type %s",
			bot.Styled("/watch "+link.Filter, bot.Code))}, true, nil
	}
	if err := h.store.SetState(ctx, ButtonState+payload, ""); err != nil {
		return m, true, fmt.Errorf("use up a link: %w", err)
	}
	r.Args, r.Pressed = map[string]string{"filter": link.Filter}, true // it was read when it was typed
	if m, err = h.watch(ctx, r); err != nil {
		return m, true, err
	}
	return m, true, h.welcomeBack(ctx, r.Target)
}
