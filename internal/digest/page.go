package digest

import (
	"fmt"
	"html/template"
	"io"
	"strings"
	"time"

	"tidings/bot"
)

// pageTemplate is a page that mail programs show as well: nothing is fetched, nothing acts, and it
// reads in order without its style. Read relies on its microdata; see schema.org.
var pageTemplate = template.Must(template.New("digest").Parse(`<!DOCTYPE html>
<html lang="{{.Lang}}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.Title}}</title>
<style>
body { margin: 0 auto; max-width: 40em; padding: 1em; font: 100%/1.5 system-ui, sans-serif; color: #1a1a1a; background: #fff; }
article { margin: 1.5em 0; }
h2 { margin: 0; font-size: 1.15em; line-height: 1.3; }
article p { margin: .25em 0 0; }
.by { color: #595959; }
@media (prefers-color-scheme: dark) {
body { color: #e8e8e8; background: #161616; }
a { color: #8ab4f8; }
.by { color: #a8a8a8; }
}
</style>
</head>
<body>
<main itemscope itemtype="https://schema.org/CollectionPage">
{{- if .Heading}}
<h1 itemprop="name">{{.Heading}}</h1>
{{- end}}
{{- if .Edition}}
<p><time itemprop="datePublished" datetime="{{.Edition.Date}}">{{.Edition.Words}}</time></p>
{{- end}}
{{- range .Articles}}
<article itemscope itemtype="https://schema.org/NewsArticle"{{if .Lang}} lang="{{.Lang}}"{{end}}>
{{- if .Section}}
<p class="by" itemprop="articleSection">{{.Section}}</p>
{{- end}}
<h2>{{if .URL}}<a itemprop="url" href="{{.URL}}"><span itemprop="headline">{{.Title}}</span></a>{{else}}<span itemprop="headline">{{.Title}}</span>{{end}}</h2>
{{- if .Dek}}
<p itemprop="description">{{.Dek}}</p>
{{- end}}
<p class="by">{{range $i, $name := .Authors}}{{if $i}} | {{end}}<span itemprop="author">{{$name}}</span>{{end}}{{if .Authors}} {{end -}}
<time itemprop="datePublished" datetime="{{.Day.Date}}">{{.Day.Words}}</time></p>
</article>
{{- end}}
</main>
</body>
</html>
`))

// writtenDay is a day as programs and as people read it.
type writtenDay struct{ Date, Words string }

type page struct {
	Lang, Title, Heading string
	Edition              *writtenDay
	Articles             []pageArticle
}

type pageArticle struct {
	Lang, Section, Title, URL, Dek string
	Authors                        []string
	Day                            writtenDay
}

// WriteHTML writes d as a page, which can be sent as a mail. Read gives back the same as for [Write], with
// no need of marks. It fails if an article has no title.
func WriteHTML(w io.Writer, d *Digest, o Options) error {
	p := page{Lang: langOf(d.Articles), Heading: oneLine(d.Heading)}
	p.Title = p.Heading
	if !d.Edition.IsZero() {
		edition := dayIn(d.Edition.In(o.zone()))
		p.Edition = &edition
		p.Title = strings.TrimPrefix(p.Heading+", "+edition.Words, ", ")
	}
	if p.Title == "" {
		p.Title = "News"
	}
	for i := range d.Articles {
		a := &d.Articles[i]
		one := pageArticle{
			Lang: a.Lang, Section: sectionOf(a), Title: oneLine(a.Title), URL: bot.CleanURL(a.URL), Dek: oneLine(a.Summary),
			Day: dayIn(dayOf(a, o)),
		}
		if one.Title == "" {
			return fmt.Errorf("article %d: %w", i+1, errNoTitle)
		}
		for _, name := range a.Authors {
			if name = oneLine(name); name != "" {
				one.Authors = append(one.Authors, name)
			}
		}
		p.Articles = append(p.Articles, one)
	}
	if err := pageTemplate.Execute(w, p); err != nil {
		return fmt.Errorf("write digest: %w", err)
	}
	return nil
}

func dayIn(t time.Time) writtenDay {
	return writtenDay{Date: t.Format(time.DateOnly), Words: t.Format(day2006)}
}

// langOf returns the language that all articles are in, or else English, whose dates are written.
func langOf(articles []bot.Article) string {
	if len(articles) == 0 || articles[0].Lang == "" {
		return "en"
	}
	for i := range articles {
		if articles[i].Lang != articles[0].Lang {
			return "en"
		}
	}
	return articles[0].Lang
}
