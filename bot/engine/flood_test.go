package engine_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tidings/bot"
	"tidings/bot/engine"
)

// flashes returns urgent articles of a source.
func flashes(source string, n int) []bot.Article {
	list := make([]bot.Article, n)
	for i := range list {
		title := fmt.Sprintf("%s flash %03d", source, i+1)
		list[i] = bot.Article{Source: source, GUID: title, Title: title, Published: time.Now(), Urgency: 1}
	}
	return list
}

// strictLimits are limits as low as they are in earnest.
func strictLimits(bot.Target) (perBot, perTarget []bot.Rate) {
	return []bot.Rate{{N: 30, Per: time.Second}}, []bot.Rate{{N: 1, Per: time.Second}}
}

// TestFlood_StarvesNoOtherSourceAndNoOtherChat: 150 flashes of one source go to many chats. An ordinary article of another
// source and a flash of a third reach other chats within seconds.
func TestFlood_StarvesNoOtherSourceAndNoOtherChat(t *testing.T) {
	for name, crowd := range map[string]int{"in rows": 60, "in batches": 300} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.paper.Limit(strictLimits)
				for n := range crowd {
					w.subscribe(chat(fmt.Sprint("crowd", n)), "source:siren")
				}
				w.subscribe(chat("calm"), "source:gazette")
				w.subscribe(chat("keen"), "source:wire")
				w.start(w.config())
				w.putArticles(flashes("siren", 150)...)
				w.after(5 * time.Second)
				ordinary := bot.Article{Source: "gazette", GUID: "g", Title: "Ministers meet", Published: time.Now()}
				w.putArticles(append(flashes("wire", 1), ordinary)...)
				got := w.after(3 * time.Second)
				if len(of(got, "calm")) != 1 || len(of(got, "keen")) != 1 {
					w.Errorf("after 3 s the other chats have %q and %q, want an article each", of(got, "calm"), of(got, "keen"))
				}
			})
		})
	}
}

// TestFlood_LetsOthersPassInItsOwnChats: in a chat of the flood an article of another source waits for the flashes that
// may pass, and not for the others.
func TestFlood_LetsOthersPassInItsOwnChats(t *testing.T) {
	inWorld(t, func(w *world) {
		w.paper.Limit(strictLimits)
		w.subscribe(room(), "")
		w.start(w.config())
		w.putArticles(flashes("siren", 150)...)
		w.after(5 * time.Second)
		w.put("Ministers meet")
		got := of(w.after(30*time.Second), "room")
		if at := slices.Index(got, "Ministers meet"); at < 0 || at > maxAhead {
			w.Errorf("the article is at place %d of %d, want %d at most", at, len(got), maxAhead)
		}
	})
}

// maxAhead is how many flashes may come before an article of another source: those of one hour, and one on its way.
const maxAhead = 21

// TestFlood_IsInOrderAndComplete: what passes nobody comes in the order in which it was published, and operators, metrics
// and /why say so.
func TestFlood_IsInOrderAndComplete(t *testing.T) {
	inWorld(t, func(w *world) {
		w.paper.Limit(strictLimits)
		w.subscribe(room(), "")
		cfg, m := w.config(), &meter{}
		cfg.Metrics, cfg.Operators = m, []string{"paper:1"}
		b, err := engine.New(cfg)
		if err != nil {
			w.Fatal(err)
		}
		w.run(b)
		list := flashes("siren", 60)
		w.putArticles(list[:30]...)
		w.after(10 * time.Second)
		w.putArticles(list[30:]...)
		got := w.after(2 * time.Minute)
		var want []string
		for i, a := range list {
			if i < 20 {
				a.Title = "🔴 FLASH: " + a.Title
			}
			want = append(want, a.Title)
		}
		if !slices.Equal(of(got, "room"), want) {
			w.Errorf("the chat got %q, want the flashes in their order", of(got, "room"))
		}
		if told := of(got, "direct-1"); len(told) != 1 || !strings.HasPrefix(told[0], "siren sent more than 20 urgent articles within an hour.") {
			w.Errorf("the operator is told %q, want it told once", told)
		}
		if m.flooded != 40 {
			w.Errorf("the metrics count %d articles of the flood, want 40", m.flooded)
		}
		for n, says := range map[int]bool{20: false, 21: true, 60: true} {
			why := words(b.Handler().Invoke(w.Context(), bot.Invocation{
				Target: room(), Command: "why", Options: map[string]string{"link": fmt.Sprint(n)},
			}))
			if strings.Contains(why, "passed no other alerts") != says {
				w.Errorf("/why of flash %d says %q", n, why)
			}
		}
		// An hour later the source has its precedence again.
		w.after(time.Hour)
		w.put(numbered(5)...)
		w.putArticles(bot.Article{Source: "siren", GUID: "late", Title: "late flash", Published: time.Now(), Urgency: 1})
		got = of(w.after(20*time.Second), "room")
		if at := slices.Index(got, "🔴 FLASH: late flash"); at < 0 || at > len(got)-4 {
			w.Errorf("an hour later a flash came %q, want it first", got[max(0, len(got)-6):])
		}
	})
}
