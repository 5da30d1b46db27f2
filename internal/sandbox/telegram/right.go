package telegram

import (
	"fmt"
	"strings"
	"time"
)

// memberRights are what a member of a group may do or not; core.telegram.org/bots/api#chatpermissions.
func memberRights() []string {
	return []string{
		"can_send_messages", "can_send_audios", "can_send_documents", "can_send_photos", "can_send_videos",
		"can_send_video_notes", "can_send_voice_notes", "can_send_polls", "can_send_other_messages",
		"can_add_web_page_previews", "can_react_to_messages", "can_edit_tag", "can_change_info", "can_invite_users",
		"can_pin_messages", "can_manage_topics",
	}
}

// permissions are what the members of a group may do by default; other chats have none.
func (c *chat) permissions() map[string]bool {
	if c.Type != Group && c.Type != Supergroup {
		return nil
	}
	rights := map[string]bool{}
	for _, right := range memberRights() {
		writes := strings.HasPrefix(right, "can_send_") || right == "can_add_web_page_previews"
		rights[right] = !c.shut || !writes
	}
	return rights
}

// restricted is the bot in c without the right to write.
func (c *chat) restricted() member {
	if c.Type == Channel {
		return member{status: Administrator, muted: true}
	}
	return member{status: Restricted, muted: true}
}

// ordinary is the bot in c with the right to write.
func (c *chat) ordinary() member {
	if c.Type == Channel {
		return member{status: Administrator}
	}
	return member{status: Member}
}

// RestrictBotSilently is RestrictBot without an update. getChatMember shows the truth.
func (t *StandIn) RestrictBotSilently(chatID int64) error {
	return t.change(chatID, func(c *chat) {
		m := c.restricted()
		c.members[t.bot.ID] = &m
	})
}

// RestoreBotSilently gives the bot the right to write again, without an update.
func (t *StandIn) RestoreBotSilently(chatID int64) error {
	return t.change(chatID, func(c *chat) {
		m := c.ordinary()
		c.members[t.bot.ID] = &m
	})
}

// CloseGroup denies the members of a group the right to write, the bot included unless it is an administrator: by
// the group's default rights, as groups do for the night. There is no update; getChat shows the truth.
func (t *StandIn) CloseGroup(chatID int64) error {
	return t.change(chatID, func(c *chat) { c.shut = true })
}

// OpenGroup ends CloseGroup, without an update either.
func (t *StandIn) OpenGroup(chatID int64) error {
	return t.change(chatID, func(c *chat) { c.shut = false })
}

// SetSlowMode lets members write one message per delay, which is in whole seconds. A message of the bot that comes
// too early is not refused: it is shown, and answered, when its turn has come. Administrators need not wait. 0 ends it.
func (t *StandIn) SetSlowMode(chatID int64, delay time.Duration) error {
	return t.change(chatID, func(c *chat) { c.slow = delay })
}

// turn returns how long slow mode delays the message of a call, and reserves that turn.
func (t *StandIn) turn(c call) time.Duration {
	if !strings.HasPrefix(c.method, "send") || c.method == "sendChatAction" {
		return 0
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	chat := t.lookUp(c.text("chat_id"))
	if chat == nil || chat.slow == 0 || chat.status(t.bot.ID).manages() {
		return 0
	}
	now := time.Now()
	if chat.nextSlow.Before(now) {
		chat.nextSlow = now
	}
	wait := chat.nextSlow.Sub(now)
	chat.nextSlow = chat.nextSlow.Add(chat.slow)
	return wait
}

// change changes a group or channel behind the bot's back.
func (t *StandIn) change(id int64, how func(*chat)) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	c, err := t.known(id)
	if err != nil {
		return err
	}
	if c.Type == Private {
		return fmt.Errorf("chat %d is private", id)
	}
	how(c)
	return nil
}
