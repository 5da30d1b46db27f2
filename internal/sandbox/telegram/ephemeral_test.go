package telegram

import (
	"testing"
	"time"
)

func TestEphemeral_AreSeenByOnePersonAndForFifteenSeconds(t *testing.T) {
	b := newBench(t, Config{Ephemeral: true, Unlimited: true})
	bob := b.AddUser(User{FirstName: "Bob"})
	group, err := b.AddSupergroup("Group", b.ann.ID)
	if err == nil {
		err = b.SetMember(group.ID, bob.ID, Member)
	}
	if err != nil {
		t.Fatal(err)
	}
	b.must(nil, "setMyCommands", map[string]any{
		"commands": []map[string]any{
			{"command": "latest", "description": "Headlines", "is_ephemeral": true}, {"command": "help", "description": "Help"},
		},
	})
	b.updates()
	say := func(text string) Message {
		t.Helper()
		m, err := b.Say(bob.ID, group.ID, 0, text)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	if m := say("/help"); m.ID == 0 || m.EphemeralID != 0 {
		t.Errorf("an ordinary command is %+v", m)
	}
	asked := say("/latest@tidings_bot moon")
	if got := b.updates(); len(got) != 2 || got[1].Message.ID != 0 || got[1].Message.EphemeralID != asked.EphemeralID {
		t.Errorf("the bot heard %+v", got)
	}
	answer := map[string]any{
		"chat_id": group.ID, "text": "only you", "receiver_user_id": bob.ID,
		"reply_parameters": map[string]any{"ephemeral_message_id": asked.EphemeralID},
	}
	var sent Message
	b.must(&sent, "sendMessage", answer)
	edit := map[string]any{
		"chat_id": group.ID, "receiver_user_id": bob.ID, "ephemeral_message_id": sent.EphemeralID, "text": "changed",
	}
	b.must(nil, "editEphemeralMessageText", edit)
	b.refused(400, "Bad Request: message is not modified", "editEphemeralMessageText", edit)
	edit["receiver_user_id"] = b.ann.ID
	b.refused(400, "Bad Request: message to edit not found", "editEphemeralMessageText", edit)

	if seen := b.Ephemeral(bob.ID, group.ID); len(seen) != 2 || seen[1].Text != "changed" {
		t.Errorf("Bob sees %+v", seen)
	}
	if seen := b.Ephemeral(b.ann.ID, group.ID); len(seen) != 0 {
		t.Errorf("Ann sees %+v", seen)
	}
	for _, m := range b.Messages(group.ID) {
		if m.Text == "only you" || m.Text == "changed" || m.Text == asked.Text {
			t.Errorf("all see %+v", m)
		}
	}
	delete(answer, "reply_parameters")
	b.refused(400, "Bad Request: EPHEMERAL_MESSAGE_INVALID", "sendMessage", answer)
	answer["reply_parameters"] = map[string]any{"ephemeral_message_id": asked.EphemeralID}
	b.pass(ephemeralLife + time.Second)
	b.refused(400, "Bad Request: EPHEMERAL_MESSAGE_INVALID", "sendMessage", answer)
}
