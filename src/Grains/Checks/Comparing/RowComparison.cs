using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Orrery.Grains.Checks.Comparing;

/// <summary>
/// Two bags of rows, compared by hashes of 128 bits: first all rows of the view, then those of the database, then the view's once more, for the texts of what is surplus. It keeps a hash a row of the view, and the texts of
/// differing rows up to a bound.
/// </summary>
/// <param name="rowsMax">Differing rows of either side that are kept.</param>
/// <param name="before">What differed at an earlier look; a row that did not differ then is passed over now. Null: there was none.</param>
sealed class RowComparison(int rowsMax, RowComparison? before = null)
{
    const byte Null = 1, Some = 2, End = 0;
    // Of texts of 12 digits that were rounded apart, the most is 1e-11.
    const double NearShare = 2e-11;
    readonly Dictionary<UInt128, int> left = [];
    readonly HashSet<UInt128> lacking = [], beyond = [];
    byte[] buffer = new byte[1024];

    /// <summary>Rows of the view, and of the database.</summary>
    public long Actual { get; private set; }

    public long Expected { get; private set; }

    /// <summary>Rows that the view lacks, and that it has too many.</summary>
    public long Missing { get; private set; }

    public long Surplus { get; private set; }

    public List<string?[]> MissingRows { get; } = [];

    public List<string?[]> SurplusRows { get; } = [];

    public bool IsEqual => Missing == 0 && Surplus == 0;

    public void AddActual(string?[] row, int weight)
    {
        Actual += weight;
        ref int count = ref CollectionsMarshal.GetValueRefOrAddDefault(left, HashOf(row), out _);
        count += weight;
    }

    public void AddExpected(string?[] row)
    {
        Expected++;
        UInt128 hash = HashOf(row);
        ref int count = ref CollectionsMarshal.GetValueRefOrNullRef(left, hash);
        if (!System.Runtime.CompilerServices.Unsafe.IsNullRef(ref count) && count > 0)
        {
            count--;
            return;
        }

        if (before is not null && !before.lacking.Contains(hash))
            return;
        lacking.Add(hash);
        Missing++;
        if (MissingRows.Count < rowsMax)
            MissingRows.Add(row);
    }

    /// <summary>Behind the last row of the database: what of the view is left is surplus.</summary>
    public void EndExpected()
    {
        foreach ((UInt128 hash, int count) in left)
        {
            if (count <= 0 || (before is not null && !before.beyond.Contains(hash)))
                continue;
            beyond.Add(hash);
            Surplus += count;
        }
    }

    /// <summary>A row of the view, once more: kept where it is surplus.</summary>
    public void LookAgain(string?[] row)
    {
        if (SurplusRows.Count >= rowsMax || HashOf(row) is var hash && !beyond.Contains(hash))
            return;
        for (int copy = 0; copy < left[hash] && SurplusRows.Count < rowsMax; copy++)
            SurplusRows.Add(row);
    }

    /// <summary>
    /// Takes those of the kept rows back whose floating numbers are as near as sums in another order come, and were rounded apart: 2391.571428425 lies just between two texts of 12 digits. Behind the last
    /// <see cref="LookAgain"/>.
    /// </summary>
    /// <param name="isReal">By column.</param>
    public void ForgiveRounding(bool[] isReal)
    {
        if (!isReal.Contains(true))
            return;
        string Rest(string?[] row) => string.Join('\u001f', row.Where((_, column) => !isReal[column]).Select(static value => value ?? "\u0001"));
        var candidates = MissingRows.GroupBy(Rest, StringComparer.Ordinal).ToDictionary(static rows => rows.Key, static rows => rows.ToList(), StringComparer.Ordinal);
        foreach (string?[] row in SurplusRows.ToArray())
        {
            if (!candidates.TryGetValue(Rest(row), out List<string?[]>? alike) || alike.Find(other => isReal.Select((real, column) => !real || IsNear(row[column], other[column])).All(static near => near)) is not { } same)
                continue;
            alike.Remove(same);
            MissingRows.Remove(same);
            SurplusRows.Remove(row);
            Missing--;
            Surplus--;
        }
    }

    static bool IsNear(string? one, string? other) => one == other || (
        double.TryParse(one, CultureInfo.InvariantCulture, out double left) && double.TryParse(other, CultureInfo.InvariantCulture, out double right)
        && Math.Abs(left - right) <= NearShare * Math.Max(Math.Abs(left), Math.Abs(right)));

    UInt128 HashOf(string?[] row)
    {
        int at = 0;
        foreach (string? value in row)
        {
            int wanted = at + 2 + (value is null ? 0 : Encoding.UTF8.GetMaxByteCount(value.Length));
            if (wanted > buffer.Length)
                Array.Resize(ref buffer, Math.Max(wanted, 2 * buffer.Length));
            buffer[at++] = value is null ? Null : Some;
            at += value is null ? 0 : Encoding.UTF8.GetBytes(value, buffer.AsSpan(at));
            buffer[at++] = End;
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(buffer.AsSpan(0, at), hash);
        return MemoryMarshal.Read<UInt128>(hash);
    }
}
