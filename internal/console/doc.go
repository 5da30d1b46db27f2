// Package console is the pages from which operators run the bot: how it does, its sources and chats, and what asks for a
// decision. They are rendered here, from templates and one stylesheet in assets; a small script moves what moves, and
// nothing needs it.
//
// [Sessions] says who is signed in; [Console] serves the pages to them and tells nobody else anything. What somebody does
// on a page is a command of the table in package answer, as if typed in a chat ([Console.invoke]), so limits, rights and
// records are the same in both. Its answer is what the next page says.
//
// # To add a page
//
//   - An entry in sections, which is the navigation: path, name, template, and a method that returns what the template shows.
//   - A template assets/NAME.html that defines "main". The layout around it has the navigation and the last answer.
//   - The method takes an [exchange] and returns data, or an error: [bot.ErrNotFound] becomes a page that says so, a
//     [bot.UserError] its text, anything else a reference that stands in the log too. What a page shows of a list is read page
//     by page from the store, and filter, order and page stand in the query string.
//   - What a page offers that no command does, such as a backup, is an entry in deeds.
//   - A page below another, such as one source's, is an entry in subpages.
//
// To add what a page can do: an entry in actions, a POST path with a function that turns the form into a bot.Invocation;
// and a form in the template with method="post", whose hidden field back is the path to return to (template function "back").
//
// A section with live set is fetched again by the script when what it shows changes; what it replaces are the elements
// with the attribute data-live and an id.
package console
