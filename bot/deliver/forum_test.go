package deliver

import (
	"slices"
	"testing"
	"time"

	"tidings/bot"
)

func TestAlert_SaysWhereItBelongsAmongPosts(t *testing.T) {
	a := bot.Article{Title: "Storm", URL: "https://example.org/storm", Tags: []string{"sea"}, Revision: 2, Urgency: 1}
	dl := bot.Delivery{Action: bot.Post, Article: a, Earlier: bot.Receipt{MessageID: "1", Chat: "7"}}
	for name, m := range map[string]bot.Message{"whole": alert(&dl, bot.Plain("Storm"), nil, time.UTC), "bare": bareAlert(&dl)} {
		if m.Into != "7" || !slices.Equal(m.Tags, a.Tags) || m.Key != dl.Key() {
			t.Errorf("%s: into %q with tags %q and key %q", name, m.Into, m.Tags, m.Key)
		}
	}
	withdrawn := dl
	withdrawn.Article.Status = bot.Withdrawn
	if m := alert(&withdrawn, nil, nil, time.UTC); m.Name != "" {
		t.Errorf("a withdrawn article's name is %q, want none: the headline isn't to be read any more", m.Name)
	}
	posted := a
	posted.Title, posted.Revision = "Strom", 1
	edit := bot.Delivery{Action: bot.Edit, Article: a, Posted: &posted, Message: bot.Receipt{MessageID: "1", Chat: "7"}, Corrections: bot.CorrectByReply}
	if m, ok := correction(&edit, time.UTC); !ok || m.Into != "7" || m.ReplyTo != "1" {
		t.Errorf("a correction is %+v, %t, want a reply in the post", m, ok)
	}
}
