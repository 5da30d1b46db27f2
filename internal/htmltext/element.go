package htmltext

import (
	"slices"
	"strings"

	"golang.org/x/net/html/atom"
)

// gap is the white space between two words, the wider the greater.
type gap int

const (
	none gap = iota
	blank
	line
	paragraph
)

func (g gap) String() string { return [...]string{"", " ", "\n", "\n\n"}[g] }

// breakOf returns the white space that an element stands for, before and after its content.
func breakOf(tag atom.Atom) gap {
	switch tag {
	case atom.P, atom.Blockquote, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Hr,
		atom.Ul, atom.Ol, atom.Dl, atom.Table, atom.Pre, atom.Figure:
		return paragraph
	case atom.Br, atom.Div, atom.Li, atom.Tr, atom.Dt, atom.Dd, atom.Section, atom.Article,
		atom.Header, atom.Footer, atom.Aside, atom.Nav, atom.Main, atom.Address, atom.Figcaption,
		atom.Caption, atom.Center, atom.Details, atom.Summary, atom.Fieldset, atom.Form, atom.Body,
		atom.Html, atom.Title, atom.Option:
		return line
	case atom.Img:
		return blank
	}
	return none
}

// isUnseen reports whether an element's content is not for reading, or not in this place.
func isUnseen(tag atom.Atom) bool {
	switch tag {
	case atom.Script, atom.Style, atom.Iframe, atom.Svg, atom.Noscript, atom.Template, atom.Head,
		atom.Object, atom.Audio, atom.Video, atom.Canvas, atom.Select, atom.Textarea, atom.Button,
		atom.Noembed, atom.Noframes:
		return true
	}
	return false
}

func isVoid(tag atom.Atom) bool {
	switch tag {
	case atom.Area, atom.Base, atom.Br, atom.Col, atom.Embed, atom.Hr, atom.Img, atom.Input,
		atom.Link, atom.Meta, atom.Param, atom.Source, atom.Track, atom.Wbr:
		return true
	}
	return false
}

// isHiding reports whether a style keeps an element from being shown, as mails do with the text meant
// for the list of messages.
func isHiding(style string) bool {
	return slices.ContainsFunc(strings.Split(strings.ToLower(style), ";"), hides)
}

// hides reports whether a declaration of a style keeps an element from being seen. Mails make what
// they hide as small as they can, since not every program knows how not to show it.
func hides(declaration string) bool {
	name, value, _ := strings.Cut(declaration, ":")
	value = strings.TrimSpace(strings.ReplaceAll(value, "!important", ""))
	switch strings.TrimSpace(name) {
	case "display", "mso-hide":
		return value == "none" || value == "all"
	case "visibility":
		return value == "hidden"
	case "font-size", "line-height", "max-height", "opacity":
		return value == "0" || value == "0px" || value == "1px"
	}
	return false
}
