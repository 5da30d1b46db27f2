package telegram

import (
	"fmt"
	"slices"
)

// Status is somebody's standing in a chat, in the Bot API's words.
type Status string

// The standings.
const (
	Creator       Status = "creator"
	Administrator Status = "administrator"
	Member        Status = "member"
	// Restricted is a member who may not write.
	Restricted Status = "restricted"
	Left       Status = "left"
	Kicked     Status = "kicked"
)

// manages reports whether s is an administrator or the creator.
func (s Status) manages() bool { return s == Creator || s == Administrator }

// present reports whether somebody of status s is in the chat.
func (s Status) present() bool { return s != Left && s != Kicked }

// SetMember gives a person or the bot a standing in a chat, on behalf of the chat's creator. For the bot this
// sends my_chat_member; Kicked in a private chat means that the person blocked the bot.
func (t *StandIn) SetMember(chat, user int64, status Status) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.setMember(chat, user, member{status: status, muted: status == Restricted})
}

func (t *StandIn) setMember(chatID, user int64, next member) error {
	chat, err := t.known(chatID)
	if err != nil {
		return err
	}
	u := t.users[user]
	if u == nil {
		return fmt.Errorf("no user %d", user)
	}
	old := member{status: chat.status(user), muted: chat.muted(user)}
	if old == next {
		return nil
	}
	chat.members[user] = &next
	actor := t.users[chat.owner]
	if actor == nil || chat.Type == Private {
		actor = t.users[chatID]
	}
	if actor == nil {
		actor = u
	}
	change := map[string]any{
		"chat": chat.Chat, "from": actor, "date": t.cfg.Now().Unix(),
		"old_chat_member": memberJSON(chat, u, old), "new_chat_member": memberJSON(chat, u, next),
	}
	if user == t.bot.ID {
		t.send(onBotMember, change)
	} else if chat.status(t.bot.ID).manages() {
		t.send(onMember, change)
	}
	t.watchers.Notify(Event{Kind: MemberChanged, Chat: chat.ID})
	return nil
}

// memberJSON is a ChatMember with the fields its status has.
func memberJSON(chat *chat, u *User, m member) map[string]any {
	object := map[string]any{"user": u, "status": m.status}
	switch m.status {
	case Creator:
		object["is_anonymous"] = false
	case Administrator:
		for _, right := range []string{
			"can_be_edited", "can_manage_chat", "can_delete_messages", "can_manage_video_chats",
			"can_restrict_members", "can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories",
			"can_delete_stories",
		} {
			object[right] = right != "can_be_edited"
		}
		object["can_promote_members"], object["is_anonymous"] = false, false
		if chat.Type == Channel {
			object["can_post_messages"], object["can_edit_messages"] = !m.muted, !m.muted
		}
	case Restricted:
		object["is_member"], object["until_date"] = true, 0
		for _, right := range memberRights() {
			object[right] = !m.muted
		}
	case Kicked:
		object["until_date"] = 0
	}
	return object
}

// Kick removes the bot from a group, supergroup or channel and bans it.
func (t *StandIn) Kick(chat int64) error { return t.SetMember(chat, t.bot.ID, Kicked) }

// Block blocks the bot, as a person does who wants no more messages from it.
func (t *StandIn) Block(user int64) error { return t.SetMember(user, t.bot.ID, Kicked) }

// RestrictBot revokes the bot's right to write. In a channel it remains an administrator, but may not post.
func (t *StandIn) RestrictBot(chat int64) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	c, err := t.known(chat)
	if err != nil {
		return err
	}
	return t.setMember(chat, t.bot.ID, c.restricted())
}

// Return brings the bot back with the right to write: as a member of a group, as an administrator of a channel,
// or unblocked by a person. In groups a service message announces it.
func (t *StandIn) Return(chat int64) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	c, err := t.known(chat)
	if err != nil {
		return err
	}
	was := c.status(t.bot.ID)
	if err := t.setMember(chat, t.bot.ID, c.ordinary()); err != nil {
		return err
	}
	if !was.present() && (c.Type == Group || c.Type == Supergroup) {
		m := &Message{From: t.users[c.owner], NewMembers: []User{t.bot}}
		t.add(c, m)
		t.send(onMessage, m)
	}
	return nil
}

// MigrateGroup turns a group into a supergroup and returns it. The old id answers with migrate_to_chat_id from now
// on; a service message goes out on both sides.
func (t *StandIn) MigrateGroup(group int64) (Chat, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	old, err := t.known(group)
	switch {
	case err != nil:
		return Chat{}, err
	case old.Type != Group || old.migratedTo != 0:
		return Chat{}, fmt.Errorf("chat %d cannot be migrated", group)
	}
	super := t.newChat(Chat{ID: t.nextSuperID(), Type: Supergroup, Title: old.Title}, old.owner)
	for id, m := range old.members {
		moved := *m
		super.members[id] = &moved
	}
	old.migratedTo = super.ID
	t.service(old, &Message{From: t.users[old.owner], MigrateTo: super.ID})
	t.service(super, &Message{
		From: anonymous(), SenderChat: &super.Chat, MigrateFrom: group,
	})
	return super.Chat, nil
}

// service adds a service message, which every bot in the chat sees. t.mu must be held.
func (t *StandIn) service(c *chat, m *Message) {
	t.add(c, m)
	if c.status(t.bot.ID).present() {
		t.send(onMessage, m)
	}
}

func (t *StandIn) getChat(c call) (any, error) {
	chat, err := t.chatOf(c, read)
	if err != nil {
		return nil, err
	}
	return struct {
		Chat
		AccentColor  int             `json:"accent_color_id"`
		MaxReactions int             `json:"max_reaction_count"`
		Permissions  map[string]bool `json:"permissions,omitempty"`
		SlowMode     int             `json:"slow_mode_delay,omitempty"`
		Gifts        map[string]bool `json:"accepted_gift_types"`
	}{Chat: chat.Chat, MaxReactions: 11, Permissions: chat.permissions(), SlowMode: int(chat.slow.Seconds()), Gifts: map[string]bool{
		"unlimited_gifts": false, "limited_gifts": false, "unique_gifts": false, "premium_subscription": false,
		"gifts_from_channels": false,
	}}, nil
}

func (t *StandIn) getChatMember(c call) (any, error) {
	if c.number("user_id") <= 0 {
		return nil, badRequest("invalid user_id specified")
	}
	user := c.number("user_id")
	access := write
	if user == t.bot.ID {
		access = read
	}
	chat, err := t.chatOf(c, access)
	if err != nil {
		return nil, err
	}
	u := t.users[user]
	switch {
	case u == nil:
		return nil, badRequest("PARTICIPANT_ID_INVALID")
	case chat.Type == Private && user != t.bot.ID && user != chat.ID:
		return nil, badRequest("member not found")
	case chat.Type == Channel && user != t.bot.ID && !chat.status(t.bot.ID).manages():
		return nil, badRequest("member list is inaccessible")
	case chat.Type == Private:
		return memberJSON(chat, u, member{status: Member}), nil
	}
	return memberJSON(chat, u, member{status: chat.status(user), muted: chat.muted(user)}), nil
}

// getChatAdministrators leaves other bots out, as the real server does.
func (t *StandIn) getChatAdministrators(c call) (any, error) {
	chat, err := t.chatOf(c, write)
	if err != nil {
		return nil, err
	}
	if chat.Type == Private {
		return nil, badRequest("there are no administrators in the private chat")
	}
	var ids []int64
	for id, m := range chat.members {
		if u := t.users[id]; m.status.manages() && (!u.IsBot || u == &t.bot) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	list := []map[string]any{}
	for _, id := range ids {
		list = append(list, memberJSON(chat, t.users[id], *chat.members[id]))
	}
	return list, nil
}

func (t *StandIn) leaveChat(c call) (any, error) {
	chat, err := t.chatOf(c, read)
	if err != nil {
		return nil, err
	}
	if chat.Type == Private {
		return nil, badRequest("chat is not a group or channel")
	}
	return true, t.setMember(chat.ID, t.bot.ID, member{status: Left})
}
