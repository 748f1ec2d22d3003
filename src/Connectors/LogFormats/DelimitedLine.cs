using System.Text;

namespace Orrery.Connectors.LogFormats;

/// <summary>RFC 4180: fields between separators, in double quotes if they hold one, two quotes for one inside.</summary>
static class DelimitedLine
{
    /// <summary>The fields; null: a quote does not end, something follows one, or there are too many.</summary>
    public static List<string>? Split(string text, char separator, int fieldsMax)
    {
        var fields = new List<string>();
        for (int at = 0; ;)
        {
            if (fields.Count == fieldsMax)
                return null;
            if (at < text.Length && text[at] == '"')
            {
                var field = new StringBuilder();
                for (at++; ;)
                {
                    int quote = text.IndexOf('"', at);
                    if (quote < 0)
                        return null;
                    field.Append(text, at, quote - at);
                    at = quote + 1;
                    if (at >= text.Length || text[at] != '"')
                        break;
                    field.Append('"');
                    at++;
                }

                fields.Add(field.ToString());
                if (at < text.Length && text[at] != separator)
                    return null;
            }
            else
            {
                int end = text.IndexOf(separator, at);
                fields.Add(end < 0 ? text[at..] : text[at..end]);
                at = end < 0 ? text.Length : end;
            }

            if (at >= text.Length)
                return fields;
            at++;
        }
    }
}
