package filter

import "tidings/internal/typo"

// fieldNames lists what people may type before a colon.
func fieldNames() []string {
	return []string{"title", "summary", "dek", "author", "tag", "source", "lang", "url"}
}

// fieldNamed returns the field of a name in lower case.
func fieldNamed(name string) (Field, bool) {
	if name == "dek" {
		return Summary, true
	}
	for f := Title; f <= URL; f++ {
		if f.String() == name {
			return f, true
		}
	}
	return Any, false
}

// example returns a value that shows how a field is used.
func example(f Field) string {
	switch f {
	case Author:
		return `"jane doe"`
	case Tag:
		return "economy"
	case Source:
		return "nknews"
	case Lang:
		return "en"
	case URL:
		return "/pro/"
	default:
		return "missile"
	}
}

// nearestField returns the field name that is the fewest typing errors away from name, and their number.
func nearestField(name string) (nearest string, off int) {
	off = len(name) + 1
	if len(name) > maxQuoted {
		return "", off
	}
	for _, known := range fieldNames() {
		if n := typo.Distance(known, name); n < off {
			nearest, off = known, n
		}
	}
	return nearest, off
}
