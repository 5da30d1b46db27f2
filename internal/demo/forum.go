package demo

import "tidings/internal/sandbox/discord"

// discordPost is a post of a forum, as it is now.
type discordPost struct {
	Forum string   `json:"forum"`
	Name  string   `json:"name"`
	Tags  []string `json:"tags"`
	// Renamed says that the message is Discord's own, about the post's new name.
	Renamed bool `json:"renamed,omitempty"`
}

// discordPost returns the post that a message is in, or nil.
func (d *Demo) discordPost(m *discord.Message) *discordPost {
	t, ok := d.discord.Thread(m.ChannelID)
	if !ok {
		return nil
	}
	return &discordPost{Forum: t.Parent, Name: t.Name, Tags: t.Tags, Renamed: m.System != 0}
}

// discordMessages returns what is in the channels and in the posts of the forums, oldest first in each.
func (d *Demo) discordMessages() []discord.Message {
	var list []discord.Message
	for _, c := range d.world.discord.channels {
		list = append(list, d.discord.Messages(c.ID)...)
		for _, post := range d.discord.Posts(c.ID) {
			list = append(list, d.discord.Messages(post.ID)...)
		}
	}
	return list
}
