package answer

import (
	"strings"

	"tidings/bot"
	"tidings/internal/typo"
)

// unknown reports an unknown command, and names the one that was probably meant, or those that do what other bots do by
// that name. Line is what followed it.
func (h *Handler) unknown(name, line string) error {
	name = strings.ToLower(name)
	if list := h.familiar(name); len(list) > 0 {
		t := bot.Say("There's no /%s here. Instead:", clip(name))
		for _, c := range list {
			t = bot.Join(t, bot.Plain("\n"), bot.Styled("/"+c.Path(), bot.Code), bot.Plain(" – "), bot.Known(c.Help))
		}
		if c := list[0]; c.Named("subscribe") && line != "" {
			t = bot.Join(t, bot.Plain("\n"), bot.Say("So: %s", bot.Styled("/subscribe "+clip(line), bot.Code)))
		}
		return &bot.UserError{Text: t}
	}
	name = clip(name)
	if meant := h.closest(name); meant != "" {
		return bot.UserErrorf("There's no /%s. Did you mean /%s? /help lists all commands.", name, meant)
	}
	return bot.UserErrorf("There's no /%s. /help lists all commands.", name)
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
