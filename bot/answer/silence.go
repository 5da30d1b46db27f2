package answer

import (
	"context"
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
	t := bot.Count(len(list), "A subscription here has gone quiet:", "Some subscriptions here have gone quiet:")
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
	since := bot.Say("for a while")
	if !s.Since.IsZero() {
		since = bot.Say("since %s", bot.Moment(s.Since, h.zone))
	}
	switch s.Why {
	case SourceFails:
		return bot.Say("%s hasn't been readable %s. Alerts go on by themselves once it can; /sources shows how it's doing.", s.Source, since)
	case SourceEnded:
		return bot.Say("%s has been closed by its publisher, so nothing more will come. /sources lists the others.", s.Source)
	case SourceRemoved:
		return bot.Say("%s isn't followed any more, so nothing more will come. /sources lists what is.", s.Source)
	case SourcePaused:
		return bot.Say("%s has been paused %s. Alerts go on once it's resumed; /sources shows it.", s.Source, since)
	case NoArticles:
		return bot.Say("No source has brought anything %s. /sources shows how they are doing.", since)
	default:
		return bot.Say("Nothing has matched %s, after %s before. Other articles keep coming, so the filter may need a change: %s",
			since, rate(s.PerDay), bot.Styled("/filter test "+s.Subscription.Filter, bot.Code))
	}
}
