using System.Text;

namespace Orrery.Connectors.Tests.ChangeCapture.MySql;

/// <summary>The rows of a dump's INSERT statements, as text by table.</summary>
static class SqlTuples
{
    public static Dictionary<string, List<string[]>> Read(string dump)
    {
        var tables = new Dictionary<string, List<string[]>>();
        int position = 0;
        while ((position = dump.IndexOf("\nINSERT INTO ", position, StringComparison.Ordinal)) >= 0)
        {
            position += "\nINSERT INTO ".Length;
            int end = dump.IndexOf(" VALUES ", position, StringComparison.Ordinal);
            string name = dump[position..end].Trim('`');
            if (!tables.TryGetValue(name, out var rows)) tables[name] = rows = [];
            position = end + " VALUES ".Length;
            while (true)
            {
                rows.Add(Tuple(dump, ref position));
                while (char.IsWhiteSpace(dump[position])) position++;
                if (dump[position++] == ';') break;
                while (char.IsWhiteSpace(dump[position])) position++;
            }
        }

        return tables;
    }

    static string[] Tuple(string dump, ref int position)
    {
        if (dump[position++] != '(') throw new FormatException($"No row at {position}: {dump.Substring(position, 40)}");
        var values = new List<string>();
        while (true)
        {
            // What only later servers read is not in this log.
            while (dump[position] == '/') position = dump.IndexOf("*/", position, StringComparison.Ordinal) + 2;
            values.Add(Value(dump, ref position));
            if (dump[position++] == ')') return [.. values];
        }
    }

    static string Value(string dump, ref int position)
    {
        int start = position;
        if (dump[position] != '\'')
        {
            while (dump[position] is not (',' or ')')) position++;
            string plain = dump[start..position];
            return plain.StartsWith("0x", StringComparison.Ordinal) ? plain[2..] : plain;
        }

        var text = new StringBuilder();
        for (position++; ; position++)
        {
            char here = dump[position];
            if (here == '\\') text.Append(dump[++position]);
            else if (here != '\'') text.Append(here);
            else if (dump[position + 1] == '\'') text.Append(dump[position++]);
            else break;
        }

        position++;
        return text.ToString();
    }
}
