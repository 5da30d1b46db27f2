package bot

import (
	"net/url"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
)

// DisplayHost returns the host of an address as people may be shown it: in its own script if it
// keeps to one, and in ASCII (punycode) if a label mixes scripts or holds anything but letters,
// digits and hyphens, because such a name may be made to be taken for another. It returns "" for
// what is no address.
func DisplayHost(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return ""
	}
	host := strings.ToLower(u.Hostname())
	ascii, err := idna.Lookup.ToASCII(host)
	if err != nil {
		return escapeHost(host)
	}
	shown, err := idna.Display.ToUnicode(ascii)
	if err != nil {
		return ascii
	}
	for label := range strings.SplitSeq(shown, ".") {
		if !hasOneScript(label) {
			return ascii
		}
	}
	return shown
}

// escapeHost shows what is no name that can be looked up, such as the address of a machine.
func escapeHost(host string) string {
	if strings.IndexFunc(host, func(r rune) bool { return r > unicode.MaxASCII }) < 0 {
		return host
	}
	return url.PathEscape(host)
}

// scripts lists those that a label may be written in. The scripts of one entry occur together in
// the words of one language; Unicode TR 39, section 5.1.
var scripts = [][]*unicode.RangeTable{
	{unicode.Latin},
	{unicode.Cyrillic},
	{unicode.Greek},
	{unicode.Hangul, unicode.Han},
	{unicode.Han, unicode.Hiragana, unicode.Katakana},
	{unicode.Han, unicode.Bopomofo},
	{unicode.Arabic},
	{unicode.Hebrew},
	{unicode.Thai},
	{unicode.Devanagari},
	{unicode.Georgian},
	{unicode.Armenian},
}

// hasOneScript reports whether a label keeps to the letters of one script, digits and hyphens.
func hasOneScript(label string) bool {
	for _, tables := range scripts {
		foreign := func(r rune) bool {
			isPlain := r == '-' || r >= '0' && r <= '9' || r == 'ー' || unicode.Is(unicode.Mn, r)
			return !isPlain && !unicode.In(r, tables...)
		}
		if !strings.ContainsFunc(label, foreign) {
			return !isLookalike(label)
		}
	}
	return false
}

// lookalikes are the Cyrillic and Greek letters that look like Latin ones. A label of nothing else
// is Latin to whoever reads it; Unicode TR 39, section 4.
const lookalikes = "асԁеһіјӏорԛѕԝхуѵοναιυκ"

func isLookalike(label string) bool {
	letters := strings.Trim(label, "-0123456789")
	return letters != "" && strings.Trim(letters, lookalikes) == "" && !strings.ContainsAny(letters, "abcdefghijklmnopqrstuvwxyz")
}
