using System.Globalization;
using System.Text;
using System.Text.Json;
using Orrery.Log;

namespace Orrery.Grains.Tags;

/// <summary>
/// A record of the topic by which tags' views tell the index, as a topic's sink writes it. Its key is <c>["s2","object"]</c> for the set 2 or <c>["t17","object"]</c> for the tag 17, its value a row with
/// <c>bits</c> or <c>value</c>; none: the row is gone.
/// </summary>
/// <param name="IsSet">Of a set.</param>
/// <param name="Number">Of the set or the tag.</param>
/// <param name="Bits">Of a set.</param>
/// <param name="Value">Of a tag; null: the object has it no more.</param>
readonly record struct TagChange(bool IsSet, int Number, string Object, long Bits, string? Value)
{
    /// <exception cref="JsonException">It is no such record.</exception>
    public static TagChange Read(LogRecord record)
    {
        var key = new Utf8JsonReader(record.Key.Span);
        key.Read();
        key.Read();
        string source = key.GetString() ?? throw new JsonException("A record's key has no source.");
        key.Read();
        string name = Text(ref key) ?? throw new JsonException("A record's key has no object.");
        bool isSet = source[0] == 's';
        int number = int.Parse(source.AsSpan(1), CultureInfo.InvariantCulture);
        if (record.Value.IsEmpty)
            return new TagChange(isSet, number, name, 0, null);
        var row = new Utf8JsonReader(record.Value.Span);
        row.Read();
        while (row.Read() && row.TokenType == JsonTokenType.PropertyName)
        {
            bool isSaid = row.ValueTextEquals(isSet ? "bits"u8 : "value"u8);
            row.Read();
            if (!isSaid)
                continue;
            string? said = Text(ref row);
            return new TagChange(isSet, number, name, isSet && said is not null ? long.Parse(said, CultureInfo.InvariantCulture) : 0, isSet ? null : said ?? "");
        }

        throw new JsonException("A record's row says nothing.");
    }

    static string? Text(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => reader.GetString(),
        JsonTokenType.Null => null,
        _ => Encoding.UTF8.GetString(reader.ValueSpan),
    };
}
