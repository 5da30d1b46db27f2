package answer

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"tidings/bot"
	"tidings/bot/edition"
	"tidings/bot/plan"
)

// mostPreviewed is how many of the articles that wait are looked at to choose those that /digest shows.
const mostPreviewed = 500

func (h *Handler) digestCommand() bot.Command {
	return bot.Command{Name: "digest", Help: "The next digest, as it would be now", Run: h.digest, Args: []bot.Arg{otherChat()}}
}

// digest answers /digest: what waits for the next digest or list, as it would come now. Nothing is sent by it.
func (h *Handler) digest(ctx context.Context, r bot.Request) (bot.Message, error) {
	rhythm, err := h.rhythmOf(ctx, r.Target)
	if err != nil {
		return bot.Message{}, err
	}
	status, err := h.targetStatus(ctx, r.Target)
	if err != nil {
		return bot.Message{}, err
	}
	zone := h.zoneOf(&rhythm.Settings)
	if len(status.Waits) == 0 {
		return h.noDigest(&rhythm, zone)
	}
	next := status.Waits[0]
	list, err := h.store.Scheduled(ctx, r.Target, min(next.Alerts, mostPreviewed))
	if err != nil {
		return bot.Message{}, fmt.Errorf("what waits for %s: %w", r.Target, err)
	}
	t := waitingLine(&next, zone)
	if e := nextEdition(&rhythm, &next, list); len(e.Entries) > 0 {
		t = bot.Join(t, bot.Plain("\n\n"), e.Text(zone))
	}
	for _, w := range status.Waits[1:] {
		t = bot.Join(t, bot.Plain("\n\n"), waitingLine(&w, zone))
	}
	return bot.Message{Text: t}, nil
}

// nextEdition returns the first message of what waits for one moment, as it would be now.
func nextEdition(rhythm *bot.Rhythm, next *bot.Waits, list []bot.ScheduledArticle) edition.Edition {
	e := edition.Edition{Form: edition.List, First: true, Wait: next.Wait, Due: next.Due, Settings: rhythm.Settings}
	if next.Wait == bot.ForDigest {
		e.Form = edition.Digest
	}
	var entries []edition.Entry
	for i := range list {
		if list[i].Due.Equal(next.Due) {
			d := bot.Delivery{Article: list[i].Article, Subscription: list[i].Subscription, Rhythm: rhythm}
			entries = append(entries, edition.Entry{Article: &list[i].Article, Level: d.Level()})
		}
	}
	shown, _ := edition.Choose(entries, cmp.Or(rhythm.Settings.DigestMost, bot.DefaultDigestMost))
	if parts := edition.Divide(shown, e.Form); len(parts) > 0 {
		shown = shown[:parts[0]]
	}
	e.Entries = shown
	e.Rest = next.Alerts - len(shown)
	return e
}

// noDigest says that nothing waits, and when the next digest would come.
func (h *Handler) noDigest(rhythm *bot.Rhythm, zone *time.Location) (bot.Message, error) {
	now := h.now()
	var soonest time.Time
	for i := range rhythm.Subscriptions {
		s := &rhythm.Subscriptions[i]
		schedule, err := plan.ParseWhen(s.Preferences.When)
		if err != nil || s.Preferences.When == "" || schedule.AtOnce() {
			continue
		}
		if next := schedule.Next(now, zone); soonest.IsZero() || next.Before(soonest) {
			soonest = next
		}
	}
	if soonest.IsZero() {
		return bot.Message{Text: bot.Say("There's no digest here: alerts come at once. To get one: %s", code("/subscription 1 when daily 08:00"))}, nil
	}
	return bot.Message{Text: bot.Say("Nothing waits yet for the next digest, %s. If that stays so, none is sent.", byTheClock(soonest, zone))}, nil
}

// waitingLine says how many alerts wait for what.
func waitingLine(w *bot.Waits, zone *time.Location) bot.Text {
	at := byTheClock(w.Due, zone)
	switch {
	case w.Wait == bot.ForPauseEnd && !w.Due.Before(bot.Never()):
		return bot.Count(w.Alerts, "%d alert waits until someone resumes.", "%d alerts wait until someone resumes.")
	case w.Wait == bot.ForPauseEnd:
		return bot.Count(w.Alerts, "%d alert waits for the end of the pause, %s.", "%d alerts wait for the end of the pause, %s.", at)
	case w.Wait == bot.ForQuietEnd:
		return bot.Count(w.Alerts, "%d alert waits for the end of quiet hours, %s.", "%d alerts wait for the end of quiet hours, %s.", at)
	case w.Wait == bot.ForLimit:
		return bot.Count(w.Alerts, "The limit is reached: %d alert waits until %s.", "The limit is reached: %d alerts wait until %s.", at)
	}
	return bot.Count(w.Alerts, "%d article waits for the digest of %s.", "%d articles wait for the digest of %s.", at)
}
