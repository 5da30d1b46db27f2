package answer

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"tidings/bot"
	"tidings/bot/plan"
)

// digestPreview is how many articles /digest shows.
const digestPreview = 10

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
	most := cmp.Or(rhythm.Settings.DigestMost, bot.DefaultDigestMost)
	list, err := h.store.Scheduled(ctx, r.Target, min(most, digestPreview)+1)
	if err != nil {
		return bot.Message{}, fmt.Errorf("what waits for %s: %w", r.Target, err)
	}
	t := waitingLine(&next, zone)
	shown := 0
	for i := range list {
		if s := &list[i]; s.Due.Equal(next.Due) && shown < min(most, digestPreview) {
			t = bot.Join(t, bot.Plain("\n\n"), h.headline(&s.Article, nil))
			shown++
		}
	}
	if more := next.Alerts - shown; more > 0 && shown > 0 {
		t = bot.Join(t, bot.Plain("\n\n"), bot.Count(more, "+%d more", "+%d more"))
	}
	for _, w := range status.Waits[1:] {
		t = bot.Join(t, bot.Plain("\n\n"), waitingLine(&w, zone))
	}
	return bot.Message{Text: t}, nil
}

// noDigest says that nothing waits, and when the next digest would come.
func (h *Handler) noDigest(rhythm *bot.Rhythm, zone *time.Location) (bot.Message, error) {
	now := h.now()
	var soonest time.Time
	for i := range rhythm.Subscriptions {
		s := &rhythm.Subscriptions[i]
		schedule, err := plan.ParseWhen(s.Ways.When)
		if err != nil || s.Ways.When == "" || schedule.AtOnce() {
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
		return bot.Count(w.Alerts, "%d alert waits until somebody resumes.", "%d alerts wait until somebody resumes.")
	case w.Wait == bot.ForPauseEnd:
		return bot.Count(w.Alerts, "%d alert waits for the end of the pause, %s.", "%d alerts wait for the end of the pause, %s.", at)
	case w.Wait == bot.ForQuietEnd:
		return bot.Count(w.Alerts, "%d alert waits for the end of quiet hours, %s.", "%d alerts wait for the end of quiet hours, %s.", at)
	case w.Wait == bot.ForLimit:
		return bot.Count(w.Alerts, "The limit is reached: %d alert waits until %s.", "The limit is reached: %d alerts wait until %s.", at)
	}
	return bot.Count(w.Alerts, "%d article waits for the digest of %s.", "%d articles wait for the digest of %s.", at)
}
