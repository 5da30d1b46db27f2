// Package language says in other languages what the bot says in English.
//
// The folder catalogs has a file of each language, in the format of gettext, which any editor of translations opens and any
// text editor too. Entries are filed under the English text with its verbs; a translation may put the verbs in another order
// ("%[2]s … %[1]d"). What has plural forms has as many as the language, as its header Plural-Forms counts them. What is written in
// code, commands and examples of filters, stays as it is. A test collects every text of the program and compares; see
// extract_test.go for what it asks for, and run it with -update to enter new texts. A language that isn't whole yet has the ending
// .draft, and isn't offered.
//
// A [Book] has all catalogs. It never fails: what has no translation, or a wrong one, is said in English and logged once.
package language
