package config

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"tidings/internal/secret"
)

const (
	// minToken is how many characters a token of one's own has at least: those of "openssl rand -hex 8".
	minToken = 16
	// minConsoleToken is how many the console's has, which opens everything to whoever tries.
	minConsoleToken = 20
)

// ownToken is token for one that whoever runs the bot makes up, of so many characters at least.
func ownToken(s secret.Text, shortest int, fault report) secret.Text {
	if n := utf8.RuneCountInString(s.Reveal()); n > 0 && n < shortest {
		fault(fmt.Sprintf("it is shorter than %d characters", shortest), `generate one with "openssl rand -hex 32"`)
	}
	return token(s, fault)
}

// publishTokens parses a list of name:token, with commas or line ends between them. Faults name entries by their
// number and source; nothing that may be a token is shown. A source may have several tokens, so that one can be
// replaced while both are in use.
func publishTokens(list, forAll secret.Text, fault report) []PublishToken {
	var tokens []PublishToken
	numbers := map[string]int{} // of the entry that has a token
	for i, entry := range entries(strings.ReplaceAll(list.Reveal(), "\n", ",")) {
		n := i + 1
		name, text, ok := strings.Cut(entry, ":")
		t := PublishToken{Source: strings.TrimSpace(name), Token: secret.New(strings.TrimSpace(text))}
		text = t.Token.Reveal()
		about := func(problem, remedy string) { fault(fmt.Sprintf("entry %d (%s): %s", n, t.Source, problem), remedy) }
		switch {
		case !ok:
			fault(fmt.Sprintf("entry %d has no colon", n), "write NAME:TOKEN, where NAME is the source's")
		case !isSourceName(t.Source):
			fault(fmt.Sprintf("entry %d doesn't begin with the name of a source", n), sourceNameForm+", then a colon and the token")
		case text == "":
			about("there is no token after the colon", "write NAME:TOKEN")
		case numbers[text] != 0:
			fault(fmt.Sprintf("entries %d and %d have the same token", numbers[text], n), "generate one for each source")
		case text == forAll.Reveal():
			about("it is also PUBLISH_TOKEN, which publishes for every source", "generate one for each source")
		default:
			numbers[text] = n
			t.Token = ownToken(t.Token, minToken, about)
			tokens = append(tokens, t)
		}
	}
	return tokens
}
