package discord

import (
	"fmt"
	"testing"

	"github.com/bwmarrin/discordgo"

	"tidings/bot"
	sandboxdiscord "tidings/internal/sandbox/discord"
)

func TestEdit_SaysWhatARefusalMeans(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		code   int
		kind   bot.SendErrorKind
		reason string
	}{
		{discordgo.ErrCodeUnknownMessage, bot.Unsendable, "the message was deleted"},
		{discordgo.ErrCodeCannotEditFromAnotherUser, bot.Unsendable, "the message is not the bot's own"},
		{discordgo.ErrCodePerformedOperationOnArchivedThread, bot.Unsendable, "the thread is archived"},
		{discordgo.ErrCodeThreadIsLocked, bot.TargetGone, "the thread is locked"},
		{discordgo.ErrCodeUnknownChannel, bot.Unsendable, "the message was deleted with its channel"},
		{discordgo.ErrCodeMissingAccess, bot.TargetGone, "the bot was removed or cannot see the channel"},
		{discordgo.ErrCodeMaximumNumberOfEditsToMessagesOlderThanOneHourReached, bot.Transient, "Discord asks for a pause"},
	} {
		got := editError(fmt.Errorf("edit: %w", &apiError{Status: 403, Code: tt.code}))
		if got.Kind != tt.kind || got.Reason != tt.reason {
			t.Errorf("code %d: kind %d, %q, want kind %d, %q", tt.code, got.Kind, got.Reason, tt.kind, tt.reason)
		}
	}
}

func TestEdit_GoesWhereTheReceiptSays(t *testing.T) {
	w := unlimited(t)
	other := w.AddChannel(w.guild, "other")
	there := bot.Target{Platform: Platform, Space: w.guild, Chat: other}
	r, err := w.adapter.Send(within(t), there, bot.Message{Text: bot.Plain("before")})
	if err != nil {
		t.Fatal(err)
	}
	r.Chat = other
	if err := w.adapter.Edit(within(t), w.here(), r, bot.Message{Text: bot.Plain("after")}); err != nil {
		t.Fatal(err)
	}
	if m, _ := w.Message(r.MessageID); m.Content != "after" {
		t.Errorf("the message reads %q", m.Content)
	}
}

func TestSend_RepliesNotWhereItMayNotReadTheMessage(t *testing.T) {
	w := unlimited(t)
	first, err := w.adapter.Send(within(t), w.here(), bot.Message{Text: bot.Plain("first")})
	if err != nil {
		t.Fatal(err)
	}
	w.SetBotPermissions(w.channel, sandboxdiscord.MemberDefault&^sandboxdiscord.ReadHistory)
	for _, to := range []string{first.MessageID, "not an id"} {
		r, err := w.adapter.Send(within(t), w.here(), bot.Message{Text: bot.Plain("second"), ReplyTo: to})
		if err != nil {
			t.Fatal(err)
		}
		if m, _ := w.Message(r.MessageID); m.Content != "second" || m.ReplyTo != "" {
			t.Errorf("the reply to %q is %+v, want it without the reference", to, m)
		}
	}
}
