package console

import (
	"context"
	"io"
	"net/url"
	"strings"

	"tidings/bot"
)

// sourceActions are what can be done about sources.
func sourceActions() map[string]action {
	return map[string]action{
		"/sources/add":      addSource,
		"/sources/import":   importSources,
		"/sources/rename":   aboutSource("sources rename", "new"),
		"/sources/move":     aboutSource("sources move", "url"),
		"/sources/interval": aboutSource("sources interval", "interval"),
		"/sources/pause":    aboutSource("sources pause"),
		"/sources/resume":   aboutSource("sources resume"),
		"/sources/refresh":  aboutSource("sources refresh"),
		"/sources/remove":   aboutSource("sources remove"),
		"/sources/approve":  aboutSource("sources approve"),
		"/sources/dismiss":  aboutSource("sources dismiss"),
		"/sources/share":    aboutSource("sources share"),
		"/sources/unshare":  unshareSource,
		"/sources/login":    setLogin,
	}
}

// aboutSource is the action of a command about one source, which a form names by its reference. The fields are further
// arguments, under their names.
func aboutSource(name string, fields ...string) action {
	return func(x *exchange) (bot.Invocation, error) {
		options := map[string]string{"name": x.PostFormValue("source")}
		for _, f := range fields {
			options[f] = strings.TrimSpace(x.PostFormValue(f))
			if options[f] == "" {
				return bot.Invocation{}, bot.UserErrorf("Fill in the field first.")
			}
		}
		return command(name, bot.Target{}, options), nil
	}
}

// reference is what commands know a source by: its name, or the ID if it is private, as several places may have one of a name.
func reference(s bot.Source) string {
	if s.Place != "" {
		return s.ID
	}
	return s.Name
}

func addSource(x *exchange) (bot.Invocation, error) {
	address := strings.TrimSpace(x.PostFormValue("url"))
	if address == "" {
		return bot.Invocation{}, bot.UserErrorf("Which feed? Fill in its address.")
	}
	return command("sources add", bot.Target{}, map[string]string{"url": address}), nil
}

// importSources follows the feeds of a list.
func importSources(x *exchange) (bot.Invocation, error) {
	file, err := fileOf(x, "file")
	inv := command("import", bot.Target{}, nil)
	inv.File = file
	return inv, err
}

// fileOf returns the file that a form brought.
func fileOf(x *exchange, field string) (func(context.Context) (bot.File, error), error) {
	f, head, err := x.FormFile(field)
	if err != nil {
		return nil, bot.UserErrorf("Which file? Choose one first.")
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, bot.MaxFile+1))
	if err != nil {
		return nil, err
	}
	if len(content) > bot.MaxFile {
		return nil, bot.UserErrorf("That file is too long: it may have 256 kB.")
	}
	return func(context.Context) (bot.File, error) { return bot.File{Name: head.Filename, Content: content}, nil }, nil
}

// unshareSource gives a public source to a place, which stands for its chats.
func unshareSource(x *exchange) (bot.Invocation, error) {
	platform, id, ok := strings.Cut(strings.TrimSpace(x.PostFormValue("place")), ":")
	if !ok || platform == "" || id == "" {
		return bot.Invocation{}, bot.UserErrorf("Whose should it be? Write the platform and the ID of the server or chat, as in telegram:-1001234567890.")
	}
	at := bot.Target{Platform: platform, Chat: id}
	return command("sources unshare", at, map[string]string{"name": x.PostFormValue("source")}), nil
}

// setLogin sets what a feed's server wants to see, or forgets it. It goes as what is filled in, which no log has.
func setLogin(x *exchange) (bot.Invocation, error) {
	data := "sourcelogin?" + url.Values{"name": {x.PostFormValue("source")}}.Encode()
	return bot.Invocation{Target: bot.Target{Platform: platformName}, Data: data, Line: x.PostFormValue("login")}, nil
}
