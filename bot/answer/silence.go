package answer

import (
	"context"
	"fmt"
	"time"

	"tidings/bot"
)

// Silence is a subscription that has had nothing for much longer than usual.
type Silence struct {
	Subscription bot.Subscription
	Why          SilenceCause
	// Source is what people call the source that is the cause, if one is.
	Source string
	// Since is when the last article came that it matches, or since when the source can't be read; zero if there is no telling.
	Since time.Time
	// PerDay is how many articles a day it matched before.
	PerDay float64
}

// SilenceCause is why a subscription has had nothing.
type SilenceCause int

// The causes.
const (
	NoMatch       SilenceCause = iota // articles come, but none that the filter matches
	NoArticles                        // no source brings anything
	SourceFails                       // the source it names can't be read
	SourceEnded                       // the source it names was closed by its publisher
	SourceRemoved                     // the source it names isn't followed any more
	SourcePaused                      // the source it names was paused
)

// SilenceNotice returns the notice about a chat's silent subscriptions for its managers, with a button that opens each.
func (h *Handler) SilenceNotice(ctx context.Context, list []Silence) (bot.Message, error) {
	heading := "A subscription here has gone quiet:"
	if len(list) > 1 {
		heading = "Some subscriptions here have gone quiet:"
	}
	t := bot.Plain(heading)
	subs := make([]bot.Subscription, len(list))
	for i := range list {
		subs[i] = list[i].Subscription
		t = bot.Join(t, bot.Plain("\n"), subscriptionLine(&subs[i]), bot.Plain("\n"), h.silence(&list[i]))
	}
	m := bot.Message{Text: t}
	var err error
	m.Buttons, err = h.openButtons(ctx, subs)
	return m, err
}

// silence says why a subscription has had nothing, and what can be done.
func (h *Handler) silence(s *Silence) bot.Text {
	since := bot.Plain("for a while")
	if !s.Since.IsZero() {
		since = bot.Join(bot.Plain("since "), bot.Moment(s.Since, h.zone))
	}
	switch s.Why {
	case SourceFails:
		return bot.Join(bot.Plain(s.Source+" hasn't been readable "), since, bot.Plain(". Alerts go on by themselves once it can; "),
			bot.Plain("/sources shows how it's doing."))
	case SourceEnded:
		return bot.Plain(s.Source + " has been closed by its publisher, so nothing more will come. /sources lists the others.")
	case SourceRemoved:
		return bot.Plain(s.Source + " isn't followed any more, so nothing more will come. /sources lists what is.")
	case SourcePaused:
		return bot.Join(bot.Plain(s.Source+" has been paused "), since, bot.Plain(". Alerts go on once it's resumed; /sources shows it."))
	case NoArticles:
		return bot.Join(bot.Plain("No source has brought anything "), since, bot.Plain(". /sources shows how they are doing."))
	default:
		return bot.Join(bot.Plain("Nothing has matched "), since, bot.Plain(fmt.Sprintf(", after %s before. Other articles keep coming, so the filter may need a change: ",
			rate(s.PerDay))), bot.Styled("/filter test "+s.Subscription.Filter, bot.Code))
	}
}
