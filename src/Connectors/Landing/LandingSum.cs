using System.Text.Json.Serialization;

namespace Orrery.Connectors.Landing;

/// <summary>What a set of records amounts to; the same fields as a receipt of the log, and adding up like one.</summary>
/// <param name="Records">How many.</param>
/// <param name="Bytes">Bytes of their keys and values.</param>
/// <param name="Hash">The sum, modulo 2^128, of their hashes.</param>
/// <param name="FirstMilliseconds">Least event time; <see cref="long.MaxValue"/> for no records.</param>
/// <param name="LastMilliseconds">Greatest event time; <see cref="long.MinValue"/> for no records.</param>
public readonly record struct LandingSum(
    long Records, long Bytes, [property: JsonConverter(typeof(HexConverter))] UInt128 Hash, long FirstMilliseconds, long LastMilliseconds)
{
    /// <summary>No records.</summary>
    public static LandingSum Empty { get; } = new(0, 0, 0, long.MaxValue, long.MinValue);

    /// <summary>Both sets together.</summary>
    public static LandingSum operator +(LandingSum left, LandingSum right) => new(
        left.Records + right.Records, left.Bytes + right.Bytes, unchecked(left.Hash + right.Hash),
        Math.Min(left.FirstMilliseconds, right.FirstMilliseconds), Math.Max(left.LastMilliseconds, right.LastMilliseconds));

    /// <summary>One record.</summary>
    public static LandingSum Of(in LandingRecord record, RecordHasher hasher) => new(
        1, record.Key.Length + record.Value.Length, hasher(record.Key.Span, record.Value.Span, record.TimestampMilliseconds), record.TimestampMilliseconds, record.TimestampMilliseconds);
}
