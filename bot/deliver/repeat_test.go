package deliver

import (
	"slices"
	"testing"
	"time"

	"tidings/bot"
)

func TestFormsOf_AreAllThatMayHaveArrived(t *testing.T) {
	s := &Sender{zone: time.UTC}
	was := bot.Article{ID: 1, Revision: 1, Source: "wire", Title: "Fire"}
	is := bot.Article{ID: 1, Revision: 2, Source: "wire", Title: "Fire at sea"}
	is.Related = []bot.Related{{ID: 2, Source: "gazette", Title: "A ship burns"}}
	var notes, bare []string
	mention := []bot.Mention{{Kind: bot.RoleMention, ID: "1"}}
	for _, m := range s.formsOf(&bot.Delivery{Action: bot.Post, Article: is, MayShow: &was, Mentions: mention}) {
		if m.Card != nil {
			notes = append(notes, m.Card.Title.String()+": "+m.Card.Note.String())
		} else {
			bare = append(bare, m.Text.String())
		}
		if !slices.Equal(m.Mentions, mention) {
			t.Errorf("it mentions %v, want %v", m.Mentions, mention)
		}
	}
	if want := []string{"Fire at sea: Also: A ship burns – gazette", "Fire: ", "Fire at sea: "}; !slices.Equal(notes, want) {
		t.Errorf("whole it may be %q, want %q", notes, want)
	}
	if want := []string{"Fire at sea\nwire", "Fire\nwire", "Fire at sea\nwire"}; !slices.Equal(bare, want) {
		t.Errorf("bare it may be %q, want %q", bare, want)
	}
}
