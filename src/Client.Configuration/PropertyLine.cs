using System.Text;

namespace Orrery.Client.Configuration;

/// <summary>A line as the cloud writes it: a dot divides levels, <c>\</c> takes the next character as it is, the first <c>=</c> ends the name.</summary>
static class PropertyLine
{
    public static KeyValuePair<string, string>? Read(string line)
    {
        var text = new StringBuilder();
        string? name = null;
        for (int at = 0; at < line.Length; at++)
        {
            char c = line[at];
            if (c == '\\' && at + 1 < line.Length)
                text.Append(line[++at] switch { 'n' => '\n', 'r' => '\r', 't' => '\t', var other => other });
            else if (name is null && c == '=')
            {
                name = text.ToString();
                text.Clear();
            }
            else
            {
                text.Append(name is null && c == '.' ? ':' : c);
            }
        }

        return name is null ? null : new KeyValuePair<string, string>(name, text.ToString());
    }
}
