package console

import "tidings/bot"

// aboutSource is the action of a command about one source, which a form names by its reference.
func aboutSource(name string) action {
	return func(x *exchange) (bot.Invocation, error) {
		return command(name, bot.Target{}, map[string]string{"name": x.PostFormValue("source")}), nil
	}
}

// reference is what commands know a source by: its name, or the ID if it is private, as several places may have one of a name.
func reference(s bot.Source) string {
	if s.Place != "" {
		return s.ID
	}
	return s.Name
}
