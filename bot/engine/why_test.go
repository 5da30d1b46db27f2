package engine_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"tidings/bot"
)

// why asks what became of an article in the one chat.
func (w *world) why(ref string, rights func(context.Context) (bool, error)) string {
	w.Helper()
	h := w.running()
	return words(h.Invoke(w.Context(), bot.Invocation{Target: room(), Command: "why", Line: ref, Manager: rights}))
}

func (w *world) mustSay(text string, parts ...string) {
	w.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			w.Errorf("the answer lacks %q:\n%s", part, text)
		}
	}
}

func TestWhy_AcceptsTheLinkToAMessage(t *testing.T) {
	inWorld(t, func(w *world) {
		w.subscribe(room(), "")
		w.start(w.config())
		w.put("story")
		w.wantSent(w.settle(), "room: story")
		w.mustSay(w.why("https://paper.example/room/1", reader), "story", "Posted here")
	})
}

func TestWhy_CountsFromTheEndOfAnEmbargo(t *testing.T) {
	inWorld(t, func(w *world) {
		w.subscribe(room(), "")
		w.start(w.config())
		list := articles("secret")
		list[0].Embargo = time.Now().Add(time.Hour)
		w.putArticles(list...)
		w.wantSent(w.after(2*time.Hour), "room: secret")
		w.mustSay(w.why("1", reader), ", right away.")
	})
}

func TestWhy_SaysWhatAnAlertWaitsFor(t *testing.T) {
	inWorld(t, func(w *world) {
		w.paper.Limit(func(bot.Target) (whole, target []bot.Rate) { return nil, []bot.Rate{{N: 1, Per: time.Minute}} })
		w.subscribe(room(), "")
		w.start(w.config())
		w.put("one", "two", "three")
		w.wantSent(w.after(10*time.Second), "room: one")
		w.mustSay(w.why("2", reader), "Its alert waits", "this chat can get its next message in 50.0 seconds")
		w.mustSay(w.why("3", reader), "Its alert waits behind 1 other alert", "this chat can get its next message in 50.0 seconds")
	})
}

func TestWhy_ShowsFailuresToManagersOnly(t *testing.T) {
	inWorld(t, func(w *world) {
		w.subscribe(chat("other"), "")
		busy := &bot.SendError{Reason: "the paper is busy", Err: errors.New("503")}
		w.subscribe(room(), "story")
		w.start(w.config())
		w.put("first") // the platform works, so a failure is the alert's
		w.settle()
		w.paper.ScriptFor(room(), busy, busy)
		w.put("story")
		w.after(time.Minute)
		w.mustSay(w.why("2", manager), "It failed 2 times.")
		if text := w.why("2", reader); strings.Contains(text, "failed") {
			w.Errorf("a reader sees failures:\n%s", text)
		}
	})
}
