package config

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
)

// feeds parses a list of URL and name=URL. Faults name entries by their number and host: the rest of a
// feed's URL may be a secret.
func feeds(value string, fault report) []Feed {
	var list []Feed
	names := map[string]int{} // name → number of the entry that has it
	urls := map[string]int{}
	for i, entry := range entries(value) {
		n := i + 1
		f, problem, remedy := feed(entry)
		switch {
		case problem != "":
			fault(fmt.Sprintf("entry %d %s", n, problem), remedy)
		case urls[f.URL] != 0:
			fault(fmt.Sprintf("entries %d and %d are the same feed", urls[f.URL], n), "leave one out")
		case f.Name != "" && names[f.Name] != 0:
			fault(fmt.Sprintf("entries %d and %d are both named %q", names[f.Name], n, f.Name), "rename one")
		default:
			list = append(list, f)
			urls[f.URL] = n
			if f.Name != "" {
				names[f.Name] = n
			}
		}
	}
	return list
}

// feed parses one entry. Without a problem, its URL can be fetched and its name is valid or empty.
func feed(entry string) (f Feed, problem, remedy string) {
	f.URL = entry
	if name, rest, ok := strings.Cut(entry, "="); ok && !strings.Contains(name, ":") {
		f = Feed{Name: strings.TrimSpace(name), URL: strings.TrimSpace(rest)}
		if !isSourceName(f.Name) {
			return f, fmt.Sprintf("has the name %s", shown(f.Name)), sourceNameForm
		}
	}
	u, err := url.Parse(f.URL)
	switch {
	case err != nil, u.Scheme != "http" && u.Scheme != "https", u.Hostname() == "":
		return f, "isn't the address of a feed",
			"write URL or name=URL, where URL begins with http:// or https:// and a comma in it is written %2C"
	case strings.ContainsAny(f.URL, " \t\r\n"):
		return f, fmt.Sprintf("(%s) contains white space", u.Hostname()), "put commas between feeds"
	}
	return f, "", ""
}

// sourceNameForm says what isSourceName accepts.
const sourceNameForm = "use up to 32 of a-z, 0-9 and -"

// isSourceName reports whether people can type a name to select a source.
func isSourceName(name string) bool {
	return regexp.MustCompile(`^[a-z0-9-]{1,32}$`).MatchString(name)
}
