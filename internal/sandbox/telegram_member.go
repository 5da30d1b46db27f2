package sandbox

import (
	"fmt"
	"slices"
)

// TelegramStatus is somebody's standing in a chat, in the Bot API's words.
type TelegramStatus string

// The standings.
const (
	TelegramCreator       TelegramStatus = "creator"
	TelegramAdministrator TelegramStatus = "administrator"
	TelegramMember        TelegramStatus = "member"
	// TelegramRestricted is a member who may not write.
	TelegramRestricted TelegramStatus = "restricted"
	TelegramLeft       TelegramStatus = "left"
	TelegramKicked     TelegramStatus = "kicked"
)

// manages tells administrators and the creator from the rest.
func (s TelegramStatus) manages() bool { return s == TelegramCreator || s == TelegramAdministrator }

// present tells who is in the chat.
func (s TelegramStatus) present() bool { return s != TelegramLeft && s != TelegramKicked }

// SetMember gives a person or the bot a standing in a chat, by the hand of the chat's creator. For the bot this
// sends my_chat_member; TelegramKicked in a private chat means that the person blocked the bot.
func (t *Telegram) SetMember(chat, user int64, status TelegramStatus) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.setMember(chat, user, tgMember{status: status, muted: status == TelegramRestricted})
}

func (t *Telegram) setMember(chatID, user int64, next tgMember) error {
	chat, err := t.known(chatID)
	if err != nil {
		return err
	}
	u := t.users[user]
	if u == nil {
		return fmt.Errorf("no user %d", user)
	}
	old := tgMember{status: chat.status(user), muted: chat.muted(user)}
	if old == next {
		return nil
	}
	chat.members[user] = &next
	actor := t.users[chat.owner]
	if actor == nil || chat.Type == TelegramPrivate {
		actor = t.users[chatID]
	}
	if actor == nil {
		actor = u
	}
	change := map[string]any{
		"chat": chat.TelegramChat, "from": actor, "date": t.cfg.Now().Unix(),
		"old_chat_member": tgMemberJSON(chat, u, old), "new_chat_member": tgMemberJSON(chat, u, next),
	}
	if user == t.bot.ID {
		t.send(tgOnBotMember, change)
	} else if chat.status(t.bot.ID).manages() {
		t.send(tgOnMember, change)
	}
	t.notify(TelegramEvent{Kind: TelegramMemberChanged, Chat: chat.ID})
	return nil
}

// tgMemberJSON is a ChatMember with the fields its status has.
func tgMemberJSON(chat *tgChat, u *TelegramUser, m tgMember) map[string]any {
	object := map[string]any{"user": u, "status": m.status}
	switch m.status {
	case TelegramCreator:
		object["is_anonymous"] = false
	case TelegramAdministrator:
		for _, right := range []string{
			"can_be_edited", "can_manage_chat", "can_delete_messages", "can_manage_video_chats",
			"can_restrict_members", "can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories",
			"can_delete_stories",
		} {
			object[right] = right != "can_be_edited"
		}
		object["can_promote_members"], object["is_anonymous"] = false, false
		if chat.Type == TelegramChannel {
			object["can_post_messages"], object["can_edit_messages"] = !m.muted, !m.muted
		}
	case TelegramRestricted:
		object["is_member"], object["until_date"] = true, 0
		for _, right := range []string{
			"can_send_messages", "can_send_audios", "can_send_documents", "can_send_photos", "can_send_videos",
			"can_send_video_notes", "can_send_voice_notes", "can_send_polls", "can_send_other_messages",
			"can_add_web_page_previews", "can_react_to_messages", "can_edit_tag", "can_change_info", "can_invite_users",
			"can_pin_messages", "can_manage_topics",
		} {
			object[right] = !m.muted
		}
	case TelegramKicked:
		object["until_date"] = 0
	}
	return object
}

// Kick removes the bot from a group, supergroup or channel and bans it.
func (t *Telegram) Kick(chat int64) error { return t.SetMember(chat, t.bot.ID, TelegramKicked) }

// Block is what a person does who wants no more messages from the bot.
func (t *Telegram) Block(user int64) error { return t.SetMember(user, t.bot.ID, TelegramKicked) }

// RestrictBot takes the right to write from the bot. In a channel it stays an administrator who may not post.
func (t *Telegram) RestrictBot(chat int64) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	c, err := t.known(chat)
	if err != nil {
		return err
	}
	next := tgMember{status: TelegramRestricted, muted: true}
	if c.Type == TelegramChannel {
		next.status = TelegramAdministrator
	}
	return t.setMember(chat, t.bot.ID, next)
}

// Return brings the bot back with the right to write: as a member of a group, as an administrator of a channel,
// or unblocked by a person. In groups a service message tells so.
func (t *Telegram) Return(chat int64) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	c, err := t.known(chat)
	if err != nil {
		return err
	}
	was := c.status(t.bot.ID)
	next := tgMember{status: TelegramMember}
	if c.Type == TelegramChannel {
		next.status = TelegramAdministrator
	}
	if err := t.setMember(chat, t.bot.ID, next); err != nil {
		return err
	}
	if !was.present() && (c.Type == TelegramGroup || c.Type == TelegramSupergroup) {
		m := &TelegramMessage{From: t.users[c.owner], NewMembers: []TelegramUser{t.bot}}
		t.add(c, m)
		t.send(tgOnMessage, m)
	}
	return nil
}

// MigrateGroup turns a group into a supergroup and returns it. The old id answers with migrate_to_chat_id from now
// on; a service message goes out on both sides.
func (t *Telegram) MigrateGroup(group int64) (TelegramChat, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	old, err := t.known(group)
	switch {
	case err != nil:
		return TelegramChat{}, err
	case old.Type != TelegramGroup || old.migratedTo != 0:
		return TelegramChat{}, fmt.Errorf("chat %d cannot be migrated", group)
	}
	super := t.newChat(TelegramChat{ID: t.nextSuperID(), Type: TelegramSupergroup, Title: old.Title}, old.owner)
	for id, m := range old.members {
		moved := *m
		super.members[id] = &moved
	}
	old.migratedTo = super.ID
	t.service(old, &TelegramMessage{From: t.users[old.owner], MigrateTo: super.ID})
	t.service(super, &TelegramMessage{
		From: tgAnonymous(), SenderChat: &super.TelegramChat, MigrateFrom: group,
	})
	return super.TelegramChat, nil
}

// service adds a service message, which every bot in the chat sees. t.mu must be held.
func (t *Telegram) service(c *tgChat, m *TelegramMessage) {
	t.add(c, m)
	if c.status(t.bot.ID).present() {
		t.send(tgOnMessage, m)
	}
}

func (t *Telegram) getChat(c tgCall) (any, error) {
	chat, err := t.chatOf(c, tgRead)
	if err != nil {
		return nil, err
	}
	return struct {
		TelegramChat
		AccentColor  int             `json:"accent_color_id"`
		MaxReactions int             `json:"max_reaction_count"`
		Gifts        map[string]bool `json:"accepted_gift_types"`
	}{TelegramChat: chat.TelegramChat, MaxReactions: 11, Gifts: map[string]bool{
		"unlimited_gifts": false, "limited_gifts": false, "unique_gifts": false, "premium_subscription": false,
		"gifts_from_channels": false,
	}}, nil
}

func (t *Telegram) getChatMember(c tgCall) (any, error) {
	if c.number("user_id") <= 0 {
		return nil, tgBadRequest("invalid user_id specified")
	}
	user := c.number("user_id")
	access := tgWrite
	if user == t.bot.ID {
		access = tgRead
	}
	chat, err := t.chatOf(c, access)
	if err != nil {
		return nil, err
	}
	u := t.users[user]
	switch {
	case u == nil:
		return nil, tgBadRequest("PARTICIPANT_ID_INVALID")
	case chat.Type == TelegramPrivate && user != t.bot.ID && user != chat.ID:
		return nil, tgBadRequest("member not found")
	case chat.Type == TelegramChannel && user != t.bot.ID && !chat.status(t.bot.ID).manages():
		return nil, tgBadRequest("member list is inaccessible")
	case chat.Type == TelegramPrivate:
		return tgMemberJSON(chat, u, tgMember{status: TelegramMember}), nil
	}
	return tgMemberJSON(chat, u, tgMember{status: chat.status(user), muted: chat.muted(user)}), nil
}

// getChatAdministrators leaves other bots out, as the real server does.
func (t *Telegram) getChatAdministrators(c tgCall) (any, error) {
	chat, err := t.chatOf(c, tgWrite)
	if err != nil {
		return nil, err
	}
	if chat.Type == TelegramPrivate {
		return nil, tgBadRequest("there are no administrators in the private chat")
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
		list = append(list, tgMemberJSON(chat, t.users[id], *chat.members[id]))
	}
	return list, nil
}

func (t *Telegram) leaveChat(c tgCall) (any, error) {
	chat, err := t.chatOf(c, tgRead)
	if err != nil {
		return nil, err
	}
	if chat.Type == TelegramPrivate {
		return nil, tgBadRequest("chat is not a group or channel")
	}
	return true, t.setMember(chat.ID, t.bot.ID, tgMember{status: TelegramLeft})
}
