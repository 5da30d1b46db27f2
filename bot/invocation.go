package bot

import "context"

// User is a person as a platform knows them.
type User struct {
	ID   string
	Name string
}

// Invocation is a command that somebody typed or a button that somebody pressed.
type Invocation struct {
	Target Target
	User   User
	// Operator says that whoever asks runs the bot, as somebody other than the platform knows: the console. Adapters leave
	// it out.
	Operator bool
	// Direct says that the chat is a private one between the user and the bot.
	Direct bool
	// Private says that nobody but the user sees the answer.
	Private bool
	// Language is what the user reads, and ChatLanguage what the chat does, as the platform says it: a code of BCP 47 such as
	// "de", "en-GB" or "zh-TW", or empty.
	Language, ChatLanguage string
	// Command is the name as typed, without a slash; with its subcommand after a space where the
	// platform parses commands. It is empty for a pressed button.
	Command string
	// Line is what follows the command, where the platform hands over a line.
	Line string
	// Options are the arguments by name, where the platform parses commands.
	Options map[string]string
	// Data is what a pressed button or a filled-in [Form] carries; Line is then what was filled in.
	Data string
	// ReplyTo is the MessageID of the message that the command replies to or was called on, if any.
	ReplyTo string
	// Manager reports whether the user may manage the place. It may ask the platform. Nil means no.
	Manager func(ctx context.Context) (bool, error)
	// File gets the file that came with the command, or with the message that it replies to, of at most MaxFile bytes. It
	// asks the platform, and fails with a *[UserError] if the file is too long. Nil means that there is none.
	File func(ctx context.Context) (File, error)
	// ChatName is what the platform calls the Target: a group, a channel and its server, a person in private. Empty where it
	// doesn't say.
	ChatName string
	// Place is what people call the Target, if that isn't the chat that they are in: "#alerts".
	Place string
	// At returns the invocation as one that acts on another chat, with the rights that the user and the bot have there
	// now. chat is what a [ChatArg] holds, or a [Target.Chat]. It fails with a *[UserError] that says why that can't be.
	// Nil means that there is no other chat.
	At func(ctx context.Context, chat string) (Invocation, error)
	// Mentioned are the people and roles that the command names, as far as the platform says who they are. Where it says that
	// of nobody, whoever wrote the message that the command replies to is.
	Mentioned []Mention
	// MayMention fails with a *[UserError] that says why, unless the user and the bot may notify somebody here. It may ask the
	// platform. Nil means that nobody can be notified.
	MayMention func(ctx context.Context, m Mention) error
	// Mentionable lists the roles that MayMention allows here, those that the platform ranks highest first. It asks the platform.
	// Nil means that there are none.
	Mentionable func(ctx context.Context) ([]Mention, error)
	// Venue says what kind of chat the Target is. It may ask the platform. Nil means an ordinary one.
	Venue func(ctx context.Context) (Venue, error)
	// Lacking names, in the platform's words, the rights that the bot lacks for posting alerts here.
	// It may ask the platform. Nil means none.
	Lacking func(ctx context.Context) ([]string, error)
	// Limited names the rights without which alerts are posted here in a plainer form: without a card, or
	// corrections not as replies. Nil means none.
	Limited func(ctx context.Context) ([]string, error)
}

// Venue is a kind of chat. The zero value is one in which one message follows another.
type Venue struct {
	// Forum says that each message becomes a post of its own, with what people say about it below.
	Forum bool
	// PostIn, unless empty, says that the chat is one post of a forum, and what people call that.
	PostIn string
	// Published says that what is posted is passed on to other places, as far as the platform allows, and Unpublished how
	// many alerts of the last 24 hours weren't.
	Published   bool
	Unpublished int
}
