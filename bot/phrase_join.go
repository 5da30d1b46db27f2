package bot

// And joins texts by "and".
func And(list ...Text) Text { return joined("%s and %s", list) }

// Or joins texts by "or".
func Or(list ...Text) Text { return joined("%s or %s", list) }

// List joins texts by commas, and Series by semicolons, as each language writes these.
func List(list ...Text) Text { return joined("%s, %s", list) }

// Series is [List] for what may have commas in it.
func Series(list ...Text) Text { return joined("%s; %s", list) }

// Row joins texts by spaces, as times and days are typed in English.
func Row(list ...Text) Text { return joined("%s %s", list) }

// Labeled puts a name and a colon before a text.
func Labeled(name, t Text) Text { return Say("%s: %s", name, t) }

func joined(format string, list []Text) Text {
	if len(list) == 0 {
		return nil
	}
	t := list[0]
	for _, next := range list[1:] {
		t = Say(format, t, next)
	}
	return t
}

// Plains returns each of the words as a text.
func Plains(words []string) []Text {
	list := make([]Text, len(words))
	for i, w := range words {
		list[i] = Plain(w)
	}
	return list
}

// Knowns is [Plains] for words that the bot may know in other languages.
func Knowns(words []string) []Text {
	list := make([]Text, len(words))
	for i, w := range words {
		list[i] = Known(w)
	}
	return list
}
