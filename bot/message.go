package bot

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"time"
)

// Message is what a platform shows.
type Message struct {
	// Text is all that a message without a Card says, and stands before a Card; then it is a line of at most MaxLine
	// characters.
	Text Text
	Card *Card
	// Buttons are rows of buttons below the message.
	Buttons [][]Button
	// Key makes the sending idempotent where the platform can: a second message with the same key
	// within minutes is the first one again. At most 25 ASCII characters; empty means no such thing.
	Key string
	// Notice, on the answer to a pressed button, leaves the message with the button as it is and
	// shows Text to the presser alone. Otherwise the answer replaces that message.
	Notice bool
	// Spent, on a Notice, says that the buttons of that message work no longer, so that they are removed.
	Spent bool
	// Form, on an answer, asks the person for a line of text. Text is what to read beside it where the
	// platform has room. Where it can't be opened at once, Buttons are shown in its place if there are any.
	Form *Form
	// Counted, on an answer, is what bars in its Text show, for a page that draws them in its own way.
	Counted *Counted
	// Tidy, on an answer that everybody can read, asks to remove it after a while, and with it the command that it answers,
	// where the platform lets the bot.
	Tidy bool
	// Mistake, on an answer, says that the person did something wrong, so that a platform where people edit what they
	// wrote lets them give the command again, and a form that was filled in stays open.
	Mistake bool
	// Language is the one that the message is in, as a code of BCP 47; empty is English.
	Language string
	// File goes with the Text, which is short then: at most 1024 characters. It has no Buttons beside it, and no Card.
	File *File
	// ReplyTo is the MessageID of the message in the same chat that this one replies to, if any.
	ReplyTo string
	// Into, unless empty, is the [Receipt.Chat] of an earlier message about the same. Where each message becomes a post of
	// its own, this one goes into that post instead, as long as it is open.
	Into string
	// Name is the article's headline, for chats in which a post has a name. Without it the message's first line is taken.
	Name string
	// Tags are what the message is about, in any words, for chats that sort their posts by tags of their own.
	Tags []string
	// Silent says that the message is posted without a sound. It means nothing to edits and answers.
	Silent bool
	// Mentions are whom the message notifies, at its beginning. At most MaxMentions of them; nothing else in a message
	// notifies anyone. An edit shows them and notifies nobody.
	Mentions []Mention
}

// Counted is how many articles were found of each of some spans of time.
type Counted struct {
	Starts  []time.Time // when the spans begin, in the zone of whoever reads
	Matched []int
}

// MaxMentions bounds [Message.Mentions]. Further ones are left out.
const MaxMentions = 20

// MentionKind says whom a [Mention] is of.
type MentionKind string

// The kinds of mentions.
const (
	RoleMention   MentionKind = "role" // where the platform has roles
	PersonMention MentionKind = "person"
)

// Mention is a role or a person that a message notifies. A platform leaves out what it doesn't have.
type Mention struct {
	Kind MentionKind
	ID   string // the platform's identifier
	Name string // what to show where the platform doesn't know by itself
}

// AddMentions returns a list with those of another that it doesn't have yet. It leaves both as they are.
func AddMentions(list, more []Mention) []Mention {
	list = slices.Clip(list)
	for _, m := range more {
		if !slices.ContainsFunc(list, func(o Mention) bool { return o.Kind == m.Kind && o.ID == m.ID }) {
			list = append(list, m)
		}
	}
	return list
}

// keyLength is that of a [Message.Key] made by NewKey: within what all platforms accept.
const keyLength = 22

// NewKey returns a [Message.Key] that no other message has, for what the bot says by itself.
func NewKey() string { return rand.Text()[:keyLength] }

// KeyOf returns the [Message.Key] of what the bot says once, the same in every process.
func KeyOf(what string) string {
	sum := sha256.Sum256([]byte(what))
	return base64.RawURLEncoding.EncodeToString(sum[:])[:keyLength]
}

// Form asks one person for one line of text: in a dialog where the platform has them, else by
// a message to reply to. What they write comes back as an [Invocation] with Data and Line.
type Form struct {
	Title Text   // at most 45 characters
	Label Text   // of the field, at most 45 characters
	Value string // what stands there to begin with
	Max   int    // the longest text in characters, at most 4000
	Data  string // comes back in [Invocation.Data]; at most MaxButtonData bytes
	// Options are what people can pick in place of writing, at most MaxFormOptions, under the label Pick: each does what a
	// button with its Data would do. With a Max of 0 nothing can be written.
	Options []Button
	Pick    Text // at most 45 characters
}

// MaxFormOptions bounds [Form.Options].
const MaxFormOptions = 25

// Card is an article as an alert shows it.
type Card struct {
	Title   Text
	URL     string
	Summary Text
	Authors []string
	Source  string // the name people know it by
	// Published is when; DateOnly says that only its day is known.
	Published time.Time
	DateOnly  bool
	// Date is what Published, which is in the zone of the chat, is called in its language. Where it is empty, the adapter
	// writes it in English.
	Date  Text
	Image string
	// Note stands below the rest: a correction, a withdrawal.
	Note Text
	// Level is how much it matters, which an adapter may show by a color. The Title says it in words.
	Level Level
	// Preview asks for the platform's own preview of URL, where it has such a thing. What that shows is left out of the
	// card then.
	Preview bool
}

// NewCard returns the card of an article.
func NewCard(a *Article) *Card {
	return &Card{
		Title: Plain(a.Title), URL: a.URL, Summary: Plain(a.Summary), Authors: a.Authors,
		Source: a.From(), Published: a.Published, DateOnly: a.DateOnly, Image: a.Image,
	}
}

// ButtonStyle says how much weight a button has.
type ButtonStyle int

// The button styles.
const (
	PlainButton ButtonStyle = iota
	PrimaryButton
	DangerButton
)

// MaxButtonData bounds Button.Data in bytes: Telegram's callback_data, the smaller of the two.
// core.telegram.org/bots/api#inlinekeyboardbutton
const MaxButtonData = 64

// Button is one button below a message.
type Button struct {
	// Label is what stands on it. Where Words says it too, it is their English.
	Label string
	Words Text
	Style ButtonStyle
	// Data comes back in [Invocation.Data] when somebody presses the button.
	Data string
	// URL, in place of Data, makes the button a link.
	URL string
}

// Receipt names a message that a platform has accepted.
type Receipt struct {
	// MessageID is the platform's identifier of the message within its chat.
	MessageID string
	// Chat is where the message is, if that is not the target's chat.
	Chat string
}
