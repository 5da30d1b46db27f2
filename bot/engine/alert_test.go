package engine_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tidings/bot"
	"tidings/bot/bottest"
)

// scribe is a recorder that can edit too, and keeps what it was asked to make of which message.
type scribe struct {
	*bottest.Recorder

	mu    sync.Mutex // guards what follows
	edits []bot.Message
	of    []string
	err   error
}

// Edit keeps the message and fails as configured.
func (s *scribe) Edit(_ context.Context, _ bot.Target, r bot.Receipt, m bot.Message) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.edits, s.of = append(s.edits, m), append(s.of, r.MessageID)
	return s.err
}

// last returns the last edit, and how many there were.
func (s *scribe) last() (m bot.Message, of string, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n = len(s.edits); n > 0 {
		m, of = s.edits[n-1], s.of[n-1]
	}
	return m, of, n
}

// shown posts an article in the room through a scribe.
func shown(w *world, filter string) (*scribe, bot.Article) {
	w.Helper()
	w.subscribe(room(), filter)
	s := &scribe{Recorder: w.paper}
	cfg := w.config()
	cfg.Adapters = []bot.Adapter{s}
	w.start(cfg)
	a := articles("Ten ferries sail")[0]
	a.Summary = "To the islands."
	w.putArticles(a)
	w.wantSent(w.settle(), "room: Ten ferries sail")
	return s, a
}

func TestAlert_IsEditedQuietlyWhenSmallThingsChange(t *testing.T) {
	inWorld(t, func(w *world) {
		s, a := shown(w, "")
		a.Title = "Ten ferries sail!"
		w.putArticles(a)
		w.after(time.Minute)
		m, of, n := s.last()
		if n != 1 || of != "1" || words(m) != a.Title || !m.Card.Note.Empty() {
			t.Errorf("%d edits, the last of %q to %q with the note %q", n, of, words(m), m.Card.Note)
		}
		w.wantSent(w.settle(), "room: Ten ferries sail")
	})
}

func TestAlert_SaysThatItWasCorrected(t *testing.T) {
	inWorld(t, func(w *world) {
		s, a := shown(w, "")
		a.Title = "Two ferries sail"
		w.putArticles(a)
		w.after(time.Minute)
		a.Summary = "To the islands!"
		w.putArticles(a)
		w.after(time.Minute)
		m, _, n := s.last()
		if n != 2 || words(m) != a.Title || !strings.HasPrefix(m.Card.Note.String(), "Corrected ") {
			t.Errorf("%d edits, the last to %q with the note %q, want that it was corrected", n, words(m), m.Card.Note)
		}
		w.wantSent(w.settle(), "room: Ten ferries sail")
	})
}

func TestAlert_RepliesOnACorrectionWhereAsked(t *testing.T) {
	inWorld(t, func(w *world) {
		_, a := shown(w, "")
		w.set(func(set *bot.Settings) { set.Corrections = bot.CorrectByReply })
		a.Title = "Two ferries sail"
		w.putArticles(a)
		w.wantSent(w.after(time.Minute), "room: Ten ferries sail", "room: Corrected\nTitle: Ten ferries sail\nTwo ferries sail")
		if m := w.paper.Sent()[1].Message; m.ReplyTo != "1" {
			t.Errorf("the reply is to %q, want the alert", m.ReplyTo)
		}
		a.Title = "Two ferries sail!"
		w.putArticles(a)
		if n := len(w.after(time.Minute)); n != 2 {
			t.Errorf("%d messages after a small change, want no further reply", n)
		}
	})
}

func TestAlert_LeavesNothingOfAWithdrawnStory(t *testing.T) {
	inWorld(t, func(w *world) {
		s, a := shown(w, "ferries")
		a.Status = bot.Withdrawn
		w.putArticles(a)
		w.after(time.Minute)
		m, of, _ := s.last()
		if of != "1" || words(m) != "Withdrawn by the source" || m.Card.URL != "" || !m.Card.Summary.Empty() || m.Card.Note.Empty() {
			t.Fatalf("edited %q to %+v, want that it was withdrawn, and when, alone", of, m.Card)
		}
	})
}

func TestAlert_WithdrawsAStoryInWhatAnsweredIt_AndBringsItBack(t *testing.T) {
	inWorld(t, func(w *world) {
		s, a := shown(w, "")
		w.set(func(set *bot.Settings) { set.Corrections = bot.CorrectByReply })
		a.Title = "Two ferries sail"
		w.putArticles(a)
		w.after(time.Minute)
		a.Urgency = 1
		w.putArticles(a)
		w.after(time.Minute)
		a.Status = bot.Withdrawn
		w.putArticles(a)
		w.wantSent(w.after(time.Minute), "room: Ten ferries sail", "room: Corrected\nTitle: Ten ferries sail\nTwo ferries sail",
			"room: 🔴 FLASH: Two ferries sail")
		if got, want := s.of[len(s.of)-3:], []string{"1", "3", "2"}; !slices.Equal(got, want) {
			t.Fatalf("edited %q, want the alert and its answers %q", s.of, want)
		}
		for _, m := range s.edits[len(s.edits)-3:] {
			if words(m) != "Withdrawn by the source" || m.Card.URL != "" || !m.Card.Summary.Empty() {
				t.Errorf("edited to %+v, want nothing of the story", m)
			}
		}
		a.Status = bot.Live
		w.putArticles(a)
		w.after(time.Minute)
		if got, want := s.of[len(s.of)-3:], []string{"1", "3", "2"}; !slices.Equal(got, want) || len(s.of) != 3+2+3 {
			t.Fatalf("edited %q, want the alert and its answers %q last", s.of, want)
		}
		for i, m := range s.edits[len(s.edits)-3:] {
			if title := m.Card.Title.String(); title != "🔴 FLASH: Two ferries sail" || m.Card.URL != a.URL || m.Card.Summary.Empty() != (i > 0) {
				t.Errorf("edit %d is to %+v, want the headline, and in the alert the rest", i, m.Card)
			}
		}
	})
}

func TestAlert_IgnoresADeletedMessage(t *testing.T) {
	inWorld(t, func(w *world) {
		s, a := shown(w, "")
		s.err = &bot.SendError{Kind: bot.Unsendable, Reason: "the message is gone"}
		a.Title = "Two ferries sail"
		w.putArticles(a)
		w.after(time.Minute)
		if _, _, n := s.last(); n != 1 {
			t.Errorf("%d tries to edit, want one", n)
		}
		if st := w.status(room()); st.Rejected != 0 || st.Waiting != 0 {
			t.Errorf("status %+v, want nothing rejected or waiting", st)
		}
	})
}

func TestAlert_IsNotEditedWhereThePlatformCannot(t *testing.T) {
	inWorld(t, func(w *world) {
		w.subscribe(room(), "")
		w.start(w.config())
		a := articles("Ten ferries sail")[0]
		w.putArticles(a)
		w.settle()
		a.Title = "Two ferries sail"
		w.putArticles(a)
		w.wantSent(w.after(time.Minute), "room: Ten ferries sail")
		if st := w.status(room()); st.Rejected != 0 || st.Waiting != 0 {
			t.Errorf("status %+v, want nothing rejected or waiting", st)
		}
	})
}

func TestAlert_HighlightsWhatTheFilterMatches(t *testing.T) {
	inWorld(t, func(w *world) {
		shown(w, "ferries islands")
		card := w.paper.Sent()[0].Message.Card
		for want, text := range map[string]bot.Text{"ferries": card.Title, "islands": card.Summary} {
			var bold []string
			for _, span := range text {
				if span.Style&bot.Bold != 0 {
					bold = append(bold, span.Text)
				}
			}
			if len(bold) != 1 || bold[0] != want {
				t.Errorf("bold in %q is %q, want %q", text, bold, want)
			}
		}
	})
}

func TestPresence_ListsWhatWaitedIfAsked(t *testing.T) {
	inWorld(t, func(w *world) {
		h, offer := loseAndReturn(w)
		if got := words(press(w, h, room(), offer, "As a list", manager)); got != "Listing 2 alerts." {
			w.Errorf("the answer is %q", got)
		}
		got := w.after(time.Minute)[2:]
		if len(got) != 1 || !strings.Contains(got[0], "two\n") || !strings.Contains(got[0], "three\n") {
			w.Errorf("after that came %q, want one list of two and three", got)
		}
	})
}

// forgetfulScribe is a scribe whose platform shows the first message after the alert, or doesn't, and loses the answer. It can be
// looked for from a moment on.
type forgetfulScribe struct {
	*scribe
	shows    bool
	readable time.Duration
	lost     time.Time // when the answer was
	keep     []bot.Message
}

func (s *forgetfulScribe) Send(ctx context.Context, to bot.Target, m bot.Message) (bot.Receipt, error) {
	s.keep = append(s.keep, m)
	if len(s.keep) != 2 {
		return s.scribe.Send(ctx, to, m)
	}
	if s.lost = time.Now(); s.shows {
		_, _ = s.scribe.Send(ctx, to, m)
	}
	return bot.Receipt{}, &bot.SendError{Reason: "the answer was lost", Uncertain: true}
}

// FindSent finds the newest message that reads like the first form, as the alert does since it was edited.
func (s *forgetfulScribe) FindSent(_ context.Context, _ bot.Target, forms []bot.Message, _ time.Time) (bot.Receipt, bool, error) {
	if time.Since(s.lost) < s.readable {
		return bot.Receipt{}, false, &bot.SendError{Reason: "status 502"}
	}
	if s.shows {
		return bot.Receipt{MessageID: "2"}, true, nil
	}
	edited, of, _ := s.last()
	return bot.Receipt{MessageID: of}, words(edited) == words(forms[0]), nil
}

func TestAlert_TellsOfAChangeOnceThoughTheAnswerWasLost(t *testing.T) {
	for name, tt := range map[string]struct {
		urgency, sends int
		shows          bool
		readable       time.Duration
	}{
		"a correction is shown":                   {shows: true, sends: 1},
		"a correction is shown, and read later":   {shows: true, readable: 2 * time.Minute, sends: 1},
		"a correction isn't shown":                {sends: 2},
		"a correction is shown, and nobody reads": {shows: true, readable: time.Hour, sends: 2},
		"a flash is shown":                        {urgency: 1, shows: true, sends: 1},
		"a flash isn't shown":                     {urgency: 1, sends: 2},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.subscribe(room(), "")
				w.set(func(set *bot.Settings) { set.Corrections = bot.CorrectByReply })
				s := &forgetfulScribe{scribe: &scribe{Recorder: w.paper}, shows: tt.shows, readable: tt.readable}
				cfg := w.config()
				cfg.Adapters = []bot.Adapter{s}
				w.start(cfg)
				a := articles("Ten ferries sail")[0]
				w.putArticles(a)
				w.wantSent(w.settle(), "room: Ten ferries sail")
				a.Title, a.Urgency = "Two ferries sail", tt.urgency
				w.putArticles(a)
				w.after(30 * time.Minute)
				if n := len(s.keep) - 1; n != tt.sends {
					t.Errorf("told %d times, want %d: %q", n, tt.sends, lines(w.paper.Sent()))
				}
				if st := w.status(room()); st.Waiting != 0 || st.Rejected != 0 {
					t.Errorf("status %+v, want nothing waiting", st)
				}
			})
		})
	}
}
