package answer

import (
	"context"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"tidings/bot"
	"tidings/internal/typo"
)

// presets are the shapes by name.
func presets() []bot.Preset { return []bot.Preset{bot.Headline, bot.Brief, bot.Full} }

// shapeParts are the parts that can be switched on and off, in the order in which they are named.
func shapeParts() []bot.Part {
	return []bot.Part{
		bot.ShowTitle, bot.ShowSummary, bot.ShowSource, bot.ShowAuthors, bot.ShowTime, bot.ShowTags, bot.ShowPicture, bot.ShowPreview, bot.ShowRelated,
	}
}

// shapeOffers are what a form offers for a shape.
func shapeOffers() []offer {
	return []offer{
		{"headline", bot.Say("Headline: one line")}, {"brief", bot.Say("Brief: no picture")}, {"full", bot.Say("Full: with the picture")},
	}
}

// readShape reads a shape: a preset, or parts to switch, as in "brief +tags -dek", which depart from the shape that there is.
func readShape(value string, from bot.Shape) (bot.Shape, error) {
	shape := bot.Shape{Preset: from.Preset, Parts: maps.Clone(from.Parts), Line: from.Line}
	on := true
	for word := range strings.FieldsSeq(strings.ToLower(strings.NewReplacer(",", " ", "–", "-").Replace(value))) {
		name := strings.TrimLeft(word, "+-")
		switch {
		case word == "with" || word == "and":
			on = on || word == "with"
			continue
		case word == "without" || word == "no":
			on = false
			continue
		case word == "default" || word == "normal" || word == "usual":
			shape.Preset, shape.Parts = "", nil
			continue
		case slices.Contains(presets(), bot.Preset(word)):
			shape.Preset, shape.Parts = bot.Preset(word), nil
			continue
		}
		part, ok := partNamed(name)
		if !ok {
			return shape, notAShape(word)
		}
		if shape.Parts == nil {
			shape.Parts = map[bot.Part]bool{}
		}
		shape.Parts[part] = !strings.HasPrefix(word, "-") && (on || strings.HasPrefix(word, "+"))
	}
	switch {
	case shape.Preset == bot.Headline && len(shape.Parts) > 0:
		return shape, bot.UserErrorf("A headline is one line and has no other parts. To choose parts, begin with “brief” or “full”, as in %s.", code("brief +tags"))
	case !shape.Shows(bot.ShowTitle) && !shape.Shows(bot.ShowSummary):
		return shape, bot.UserErrorf("Without title and dek an alert says nothing. Keep one of them.")
	}
	return shape, nil
}

// partNamed returns the part that people call so.
func partNamed(name string) (bot.Part, bool) {
	also := map[string]bot.Part{
		"summary": bot.ShowSummary, "image": bot.ShowPicture, "pictures": bot.ShowPicture, "photo": bot.ShowPicture, "author": bot.ShowAuthors,
		"byline": bot.ShowAuthors, "date": bot.ShowTime, "tag": bot.ShowTags, "related": bot.ShowRelated, "headline": bot.ShowTitle, "link": bot.ShowPreview,
	}
	if p, ok := also[name]; ok {
		return p, true
	}
	return bot.Part(name), slices.Contains(shapeParts(), bot.Part(name))
}

// notAShape says what a shape can be, and what was probably meant.
func notAShape(word string) error {
	for _, p := range slices.Concat([]string{"headline", "brief", "full"}, partNames()) {
		if typo.Distance(word, p) <= maxSlips && len(p) > maxSlips {
			return bot.UserErrorf("I don't know “%s”. Did you mean “%s”?", clip(word), p)
		}
	}
	return bot.UserErrorf("A shape is %s, %s or %s, with parts to add or leave out, as in %s. The parts: %s.",
		code("headline"), code("brief"), code("full"), code("brief +tags -authors"), bot.List(bot.Plains(partNames())...))
}

func partNames() []string {
	var names []string
	for _, p := range shapeParts() {
		names = append(names, string(p))
	}
	return names
}

// takesShape reports whether words can be a shape.
func takesShape(words string) bool {
	_, err := readShape(words, bot.Shape{})
	return err == nil && words != ""
}

// shapeWords returns a shape as it is typed, or "" for the usual one.
func shapeWords(s bot.Shape) string {
	var words []string
	if s.Preset != "" {
		words = append(words, string(s.Preset))
	}
	for _, p := range shapeParts() {
		if on, said := s.Parts[p]; said && on {
			words = append(words, "+"+string(p))
		} else if said {
			words = append(words, "-"+string(p))
		}
	}
	return strings.Join(words, " ")
}

// shapeHint says what a shape can be.
func shapeHint() bot.Text {
	return bot.Say("Parts can be added and left out, as in %s: %s.", code("brief +tags -authors"), bot.List(bot.Plains(partNames())...))
}

// shapeOption is how the chat's alerts look.
func shapeOption() option[bot.Settings] {
	return option[bot.Settings]{
		name: "shape", names: []string{"look", "format", "style"}, help: "How alerts look: headline, brief, full, and parts as in brief +tags -authors",
		title: bot.Say("Shape"), hint: shapeHint(), takes: takesShape, offers: shapeOffers(),
		read: func(_ context.Context, _ *bot.Request, value string) (func(*bot.Settings), error) {
			_, err := readShape(value, bot.Shape{})
			return func(s *bot.Settings) {
				if shape, err := readShape(value, s.Shape); err == nil {
					s.Shape = shape
				}
			}, err
		},
		value: func(s *bot.Settings) string { return shapeWords(s.Shape) },
		line:  func(s *bot.Settings) bot.Text { return bot.Say("Shape: %s", shapeOf(s.Shape)) },
		done:  func(s *bot.Settings) bot.Text { return bot.Say("Alerts now have this shape: %s.", shapeOf(s.Shape)) },
	}
}

// shapeOf returns a shape in words.
func shapeOf(s bot.Shape) string {
	if words := shapeWords(s); words != "" {
		return words
	}
	return string(bot.Full)
}

// lineOption is the line before each alert of the chat.
func lineOption() option[bot.Settings] {
	return option[bot.Settings]{
		name: "line", names: []string{"prefix", "intro"}, help: "A line of your own before each alert, or off",
		title: bot.Say("First line"), hint: bot.Say("At most %d characters, without formatting.", bot.MaxLine), offers: []offer{{"off", bot.Say("None")}},
		read: func(_ context.Context, _ *bot.Request, value string) (func(*bot.Settings), error) {
			line, err := readLine(value)
			return func(s *bot.Settings) { s.Shape.Line = line }, err
		},
		value: func(s *bot.Settings) string { return s.Shape.Line },
		line: func(s *bot.Settings) bot.Text {
			if s.Shape.Line == "" {
				return nil
			}
			return bot.Say("First line: %s", s.Shape.Line)
		},
		done: func(s *bot.Settings) bot.Text {
			if s.Shape.Line == "" {
				return bot.Say("Alerts don't begin with a line of yours.")
			}
			return bot.Say("Each alert begins with: %s", s.Shape.Line)
		},
	}
}

// readLine reads a line of people's own.
func readLine(value string) (string, error) {
	if oneOf(value, "off", "none", "no") != "" {
		return "", nil
	}
	if n := utf8.RuneCountInString(value); n > bot.MaxLine {
		return "", bot.UserErrorf("That's %d characters, and the limit is %d.", n, bot.MaxLine)
	}
	return bot.CleanText(value, len(value)), nil
}
