package telegram

import "testing"

// rights are what getChat and getChatMember say of the bot.
type rights struct {
	Status      Status           `json:"status"`
	CanSend     *bool            `json:"can_send_messages"`
	CanPost     *bool            `json:"can_post_messages"`
	Permissions *map[string]bool `json:"permissions"`
}

// mayWrite computes from both whether the bot may write in a chat.
func (b *bench) mayWrite(chat int64) bool {
	b.t.Helper()
	var r rights
	b.must(&r, "getChat", map[string]any{"chat_id": chat})
	b.must(&r, "getChatMember", map[string]any{"chat_id": chat, "user_id": b.Bot().ID})
	switch r.Status {
	case Administrator:
		return r.CanPost == nil || *r.CanPost
	case Restricted:
		return r.CanSend != nil && *r.CanSend
	}
	return r.Status == Member && r.Permissions != nil && (*r.Permissions)["can_send_messages"]
}

func TestRights_ComeAndGoWithoutAnUpdate(t *testing.T) {
	b := startedBench(t, Config{Unlimited: true})
	group := b.group("Newsroom")
	channel, err := b.AddChannel("Wire", b.ann.ID)
	b.noError(err)
	b.updates()
	for _, tc := range []struct {
		name    string
		chat    int64
		how     func(int64) error
		refusal string
	}{
		{"closed for the night", group, b.CloseGroup, "not enough rights to send text messages to the chat"},
		{"open in the morning", group, b.OpenGroup, ""},
		{"restricted", group, b.RestrictBotSilently, "not enough rights to send text messages to the chat"},
		{"restored", group, b.RestoreBotSilently, ""},
		{"restricted in a channel", channel.ID, b.RestrictBotSilently, "need administrator rights in the channel chat"},
		{"restored in a channel", channel.ID, b.RestoreBotSilently, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			b.noError(tc.how(tc.chat))
			if got, want := b.mayWrite(tc.chat), tc.refusal == ""; got != want {
				t.Errorf("getChat and getChatMember say that the bot may write: %t, want %t", got, want)
			}
			if tc.refusal == "" {
				b.must(nil, "sendMessage", sent(tc.chat, "x"))
			} else {
				b.refused(400, "Bad Request: "+tc.refusal, "sendMessage", sent(tc.chat, "x"))
			}
			if list := b.updates(); len(list) != 0 {
				t.Errorf("there were updates: %+v", list)
			}
		})
	}
}

func TestCloseGroup_SparesAdministrators(t *testing.T) {
	b := startedBench(t, Config{Unlimited: true})
	group := b.group("Newsroom")
	bob := b.AddUser(User{FirstName: "Bob"})
	b.noError(b.SetMember(group, bob.ID, Member))
	b.noError(b.CloseGroup(group))
	if _, err := b.Say(bob.ID, group, 0, "x"); err == nil {
		t.Error("a member wrote in a closed group")
	}
	_, err := b.Say(b.ann.ID, group, 0, "x")
	b.noError(err)
	b.noError(b.SetMember(group, b.Bot().ID, Administrator))
	b.must(nil, "sendMessage", sent(group, "x"))
	if err := b.CloseGroup(b.ann.ID); err == nil {
		t.Error("a private chat was closed")
	}
}
