using System.Text.Json;

namespace Orrery.Connectors.ChangeCapture.Messages;

/// <summary>The fields of an object within a message, found once by name.</summary>
readonly ref struct JsonFields
{
    /// <summary>Fields of one object that are looked at; rows' objects are not read this way.</summary>
    const int FieldsMax = 1000;

    readonly ReadOnlySpan<byte> message;
    readonly Dictionary<string, JsonSlot> fields = new(StringComparer.Ordinal);

    JsonFields(ReadOnlySpan<byte> message) => this.message = message;

    /// <summary>The fields of the message itself.</summary>
    /// <exception cref="MessageException">It is no object, or something follows it.</exception>
    public static JsonFields Of(ReadOnlySpan<byte> message)
    {
        var json = new Utf8JsonReader(message);
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject) throw new MessageException(MessageFault.Envelope, $"it is {json.TokenType}, not an object");
        JsonFields result = Take(ref json, message, 0);
        if (json.Read()) throw new MessageException(MessageFault.Json, $"something follows the object, at byte {json.TokenStartIndex}");
        return result;
    }

    /// <summary>The fields of an object within the message; none where it is no object.</summary>
    public JsonFields In(JsonSlot slot)
    {
        if (slot.Token != JsonTokenType.StartObject) return new JsonFields(message);
        var json = new Utf8JsonReader(slot.Raw(message));
        json.Read();
        return Take(ref json, message, slot.Start);
    }

    public JsonSlot this[string name] => fields.GetValueOrDefault(name);

    public bool Has(string name) => fields.ContainsKey(name);

    /// <summary>A string's text; null for anything else.</summary>
    public string? Text(string name)
    {
        JsonSlot slot = this[name];
        if (slot.Token != JsonTokenType.String) return null;
        var json = new Utf8JsonReader(message.Slice(slot.Start - 1, slot.Length + 2));
        json.Read();
        return json.GetString();
    }

    /// <summary>A whole number; 0 for anything else.</summary>
    public long Number(string name)
    {
        JsonSlot slot = this[name];
        return slot.Token == JsonTokenType.Number && ValueText.TryLong(slot.Raw(message), out long number) ? number : 0;
    }

    static JsonFields Take(scoped ref Utf8JsonReader json, ReadOnlySpan<byte> message, int offset)
    {
        var result = new JsonFields(message);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            string name = json.GetString()!;
            json.Read();
            result.fields[name] = JsonSlot.Take(ref json, offset);
            if (result.fields.Count > FieldsMax) throw new MessageException(MessageFault.Envelope, $"an object that describes a change has more than {FieldsMax} fields");
        }

        return result;
    }
}
