package telegram

import (
	"strconv"
	"strings"
	"testing"
)

func TestForceReply_PromptsItsAddressees(t *testing.T) {
	b := startedBench(t, Config{Unlimited: true})
	bob := b.AddUser(User{FirstName: "Bob"})
	group, err := b.AddGroup("Desk", b.ann.ID)
	b.noError(err)
	b.noError(b.SetMember(group.ID, bob.ID, Member))
	hello, err := b.Say(b.ann.ID, group.ID, 0, "/edit")
	b.noError(err)
	for _, tt := range []struct {
		name        string
		chat        int64
		more        map[string]any
		ann, others bool
	}{
		{"among two", b.ann.ID, map[string]any{"selective": true}, true, true},
		{"everyone", group.ID, nil, true, true},
		{"nobody in particular", group.ID, map[string]any{"selective": true}, false, false},
		{"the one replied to", group.ID, map[string]any{"selective": true, "reply": hello.ID}, true, false},
		{"the one mentioned", group.ID, map[string]any{"selective": true, "mention": "yes"}, true, false},
	} {
		force := map[string]any{"force_reply": true, "input_field_placeholder": "Filter", "selective": tt.more["selective"] == true}
		params := map[string]any{"chat_id": tt.chat, "text": "what?", "parse_mode": "HTML", "reply_markup": force}
		if to := tt.more["reply"]; to != nil {
			params["reply_parameters"] = map[string]any{"message_id": to}
		}
		if tt.more["mention"] != nil {
			params["text"] = `<a href="tg://user?id=` + strconv.FormatInt(b.ann.ID, 10) + `">Ann</a>, what?`
		}
		b.must(nil, "sendMessage", params)
		all := b.Messages(tt.chat)
		m := all[len(all)-1]
		if m.Asks(b.ann.ID) != tt.ann || m.Asks(bob.ID) != tt.others || m.Force.Placeholder != "Filter" {
			t.Errorf("%s: asks Ann %t and Bob %t with %+v", tt.name, m.Asks(b.ann.ID), m.Asks(bob.ID), m.Force)
		}
		b.refused(400, "Bad Request: message can't be edited", "editMessageText",
			map[string]any{"chat_id": tt.chat, "message_id": m.ID, "text": "changed"})
	}
	b.refused(400, "Bad Request: reply markup placeholder is too long", "sendMessage", map[string]any{
		"chat_id": b.ann.ID, "text": "x",
		"reply_markup": map[string]any{"force_reply": true, "input_field_placeholder": strings.Repeat("x", 65)},
	})
}

func TestTopics_AreClosedAndReopened(t *testing.T) {
	b := startedBench(t, Config{Unlimited: true})
	forum, err := b.AddSupergroup("Desk", b.ann.ID)
	b.noError(err)
	topic, err := b.AddTopic(forum.ID, "Alerts")
	b.noError(err)
	b.updates()
	send := map[string]any{"chat_id": forum.ID, "text": "x", "message_thread_id": topic}
	b.noError(b.CloseTopic(forum.ID, topic))
	b.refused(400, "Bad Request: TOPIC_CLOSED", "sendMessage", send)
	b.noError(b.ReopenTopic(forum.ID, topic))
	b.must(nil, "sendMessage", send)
	got := b.updates()
	if len(got) != 2 || got[0].Message.TopicClosed == nil || got[1].Message.TopicReopened == nil || got[1].Message.Thread != topic {
		t.Errorf("updates: %+v", got)
	}
	b.noError(b.SetMember(forum.ID, b.Bot().ID, Administrator))
	b.noError(b.CloseTopic(forum.ID, topic))
	b.must(nil, "sendMessage", send)
	if b.CloseTopic(forum.ID, 99) == nil || b.ReopenTopic(1, topic) == nil {
		t.Error("a topic that is not there was closed or opened")
	}
}

func TestPeople_DeleteAndAnswerMessages(t *testing.T) {
	b := startedBench(t, Config{Unlimited: true})
	channel, err := b.AddChannel("Wire", b.ann.ID)
	b.noError(err)
	first, err := b.Post(channel.ID, "one")
	b.noError(err)
	second, err := b.PostReply(channel.ID, first.ID, "two")
	b.noError(err)
	if second.ReplyTo == nil || second.ReplyTo.ID != first.ID {
		t.Errorf("the reply is %+v", second)
	}
	b.noError(b.DeleteMessage(channel.ID, first.ID))
	if all := b.Messages(channel.ID); len(all) == 0 || all[len(all)-1].ID != second.ID {
		t.Errorf("in the channel stand %v", all)
	}
	if _, err := b.PostReply(channel.ID, first.ID, "three"); err == nil {
		t.Error("a message that is gone was answered")
	}
	if b.DeleteMessage(channel.ID, first.ID) == nil {
		t.Error("a message was deleted twice")
	}
}
