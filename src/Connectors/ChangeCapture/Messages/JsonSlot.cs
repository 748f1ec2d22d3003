using System.Text.Json;

namespace Orrery.Connectors.ChangeCapture.Messages;

/// <summary>Where a column's value stands in a message.</summary>
/// <param name="Token">What it is; <see cref="JsonTokenType.None"/> where the column is not there.</param>
/// <param name="Start">First byte of the value, behind the quote of a string.</param>
/// <param name="Length">Its bytes, without the quotes of a string.</param>
/// <param name="Escaped">Whether a string has escapes.</param>
readonly record struct JsonSlot(JsonTokenType Token, int Start, int Length, bool Escaped)
{
    public bool IsThere => Token != JsonTokenType.None;

    /// <summary>The value that the reader stands on; the reader goes to its end.</summary>
    /// <param name="json">On a value's first token.</param>
    /// <param name="offset">Where the reader's bytes begin in the message.</param>
    public static JsonSlot Take(ref Utf8JsonReader json, int offset)
    {
        JsonTokenType token = json.TokenType;
        int start = (int)json.TokenStartIndex;
        switch (token)
        {
            case JsonTokenType.String: return new JsonSlot(token, offset + start + 1, json.ValueSpan.Length, json.ValueIsEscaped);
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                json.Skip();
                return new JsonSlot(token, offset + start, (int)json.BytesConsumed - start, false);
            default: return new JsonSlot(token, offset + start, json.ValueSpan.Length, false);
        }
    }

    /// <summary>The name of the property that the reader stands on.</summary>
    public static ReadOnlySpan<byte> Name(ref Utf8JsonReader json, ref byte[] scratch)
    {
        if (!json.ValueIsEscaped) return json.ValueSpan;
        if (scratch.Length < json.ValueSpan.Length) scratch = new byte[json.ValueSpan.Length];
        return scratch.AsSpan(0, json.CopyString(scratch));
    }

    /// <summary>The raw bytes.</summary>
    public ReadOnlySpan<byte> Raw(ReadOnlySpan<byte> message) => message.Slice(Start, Length);

    /// <summary>The value's text: a string's characters, anything else as it stands.</summary>
    /// <param name="message">The message.</param>
    /// <param name="scratch">Grown where a string has escapes.</param>
    /// <exception cref="InvalidOperationException">The string has an escape that is half of a character, or is no UTF-8.</exception>
    public ReadOnlySpan<byte> Text(ReadOnlySpan<byte> message, ref byte[] scratch)
    {
        if (!Escaped) return Raw(message);
        if (scratch.Length < Length) scratch = new byte[Math.Max(Length, scratch.Length * 2)];
        var json = new Utf8JsonReader(message.Slice(Start - 1, Length + 2));
        json.Read();
        return scratch.AsSpan(0, json.CopyString(scratch));
    }
}
