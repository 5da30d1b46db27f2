package telegram_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"tidings/bot"
	"tidings/bot/bottest"
	"tidings/internal/sandbox"
	sandboxtelegram "tidings/internal/sandbox/telegram"
)

// last returns the newest message of the group.
func (w *world) last() sandboxtelegram.Message {
	all := w.tg.Messages(w.group.ID)
	return all[len(all)-1]
}

// dated is a message with a moment and something in bold.
func dated(at time.Time) bot.Message {
	return bot.Message{Text: bot.Join(bot.Styled("Corrected ", bot.Bold), bot.Moment(at, time.UTC))}
}

func TestSend_ShowsMomentsInTheReadersZone(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 1, 8, 30, 0, 0, time.UTC)
	for name, old := range map[string]bool{"now": false, "before Bot API 10.1": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorldOf(t, sandboxtelegram.Config{Unlimited: true, Old: old})
			r := must(w.adapter.Send(t.Context(), w.here(), dated(at)))(t)
			check(t, w.adapter.Edit(t.Context(), w.here(), r, bot.Message{Text: bot.Join(dated(at).Text, bot.Plain("."))}))
			m := w.last()
			if m.Text != "Corrected 1 Mar 2026, 08:30 UTC." {
				t.Errorf("it reads %q", m.Text)
			}
			var moments []int64
			bold := false
			for _, e := range m.Entities {
				if e.Type == "date_time" {
					moments = append(moments, e.UnixTime)
				}
				bold = bold || e.Type == "bold"
			}
			if want := []int64{at.Unix()}; old && len(moments) > 0 || !old && !slices.Equal(moments, want) || !bold {
				t.Errorf("its entities are %+v", m.Entities)
			}
			refused := w.tg.Stats().Requests - 2
			if want := 0; !old && refused != want || old && refused != 1 {
				t.Errorf("it took %d more requests", refused)
			}
		})
	}
}

func TestSend_LeavesMomentsToWordsWhereThereIsTooMuch(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var m bot.Message
	for range 60 {
		m.Text = bot.Join(m.Text, bot.Linked("a", "https://news.example/a"), bot.Plain(" "), bot.Moment(time.Now(), time.UTC), bot.Plain("\n"))
	}
	must(w.adapter.Send(t.Context(), w.here(), m))(t)
	links := 0
	for _, e := range w.last().Entities {
		if e.Type == "text_link" {
			links++
		}
	}
	if links != 60 {
		t.Errorf("%d links of 60 are left", links)
	}
}

func TestButtons_LookLikeWhatTheyDo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	m := bot.Message{Text: bot.Plain("Unsubscribe?"), Buttons: [][]bot.Button{{
		{Label: "Unsubscribe", Style: bot.DangerButton, Data: "a?"}, {Label: "Keep", Style: bot.PrimaryButton, Data: "b?"}, {Label: "Why", Data: "c?"},
	}}}
	styles := func() (list []string) {
		for _, b := range w.last().Keyboard.Rows[0] {
			list = append(list, b.Style)
		}
		return list
	}
	must(w.adapter.Send(t.Context(), w.here(), m))(t)
	if got := styles(); !slices.Equal(got, []string{"danger", "primary", ""}) {
		t.Errorf("the styles are %q", got)
	}
	w.tg.Faults.Inject(sandbox.Fault{
		Path: "/sendMessage", Status: 400, Body: `{"ok":false,"error_code":400,"description":"Bad Request: invalid button style specified"}`,
	})
	must(w.adapter.Send(t.Context(), w.here(), m))(t)
	if got := strings.Join(styles(), ""); got != "" {
		t.Errorf("where styles are refused, they are %q", got)
	}
}

func TestButtons_AreRemovedWhenSpent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	former := newFormer()
	h := &bottest.Handler{Table: former.Table, Answer: func(ctx context.Context, inv bot.Invocation) bot.Message {
		if inv.Data == "old?" {
			return bot.Message{Text: bot.Plain("This button no longer works."), Notice: true, Spent: true}
		}
		return former.Answer(ctx, inv)
	}}
	w.run(t, w.adapter, h)
	has := func(id int) bool {
		for _, m := range w.tg.Messages(w.group.ID) {
			if m.ID == id {
				return m.Keyboard != nil
			}
		}
		return false
	}
	list := must(w.answerTo(t.Context(), w.says(t, w.manager, w.group.ID, 0, "/subscribe")))(t)
	must(w.tg.Press(t.Context(), w.manager.ID, w.group.ID, list.ID, "ask"))(t)
	question := w.after(t, list)
	if !has(list.ID) {
		t.Error("the buttons are gone although the form is still open")
	}
	must(w.answerTo(t.Context(), w.says(t, w.manager, w.group.ID, question.ID, "moon")))(t)
	if err := w.await(t.Context(), func() bool { return !has(list.ID) }); err != nil {
		t.Errorf("the buttons that led to a form are there once it is filled in: %v", err)
	}
	r := must(w.adapter.Send(t.Context(), w.here(), bot.Message{
		Text: bot.Plain("Post 3?"), Buttons: [][]bot.Button{{{Label: "Post", Data: "old?"}}},
	}))(t)
	must(w.tg.Press(t.Context(), w.manager.ID, w.group.ID, number(t, r.MessageID), "old?"))(t)
	check(t, w.await(t.Context(), func() bool { return !has(number(t, r.MessageID)) }))
}
