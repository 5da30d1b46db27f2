package bot

// What the bot says of itself on its profile, where people look before they add it. The platforms take at most 120 and
// 400 characters.
const (
	ShortDescription = "News alerts the moment a story appears, filtered by your keywords."
	Description      = "I post news alerts the moment a story appears, in groups, channels and private chats, and find headlines " +
		"when you ask.\n\n/subscribe missile -drill – alerts with your keywords\n/watch missile – alerts for you alone\n" +
		"/latest – recent headlines\n/help – everything else"
)

// Inviter knows the addresses that invite the bot. Without it there is nothing to invite it by.
type Inviter interface {
	// Invitations returns addresses that add the bot with just the rights it needs, once the platform has said who the
	// bot is.
	Invitations() []Invitation
}

// Invitation is an address that adds the bot to something.
type Invitation struct {
	To  string // "a server"
	URL string
}
