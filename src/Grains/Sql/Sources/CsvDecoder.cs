using System.Text;
using Orrery.Log;
using Orrery.Sql.Types;

namespace Orrery.Grains.Sql.Sources;

/// <summary>
/// Rows as lines of CSV (RFC 4180): fields in the order of the stored columns, commas between them, quotes doubled within quotes; a record may hold several lines. A field that is empty and not quoted is null.
/// </summary>
sealed class CsvDecoder : IRowDecoder
{
    public void Decode(SourceSlice slice, RowTarget target, Action<long, LogRecord, string> reject)
    {
        foreach ((long offset, LogRecord record) in slice.Records())
        {
            try
            {
                // All of the record's lines or none of them.
                var rows = new List<object?[]>();
                foreach (List<object?> fields in Lines(Encoding.UTF8.GetString(record.Value.Span)))
                    rows.Add(fields.Count == target.Stored.Count
                        ? JsonDecoder.Spread([.. fields], target)
                        : throw new SqlValueException($"A line of {fields.Count} fields does not fit the {target.Stored.Count} columns of {target.Relation.Name}."));
                foreach (object?[] row in rows)
                    target.Add(row);
            }
            catch (SqlValueException fault)
            {
                reject(offset, record, fault.Message);
            }
        }
    }

    public static IEnumerable<List<object?>> Lines(string text)
    {
        var fields = new List<object?>();
        var field = new StringBuilder();
        bool wasQuoted = false;
        int position = 0;
        while (position < text.Length)
        {
            char c = text[position++];
            if (c == '"' && field.Length == 0 && !wasQuoted)
            {
                wasQuoted = true;
                position = ReadQuoted(text, position, field);
            }
            else if (c is ',' or '\n')
            {
                End(fields, field, ref wasQuoted);
                if (c == ',')
                {
                    // A comma at the end of the text begins one more field.
                    if (position == text.Length)
                        End(fields, field, ref wasQuoted);
                    continue;
                }

                yield return fields;
                fields = [];
            }
            else if (c != '\r' || (position < text.Length && text[position] != '\n'))
            {
                field.Append(c);
            }
        }

        if (field.Length > 0 || wasQuoted)
            End(fields, field, ref wasQuoted);
        if (fields.Count > 0)
            yield return fields;
    }

    static int ReadQuoted(string text, int position, StringBuilder field)
    {
        while (position < text.Length)
        {
            char c = text[position++];
            if (c != '"')
                field.Append(c);
            else if (position < text.Length && text[position] == '"')
                field.Append(text[position++]);
            else
                return position;
        }

        throw new SqlValueException("A quoted field does not end.");
    }

    static void End(List<object?> fields, StringBuilder field, ref bool wasQuoted)
    {
        fields.Add(field.Length == 0 && !wasQuoted ? null : field.ToString());
        field.Clear();
        wasQuoted = false;
    }
}
