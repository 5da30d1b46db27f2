package answer

import (
	"context"
	"fmt"
	"time"

	"tidings/bot"
)

// Console makes links to the console.
type Console interface {
	// SignInLink returns a link that signs an operator in once, who is named as platform:ID.
	SignInLink(ctx context.Context, operator string) (SignInLink, error)
}

// SignInLink is a link to the console.
type SignInLink struct {
	URL string
	// Local says that it works in a browser on the bot's machine alone.
	Local bool
	// For is how long it works.
	For time.Duration
}

// consoleLink answers /console: whoever has the link is let in, so it is for a private chat alone.
func (h *Handler) consoleLink(ctx context.Context, r bot.Request) (bot.Message, error) {
	switch {
	case h.console == nil:
		return bot.Message{}, bot.UserErrorf("The console is off, as HTTP_ADDR is empty.")
	case !r.Direct:
		return bot.Message{}, bot.UserErrorf("The link is for you alone. Type /console in our private chat.")
	}
	operator := r.Target.Platform + ":" + r.User.ID
	link, err := h.console.SignInLink(ctx, operator)
	if err != nil {
		return bot.Message{}, fmt.Errorf("make a link to the console: %w", err)
	}
	h.logger.InfoContext(ctx, "console link made", "operator", operator)
	t := bot.Say("This link signs you in to the console, once, within %d minutes: %s", int(link.For.Minutes()), link.URL)
	if link.Local {
		t = bot.Join(t, bot.Plain("\n"), bot.Say("It works only in a browser on the bot's machine. To use the console from elsewhere, set PUBLIC_URL."))
	}
	return bot.Message{Text: t}, nil
}
