using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.ChangeCapture.Messages;

/// <summary>Writes JSON values into rows, exactly or not at all.</summary>
static class JsonValues
{
    /// <summary>Debezium's word for a value that the database did not log, such as an unchanged large one of PostgreSQL, and its base64.</summary>
    static ReadOnlySpan<byte> Unavailable => "__debezium_unavailable_value"u8;

    static ReadOnlySpan<byte> UnavailableBytes => "X19kZWJleml1bV91bmF2YWlsYWJsZV92YWx1ZQ=="u8;

    public static bool IsUnavailable(JsonSlot slot, ReadOnlySpan<byte> message) =>
        slot.Token == JsonTokenType.String && slot.Length is 28 or 40 && (slot.Raw(message).SequenceEqual(Unavailable) || slot.Raw(message).SequenceEqual(UnavailableBytes));

    /// <summary>False, with nothing that counts written, where the value is none of the column's.</summary>
    public static bool TryWrite(RowWriter writer, in ColumnType type, JsonForm form, JsonSlot slot, ReadOnlySpan<byte> message, ref byte[] scratch)
    {
        bool isNested = slot.Token is JsonTokenType.StartObject or JsonTokenType.StartArray;
        if (form == JsonForm.VariableScale) return isNested && TryVariableScale(writer, slot, message, ref scratch);
        if (form == JsonForm.Json) return ValueText.TryWrite(writer, type, slot.Token == JsonTokenType.String ? message.Slice(slot.Start - 1, slot.Length + 2) : slot.Raw(message));
        if (isNested)
        {
            if (type.Kind is not (ColumnKind.Text or ColumnKind.Json)) return false;
            // MySQL's sets come as arrays of their labels; whatever else is nested stays JSON.
            if (type.Kind == ColumnKind.Text && slot.Token == JsonTokenType.StartArray && TryJoin(writer, slot, message)) return true;
            return ValueText.TryWrite(writer, type, slot.Raw(message));
        }

        ReadOnlySpan<byte> text = slot.Text(message, ref scratch);
        bool isString = slot.Token == JsonTokenType.String;
        switch (form)
        {
            case JsonForm.Base64: return isString && TryBytes(writer, text);
            case JsonForm.Bits: return isString && TryBits(writer, type, text);
            case JsonForm.Unscaled when isString: return TryUnscaled(writer, text);
            case JsonForm.Days when !isString:
                if (!ValueText.TryLong(text, out long days) || days is < -719162 or > 2932896) return false;
                writer.WriteDate((int)days);
                return true;
            case JsonForm.Milliseconds or JsonForm.Microseconds or JsonForm.Nanoseconds when !isString: return TryTicks(writer, type.Kind, form, text);
            default: return ValueText.TryWrite(writer, type, text);
        }
    }

    static bool TryTicks(RowWriter writer, ColumnKind kind, JsonForm form, ReadOnlySpan<byte> text)
    {
        if (!ValueText.TryLong(text, out long units)) return false;
        Int128 ticks = form switch
        {
            JsonForm.Milliseconds => (Int128)units * TimeSpan.TicksPerMillisecond,
            JsonForm.Microseconds => (Int128)units * TimeSpan.TicksPerMicrosecond,
            // A tick is 100 ns: what is finer cannot be carried, and is not cut off.
            _ => units % TimeSpan.NanosecondsPerTick == 0 ? units / TimeSpan.NanosecondsPerTick : Int128.MaxValue,
        };
        const long first = -719162L * TimeSpan.TicksPerDay, behind = 2932897L * TimeSpan.TicksPerDay;
        if (ticks < first || ticks >= behind) return false;
        if (kind == ColumnKind.TimestampWithZone) writer.WriteTimestampWithZone((long)ticks, 0);
        else writer.WriteTimestamp((long)ticks);
        return true;
    }

    static bool TryBytes(RowWriter writer, ReadOnlySpan<byte> text)
    {
        Span<byte> room = writer.BeginBytes(Base64.GetMaxDecodedFromUtf8Length(text.Length));
        if (Base64.DecodeFromUtf8(text, room, out int consumed, out int written) != OperationStatus.Done || consumed != text.Length) return false;
        writer.EndBytes(written);
        return true;
    }

    static bool TryUnscaled(RowWriter writer, ReadOnlySpan<byte> text)
    {
        Span<byte> bytes = stackalloc byte[64];
        if (text.Length > 80 || Base64.DecodeFromUtf8(text, bytes, out int consumed, out int written) != OperationStatus.Done || consumed != text.Length || written == 0) return false;
        if (!TryNumber(bytes[..written], out Int128 unscaled)) return false;
        writer.WriteDecimal(unscaled);
        return true;
    }

    /// <summary>A big-endian two's complement of at most 38 digits.</summary>
    static bool TryNumber(ReadOnlySpan<byte> bytes, out Int128 number)
    {
        number = 0;
        byte sign = (bytes[0] & 128) != 0 ? (byte)255 : (byte)0;
        while (bytes.Length > 16 && bytes[0] == sign) bytes = bytes[1..];
        if (bytes.Length > 16) return false;
        Span<byte> whole = stackalloc byte[16];
        whole.Fill(sign);
        bytes.CopyTo(whole[(16 - bytes.Length)..]);
        number = BinaryPrimitives.ReadInt128BigEndian(whole);
        return (number < 0) == (sign != 0) && number > -Limit && number < Limit;
    }

    static readonly Int128 Limit = ExactDecimal.PowerOfTen(ColumnType.DecimalDigitsMax);

    static bool TryBits(RowWriter writer, in ColumnType type, ReadOnlySpan<byte> text)
    {
        if (type.Kind != ColumnKind.UInt64) return TryBytes(writer, text);
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        if (text.Length > 20 || Base64.DecodeFromUtf8(text, bytes, out int consumed, out int written) != OperationStatus.Done || consumed != text.Length || bytes[8..].ContainsAnyExcept((byte)0) || written == 0) return false;
        writer.WriteUInt64(BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        return true;
    }

    static bool TryVariableScale(RowWriter writer, JsonSlot slot, ReadOnlySpan<byte> message, ref byte[] scratch)
    {
        JsonSlot scale = default, value = default;
        var json = new Utf8JsonReader(slot.Raw(message));
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            bool isScale = json.ValueTextEquals("scale"u8), isValue = json.ValueTextEquals("value"u8);
            json.Read();
            JsonSlot taken = JsonSlot.Take(ref json, slot.Start);
            if (isScale) scale = taken;
            else if (isValue) value = taken;
        }

        if (value.Token == JsonTokenType.Number)
        {
            writer.WriteBytes(value.Raw(message));
            return true;
        }

        Span<byte> bytes = stackalloc byte[64];
        if (scale.Token != JsonTokenType.Number || value.Token != JsonTokenType.String || !ValueText.TryLong(scale.Raw(message), out long digits) || digits is < -1000 or > 38) return false;
        ReadOnlySpan<byte> text = value.Text(message, ref scratch);
        if (text.Length > 80 || Base64.DecodeFromUtf8(text, bytes, out int consumed, out int written) != OperationStatus.Done || consumed != text.Length || written == 0 || !TryNumber(bytes[..written], out Int128 unscaled)) return false;
        string plain = new ExactDecimal(unscaled, (int)Math.Max(digits, 0)).ToString();
        writer.WriteText(digits < 0 && unscaled != 0 ? plain + new string('0', (int)-digits) : plain);
        return true;
    }

    /// <summary>Joins an array of strings by commas, as MySQL writes a set.</summary>
    static bool TryJoin(RowWriter writer, JsonSlot slot, ReadOnlySpan<byte> message)
    {
        var joined = new StringBuilder();
        var json = new Utf8JsonReader(slot.Raw(message));
        json.Read();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (json.TokenType != JsonTokenType.String || json.GetString() is not { } label || label.Contains(',', StringComparison.Ordinal)) return false;
            if (joined.Length > 0) joined.Append(',');
            joined.Append(label);
        }

        writer.WriteText(joined.ToString());
        return true;
    }
}
