using System.Globalization;

namespace Orrery.Connectors.Dialects;

/// <summary>
/// Content of rows as numbers that add up: how many, and a sum over the rows of the first 60 bits of the SHA-256 of a row's canonical text (<see cref="CanonicalText"/>).
/// The order of rows does not matter, parts can be added, and equal rows give equal numbers in every database. It finds mistakes, not forgers, who could seek rows that sum up alike.
/// </summary>
/// <param name="Count">Rows.</param>
/// <param name="Sum">Sum of the first 15 hexadecimal digits of each hash.</param>
public readonly record struct RowDigest(long Count, UInt128 Sum)
{
    public static RowDigest operator +(RowDigest left, RowDigest right) => new(left.Count + right.Count, left.Sum + right.Sum);

    public static RowDigest operator -(RowDigest left, RowDigest right) => new(left.Count - right.Count, left.Sum - right.Sum);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Count} rows {Sum:x}");
}

/// <summary>How canonical texts spell floats. Both sides of a comparison spell them alike.</summary>
public enum FloatText
{
    /// <summary>The shortest decimal digits that tell the number from all others, such as 0.1, where it lies between 0.0001 and 10^14, else as <see cref="Binary"/>: the quickest where servers have it.</summary>
    Decimal,

    /// <summary>Odd mantissa, p, exponent of the highest bit: 1.5 = 3p0. By arithmetic, which every server has.</summary>
    Binary,
}
