using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orrery.Interfaces.Ledger;

/// <summary>
/// What a set of records amounts to, as hops tell it. The same fields as the log's receipt, so that who reports needs no log. Receipts add up
/// in any order; two hops that carried the same records show equal ones.
/// </summary>
/// <param name="Records">How many records.</param>
/// <param name="Bytes">Bytes of their keys and values.</param>
/// <param name="Hash">The sum, modulo 2^128, of the records' hashes over key, value and timestamp. In JSON 32 hexadecimal digits.</param>
/// <param name="FirstMilliseconds">Least event time, Unix milliseconds; <see cref="long.MaxValue"/> for no records.</param>
/// <param name="LastMilliseconds">Greatest event time, Unix milliseconds; <see cref="long.MinValue"/> for no records.</param>
public readonly record struct Receipt(
    long Records, long Bytes, [property: JsonConverter(typeof(HashText))] UInt128 Hash, long FirstMilliseconds, long LastMilliseconds)
{
    /// <summary>The receipt of no records.</summary>
    public static Receipt Empty { get; } = new(0, 0, 0, long.MaxValue, long.MinValue);

    /// <summary>Whether count and contents are the same. Times follow from the contents.</summary>
    public bool Equals(Receipt other) => Records == other.Records && Hash == other.Hash && Bytes == other.Bytes;

    public override int GetHashCode() => HashCode.Combine(Records, Bytes, Hash);

    /// <summary>The receipt of one record.</summary>
    public static Receipt Of(UInt128 hash, int bytes, long timestampMilliseconds) => new(1, bytes, hash, timestampMilliseconds, timestampMilliseconds);

    public static Receipt operator +(Receipt left, Receipt right) => new(
        left.Records + right.Records,
        left.Bytes + right.Bytes,
        unchecked(left.Hash + right.Hash),
        Math.Min(left.FirstMilliseconds, right.FirstMilliseconds),
        Math.Max(left.LastMilliseconds, right.LastMilliseconds));
}

/// <summary>A 128-bit number in JSON as 32 hexadecimal digits, since browsers keep only 53 bits of a number.</summary>
public sealed class HashText : JsonConverter<UInt128>
{
    public override UInt128 Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        UInt128.TryParse(reader.GetString(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hash)
            ? hash
            : throw new JsonException("A hash is written as up to 32 hexadecimal digits.");

    public override void Write(Utf8JsonWriter writer, UInt128 value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString("x32", CultureInfo.InvariantCulture));
}
