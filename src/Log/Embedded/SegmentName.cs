using System.Globalization;

namespace Orrery.Log.Embedded;

/// <summary>
/// What a segment's files are called: <c>offset-claim</c>, and <c>offset-claim-generation</c> where compaction rewrote it; the offset alone where it is older than claims.
/// </summary>
/// <param name="BaseOffset">Offset of its first record.</param>
/// <param name="Claim">The opening of the partition that began it; 0 for a segment that is older than claims.</param>
/// <param name="Generation">How often it was rewritten.</param>
readonly record struct SegmentName(long BaseOffset, long Claim, int Generation) : IComparable<SegmentName>
{
    const int OffsetDigits = 20;

    public int CompareTo(SegmentName other) => (BaseOffset, Claim, Generation).CompareTo((other.BaseOffset, other.Claim, other.Generation));

    public override string ToString()
    {
        string offset = BaseOffset.ToString("D20", CultureInfo.InvariantCulture);
        return Generation > 0 ? string.Create(CultureInfo.InvariantCulture, $"{offset}-{Claim}-{Generation}") : Claim > 0 ? string.Create(CultureInfo.InvariantCulture, $"{offset}-{Claim}") : offset;
    }

    public static bool TryParse(string fileName, string extension, out SegmentName name)
    {
        name = default;
        if (!fileName.EndsWith(extension, StringComparison.Ordinal)) return false;
        string[] parts = fileName[..^extension.Length].Split('-');
        long claim = 0;
        int generation = 0;
        if (parts.Length > 3 || parts[0].Length != OffsetDigits || !long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out long baseOffset)) return false;
        if (parts.Length > 1 && !long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out claim)) return false;
        if (parts.Length > 2 && !int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out generation)) return false;
        name = new SegmentName(baseOffset, claim, generation);
        return true;
    }
}
