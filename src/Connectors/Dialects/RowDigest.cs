using System.Globalization;

namespace Orrery.Connectors.Dialects;

/// <summary>
/// Content of rows as numbers that add up: how many, and two sums over the rows of 60 bits each of the MD5 of a row's canonical text (<see cref="CanonicalText"/>).
/// The order of rows does not matter, parts can be added, and equal rows give equal numbers in every database. It finds mistakes, not forgers: MD5 is what all of
/// the engines have.
/// </summary>
/// <param name="Count">Rows.</param>
/// <param name="High">Sum of the first 15 hexadecimal digits of each hash.</param>
/// <param name="Low">Sum of the next 15.</param>
public readonly record struct RowDigest(long Count, UInt128 High, UInt128 Low)
{
    public static RowDigest operator +(RowDigest left, RowDigest right) => new(left.Count + right.Count, left.High + right.High, left.Low + right.Low);

    public static RowDigest operator -(RowDigest left, RowDigest right) => new(left.Count - right.Count, left.High - right.High, left.Low - right.Low);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Count} rows {High:x}.{Low:x}");
}
