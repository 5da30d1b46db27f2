package filter

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
		if n := Typos(known, name); n < off {
			nearest, off = known, n
		}
	}
	return nearest, off
}

// Typos counts the bytes added, dropped, changed or swapped with their neighbor between two words, to guess
// what somebody meant. It takes time in the product of their lengths, so bound them.
func Typos(a, b string) int {
	var before []int
	last := make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row := make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			changed := last[j-1]
			if a[i-1] != b[j-1] {
				changed++
			}
			row[j] = min(changed, last[j]+1, row[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}
