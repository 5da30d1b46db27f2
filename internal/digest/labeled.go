package digest

import (
	"strings"

	"tidings/internal/lazyregexp"
)

// fieldLabel matches a line that says itself what it is of an article.
var fieldLabel = lazyregexp.New(`^(?i:(title|headline)|(date|published(?:\s+on)?)|(authors?|byline|by)|dek|deck|subtitle|subhead(?:line)?|standfirst|summary|description)\s*:\s+(\S.*)$`)

// withoutFieldLabels strips what stands before titles, deks, authors and dates where each title has one, and a date below it.
func withoutFieldLabels(lines []line) []line {
	titles, dates := 0, 0
	for i := range lines {
		switch m := fieldLabel.FindStringSubmatch(lines[i].text); {
		case m == nil, m[1] == "" && titles == 0:
		case m[1] != "" && titles > dates:
			return lines
		case m[1] != "":
			titles++
		case m[2] != "":
			dates++
		}
	}
	if titles == 0 || titles != dates {
		return lines
	}
	for i := range lines {
		m := fieldLabel.FindStringSubmatch(lines[i].text)
		switch {
		case m == nil:
		case m[3] != "" && !strings.HasPrefix(strings.ToLower(m[4]), "by "):
			lines[i] = lines[i].as("By "+m[4], "")
		default:
			lines[i] = lines[i].as(m[4], "")
		}
	}
	return lines
}
