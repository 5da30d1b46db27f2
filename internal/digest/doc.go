// Package digest reads and writes the digest of a newsroom: an edition date, a heading, and for each
// article its title, its dek (the line that sums it up), and a byline of authors and date.
//
//	January 20, 2021
//
//	Latest news from our correspondents
//
//	Title on one line
//	Dek on one line
//	Jane Doe | John Smith January 19, 2021
//	https://example.com/story
//
// [Write] writes that shape, and [Read] gives back what it wrote. Read also reads what people and
// programs make of it: fields with or without empty lines between them, section labels, titles printed
// twice, wrapped and quoted lines, bylines above the dek or the title, dates in the common forms. It
// finds the bylines first, lines that end in a date and otherwise hold only names. If one order of title, dek,
// names and date explains every line it is that; else Read compares how well each layout would explain the
// lines between the bylines. If two would do about as well, it refuses the digest as a whole: an article under its neighbor's title is worse than none. A label such as
// "Analysis" above a title becomes a tag.
//
// What people put around that isn't part of it: bullets and numbers before titles, the marks of Markdown, labels such as "Title:",
// the cells of a table, a note above the edition, a warning of a company's mail server. A date of three numbers with slashes is read if all
// of the digest's together say which of them is the month.
//
// A digest may also come as an HTML page, whose links are kept, or as a mail. A mail that was forwarded
// is read without its header and without the note above it, in the forms of the common mail programs;
// one attached to another mail replaces it. A page that describes its articles in the words of
// schema.org needs no guessing, and [WriteHTML] writes such. Nothing is ever fetched.
package digest
