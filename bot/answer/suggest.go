package answer

import (
	"slices"
	"strings"

	"tidings/bot"
	"tidings/internal/typo"
)

// unknown reports an unknown command, and names the one that was probably meant, or those that do what other bots do by
// that name. Line is what followed it.
func (h *Handler) unknown(name, line string) error {
	name = strings.ToLower(name)
	if a := h.settingCalled(strings.TrimPrefix(strings.TrimPrefix(name, "set"), "_")); a != nil {
		return isSetting(name, a, line)
	}
	list, line := h.familiarVerb(name, line)
	if len(list) == 0 {
		list = h.familiar(name)
	}
	if len(list) > 0 {
		t := bot.Say("There's no /%s here. Instead:", clip(name))
		for _, c := range list {
			t = bot.Join(t, bot.Plain("\n"), bot.Styled("/"+c.Path(), bot.Code), bot.Plain(" – "), bot.Known(c.Help))
		}
		if c := list[0]; line != "" && oneOf(c.Path(), "subscribe", "unsubscribe", "search", "latest", "filter test") != "" {
			t = bot.Join(t, bot.Plain("\n"), bot.Say("Like this: %s", bot.Styled("/"+c.Path()+" "+clip(line), bot.Code)))
		}
		return &bot.UserError{Text: t}
	}
	name = clip(name)
	if meant := h.closest(name); meant != "" {
		return bot.UserErrorf("There's no /%s. Did you mean /%s? /help lists all commands.", name, meant)
	}
	return bot.UserErrorf("There's no /%s. /help lists all commands.", name)
}

// settingCalled returns the argument of /settings that people call by a name, nil if there is none or if a command has its name.
func (h *Handler) settingCalled(name string) *bot.Arg {
	c, _ := find(h.commands, "settings", "")
	if c == nil {
		return nil
	}
	if i := slices.IndexFunc(c.Args, func(a bot.Arg) bool {
		named, _ := find(h.commands, a.Name, "")
		return named == nil && a.Kind == bot.TextArg && a.Called(name)
	}); i >= 0 {
		return &c.Args[i]
	}
	return nil
}

// isSetting says that what was typed as a command is a setting, and how it is typed.
func isSetting(name string, a *bot.Arg, line string) error {
	typed := "/settings " + a.Name
	t := bot.Join(bot.Say("There's no /%s here. Instead:", clip(name)), bot.Plain("\n"), bot.Styled(typed, bot.Code), bot.Plain(" – "), bot.Known(a.Help))
	if line != "" {
		t = bot.Join(t, bot.Plain("\n"), bot.Say("Like this: %s", bot.Styled(typed+" "+clip(line), bot.Code)))
	}
	return &bot.UserError{Text: t}
}

// maxSlips is how many letters of a command may be wrong for it to be guessed.
const maxSlips = 2

// closest returns the command that looks most like name, or "".
func (h *Handler) closest(name string) string {
	best, fewest := "", maxSlips+1
	for i := range h.commands {
		c := &h.commands[i]
		for _, n := range append([]string{c.Name}, c.Aliases...) {
			d := typo.Distance(name, n)
			if len(name) > 1 && (strings.HasPrefix(n, name) || strings.HasPrefix(name, n)) {
				d = 1
			}
			// Half of a short word is not a slip.
			if d < fewest && 2*d < len(n) {
				best, fewest = c.Name, d
			}
		}
	}
	return best
}
