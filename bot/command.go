package bot

import "context"

// Access says who may use a command.
type Access int

// The kinds of access.
const (
	Anyone    Access = iota
	Managers         // whoever the platform says may manage the place
	Operators        // whoever runs the bot
)

// String returns the word that help uses.
func (a Access) String() string {
	return [...]string{"anyone", "managers", "operators"}[a]
}

// ArgKind is the type of an argument.
type ArgKind int

// The kinds of arguments.
const (
	TextArg   ArgKind = iota // one word, or the whole rest of the line if it is the last but for numbers
	NumberArg                // a whole number
)

// Arg is an argument of a command.
type Arg struct {
	Name     string // a–z, at most 32 characters
	Help     string // at most 100 characters
	Kind     ArgKind
	Required bool
	// Min and Max bound a NumberArg.
	Min, Max int
	// Complete suggests values as people type, at most 25. Nil means it cannot.
	Complete func(ctx context.Context, inv Invocation, typed string) ([]Choice, error)
}

// Command is one thing people can ask the bot for. One table of them serves all platforms: menus,
// help and parsing come from it.
type Command struct {
	Name string // a–z, at most 32 characters
	// Aliases are short forms, for platforms where commands are typed in full.
	Aliases []string
	Help    string // one line of at most 100 characters
	Example string // the command as one may type it, without a slash
	// OnMessage, unless empty, offers the command on every message under this name, of at most 32
	// characters, where messages have a menu of commands; [Invocation.ReplyTo] then tells which message.
	OnMessage string
	Access    Access
	Args      []Arg
	// Sub are subcommands, in place of Args. They have no Sub of their own.
	Sub []Command
	// Run answers. A *[UserError] becomes its own text. With Sub it answers where a platform lets
	// people name none of them, and may be nil.
	Run func(ctx context.Context, r Request) (Message, error)

	parent string // the name of the command that this one is a subcommand of
}

// Path returns the words that call the command, without a slash: "filter set".
func (c *Command) Path() string {
	if c.parent != "" {
		return c.parent + " " + c.Name
	}
	return c.Name
}

// Request is an invocation whose access and arguments have been checked.
type Request struct {
	Invocation
	// Args holds the arguments that were given, by name; numbers are within bounds.
	Args map[string]string
	// Pressed says that the request comes from a button.
	Pressed bool
}
