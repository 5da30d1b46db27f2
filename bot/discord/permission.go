package discord

import "strconv"

// permissions are rights as bits. discord.com/developers/docs/topics/permissions
type permissions uint64

const (
	administrator  permissions = 1 << 3
	manageChannels permissions = 1 << 4
	manageGuild    permissions = 1 << 5
	viewChannel    permissions = 1 << 10
	sendMessages   permissions = 1 << 11
	embedLinks     permissions = 1 << 14
	readHistory    permissions = 1 << 16
	sendInThreads  permissions = 1 << 38
)

// UnmarshalText reads the decimal number that Discord writes as a string, because it needs more bits
// than JavaScript has.
func (p *permissions) UnmarshalText(text []byte) error {
	n, err := strconv.ParseUint(string(text), 10, 64)
	*p = permissions(n)
	return err
}

// any reports whether one of the rights is held. Administrators hold all.
func (p permissions) any(rights permissions) bool { return p&(rights|administrator) != 0 }

// Kinds of channels that are threads.
// discord.com/developers/docs/resources/channel#channel-object-channel-types
const (
	announcementThread = 10
	privateThread      = 12
)

// lacking names, as Discord's settings do, the rights that posting alerts in a channel takes and that
// are not held.
func (p permissions) lacking(channelType int) []string {
	var names []string
	need := func(right permissions, name string) {
		if !p.any(right) {
			names = append(names, name)
		}
	}
	need(viewChannel, "View Channel")
	if channelType >= announcementThread && channelType <= privateThread {
		need(sendInThreads, "Send Messages in Threads")
	} else {
		need(sendMessages, "Send Messages")
	}
	need(embedLinks, "Embed Links")
	need(readHistory, "Read Message History") // to reply to an alert with its correction
	return names
}
